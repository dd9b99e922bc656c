"""Moving orders along their table. Every step locks first (payments, then orders, then stock, each in id order),
writes an event, sets the next deadline and announces itself. A step taken twice is refused the second time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Forbidden, Invalid
from catalog.inventory import holds, promises
from catalog.inventory import services as inventory
from catalog.money import ZERO, Money, total
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.orders import parcels
from marketplace.orders.access import pickup_code_fits
from marketplace.orders.models import Actor, DayAnswer, DayProposal, Order, OrderEvent, OrderState, Purchase, Shipment
from marketplace.orders.promises import calendar_of, promise
from marketplace.orders.refunding import find_balance, give_balance_back, surplus_back
from marketplace.orders.reminders import reminder
from marketplace.orders.spans import end_of, end_of_waiting, spans
from marketplace.orders.states import ORDER, TERMINAL, check, keeps
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Purpose
from marketplace.promotions import services as promotions
from marketplace.shipping.courier import TrackingEvent, TrackingState
from marketplace.signals import order_moved, shipment_sent

NOT_PAID = N_("It was not paid in time.")
NOT_CONFIRMED = N_("The seller did not answer in time.")
WISH_UNANSWERED = N_("The buyer wished to cancel, and the seller did not answer in time.")
NOT_SHIPPED = N_("The seller did not send it in time.")
MOST_SCANS = 40
BALANCE_NOT_PAID = N_("The balance was not paid in time.")
NOT_COLLECTED = N_("It was not collected or accepted in time.")


_events: Any = OrderEvent.__table__
_EVENTS = insert(_events)


def begin(purchase: Purchase) -> None:
    """Set the clocks of a purchase that has just been placed; what waits to be paid was born with its deadline."""
    for order in purchase.orders:
        if order.state is OrderState.TO_CONFIRM:
            order.ship_by = promise(order)
            set_timer(order, None)
    told = {"name": "place", "actor": Actor.BUYER, "actor_user_id": purchase.user_id}
    db.session.execute(_EVENTS, [{"order_id": order.id, **told} for order in purchase.orders])


def confirm(order: Order, actor: Actor, user: User | None = None) -> Order:
    """The seller takes the order on. A cash order's pieces leave the stock now."""
    order, _ = hold(order)
    _move(order, "confirm", actor, user)
    return order


def ship(
    order: Order,
    actor: Actor,
    courier: str = "",
    number: str = "",
    user: User | None = None,
    pieces: Mapping[str, int] | None = None,
) -> Order:
    """Handed over to the courier, ready at the workshop, or on the seller's own way; confirms first if need be.

    `pieces` says how many of each line (by code) lie in this parcel, everything that is left unless told; the order is
    shipped with its last piece. A courier delivery needs `courier` and `number`: Several/Invalid name the field, and
    `pieces-<code>` a line of which there are not so many left.
    """
    order, _ = hold(order)
    label = parcels.read_label(order.delivery, courier, number, order.cod_service)
    if order.state is OrderState.TO_CONFIRM:
        _move(order, "confirm", actor, user, is_passing=True)
    if not ORDER.may(order.state, "ship", actor):
        ORDER.apply(order, "ship", actor)  # says why not
    check(order, "ship", actor)
    if order.is_unwanted:
        order.cancel_answered_at = clock.now()  # it is on its way: that is an answer
    shipment = parcels.pack(order, pieces, label)
    if any(line.left for line in order.lines):
        set_timer(order, None)
        tell(order, "parcel", actor, user, label.text)
        db.session.flush()
    else:
        _move(order, "ship", actor, user, note=label.text)
    shipment_sent.send(shipment)
    return order


def relabel(shipment: Shipment, courier: str, number: str) -> Shipment:
    """Correct the courier or the number of a parcel that has not arrived; a slip of the pen on the receipt."""
    order, _ = hold(shipment.order)
    if shipment.delivered_at is not None or order.state in TERMINAL:
        raise Conflict(N_("This parcel has arrived already."))
    label = parcels.read_label(order.delivery, courier, number, order.cod_service)
    shipment.courier, shipment.number = label.courier, label.number
    db.session.flush()
    return shipment


def receive(shipment: Shipment, actor: Actor, user: User | None = None) -> Order:
    """One parcel has arrived; the order has when nothing of it is left at the workshop or on the road."""
    order, payment = hold(shipment.order)
    if not (ORDER.may(order.state, "deliver") or order.is_partly_sent):
        ORDER.apply(order, "deliver")  # says why not
    if actor is Actor.SELLER and order.is_collected:
        raise Forbidden(N_("Ask the buyer for the pick-up code and type it in."))
    check(order, "deliver", actor)
    parcels.arrive(shipment)
    if order.state is OrderState.SHIPPED and parcels.is_all_there(order):
        _move(order, "deliver", actor, user)
        _close_cash(order.purchase_id, payment)
    else:
        tell(order, "arrive", actor, user, f"{shipment.courier} {shipment.number}".strip())
        db.session.flush()
    return order


