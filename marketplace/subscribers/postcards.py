"""The cards of shared links follow the catalog: whoever changes what stands on one asks the worker to draw it anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from catalog import clock
from catalog.collections.models import Collection
from catalog.db import db, transaction
from catalog.errors import Unavailable
from catalog.makers.models import Maker
from catalog.media.storage import Storage
from catalog.postcards.jobs import make_postcards
from catalog.postcards.models import PostcardKind
from catalog.postcards.motives import list_gone, list_lacking
from catalog.products.models import Product, ProductState
from catalog.signals import collection_changed, maker_changed, product_changed, product_published, product_withdrawn
from marketplace.outbox.services import put

TOPIC = "postcards"
BATCH = 8
EVERY = timedelta(seconds=8)
"""The rhythm in which the worker gets a batch that nobody waits for."""
AT_ONCE = 160
"""Cards that one round of the clock asks for."""

log = structlog.get_logger("postcards")


def connect() -> None:
    for signal in (product_changed, product_published, product_withdrawn):
        signal.connect(note_product)
    maker_changed.connect(note_maker)
    collection_changed.connect(note_collection)


def note_product(product: Product, **_: Any) -> None:
    _note((PostcardKind.PRODUCT, product.code))


def note_maker(maker: Maker, **_: Any) -> None:
    """The maker's own card, and those of the pieces on which the name stands."""
    pieces = select(Product.code).where(Product.maker_id == maker.id, Product.state == ProductState.LIVE)
    _note((PostcardKind.MAKER, maker.code), *((PostcardKind.PRODUCT, code) for code in db.session.scalars(pieces)))


def note_collection(collection: Collection, **_: Any) -> None:
    _note((PostcardKind.COLLECTION, collection.code))


def _note(*things: tuple[PostcardKind, str]) -> None:
    db.session.info.setdefault("postcards", {}).update(dict.fromkeys(things))


@event.listens_for(Session, "before_commit")
def ask(session: Session) -> None:
    """Once per transaction, for everything that changed in it."""
    if session.in_nested_transaction():
        return
    things = session.info.pop("postcards", None)
    if things:
        _put(list(things))
        session.flush()


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("postcards", None)


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
