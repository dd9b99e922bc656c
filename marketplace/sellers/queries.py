"""Finding shops: the public sees open ones, members see theirs, operators see applications."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from catalog.db import db
from catalog.makers.models import Maker
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.sellers.models import (
    Application,
    MemberRole,
    Membership,
    PickupPoint,
    Seller,
    SellerMaker,
    SellerState,
)


def find_seller(code: str) -> Seller | None:
    """An open shop with its place and makers."""
    return db.session.scalar(
        select(Seller)
        .where(Seller.code == code, Seller.state == SellerState.OPEN)
        .options(joinedload(Seller.district), joinedload(Seller.village), selectinload(Seller.makers))
    )


def find_any_seller(code: str) -> Seller | None:
    """A shop in any state with its people, for the operator."""
    return db.session.scalar(
        select(Seller)
        .where(Seller.code == code)
        .options(
            joinedload(Seller.district),
            selectinload(Seller.makers),
            selectinload(Seller.memberships).joinedload(Membership.user, innerjoin=True),
        )
    )


def find_seller_for(user: User, code: str) -> Seller | None:
    """A shop through its member: what is not yours is None, and so is one that is not there."""
    membership = find_membership(user, code)
    return membership.seller if membership else None


def find_membership(user: User, code: str) -> Membership | None:
    """A person's place in a shop, with the shop, its place and makers."""
    return db.session.scalar(
        select(Membership)
        .join(Seller, Seller.id == Membership.seller_id)
        .where(Membership.user_id == user.id, Seller.code == code)
        .options(
            joinedload(Membership.seller, innerjoin=True).options(
                joinedload(Seller.district), joinedload(Seller.village), selectinload(Seller.makers)
            )
        )
    )


def is_member(user: User, seller_id: int) -> bool:
    """Whether a person works in a shop."""
    return bool(
        db.session.scalar(select(Membership.id).where(Membership.user_id == user.id, Membership.seller_id == seller_id))
    )


def list_sellers_of(user: User) -> list[Seller]:
    """The shops that a person works in, by name."""
    return list(
        db.session.scalars(
            select(Seller)
            .join(Membership, Membership.seller_id == Seller.id)
            .where(Membership.user_id == user.id)
            .order_by(Seller.name, Seller.id)
        )
    )


def find_point(code: str) -> PickupPoint | None:
    """A pick-up point with its place and keeper."""
    return db.session.scalar(_points().where(PickupPoint.code == code))


def list_points(active_only: bool = False) -> list[PickupPoint]:
    """Every pick-up point by name, with its place and keeper."""
    statement = _points().order_by(PickupPoint.name, PickupPoint.id)
    return list(db.session.scalars(statement.where(PickupPoint.is_active) if active_only else statement))


def _points() -> Select[PickupPoint]:
    return select(PickupPoint).options(joinedload(PickupPoint.district, innerjoin=True), joinedload(PickupPoint.keeper))


def list_members(seller: Seller) -> list[User]:
    """The people of a shop, for letters to it."""
    return list(
        db.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.seller_id == seller.id)
            .order_by(Membership.id)
        )
    )


def list_sellers_of_maker(maker_id: int) -> list[Seller]:
    """Open shops that sell what a maker makes, with their places and ways of delivery, in one query."""
    statement = (
        select(Seller)
        .join(SellerMaker, SellerMaker.seller_id == Seller.id)
        .where(SellerMaker.maker_id == maker_id, Seller.state == SellerState.OPEN)
        .options(joinedload(Seller.district), joinedload(Seller.deliveries))
        .order_by(Seller.name, Seller.id)
    )
    return list(db.session.scalars(statement).unique())


def list_sellers(state: SellerState | None = None, after: str | None = None, limit: int = 50) -> list[Seller]:
    """Shops for the operator, by name; `after` is the code of the last one seen."""
    statement = select(Seller).options(joinedload(Seller.district))
    if state is not None:
        statement = statement.where(Seller.state == state)
    if after:
        last = select(Seller.name, Seller.id).where(Seller.code == after).scalar_subquery()
        statement = statement.where(tuple_(Seller.name, Seller.id) > last)
    return list(db.session.scalars(statement.order_by(Seller.name, Seller.id).limit(limit)))


def codes_of(seller_ids: Iterable[int]) -> dict[int, str]:
    """Public codes by row id."""
    rows = db.session.execute(select(Seller.id, Seller.code).where(Seller.id.in_(set(seller_ids))))
    return {row[0]: row[1] for row in rows}


def all_take_cash(point_ids: Collection[int]) -> bool:
    """Whether buyers may pay in cash at each of these pick-up points; nothing is asked where there are none."""
    if not point_ids:
        return True
    query = select(PickupPoint.id).where(PickupPoint.id.in_(point_ids), ~PickupPoint.takes_cash)
    return db.session.scalar(query.limit(1)) is None


def find_application(code: str) -> Application | None:
    """One application with shop, place, makers and applicant."""
    return db.session.scalar(
        select(Application)
        .where(Application.code == code)
        .options(
            joinedload(Application.applicant),
            joinedload(Application.seller).options(
                joinedload(Seller.district),
                joinedload(Seller.village),
                selectinload(Seller.makers).selectinload(Maker.crafts),
            ),
        )
    )


def list_applications(pending: bool = True, after: str | None = None, limit: int = 50) -> list[Application]:
    """Applications to decide, the oldest first, or decided ones, the newest first."""
    statement = select(Application).options(
        joinedload(Application.applicant), joinedload(Application.seller).joinedload(Seller.district)
    )
    last = select(Application.id).where(Application.code == (after or "")).scalar_subquery()
    if pending:
        statement = statement.where(Application.decision.is_(None)).order_by(Application.id)
        statement = statement.where(Application.id > last) if after else statement
    else:
        statement = statement.where(Application.decision.is_not(None)).order_by(Application.id.desc())
        statement = statement.where(Application.id < last) if after else statement
    return list(db.session.scalars(statement.limit(limit)))


def count_applications() -> int:
    """How many wait for a decision."""
    return db.session.scalar(select(func.count(Application.id)).where(Application.decision.is_(None))) or 0


def latest_application(seller: Seller) -> Application | None:
    """The last application of a shop, with its reason when it was refused."""
    return db.session.scalar(
        select(Application).where(Application.seller_id == seller.id).order_by(Application.id.desc()).limit(1)
    )


def find_seller_of_product(product: Product) -> Seller | None:
    """The open shop that sells a product, with its place and its ways of delivery, in one query."""
    statement = (
        select(Seller)
        .where(Seller.id == product.seller_id, Seller.state == SellerState.OPEN)
        .options(joinedload(Seller.district), joinedload(Seller.village), joinedload(Seller.deliveries))
    )
    return db.session.scalars(statement).unique().one_or_none()


def is_owner(seller: Seller, user: User) -> bool:
    """Whether somebody is an owner of a shop, who alone decides where its money goes."""
    query = select(Membership.id).where(
        Membership.seller_id == seller.id, Membership.user_id == user.id, Membership.role == MemberRole.OWNER
    )
    return db.session.scalar(query) is not None