def follow(shipment: Shipment, events: Sequence[TrackingEvent]) -> None:
    """Write down what the courier says of a parcel; where it says that the parcel has arrived, it has.

    An empty answer only notes that the courier was asked: what was known stays.
    """
    shipment.followed_at = clock.now()
    if events:
        shipment.scans = [{"at": one.at.isoformat(), "text": one.text} for one in events[-MOST_SCANS:]]
    db.session.flush()
    has_arrived = bool(events) and events[-1].state is TrackingState.DELIVERED
    if has_arrived and shipment.delivered_at is None and shipment.order.state not in TERMINAL:
        receive(shipment, Actor.SYSTEM)


def mark_delivered(order: Order, actor: Actor, user: User | None = None, note: str = "") -> Order:
    """It has arrived. Cash has been paid when every order of the purchase has arrived or was cancelled. `note` is a
    word of the house on how it was paid at hand."""
    if actor is Actor.SELLER and order.is_collected:
        raise Forbidden(N_("Ask the buyer for the pick-up code and type it in."))
    return _deliver(order, actor, user, note)


def hand_out(order: Order, code: str, secret: str, user: User | None = None, note: str = "") -> Order:
    """The buyer has come for it and shown the pick-up code; Invalid (field `code`) for any other.

    Whoever calls this limits how often a code is tried.
    """
    if not order.is_collected:
        raise Conflict(N_("This order is not picked up."))
    if not pickup_code_fits(secret, order.code, code):
        raise Invalid(N_("This is not the pick-up code of this order. It has six letters and digits."), field="code")
    return _deliver(order, Actor.SELLER, user, note)


def _deliver(order: Order, actor: Actor, user: User | None, note: str = "") -> Order:
    order, payment = hold(order)
    _move(order, "deliver", actor, user, note)
    _close_cash(order.purchase_id, payment)
    return order


def complete(order: Order, actor: Actor, user: User | None = None) -> Order:
    """Received and all well; arrives first if need be."""
    order, payment = hold(order)
    if order.state is OrderState.SHIPPED:
        _move(order, "deliver", actor, user, is_passing=True)
        _close_cash(order.purchase_id, payment)
    _move(order, "complete", actor, user)
    return order


def cancel(
    order: Order,
    actor: Actor,
    reason: str,
    user: User | None = None,
    *,
    goods_back: bool = True,
    most: Money | None = None,
) -> Order:
    """Call one order off; the others of the purchase go on.

    Of a deposit stays with the shop what `states.keeps` says; Conflict when that is more than `most`, which was shown.
    What it held is free again and what was sold returns to the stock (unless `goods_back` is false: a lost parcel).
    Money already paid for it is owed back; money not yet paid is no longer asked for. Sellers and operators give a
    reason (Invalid, field `reason`).
    """
    reason = tidy(reason)[:300]
    if actor in (Actor.SELLER, Actor.OPERATOR) and len(reason) < 3:
        raise Invalid(N_("Write for the buyer why the order is cancelled."), field="reason")
    order, payment = hold(order)
    if most is not None and keeps(order, actor) > most:
        raise Conflict(N_("The order has moved on since you looked, and other rules hold now. Please look again."))
    _cancel(order, payment, actor, reason, user, goods_back)
    return order


def open_moves(order: Order, actor: Actor) -> list[str]:
    """The names of the transitions that `actor` could make now, guards included (see `states.ORDER`)."""
    moves = []
    for name in ORDER.open_from(order.state, actor):
        try:
            check(order, name, actor)
        except DomainError:
            continue
        moves.append(name)
    return moves


def receive_payment(payment: Payment) -> None:
    """A payment has been settled: its waiting orders go to their sellers and their pieces are sold."""
    orders = [one for one in orders_of(payment.purchase_code) if one.state is OrderState.AWAITING_PAYMENT]
    _line_up(orders)
    for order in orders:
        _move(order, "pay", Actor.SYSTEM, None)


