"""A buyer who would like to cancel what is being prepared already: asked once, answered by a deadline."""

from __future__ import annotations

from datetime import timedelta

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.services import hold, set_timer, tell
from marketplace.orders.spans import spans
from marketplace.signals import order_moved

WISHED = N_("The buyer wished to cancel.")
"""The reason of an order that a shop calls off because its buyer wishes it."""


def may_ask(order: Order) -> bool:
    """Whether the buyer may ask to cancel: it is being prepared, nothing has left, and it was not asked before."""
    being_made = order.state is OrderState.PROCESSING and not order.waits_for_balance
    return being_made and not order.is_partly_sent and order.cancel_asked_at is None


def ask_to_cancel(order: Order, reason: str, user: User | None = None) -> Order:
    """The buyer asks; the seller answers within some hours, else it is cancelled (made to order: an operator looks)."""
    order, _ = hold(order)
    if order.cancel_asked_at is not None:
        raise Conflict(N_("You have asked before. Please write to the seller or to us."))
    if not may_ask(order):
        raise Conflict(N_("This order cannot be cancelled any more. When it has arrived, you can return it."))
    order.cancel_asked_at = clock.now()
    order.cancel_wish = tidy(reason)[:300]
    by = clock.after(timedelta(hours=spans().cancel_answer_hours))
    order.due_at = by if order.due_at is None else min(order.due_at, by)
    tell(order, "wish", Actor.BUYER, user, order.cancel_wish)
    db.session.flush()
    order_moved.send(order, event="wish")
    return order


def keep_on(order: Order, actor: Actor, reason: str, user: User | None = None) -> Order:
    """The seller (or an operator) goes on with it and says why (Invalid, field `reason`). To agree is to cancel."""
    if actor not in (Actor.SELLER, Actor.OPERATOR):
        raise Forbidden(N_("You may not do this."))
    reason = tidy(reason)[:300]
    if len(reason) < 3:
        raise Invalid(N_("Write for the buyer why the order goes on."), field="reason")
    order, _ = hold(order)
    if not order.is_unwanted or order.state is not OrderState.PROCESSING:
        raise Conflict(N_("Nobody waits for an answer about this order."))
    order.cancel_answered_at = clock.now()
    set_timer(order, None)
    tell(order, "keep", actor, user, reason)
    db.session.flush()
    order_moved.send(order, event="keep")
    return order
