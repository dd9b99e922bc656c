"""Reminding once, before a deadline does something: of an order to be accepted, sent or picked up, of a balance to be
paid, of a parcel nobody has seen."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from catalog import clock
from catalog.db import change, db
from marketplace.orders.models import Order, OrderState
from marketplace.orders.spans import end_of, spans
from marketplace.sellers.models import DeliveryKind
from marketplace.signals import order_moved


def reminder(order: Order) -> datetime | None:
    """When somebody is reminded of the state that an order has just come into: half-way to the answer or to the last day
    of picking it up, at the beginning of the promised day (half-way where that is past), and when a courier should have
    been heard of."""
    now = clock.now()
    if order.due_at is None or order.is_partly_sent:
        return None
    half = now + (order.due_at - now) / 2
    if order.waits_for_balance:
        return half
    if order.state is OrderState.TO_CONFIRM or (order.state is OrderState.SHIPPED and order.is_collected):
        return half
    if order.state is OrderState.PROCESSING:
        morning = end_of(order.ship_by - timedelta(days=1)) if order.ship_by else half
        return morning if morning > now else half
    if order.state is OrderState.SHIPPED and order.delivery is DeliveryKind.COURIER:
        return now + timedelta(days=spans().unseen_days)
    return None


def sweep_reminders(now: datetime | None = None, limit: int = 50) -> int:
    """Remind of up to `limit` orders, each once however many sweepers there are; how many were looked at."""
    now = now or clock.now()
    due = db.session.scalars(
        select(Order).where(Order.remind_at <= now).order_by(Order.remind_at, Order.id).limit(limit)
    ).all()
    for order in due:
        first = update(Order).where(Order.id == order.id, Order.remind_at <= now)
        if not change(first.values(remind_at=None)):
            continue
        db.session.refresh(order, ["remind_at", "state", "ready_at", "balance_paid_at"])
        if order.waits_for_balance:
            order_moved.send(order, event="remind_balance")
        elif order.state in (OrderState.TO_CONFIRM, OrderState.PROCESSING):
            order_moved.send(order, event="remind")
        elif order.state is OrderState.SHIPPED and order.is_collected:
            order_moved.send(order, event="remind_pickup")
        elif order.state is OrderState.SHIPPED and not any(one.scans or one.delivered_at for one in order.shipments):
            order_moved.send(order, event="unseen")
    return len(due)