def sweep_due(now: datetime | None = None, limit: int = 20) -> int:
    """Do what is due on up to `limit` purchases; how many orders moved. Call it until it answers 0.

    Two sweepers at once share the work; what a person moved meanwhile is left alone.
    """
    now = now or clock.now()
    codes = db.session.scalars(
        select(Purchase.code)
        .join(Order, Order.purchase_id == Purchase.id)
        .where(Order.due_at <= now)
        .order_by(Order.due_at, Order.id)
        .limit(limit)
    ).all()
    newest = payments.hold_free(codes)
    due: list[tuple[Order, Payment]] = []
    for code in sorted(newest):
        due.extend((one, newest[code]) for one in orders_of(code) if one.due_at is not None and one.due_at <= now)
    _line_up([order for order, _ in due])
    if any(order.discount_total for order, _ in due):
        promotions.line_up(newest)
    moved = 0
    for order, payment in due:
        if order.due_at is not None and order.due_at <= now:  # cancelling a sibling may have moved it already
            _do_what_is_due(order, payment)
            moved += 1
    db.session.flush()
    return moved


def _do_what_is_due(order: Order, payment: Payment) -> None:
    waits_for_cash = order.purchase.payment_method is PaymentMethod.CASH and order.cod_service_id is None
    later = payments.looked_at_until(asked := find_balance(order) if order.waits_for_balance else payment)
    match order.state:
        case OrderState.AWAITING_PAYMENT | OrderState.PROCESSING if later is not None:
            order.due_at = later
        case OrderState.AWAITING_PAYMENT:
            payments.expire(payment)
            _move(order, "expire", Actor.SYSTEM, None, note=NOT_PAID)
        case OrderState.TO_CONFIRM:
            _cancel(order, payment, Actor.SYSTEM, NOT_CONFIRMED, None)
        case OrderState.PROCESSING if order.waits_for_balance:
            if asked is not None:
                payments.expire(asked)
            _cancel(order, payment, Actor.SYSTEM, BALANCE_NOT_PAID, None)
        case OrderState.PROCESSING if order.is_unwanted and _is_work(order) and not _was_told(order, "unanswered"):
            # Silence does not throw away weeks of work: an operator looks at it.
            set_timer(order, None)
            tell(order, "unanswered", Actor.SYSTEM, None, "")
            order_moved.send(order, event="wish_unanswered")
        case OrderState.PROCESSING if order.is_partly_sent:
            # Half an order cannot be taken back by the clock: the shop is reminded, then an operator looks at it.
            set_timer(order, None)
            if is_new := not _was_told(order, "late"):
                tell(order, "late", Actor.SYSTEM, None, "")
            order_moved.send(order, event="late" if is_new else "rest_unsent")
        case OrderState.PROCESSING:
            _cancel(order, payment, Actor.SYSTEM, WISH_UNANSWERED if order.is_unwanted else NOT_SHIPPED, None)
        case OrderState.SHIPPED if waits_for_cash:
            _cancel(order, payment, Actor.SYSTEM, NOT_COLLECTED, None)
        case OrderState.SHIPPED:
            _deliver(order, Actor.SYSTEM, None)
        case OrderState.DELIVERED if order.open_returns:
            set_timer(order, None)  # it is completed when its returns are over
        case OrderState.DELIVERED:
            _move(order, "complete", Actor.SYSTEM, None)
        case _:
            raise RuntimeError(f"order {order.code} is over and yet has a deadline")


def _is_work(order: Order) -> bool:
    return any(line.is_made_to_order for line in order.lines)


def _was_told(order: Order, name: str) -> bool:
    return any(event.name == name for event in order.events)


def _cancel(
    order: Order, payment: Payment, actor: Actor, reason: str, user: User | None, goods_back: bool = True
) -> None:
    under_way = order.state is OrderState.SHIPPED or order.is_partly_sent
    kept = keeps(order, actor)
    goods_back = goods_back or not under_way
    _move(order, "fail" if under_way else "cancel", actor, user, note=reason, goods_back=goods_back, kept=kept)
    give_balance_back(order, reason)
    siblings = orders_of(payment.purchase_code)
    left = [one for one in siblings if one.state is not OrderState.CANCELLED]
    payment = payments.hold(payment)
    if payment.state is PaymentState.PENDING:
        if not left:
            payments.cancel(payment)
        else:
            asked = payments.ask_less(payment, total(one.due_first for one in left))
            _close_cash(order.purchase_id, asked)
            if asked.provider == PaymentMethod.NOTHING.value:
                payments.settle(asked)
    elif payment.state is PaymentState.PAID:
        owed = order.due_first - order.kept + surplus_back(order, payment)
        if owed:
            payments.owe(payment, order.code, owed, reason)


