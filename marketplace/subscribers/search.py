"""The index follows the catalog: in the same commit when it lives in the shop's database, else through the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from catalog.db import db
from catalog.makers.models import Maker
from catalog.products.models import Product, Variant
from catalog.search import upkeep
from catalog.search.index import SearchIndex
from catalog.signals import maker_changed, product_changed, product_published, product_withdrawn, stock_changed
from marketplace.outbox.services import put
from marketplace.ports import Ports

# By database, since one process may hold several houses (tests, commands): an index belongs to what it indexes.
_indexes: WeakKeyDictionary[Engine, SearchIndex] = WeakKeyDictionary()


def connect(ports: Ports) -> None:
    """Let the index of `ports` follow the database of the present application."""
    _indexes[db.engine] = ports.search
    for signal in (product_changed, product_published, product_withdrawn):
        signal.connect(note_product)
    stock_changed.connect(note_variants)
    maker_changed.connect(note_maker)


def _note(product_ids: Iterable[int]) -> None:
    db.session.info.setdefault("reindexed", set()).update(product_ids)


def note_product(product: Product, **_: Any) -> None:
    db.session.flush()
    _note([product.id])


def note_variants(variant_ids: tuple[int, ...], **_: Any) -> None:
    _note(db.session.scalars(select(Variant.product_id).where(Variant.id.in_(variant_ids)).distinct()))


def note_maker(maker: Maker, **_: Any) -> None:
    _note(db.session.scalars(select(Product.id).where(Product.maker_id == maker.id)))


@event.listens_for(Session, "before_commit")
def project(session: Session) -> None:
    """Once per transaction, with everything that changed in it."""
    ids = session.info.pop("reindexed", None)
    index = _indexes.get(db.engine) if ids else None
    if index is None:
        return
    session.flush()
    if index.transactional:
        upkeep.refresh(index, sorted(ids))
    else:
        put("search-refresh", {"ids": sorted(ids)})
        session.flush()


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    session.info.pop("reindexed", None)
