"""Finding collections. The public gets codes of pieces on sale and makes cards of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.collections.models import Collection, Placement
from catalog.db import Instant, db
from catalog.makers.models import Maker
from catalog.products.models import Product, ProductState


@dataclass(frozen=True, slots=True)
class Showing:
    """A collection that is open now, and the codes of its pieces on sale in their order."""

    collection: Collection
    codes: list[str]
    notes: dict[str, tuple[str, str]]
    """Curators' words (Indonesian, English) by code, where there are some."""
    makers: Counter[str] = field(default_factory=Counter)
    """How many of its pieces on sale each maker (code) made, in the order of the pieces."""

    @property
    def total(self) -> int:
        """How many of its pieces are on sale."""
        return self.makers.total()


def _open(at: Any) -> ColumnElement[bool]:
    return and_(Collection.starts_at <= at, or_(Collection.ends_at.is_(None), Collection.ends_at > at))


_shows_something = (
    select(Placement.id)
    .join(Product, Product.id == Placement.product_id)
    .where(Placement.collection_id == Collection.id, Product.state == ProductState.LIVE)
    .exists()
)
# Composed once: composing costs more than asking.
_SHOWING = (
    select(Collection)
    .where(_open(bindparam("at", type_=Instant)), _shows_something)
    .options(joinedload(Collection.image))
    .order_by(Collection.position, Collection.starts_at.desc(), Collection.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_SHOWING_HOME = _SHOWING.where(Collection.on_home)
_PLACED = (
    select(Placement.collection_id, Product.code, Placement.note, Placement.note_en, Product.state, Maker.code)
    .join(Product, Product.id == Placement.product_id)
    .join(Maker, Maker.id == Product.maker_id)
    .where(Placement.collection_id.in_(bindparam("collections", expanding=True)))
    .order_by(Placement.collection_id, Placement.position, Placement.id)
)


def list_showing(at: datetime | None = None, home: bool = True, limit: int = 6, pieces: int = 24) -> list[Showing]:
    """Open collections with at least one piece on sale, in the order of the home page; two queries.

    `home` leaves out those that are not meant for the home page. At most `pieces` codes each.
    """
    statement = _SHOWING_HOME if home else _SHOWING
    collections = db.session.scalars(statement, {"at": at or clock.now(), "most": limit})
    return _showings(list(collections), pieces)


def find_showing(code: str, at: datetime | None = None) -> Showing | None:
    """One open collection with all its pieces on sale; two queries."""
    collection = db.session.scalar(
        select(Collection)
        .where(Collection.code == code, _open(at or clock.now()))
        .options(joinedload(Collection.image))
    )
    return _showings([collection], None)[0] if collection else None


def find_collection(code: str) -> Collection | None:
    """A collection in any state with its placements, for curators."""
    return db.session.scalar(
        select(Collection)
        .where(Collection.code == code)
        .options(
            joinedload(Collection.image),
            selectinload(Collection.placements).joinedload(Placement.product, innerjoin=True),
        )
    )


def list_collections() -> list[tuple[Collection, int]]:
    """Every collection with the number of its pieces, for curators; those that begin last come first."""
    count = select(func.count()).where(Placement.collection_id == Collection.id).correlate(Collection).scalar_subquery()
    rows = db.session.execute(
        select(Collection, count).order_by(Collection.position, Collection.starts_at.desc(), Collection.id.desc())
    )
    return [(collection, number) for collection, number in rows]


def changed_between(since: datetime, until: datetime) -> bool:
    """Whether a collection's window opened or closed after `since` and not after `until`."""
    opened = and_(Collection.starts_at > since, Collection.starts_at <= until)
    closed = and_(Collection.ends_at > since, Collection.ends_at <= until)
    return db.session.scalar(select(Collection.id).where(or_(opened, closed)).limit(1)) is not None


def _showings(collections: list[Collection], pieces: int | None) -> list[Showing]:
    found = {one.id: Showing(one, [], {}) for one in collections}
    rows = db.session.execute(_PLACED, {"collections": list(found)})
    for collection_id, code, note, note_en, state, maker in rows:
        if state is not ProductState.LIVE:  # asked above, SQLite would begin with every live product
            continue
        showing = found[collection_id]
        showing.makers[maker] += 1
        if pieces is None or len(showing.codes) < pieces:
            showing.codes.append(code)
            if note or note_en:
                showing.notes[code] = (note, note_en)
    return list(found.values())
