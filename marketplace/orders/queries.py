"""Purchases for their buyer, orders for the seller's inbox and the operator's list. Found through their owner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select, type_coerce
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from catalog import clock
from catalog.db import db
from catalog.money import ZERO, Money
from catalog.places.models import District
from catalog.products.models import Variant
from catalog.text import tidy
from marketplace.accounts.models import User
from marketplace.orders.models import (
    Actor,
    DayProposal,
    Discount,
    Order,
    OrderEvent,
    OrderLine,
    OrderState,
    Purchase,
    Shipment,
)
from marketplace.orders.sorting import Listed, Sorting, list_sorted
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, ShopCode
from marketplace.payments.qris import HIGHEST
from marketplace.payments.shop_codes import list_usable
from marketplace.promotions.models import Payer
from marketplace.sellers.models import DeliveryKind, Membership, PickupPoint, Seller


@dataclass(frozen=True, slots=True)
class VoucherSum:
    """What one voucher took off, and who pays for it."""

    voucher: str
    payer: Payer
    sum: Money


OPEN_STATES = frozenset(OrderState) - {OrderState.COMPLETED, OrderState.CANCELLED}
AT_HAND = frozenset({OrderState.TO_CONFIRM, OrderState.PROCESSING, OrderState.SHIPPED})
"""While what is picked up, or brought by the shop, is not yet in its buyer's hands."""


def find_purchase(code: str) -> Purchase | None:
    """A purchase with everything that its page shows: orders, sellers, lines, pictures, parcels, events. Check who asks."""
    return _filled(db.session.scalar(_of_code(), {"code": code}))


def find_purchase_of(user: User, code: str) -> Purchase | None:
    """The same, if it is this person's."""
    return _filled(db.session.scalar(_of_code().where(Purchase.user_id == user.id), {"code": code}))


