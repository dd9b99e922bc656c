"""What an officer may see: the makers of the regencies that the person is bound to at this very moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from catalog.db import db
from catalog.inventory.models import Stock
from catalog.makers.models import Maker
from catalog.makers.queries import under
from catalog.places.models import District, Regency, Village
from catalog.products.models import Option, Product, ProductPicture, ProductState, Variant
from marketplace.accounts.models import OfficerRegency
from marketplace.sellers.models import Seller, SellerMaker
from marketplace.web.visits import visit


def regencies() -> list[Regency]:
    """The officer's regencies by code, asked anew at every request, so that a reassignment counts at once."""
    user = visit.person
    bound = select(OfficerRegency.regency_code).where(OfficerRegency.user_id == user.id)
    return list(db.session.scalars(select(Regency).where(Regency.code.in_(bound)).order_by(Regency.code)))


def _inside() -> ColumnElement[bool]:
    areas = [under(Maker.district_code, one.code) for one in regencies()]
    return or_(*areas) if areas else false()


def _with_place(statement: Any) -> Any:
    return statement.options(
        joinedload(Maker.district, innerjoin=True),
        joinedload(Maker.village).lazyload(Village.district),
        joinedload(Maker.emblem),
        selectinload(Maker.crafts),
    )


def find_maker(code: str) -> Maker | None:
    """A maker of one's regencies, shown to the public or not; anybody else's is None."""
    return db.session.scalar(_with_place(select(Maker).where(Maker.code == code, _inside())))  # type: ignore[no-any-return]


def list_makers(place: str | None = None, after: str | None = None, limit: int = 50) -> list[Maker]:
    """Makers of one's regencies by district and name; `place` narrows to a regency or district."""
    statement = select(Maker).where(_inside())
    if place:
        statement = statement.where(under(Maker.district_code, place))
    if after:
        last = select(Maker.district_code, Maker.name, Maker.id).where(Maker.code == after)
        statement = statement.where(tuple_(Maker.district_code, Maker.name, Maker.id) > last.scalar_subquery())
    order = (Maker.district_code, Maker.name, Maker.id)
    return list(db.session.scalars(_with_place(statement).order_by(*order).limit(limit)))


def list_districts() -> list[tuple[District, int]]:
    """The districts of one's regencies in which somebody works, with the number of makers."""
    rows = db.session.execute(select(Maker.district_code, func.count()).where(_inside()).group_by(Maker.district_code))
    counts = {row[0]: row[1] for row in rows}
    districts = db.session.scalars(select(District).where(District.code.in_(counts)).order_by(District.code))
    return [(district, counts[district.code]) for district in districts]


def count_pieces() -> dict[ProductState, int]:
    """How many pieces of all one's makers are in each state."""
    rows = db.session.execute(
        select(Product.state, func.count())
        .join(Maker, Maker.id == Product.maker_id)
        .where(_inside())
        .group_by(Product.state)
    )
    return {row[0]: row[1] for row in rows}


def count_pieces_of(makers: Sequence[Maker]) -> dict[int, dict[ProductState, int]]:
    """Pieces per maker id and state, in one query."""
    found: dict[int, dict[ProductState, int]] = {one.id: {} for one in makers}
    rows = db.session.execute(
        select(Product.maker_id, Product.state, func.count())
        .where(Product.maker_id.in_(found))
        .group_by(Product.maker_id, Product.state)
    )
    for maker_id, state, count in rows:
        found[maker_id][state] = count
    return found


def list_sellers_of(makers: Sequence[Maker]) -> dict[int, list[Seller]]:
    """The shops that sell for each maker, in any state, in one query."""
    found: dict[int, list[Seller]] = {one.id: [] for one in makers}
    rows = db.session.execute(
        select(SellerMaker.maker_id, Seller)
        .join(Seller, Seller.id == SellerMaker.seller_id)
        .where(SellerMaker.maker_id.in_(found))
        .order_by(Seller.name, Seller.id)
    )
    for maker_id, seller in rows:
        found[maker_id].append(seller)
    return found


def list_products(maker: Maker, limit: int = 100) -> list[Product]:
    """A maker's pieces in any state with everything that the checklist asks, the newest first."""
    return list(
        db.session.scalars(
            select(Product)
            .where(Product.maker_id == maker.id)
            .options(
                joinedload(Product.craft),
                selectinload(Product.techniques),
                selectinload(Product.materials),
                selectinload(Product.certificates),
                selectinload(Product.pictures).joinedload(ProductPicture.image, innerjoin=True),
                selectinload(Product.variants),
                selectinload(Product.options).selectinload(Option.values),
            )
            .order_by(Product.id.desc())
            .limit(limit)
        )
    )


def stocked(products: Sequence[Product]) -> set[int]:
    """Ids of the variants of these products of which at least one piece is on hand, in one query."""
    return set(
        db.session.scalars(
            select(Stock.variant_id)
            .join(Variant, Variant.id == Stock.variant_id)
            .where(Variant.product_id.in_([one.id for one in products]), Stock.on_hand > 0)
        )
    )
