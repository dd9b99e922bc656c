"""The index follows the catalog: in the same commit when it lives in the shop's database, else through the outbox.

Where a server does the searching, the embedded index beside it is kept in step in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import db, transaction
from catalog.edition import raise_edition
from catalog.makers.models import Maker
from catalog.products.models import Product, Variant
from catalog.search import upkeep
from catalog.signals import (
    craft_changed,
    maker_changed,
    product_changed,
    product_published,
    product_withdrawn,
    stock_changed,
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
    craft_changed.connect(note_craft)


def _note(product_ids: Iterable[int]) -> None:
    db.session.info.setdefault("reindexed", set()).update(product_ids)


def note_product(product: Product, **_: Any) -> None:
    db.session.flush()
    _note([product.id])


def note_variants(variant_ids: tuple[int, ...], **_: Any) -> None:
    _note(db.session.scalars(select(Variant.product_id).where(Variant.id.in_(variant_ids)).distinct()))


def note_maker(maker: Maker, **_: Any) -> None:
    _note(db.session.scalars(select(Product.id).where(Product.maker_id == maker.id)))


def note_craft(craft: Craft, renamed: bool, **_: Any) -> None:
    """Its pieces are found by its name. They are read at the commit, since this is heard while rows are written."""
    if renamed:
        db.session.info.setdefault("reindexed-crafts", set()).add(craft.id)


@event.listens_for(Session, "before_commit")
def project(session: Session) -> None:
    """Once per transaction, with everything that changed in it."""
    if session.in_nested_transaction():
        return
    session.flush()
    crafts = session.info.pop("reindexed-crafts", None)
    if crafts and db.engine in _ports:
        _note(session.scalars(select(Product.id).where(Product.craft_id.in_(crafts))))
    ids = session.info.pop("reindexed", None)
    ports = _ports.get(db.engine) if ids else None
    if ports is None:
        return
    session.flush()
    if ports.embedded.transactional:
        upkeep.refresh(ports.embedded, sorted(ids))
    if not ports.search.transactional:  # a server brings a stand-by that is not transactional along
        put("search-refresh", {"ids": sorted(ids)})
        session.flush()


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("reindexed", None)
        session.info.pop("reindexed-crafts", None)


def rebuild(ports: Ports, progress: Callable[[int], None] | None = None) -> int:
    """Build what is searched in anew, and what stands by; call it outside of any transaction."""
    done = 0
    if ports.embedded is ports.search or ports.embedded.transactional:
        with transaction():
            done = upkeep.rebuild(ports.embedded, progress)
    if ports.search is not ports.embedded:
        started = clock.now()
        db.session.rollback()
        done = upkeep.rebuild(ports.search, progress)
        db.session.rollback()
        # What was read for a long rebuild may be older than what was written into the new index meanwhile.
        messages = select(Message.payload).where(Message.topic == "search-refresh", Message.created_at >= started)
        ids = {product_id for payload in db.session.scalars(messages) for product_id in payload["ids"]}
        if ids:
            upkeep.refresh(ports.search, sorted(ids))
        db.session.rollback()
    with transaction() as session:
        raise_edition(session)  # what was read from the index before is not shown any longer
    return done