def list_purchases(user: User, after: str | None = None, limit: int = 20) -> list[Purchase]:
    """A person's purchases, newest first, with orders, sellers, lines and pictures."""
    query = (
        select(Purchase)
        .where(Purchase.user_id == user.id)
        .order_by(Purchase.id.desc())
        .limit(limit)
        .options(
            selectinload(Purchase.orders).options(joinedload(Order.seller, innerjoin=True), _lines()),
        )
    )
    if after:
        query = query.where(Purchase.id < select(Purchase.id).where(Purchase.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def list_discounts(orders: Collection[Order]) -> list[VoucherSum]:
    """What each voucher took off these orders together; nothing is asked where nothing was taken."""
    ids = [order.id for order in orders if order.discount_total]
    if not ids:
        return []
    query = (
        select(Discount.voucher, Discount.payer, func.sum(type_coerce(Discount.total, Integer)))
        .where(Discount.order_id.in_(ids))
        .group_by(Discount.voucher, Discount.payer)
        .order_by(Discount.voucher)
    )
    return [VoucherSum(voucher, payer, Money(int(sum_))) for voucher, payer, sum_ in db.session.execute(query)]


def list_taken_off(orders: Collection[Order]) -> dict[str, Money]:
    """The same, whoever pays for it: by the voucher's code."""
    sums: dict[str, Money] = {}
    for one in list_discounts(orders):
        sums[one.voucher] = sums.get(one.voucher, ZERO) + one.sum
    return sums


def find_order_of(seller: Seller, code: str) -> Order | None:
    """An order of this seller with purchase, lines, pictures, parcels and events."""
    query = _desk().options(_point(), _parcels(), selectinload(Order.proposals))
    return db.session.scalar(query.where(Order.code == code, Order.seller_id == seller.id))


def find_order(code: str) -> Order | None:
    """Any order, for operators; the same parts."""
    return db.session.scalar(
        _desk().options(_point(), _parcels(), selectinload(Order.proposals)).where(Order.code == code)
    )


def list_for_labels(seller: Seller, codes: Collection[str] = (), limit: int = 40) -> list[Order]:
    """A shop's orders with their parcels: these ones, or whatever wants to be sent, the next deadline first."""
    query = _desk().options(_point(), _parcels()).where(Order.seller_id == seller.id).limit(limit)
    wanted = Order.code.in_(codes) if codes else Order.state == OrderState.PROCESSING
    return list(db.session.scalars(query.where(wanted).order_by(Order.due_at, Order.id)))


def list_at_counter(seller: Seller, after: str | None = None, limit: int = 30) -> list[Order]:
    """What waits at a shop's counter to be picked up: its own orders, and those of others at points that it keeps. The
    longest waiting first; `after` is the code of the last row seen."""
    query = _desk().where(*_at_counter(seller)).order_by(Order.id).limit(limit)
    if after:
        query = query.where(Order.id > select(Order.id).where(Order.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def count_at_counter(seller: Seller) -> int:
    """How many wait there."""
    return db.session.scalar(select(func.count()).select_from(Order).where(*_at_counter(seller))) or 0


def find_at_counter(seller: Seller, code: str) -> Order | None:
    """One of them."""
    return db.session.scalar(_desk().where(Order.code == code, *_at_counter(seller)))


def _at_counter(seller: Seller) -> tuple[Any, ...]:
    kept = select(PickupPoint.id).where(PickupPoint.keeper_id == seller.id)
    own = and_(Order.seller_id == seller.id, Order.delivery == DeliveryKind.PICKUP)
    return Order.state == OrderState.SHIPPED, or_(own, Order.point_id.in_(kept))


def list_to_follow(before: datetime, limit: int = 20) -> list[Shipment]:
    """Parcels on the road that no courier was asked about since `before`, the longest unasked first."""
    return list(
        db.session.scalars(
            select(Shipment)
            .join(Order, Order.id == Shipment.order_id)
            .where(
                Shipment.delivered_at.is_(None),
                Shipment.number != "",
                Order.state.in_([OrderState.PROCESSING, OrderState.SHIPPED]),
                or_(Shipment.followed_at.is_(None), Shipment.followed_at < before),
            )
            .order_by(Shipment.followed_at.is_not(None), Shipment.followed_at, Shipment.id)
            .limit(limit)
        )
    )


def find_shipment(order: Order, code: str) -> Shipment | None:
    """A parcel of this order."""
    return db.session.scalar(select(Shipment).where(Shipment.order_id == order.id, Shipment.code == code))


def list_inbox(
    seller: Seller,
    states: Collection[OrderState] | None = None,
    after: str | None = None,
    limit: int = 30,
    sorting: Sorting = Sorting.DEADLINE,
    at: str = "",
) -> list[Listed]:
    """A seller's orders (`after` and `at`: see `sorting`). Unpaid ones only when asked for."""
    wanted = states or (frozenset(OrderState) - {OrderState.AWAITING_PAYMENT})
    where = [Order.seller_id == seller.id, Order.state.in_(wanted)]
    return list_sorted(_desk(), where, sorting, after, at, limit)


def count_by_state(seller: Seller) -> dict[OrderState, int]:
    """How many orders a seller has per state; every state is named."""
    counted = dict(
        db.session.execute(
            select(Order.state, func.count()).where(Order.seller_id == seller.id).group_by(Order.state)
        ).all()  # type: ignore[arg-type]
    )
    return {state: counted.get(state, 0) for state in OrderState}


def count_promised(seller: Seller, since: date, until: date) -> int:
    """How many open orders of a shop are promised for a day between these, both included."""
    is_open = Order.state.in_((OrderState.TO_CONFIRM, OrderState.PROCESSING))
    query = select(func.count(Order.id)).where(Order.seller_id == seller.id, is_open)
    return db.session.scalar(query.where(Order.ship_by.between(since, until))) or 0


def list_orders(
    states: Collection[OrderState] | None = None,
    words: str = "",
    after: str | None = None,
    limit: int = 50,
    payment: PaymentState | None = None,
    sorting: Sorting = Sorting.NEWEST,
    at: str = "",
) -> list[Listed]:
    """Every order, for operators (`after` and `at`: see `sorting`). `words`: a code, an e-mail address, a recipient or a
    shop's name; `payment`: the state of a payment of its purchase, or of its own balance."""
    where: list[ColumnElement[bool]] = []
    if states:
        where.append(Order.state.in_(states))
    if payment is not None:
        of_it = or_(Payment.order_code.is_(None), Payment.order_code == Order.code)
        of_purchase = Purchase.code == Payment.purchase_code
        where.append(Order.purchase.has(exists().where(of_purchase, of_it, Payment.state == payment)))
    words = tidy(words).casefold()
    if words:
        like = f"%{words.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        is_recipient = func.lower(Purchase.recipient).like(like, escape="!")
        of_buyer = Order.purchase.has(or_(Purchase.code == words, Purchase.email == words, is_recipient))
        of_shop = Order.seller.has(func.lower(Seller.name).like(like, escape="!"))
        where.append(or_(Order.code == words, of_buyer, of_shop))
    return list_sorted(_desk(), where, sorting, after, at, limit)


def list_overdue(limit: int = 50) -> list[Order]:
    """Orders whose deadline is behind us and that no sweep has moved yet; normally none for longer than a minute."""
    query = _desk().where(Order.due_at < clock.now()).order_by(Order.due_at, Order.id)
    return list(db.session.scalars(query.limit(limit)))


def list_codes_at_hand(orders: Collection[Order]) -> dict[int, ShopCode]:
    """The shops' own QRIS, by the order's id, for what is still to be paid at hand: not at galleries or by couriers, where
    somebody else hands it over, and not above what QRIS takes."""
    open_ = [
        one
        for one in orders
        if one.state in AT_HAND
        and one.purchase.payment_method is PaymentMethod.CASH
        and one.point_id is None
        and one.cod_service_id is None
        and ZERO < one.total <= HIGHEST
    ]
    codes = list_usable([one.seller_id for one in open_])
    return {one.id: codes[one.seller_id] for one in open_ if one.seller_id in codes}


def count_cancelled_by_clock(seller: Seller) -> int:
    """How many of a seller's orders were called off because the seller was silent."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(OrderEvent)
            .join(Order, Order.id == OrderEvent.order_id)
            .where(Order.seller_id == seller.id, OrderEvent.name == "cancel", OrderEvent.actor == Actor.SYSTEM)
        )
        or 0
    )


def _lines() -> selectinload:  # type: ignore[valid-type]
    return selectinload(Order.lines).joinedload(OrderLine.image)


def _point() -> joinedload:  # type: ignore[valid-type]
    return joinedload(Order.point).joinedload(PickupPoint.district)


def _parcels() -> selectinload:  # type: ignore[valid-type]
    return selectinload(Order.shipments).selectinload(Shipment.lines)


@cache
def _of_code() -> Any:
    return select(Purchase).where(Purchase.code == bindparam("code"))


@cache
def _parts() -> tuple[Any, dict[str, Any]]:
    """The orders of a purchase (`purchase`), and what each of them (`orders`) has, by the name of the list. Statements of
    their own, composed once: an eager load of a list costs three times as much."""
    seller = joinedload(Order.seller, innerjoin=True).joinedload(Seller.district).lazyload(District.regency)
    orders = (
        select(Order).where(Order.purchase_id == bindparam("purchase")).order_by(Order.id).options(seller, _point())
    )
    wanted: Any = bindparam("orders", expanding=True)
    return orders, {
        "lines": select(OrderLine).order_by(OrderLine.id).options(joinedload(OrderLine.image)).where(OrderLine.order_id.in_(wanted)),
        "shipments": select(Shipment).order_by(Shipment.id).options(selectinload(Shipment.lines)).where(Shipment.order_id.in_(wanted)),
        "events": select(OrderEvent).order_by(OrderEvent.id).where(OrderEvent.order_id.in_(wanted)),
        "proposals": select(DayProposal).order_by(DayProposal.id).where(DayProposal.order_id.in_(wanted)),
    }  # fmt: skip


BORN_WITH = frozenset({"lines", "events"})
"""What an order has before anybody works on it; nothing else is asked for while all of them wait to be paid."""


def _filled(purchase: Purchase | None) -> Purchase | None:
    if purchase is None:
        return None
    statement, parts = _parts()
    orders = db.session.scalars(statement, {"purchase": purchase.id}).unique().all()
    for order in orders:
        set_committed_value(order, "purchase", purchase)
    set_committed_value(purchase, "orders", list(orders))
    ids = {"orders": [order.id for order in orders]}
    is_begun = any(order.state is not OrderState.AWAITING_PAYMENT for order in orders)
    for name, part in parts.items():
        own: dict[int, list[Any]] = {order.id: [] for order in orders}
        for thing in db.session.scalars(part, ids) if is_begun or name in BORN_WITH else ():
            own[thing.order_id].append(thing)
        for order in orders:
            set_committed_value(order, name, own[order.id])
    return purchase


def _desk() -> Select[Order]:
    return select(Order).options(
        joinedload(Order.purchase, innerjoin=True),
        joinedload(Order.seller, innerjoin=True),
        _lines(),
        selectinload(Order.events),
    )


BOUGHT = (OrderState.DELIVERED, OrderState.COMPLETED)
BUYERS_MIN = 3
PIECES_MAX = 60


def list_bought_together(since: datetime) -> dict[int, list[int]]:
    """Product id → ids of products that the same people bought, the most often shared first; one query.

    Counted are orders placed after `since` that have arrived. A pair counts only with `BUYERS_MIN` different people, so
    that nobody's purchase can be read from it; a person is an e-mail address, whether signed in or not. Who works in the
    shop is not its buyer, and who bought more than `PIECES_MAX` different pieces (a reseller, an office) says nothing about
    what goes together.
    """
    person = func.lower(func.coalesce(User.email, Purchase.email))
    works_there = (
        select(Membership.id)
        .where(Membership.user_id == Purchase.user_id, Membership.seller_id == Order.seller_id)
        .exists()
    )
    bought = (
        select(person.label("person"), Variant.product_id)
        .select_from(Order)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .outerjoin(User, User.id == Purchase.user_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(Order.state.in_(BOUGHT), Order.created_at > since, ~works_there)
        .distinct()
        .cte("bought")
    )
    few = select(bought.c.person).group_by(bought.c.person).having(func.count() <= PIECES_MAX)
    one = select(bought).where(bought.c.person.in_(few)).cte("one")
    other = one.alias("other")
    pairs = (
        select(one.c.product_id, other.c.product_id, func.count())
        .join(other, (other.c.person == one.c.person) & (other.c.product_id != one.c.product_id))
        .group_by(one.c.product_id, other.c.product_id)
        .having(func.count() >= BUYERS_MIN)
    )
    found: dict[int, list[int]] = {}
    for product_id, other_id, _ in sorted(db.session.execute(pairs).tuples(), key=lambda row: (-row[2], -row[1])):
        found.setdefault(product_id, []).append(other_id)
    return found
