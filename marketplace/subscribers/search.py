"""The index follows the catalog: in the same commit when it lives in the shop's database, else through the outbox.

Where a server does the searching, the embedded index beside it is kept in step in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from catalog import clock
from catalog.crafts.models import CHANGED, Craft, Material, Motif, Technique, Term
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.makers.models import Maker
from catalog.products.models import Product, Variant
from catalog.products.queries import list_live_ids_of
from catalog.search import upkeep
from catalog.search.index import SearchIndex
from catalog.search.jobs import rebuild_in_steps
from catalog.signals import (
    maker_changed,
    product_changed,
    product_published,
    product_withdrawn,
    stock_changed,
    term_added,
    term_removed,
)
from marketplace.outbox.models import Message
from marketplace.outbox.services import put
from marketplace.ports import Ports

# By database, since one process may hold several houses (tests, commands): an index belongs to what it indexes.
_ports: WeakKeyDictionary[Engine, Ports] = WeakKeyDictionary()


def connect(ports: Ports) -> None:
    """Let the index of `ports` follow the database of the present application."""
    _ports[db.engine] = ports
    for signal in (product_changed, product_published, product_withdrawn):
        signal.connect(note_product)
    stock_changed.connect(note_variants)
    maker_changed.connect(note_maker)
    for signal in CHANGED.values():
        signal.connect(note_term)
    term_added.connect(note_added)
    term_removed.connect(note_removed)


ENTRIES = ("makers", "crafts", "motifs")
"""What is noted beside products (`ids`): whose entries in the suggestions have to be looked at."""
TERMS: dict[type[Term], str] = {Craft: "crafts", Motif: "motifs", Technique: "techniques", Material: "materials"}
"""What pieces are found by beside their own words, under another name so are the pieces."""
REMOVED = {Craft: "craft", Motif: "motif"}
"""What the suggestions led to; noted with its slug, since its row is gone."""
AT_ONCE = 500
"""Pieces that follow a new name in its own commit; of more, which nobody should wait for, the worker takes so many at a
time."""
FOLLOW = "search-follow"


def _note(what: str, ids: Iterable[int | str]) -> None:
    db.session.info.setdefault("reindexed", {}).setdefault(what, set()).update(ids)


def note_product(product: Product, **_: Any) -> None:
    db.session.flush()
    _note("ids", [product.id])
    _note("makers", [product.maker_id])


def note_variants(variant_ids: tuple[int, ...], **_: Any) -> None:
    _note("ids", db.session.scalars(select(Variant.product_id).where(Variant.id.in_(variant_ids)).distinct()))


def note_maker(maker: Maker, **_: Any) -> None:
    _note("ids", db.session.scalars(select(Product.id).where(Product.maker_id == maker.id)))
    _note("makers", [maker.id])


def note_term(term: Term, renamed: bool, **_: Any) -> None:
    """Its pieces are found by its name. They are read at the commit, since this is heard while rows are written."""
    if renamed:
        _note(TERMS[type(term)], [term.id])


def note_added(term: Term, **_: Any) -> None:
    _note(TERMS[type(term)], [term.id])


def note_removed(term: Term, **_: Any) -> None:
    if kind := REMOVED.get(type(term)):
        _note(kind, [term.slug])


@event.listens_for(Session, "before_commit")
def project(session: Session) -> None:
    """Once per transaction, with everything that changed in it."""
    if session.in_nested_transaction():
        return
    session.flush()
    noted = session.info.pop("reindexed", None)
    ports = _ports.get(db.engine) if noted else None
    if ports is None:
        return
    _follow_names(noted)
    payload = {what: sorted(ids) for what, ids in noted.items() if ids}
    if ports.embedded.transactional:
        refresh(ports.embedded, payload)
    if payload and not ports.search.transactional:  # a server brings a stand-by that is not transactional along
        put("search-refresh", payload)
        session.flush()


def _follow_names(noted: dict[str, set[Any]]) -> None:
    """Note the pieces that name what is called otherwise now, or let the worker do so where they are many."""
    named = {id_ for kind in TERMS.values() if kind in noted for id_ in list_live_ids_of(kind, noted[kind])}
    for kind in set(TERMS.values()).difference(ENTRIES):
        noted.pop(kind, None)
    ids = noted.setdefault("ids", set())
    later = sorted(named - ids)
    if len(later) <= AT_ONCE:
        ids |= named
        return
    for first in range(0, len(later), AT_ONCE):
        put(FOLLOW, {"ids": later[first : first + AT_ONCE]})


def follow(ids: list[int]) -> None:
    """Bring these pieces in step in a transaction of their own."""
    with transaction() as session:
        _note("ids", ids)
        raise_edition(session)


def refresh(index: SearchIndex, noted: dict[str, list[Any]]) -> None:
    """Bring `index` in step with what was noted."""
    for kind in REMOVED.values():
        if slugs := noted.get(kind):
            upkeep.drop_entries(index, kind, slugs)
    if ids := noted.get("ids"):
        upkeep.refresh(index, ids)
    if any(noted.get(what) for what in ENTRIES):
        upkeep.refresh_entries(index, **{what: noted.get(what, ()) for what in ENTRIES})


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("reindexed", None)


def rebuild(ports: Ports, progress: Callable[[int], None] | None = None) -> int:
    """Build what is searched in anew, and what stands by; call it outside of any transaction. What was stopped goes on."""
    done = 0
    if ports.embedded is ports.search or ports.embedded.transactional:
        stage = ports.embedded.stage()
        started = datetime.fromtimestamp(stage.started_at, UTC) if stage else clock.now()
        db.session.rollback()
        done = rebuild_in_steps(ports.embedded, progress)
        if not ports.embedded.transactional:
            _catch_up(ports.embedded, started)
    if ports.search is not ports.embedded:
        started = clock.now()
        db.session.rollback()
        done = upkeep.rebuild(ports.search, progress)
        db.session.rollback()
        _catch_up(ports.search, started)
    with transaction() as session:
        raise_edition(session)  # what was read from the index before is not shown any longer
    return done


def _catch_up(index: SearchIndex, started: datetime) -> None:
    """What was read for a long rebuild may be older than what was written into the new index meanwhile."""
    messages = select(Message.payload).where(Message.topic == "search-refresh", Message.created_at >= started)
    noted: dict[str, set[Any]] = {}
    for payload in db.session.scalars(messages):
        for what, ids in payload.items():
            noted.setdefault(what, set()).update(ids)
    refresh(index, {what: sorted(ids) for what, ids in noted.items()})
    db.session.rollback()
