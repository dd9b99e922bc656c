"""From which payment money of an order goes back. An order that was paid in two parts has its balance first, then what was
paid when it was ordered; each payment gives back at most what it took. Payments and order are locked by the caller."""

from __future__ import annotations

from sqlalchemy import exists, select

from catalog.db import db
from catalog.money import ZERO, Money
from marketplace.orders.models import Order, OrderState
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentState, Refund


def find_balance(order: Order) -> Payment | None:
    """The live balance payment of an order: asked for or paid."""
    if not order.balance:
        return None
    live = Payment.state.in_([PaymentState.PENDING, PaymentState.PAID])
    return db.session.scalar(select(Payment).where(Payment.order_code == order.code, live))


def surplus_back(order: Order, payment: Payment) -> Money:
    """The surplus of a transfer is the buyer's: it goes back with the last order, or the last piece, of the purchase."""
    kept = exists().where(
        Order.purchase_id == order.purchase_id, Order.state != OrderState.CANCELLED, Order.refunded < Order.total
    )
    return ZERO if db.session.scalar(select(kept)) else Money(payment.surplus)


def give_balance_back(order: Order, reason: str) -> None:
    """The order was called off: its balance is asked for no more, or goes back whole, with its surplus."""
    balance = find_balance(order)
    if balance is None or payments.cancel(balance):
        return
    payments.owe(balance, order.code, balance.due, reason)


def owe_for_return(
    order: Order, first: Payment, return_code: str, owed: Money, surplus: Money, reason: str
) -> list[Refund]:
    """`owed` for pieces of a return, and `surplus` of the first payment with the last piece of the purchase; the surplus
    of a balance goes back with the last piece of its order. One refund per payment comes back, one or two."""
    found = []
    balance = find_balance(order)
    if balance is not None and balance.state is PaymentState.PAID:
        part = min(owed, payments.left_of(balance) - Money(balance.surplus))
        extra = Money(balance.surplus) if order.refunded == order.total else ZERO
        if part + extra:
            found.append(payments.owe_for_return(balance, return_code, part + extra, reason))
        owed = owed - part
    if owed + surplus or not found:
        found.append(payments.owe_for_return(first, return_code, owed + surplus, reason))
    return found
