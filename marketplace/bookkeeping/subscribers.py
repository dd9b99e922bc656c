"""What the books hear: a purchase was placed, money came, an order moved, money goes back. Imported by the checkout, so
that nothing is bought unheard."""

from __future__ import annotations

from typing import Any

import structlog

from catalog.errors import Conflict
from catalog.money import Money
from marketplace.bookkeeping import books, disputes
from marketplace.bookkeeping.rates import freeze
from marketplace.ledger.models import Kind
from marketplace.ledger.services import is_booked
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.payments.models import Payment, Refund
from marketplace.payments.providers import Dispute
from marketplace.signals import (
    order_moved,
    order_placed,
    payment_came_extra,
    payment_came_late,
    payment_disputed,
    payment_settled,
    refund_owed,
    refund_sent,
)

log = structlog.get_logger("books")


@order_placed.connect
def freeze_terms(purchase: Purchase, **_: Any) -> None:
    freeze(purchase)


@payment_settled.connect
def capture(payment: Payment, **_: Any) -> None:
    books.capture(payment)


@payment_came_late.connect
@payment_came_extra.connect
def keep_late(payment: Payment, **_: Any) -> None:
    books.keep_late(payment)


@order_moved.connect
def follow(order: Order, event: str, **_: Any) -> None:
    if event == "deliver":
        books.take_cash(order.id)
    elif event == "complete":
        books.follow(order.id, Kind.RELEASE, f"release:{order.code}")
        disputes.follow_release(order)
    elif order.state is OrderState.CANCELLED:
        books.follow(order.id, Kind.CANCEL, f"cancel:{order.code}")


@refund_owed.connect
def give_back(refund: Refund, **_: Any) -> None:
    if refund.order_code is not None:  # pieces of a return are told by the returns, which know their order
        books.give_back_order(refund)


@refund_sent.connect
def send_back(refund: Refund, **_: Any) -> None:
    books.send_back(refund)


@payment_disputed.connect
def follow_dispute(payment: Payment, dispute: str, sum_: Money, **_: Any) -> None:
    """A message that was missed in between changes nothing, and a case that is decided stays so."""
    if payment.paid_at is None:
        return  # money that was never counted as paid
    if not is_booked(f"dispute:{payment.code}"):
        if not sum_:
            return  # it has gone back already: nothing can be taken
        disputes.open_case(payment, min(sum_, payment.due))
    try:
        if dispute == Dispute.WON:
            disputes.win_case(payment)
        elif dispute == Dispute.LOST:
            disputes.lose_case(payment)
    except Conflict:
        log.warning("a dispute was decided before", payment=payment.code, dispute=dispute)
