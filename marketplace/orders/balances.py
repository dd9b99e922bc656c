"""The second half of an order that was begun with a deposit: ready, balance asked for, paid, or not paid in time.

The seller says that the pieces are ready, with a photo that the buyer sees; the balance is asked for at once, with a
deadline and one reminder. When it is paid the shop has some working days to send them. When it is not, the order is
called off by the clock, and of the deposit stays what was agreed (`states.keeps`).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, Invalid
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.orders.models import Actor, Order, OrderState, ProgressPhoto
from marketplace.orders.services import close_question, hold, orders_of, set_timer, tell
from marketplace.orders.spans import spans
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Purpose
from marketplace.signals import order_moved


def may_be_ready(order: Order) -> bool:
    """Whether the seller has still to say that what was ordered with a deposit is ready."""
    return order.state is OrderState.PROCESSING and order.owes_balance and order.ready_at is None


def finish(order: Order, user: User | None = None) -> Payment:
    """The seller says that it is ready: the balance is asked for. Invalid (field `photo`) without a photo of the work;
    Conflict where no balance is owed, or the buyer waits for another answer."""
    order, _ = hold(order)
    if not may_be_ready(order):
        raise Conflict(N_("No balance is to be asked for at the moment."))
    if order.is_unwanted:
        raise Conflict(N_("The buyer has asked to cancel. Please answer that first."))
    if not db.session.scalar(select(func.count()).where(ProgressPhoto.order_id == order.id)):
        raise Invalid(N_("Add a photo of the finished piece, so that the buyer sees it."), field="photo")
    until = clock.after(timedelta(days=spans().balance_days))
    order.ready_at = clock.now()
    payment = payments.start(
        order.purchase.code, order.purchase.payment_method, order.balance, until, Purpose.BALANCE, order.code
    )
    close_question(order)
    set_timer(order, payment)
    tell(order, "ready", Actor.SELLER, user, "")
    db.session.flush()
    order_moved.send(order, event="ready")
    return payment


def receive_balance(payment: Payment) -> None:
    """The balance of an order has been paid: it may be sent. Its siblings are not touched."""
    order = next(one for one in orders_of(payment.purchase_code) if one.code == payment.order_code)
    if not order.waits_for_balance:
        raise RuntimeError(f"order {order.code} has been paid a balance that it does not wait for")
    soon = order.seller.calendar.add(clock.today(), spans().send_working_days)
    order.balance_paid_at = clock.now()
    order.ship_by = max(order.ship_by or soon, soon)
    set_timer(order, None)
    tell(order, "balance", Actor.SYSTEM, None, "")
    db.session.flush()
    order_moved.send(order, event="balance")
