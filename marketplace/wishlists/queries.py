"""Lists as pages show them: plain values. What was sold out or has left the shop stays on its list and is shown so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db
from catalog.money import Money
from catalog.products.models import Product, ProductState, Variant
from catalog.search.cards import CardImage
from marketplace.accounts.models import User
from marketplace.carts.queries import MADE, list_lead_images, list_told, obstacle, offers
from marketplace.sellers.models import SellerState
from marketplace.wishlists.models import Watch, Wish, Wishlist


class Standing(StrEnum):
    """Whether a piece can be had."""

    THERE = "there"
    AWAY = "away"
    """Its shop is closed for some days."""
    SOLD_OUT = "sold-out"
    GONE = "gone"
    """It has left the shop, or the shop is closed: its page says nothing of it any more."""


@dataclass(frozen=True, slots=True)
class PieceView:
    """A variant that somebody keeps an eye on; `code` is that of the wish or the watch."""

    code: str
    variant_code: str
    product_code: str
    product_slug: str
    title: str
    title_en: str
    choices: str
    choices_en: str
    maker_name: str
    price: Money
    image: CardImage | None
    standing: Standing
    is_made_to_order: bool

    @property
    def is_there(self) -> bool:
        return self.standing is Standing.THERE

    @property
    def is_away(self) -> bool:
        return self.standing is Standing.AWAY

    @property
    def is_sold_out(self) -> bool:
        return self.standing is Standing.SOLD_OUT

    @property
    def is_gone(self) -> bool:
        return self.standing is Standing.GONE


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list in the overview."""

    code: str
    name: str
    is_shared: bool
    pieces: int


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A piece that somebody waits for."""

    piece: PieceView
    is_confirmed: bool
    until: datetime


def list_wishlists(user: User) -> list[ListRow]:
    """A person's lists, the one changed last first; one query."""
    pieces = select(Wish.wishlist_id, func.count().label("pieces")).group_by(Wish.wishlist_id).subquery()
    rows = db.session.execute(
        select(Wishlist.code, Wishlist.name, Wishlist.share_code, func.coalesce(pieces.c.pieces, 0))
        .outerjoin(pieces, pieces.c.wishlist_id == Wishlist.id)
        .where(Wishlist.user_id == user.id)
        .order_by(Wishlist.changed_at.desc(), Wishlist.id.desc())
    )
    return [ListRow(code, name, share_code is not None, int(count)) for code, name, share_code, count in rows]


def find_wishlist(user: User, code: str) -> Wishlist | None:
    """A list of this person; another's does not exist."""
    return db.session.scalar(select(Wishlist).where(Wishlist.user_id == user.id, Wishlist.code == code))


def find_shared(share_code: str) -> Wishlist | None:
    """The list that is shared under this code now."""
    return db.session.scalar(select(Wishlist).where(Wishlist.share_code == share_code))


def find_wish(user: User, code: str) -> Wish | None:
    """A piece on a list of this person."""
    return db.session.scalar(
        select(Wish)
        .join(Wishlist)
        .where(Wish.code == code, Wishlist.user_id == user.id)
        .options(joinedload(Wish.wishlist), joinedload(Wish.variant))
    )


def read_pieces(wishlist: Wishlist) -> list[PieceView]:
    """What stands on a list, the newest first; at most four queries."""
    query = (
        offers()
        .add_columns(Wish.code.label("kept_code"))
        .join(Wish, Wish.variant_id == Variant.id)
        .where(Wish.wishlist_id == wishlist.id)
        .order_by(Wish.id.desc())
    )
    return _views(db.session.execute(query).all())


def list_watches(user: User) -> list[WatchRow]:
    """What a person waits for, the newest first."""
    query = (
        offers()
        .add_columns(Watch.code.label("kept_code"), Watch.confirmed_at, Watch.expires_at)
        .join(Watch, Watch.variant_id == Variant.id)
        .where(Watch.user_id == user.id, Watch.expires_at > clock.now())
        .order_by(Watch.id.desc())
    )
    rows = db.session.execute(query).all()
    return [
        WatchRow(view, row.confirmed_at is not None, row.expires_at)
        for view, row in zip(_views(rows), rows, strict=True)
    ]


def find_watch(code: str) -> Watch | None:
    """A watch that has not run out."""
    return db.session.scalar(select(Watch).where(Watch.code == code, Watch.expires_at > clock.now()))


def read_piece(variant_id: int) -> PieceView:
    """One variant as lists show it."""
    rows = db.session.execute(offers().add_columns(Variant.code.label("kept_code")).where(Variant.id == variant_id))
    return _views(rows.all())[0]


def list_variants_of(product_code: str) -> list[PieceView]:
    """The active variants of a live piece in their order; `code` is the variant's."""
    query = (
        offers()
        .add_columns(Variant.code.label("kept_code"))
        .where(Product.code == product_code, Product.state == ProductState.LIVE, Variant.is_active)
        .order_by(Variant.position, Variant.id)
    )
    return _views(db.session.execute(query).all())


def find_product_of_variant(code: str) -> str | None:
    """The code of the live piece that this variant belongs to."""
    return db.session.scalar(
        select(Product.code).join(Variant).where(Variant.code == code, Product.state == ProductState.LIVE)
    )


def standing(row: Any) -> Standing:
    """Whether one piece of what `row` (see `carts.queries.offers`) tells of can be had now."""
    if row.state is not ProductState.LIVE or not row.is_active:
        return Standing.GONE
    if row.seller_state is not SellerState.OPEN:
        return Standing.GONE
    if obstacle(row, 1) is None:
        return Standing.THERE
    return Standing.AWAY if row.fulfilment is MADE or (row.available or 0) > 0 else Standing.SOLD_OUT


def _views(rows: Sequence[Any]) -> list[PieceView]:
    ids: Collection[int] = [row.variant_id for row in rows]
    chosen, _ = list_told(ids)
    images = list_lead_images([(row.product_id, row.variant_id) for row in rows])
    return [
        PieceView(
            code=row.kept_code,
            variant_code=row.variant_code,
            product_code=row.product_code,
            product_slug=row.product_slug,
            title=row.title,
            title_en=row.title_en or row.title,
            choices=chosen.get(row.variant_id, ("", ""))[0],
            choices_en=chosen.get(row.variant_id, ("", ""))[1],
            maker_name=row.maker_name,
            price=row.price,
            image=images[row.variant_id][1] if row.variant_id in images else None,
            standing=standing(row),
            is_made_to_order=row.fulfilment is MADE,
        )
        for row in rows
    ]