def _move(
    order: Order,
    name: str,
    actor: Actor,
    user: User | None,
    note: str = "",
    goods_back: bool = True,
    kept: Money = ZERO,
    is_passing: bool = False,
) -> None:
    if ORDER.may(order.state, name, actor):
        check(order, name, actor)
    ORDER.apply(order, name, actor)
    if name == "pay":
        order.ship_by = promise(order)
    elif name == "deliver":
        parcels.arrive_all(order)
    set_timer(order, None)
    if name not in ("pay", "confirm"):
        close_question(order)
    if name in ("pay", "confirm"):
        inventory.consume(order.code)
    elif order.state is OrderState.CANCELLED:
        order.cancel_reason, order.kept = note, kept
        inventory.release(order.code)
        if goods_back:
            inventory.put_back(order.code)
        promises.release(order.code)
        if order.discount_total:
            promotions.give_back(order.purchase.code, _shares(order))
    tell(order, name, actor, user, note)
    db.session.flush()
    order_moved.send(order, event=name, actor=actor, is_passing=is_passing)


def _shares(order: Order) -> dict[str, Money]:
    """What each voucher took off this order."""
    sums: dict[str, Money] = {}
    for one in order.discounts:
        sums[one.voucher] = sums.get(one.voucher, ZERO) + one.total
    return sums


def close_question(order: Order) -> None:
    """The order has moved on: whatever day was proposed for it need not be answered any more."""
    db.session.execute(
        update(DayProposal)
        .where(DayProposal.order_id == order.id, DayProposal.answered_at.is_(None))
        .values(answer=DayAnswer.LAPSED, answered_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(order, ["proposals"])


def set_timer(order: Order, payment: Payment | None) -> None:
    """The next deadline, and when somebody is reminded of it; `payment` is the one that it waits for. Working days of the
    seller's are those on which this very seller works."""
    now, today, span = clock.now(), clock.today(), spans()
    due = None
    if payment is not None and (order.state is OrderState.AWAITING_PAYMENT or order.waits_for_balance):
        due = end_of_waiting(payment.provider, payment.expires_at or now)
    elif order.state is OrderState.TO_CONFIRM:
        due = end_of(calendar_of(order).add(today, span.confirm_working_days))
    elif order.state is OrderState.PROCESSING:
        due = end_of(calendar_of(order).add(max(order.ship_by or today, today), span.ship_grace_working_days))
    elif order.state is OrderState.SHIPPED:
        due = now + timedelta(days=span.delivery_days)
    elif order.state is OrderState.DELIVERED:
        due = now + timedelta(days=span.complete_days)
    order.due_at = due
    order.remind_at = reminder(order)


def tell(order: Order, name: str, actor: Actor, user: User | None, note: str) -> None:
    event = OrderEvent(name=name, actor=actor, actor_user_id=user.id if user else None, note=note, order_id=order.id)
    db.session.add(event)


def hold(order: Order) -> tuple[Order, Payment]:
    """The order as it is now and the newest payment of its purchase (no balance), rows locked in the house's order."""
    code = db.session.scalar(select(Purchase.code).where(Purchase.id == order.purchase_id))
    held = db.session.scalars(
        lock(select(Payment).where(Payment.purchase_code == code).order_by(Payment.id)).execution_options(
            populate_existing=True
        )
    ).all()
    own = [one for one in held if one.order_code is None and one.purpose is not Purpose.EXTRA]
    if not own:
        raise Conflict(N_("This order cannot be changed: it has no payment."))
    fresh = db.session.scalars(
        lock(select(Order).where(Order.id == order.id))
        .options(selectinload(Order.lines))
        .execution_options(populate_existing=True)
    ).one()
    return fresh, own[-1]


def orders_of(purchase_code: str) -> Sequence[Order]:
    """Every order of a purchase, locked in id order, with purchase and lines."""
    return db.session.scalars(
        select(Order)
        .join(Order.purchase)
        .where(Purchase.code == purchase_code)
        .order_by(Order.id)
        .options(joinedload(Order.purchase, innerjoin=True), selectinload(Order.lines))
        .with_for_update(of=Order)
        .execution_options(populate_existing=True)
    ).all()


def _line_up(orders: Sequence[Order]) -> None:
    if len(orders) > 1:
        holds.line_up([line.variant_id for order in orders for line in order.lines])
        promises.line_up([order.code for order in orders])


def _close_cash(purchase_id: int, payment: Payment) -> None:
    """Cash is in when nothing of the purchase is still under way and something has arrived."""
    if payment.provider != PaymentMethod.CASH.value or payment.state is not PaymentState.PENDING:
        return
    states = set(db.session.scalars(select(Order.state).where(Order.purchase_id == purchase_id)))
    over = {OrderState.DELIVERED, OrderState.COMPLETED, OrderState.CANCELLED}
    if states <= over and states != {OrderState.CANCELLED}:
        payments.settle(payment)
