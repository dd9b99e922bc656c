"""The day for which an order is promised, by the calendar of its shop."""

from __future__ import annotations

from datetime import date

from catalog import clock
from catalog.db import db
from catalog.inventory.workdays import Calendar
from marketplace.orders.models import Order


def promise(order: Order) -> date:
    """The day on which it is handed over when its days begin today: with the payment, or with an order in cash."""
    return calendar_of(order).add(clock.today(), max((line.days for line in order.lines), default=0))


def calendar_of(order: Order) -> Calendar:
    """The working days of its seller. Reading them writes nothing of the step that is being made."""
    with db.session.no_autoflush:
        return order.seller.calendar
