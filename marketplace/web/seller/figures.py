"""Numbers that a shop compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from catalog import clock
from catalog.db import db
from catalog.money import Money
from marketplace.orders.models import Order, OrderState
from marketplace.sellers.models import Seller

WEEKS = 8


@dataclass(frozen=True)
class Sales:
    """What was sold per week, oldest first, in rupiah without shipping; the last one is the running week."""

    bars: list[int]
    orders: int

    @property
    def total(self) -> Money:
        return Money(sum(self.bars))

    @property
    def this_week(self) -> Money:
        return Money(self.bars[-1])

    @property
    def last_week(self) -> Money:
        return Money(self.bars[-2])


def sales_by_week(shop: Seller, weeks: int = WEEKS) -> Sales:
    """Orders that were paid for (or promised in cash) and not called off, by the Monday of their week."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    since = clock.start_of(monday)
    rows = db.session.execute(
        select(Order.created_at, Order.items_total).where(
            Order.seller_id == shop.id,
            Order.created_at >= since,
            Order.state.not_in([OrderState.CANCELLED, OrderState.AWAITING_PAYMENT]),
        )
    ).all()
    bars = [0] * weeks
    for created_at, total in rows:
        place = (created_at.astimezone(clock.WIB).date() - monday).days // 7
        bars[min(place, weeks - 1)] += total.rupiah
    return Sales(bars, len(rows))
