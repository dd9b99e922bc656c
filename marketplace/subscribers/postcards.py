"""The cards of shared links follow the catalog: whoever changes what stands on one asks the worker to draw it anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from weakref import WeakSet

import structlog
from sqlalchemy import ColumnElement, Engine, event, or_, select
from sqlalchemy.orm import Session

from catalog import clock
from catalog.collections.models import Collection
from catalog.crafts.models import Craft, Motif
from catalog.db import db, transaction
from catalog.errors import Unavailable
from catalog.makers.models import Maker, maker_crafts
from catalog.media.storage import Storage
from catalog.postcards.jobs import make_postcards
from catalog.postcards.models import PostcardKind
from catalog.postcards.motives import list_gone, list_lacking
from catalog.products.models import Product, ProductState
from catalog.signals import (
    collection_changed,
    craft_changed,
    maker_changed,
    motif_changed,
    places_renamed,
    product_changed,
    product_published,
    product_withdrawn,
)
from marketplace.outbox.services import put

TOPIC = "postcards"
BATCH = 8
EVERY = timedelta(seconds=8)
"""The rhythm in which the worker gets a batch that nobody waits for."""
AT_ONCE = 160
"""Cards that one round of the clock asks for."""

# A taxonomy may be filled in a database that has no outbox.
_houses: WeakSet[Engine] = WeakSet()

log = structlog.get_logger("postcards")


def connect() -> None:
    _houses.add(db.engine)
    for signal in (product_changed, product_published, product_withdrawn):
        signal.connect(note_product)
    maker_changed.connect(note_maker)
    collection_changed.connect(note_collection)
    craft_changed.connect(note_craft)
    motif_changed.connect(note_motif)
    places_renamed.connect(note_places)


def note_product(product: Product, **_: Any) -> None:
    _note((PostcardKind.PRODUCT, product.code))


def note_maker(maker: Maker, **_: Any) -> None:
    """The maker's own card, and those of the pieces on which the name stands."""
    _note((PostcardKind.MAKER, maker.code), *_pieces(Product.maker_id == maker.id))


def note_collection(collection: Collection, **_: Any) -> None:
    _note((PostcardKind.COLLECTION, collection.code))


def note_craft(craft: Craft, renamed: bool, **_: Any) -> None:
    """The craft's own card; under another name also those on which the name stands, read once the row is written."""
    _note((PostcardKind.CRAFT, craft.slug))
    if renamed:
        db.session.info.setdefault("renamed-crafts", set()).add(craft.id)


def note_motif(motif: Motif, **_: Any) -> None:
    _note((PostcardKind.MOTIF, motif.slug))


def note_places(codes: tuple[str, ...], **_: Any) -> None:
    """Makers and pieces that come from there: the village or district and the regency stand on their cards."""
    for code in codes if db.engine in _houses else ():
        within = or_(Maker.district_code.startswith(code), Maker.village_code.startswith(code))
        makers = db.session.execute(select(Maker.id, Maker.code).where(within)).all()
        _note(*((PostcardKind.MAKER, one.code) for one in makers))
        _note(*_pieces(Product.maker_id.in_([one.id for one in makers])))


def _pieces(of: ColumnElement[bool]) -> Iterable[tuple[PostcardKind, str]]:
    codes = db.session.scalars(select(Product.code).where(of, Product.state == ProductState.LIVE))
    return ((PostcardKind.PRODUCT, code) for code in codes)


def _note_bearers(crafts: set[int]) -> None:
    """Everything on whose card the name of one of these crafts stands."""
    makers = select(Maker.code).join(maker_crafts).where(maker_crafts.c.craft_id.in_(crafts)).distinct()
    motifs = select(Motif.slug).where(Motif.craft_id.in_(crafts))
    _note(*((PostcardKind.MAKER, code) for code in db.session.scalars(makers)))
    _note(*((PostcardKind.MOTIF, slug) for slug in db.session.scalars(motifs)))
    _note(*_pieces(Product.craft_id.in_(crafts)))


def _note(*things: tuple[PostcardKind, str]) -> None:
    db.session.info.setdefault("postcards", {}).update(dict.fromkeys(things))


@event.listens_for(Session, "before_commit")
def ask(session: Session) -> None:
    """Once per transaction, for everything that changed in it."""
    if session.in_nested_transaction():
        return
    session.flush()
    crafts = session.info.pop("renamed-crafts", None)
    if crafts and db.engine in _houses:
        _note_bearers(crafts)
    things = session.info.pop("postcards", None)
    if things and db.engine in _houses:
        _put(list(things), timedelta(0) if len(things) <= AT_ONCE else EVERY)
        session.flush()


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("postcards", None)
        session.info.pop("renamed-crafts", None)


def _put(things: Sequence[tuple[PostcardKind, str]], spread: timedelta = timedelta(0)) -> None:
    for place in range(0, len(things), BATCH):
        batch = [[kind.value, code] for kind, code in things[place : place + BATCH]]
        put(TOPIC, {"things": batch}, due_at=clock.now() + spread * (place // BATCH))


def draw_all(storage: Storage, site: str, things: Sequence[Sequence[str]]) -> None:
    """What a message asks for. One card that cannot be drawn does not keep the others from being drawn."""
    failed: Exception | None = None
    for kind, code in things:
        try:
            make_postcards(storage, PostcardKind(kind), code, site)
        except Unavailable:  # no room, or a store that does not answer: all of it later
            raise
        except Exception as error:
            db.session.rollback()
            log.warning("a card was not drawn", kind=kind, code=code, reason=repr(error))
            failed = error
    if failed is not None:
        raise failed


def ask_for_missing(limit: int = AT_ONCE) -> int:
    """Ask for cards of what has none (it was there before the cards, or its day has come) and of what is gone."""
    with transaction():
        things = [*list_gone(limit), *list_lacking(limit)]
        _put(things, EVERY)
    return len(things)
