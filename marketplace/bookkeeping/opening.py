"""Booking what happened before there were books: a shop that is upgraded. Every step goes under the key that it would
have had, so that nothing is booked twice, however often this is repeated."""

from __future__ import annotations

from sqlalchemy import Integer as Whole
from sqlalchemy import select, type_coerce

from catalog.db import db
from marketplace.bookkeeping import books
from marketplace.ledger.models import Journal, Kind
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState

_ARRIVED = (OrderState.DELIVERED, OrderState.COMPLETED)


def open_books(limit: int = 100) -> int:
    """Book up to `limit` payments that came before there were books, and all about their orders; how many.

    Call it until it answers 0. It is quick where there is nothing to do.
    """
    is_cash = Payment.provider == PaymentMethod.CASH.value
    unbooked = (
        select(Order.id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(
            Purchase.code == Payment.purchase_code,
            type_coerce(Order.total, Whole) + type_coerce(Order.discount_total, Whole) > 0,
            ~select(Journal.id).where(Journal.order_code == Order.code).exists(),
        )
    )
    owed = select(Refund.id).where(Refund.order_code == Order.code)
    came = (Order.state != OrderState.CANCELLED) | owed.exists()
    late = select(Journal.id).where(Journal.key == "late:" + Payment.code)
    paid = Payment.state.in_([PaymentState.PAID, PaymentState.REFUNDED]) & (Payment.paid_at.is_not(None))
    query = select(Payment).where(
        (is_cash & unbooked.where(Order.state.in_(_ARRIVED)).exists())
        | (~is_cash & paid & unbooked.where(came).exists())
        | ((Payment.state == PaymentState.LATE) & ~late.exists())
    )
    payments = db.session.scalars(query.order_by(Payment.id).limit(limit)).all()
    for payment in payments:
        _book(payment)
    return len(payments)


def _book(payment: Payment) -> None:
    refunds = db.session.scalars(select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)).all()
    orders = db.session.scalars(
        select(Order)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(Purchase.code == payment.purchase_code)
        .order_by(Order.id)
    ).all()
    is_late = bool(refunds) and not any(one.order_code or one.return_code for one in refunds)
    if is_late:
        books.keep_late(payment)
    else:
        owed = {one.order_code for one in refunds}
        books.capture(payment, also=[one.id for one in orders if one.code in owed])
        for order in orders:
            if order.state in _ARRIVED:
                books.take_cash(order.id)
            kinds = {OrderState.COMPLETED: Kind.RELEASE, OrderState.CANCELLED: Kind.CANCEL}
            kind = kinds.get(order.state, Kind.REFUND)
            books.follow(order.id, kind, f"{kind}:{order.code}", payment.code)
        if refunds:
            books.give_surplus_of(payment, refunds)
    for refund in refunds:
        if refund.state is RefundState.SENT:
            books.send_back(refund)
