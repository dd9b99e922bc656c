"""Law L8: what a maker's month has promised is what buyers wait for, and never more than it holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Integer, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased

from catalog.inventory.models import Booking, Capacity
from catalog.makers.models import Maker
from marketplace.orders.breaches import Law
from marketplace.orders.models import Order, OrderState


def queues() -> list[Law]:
    """What is broken of L8."""
    after = aliased(Capacity)
    following = (
        select(func.min(after.month))
        .where(after.maker_id == Capacity.maker_id, after.month > Capacity.month)
        .correlate(Capacity)
        .scalar_subquery()
    )
    promised = (
        select(func.coalesce(func.sum(type_coerce(Booking.quantity, Integer)), 0))
        .where(
            Booking.maker_id == Capacity.maker_id,
            Booking.closed_at.is_(None),
            Booking.due_on >= Capacity.month,
            Booking.due_on < func.coalesce(following, literal(date.max)),
        )
        .correlate(Capacity)
        .scalar_subquery()
    )
    return [
        (
            "L8",
            "a maker's month has promised what buyers wait for, and never more than it holds",
            select(Maker.code)
            .join(Capacity, Capacity.maker_id == Maker.id)
            .where(or_(Capacity.booked != promised, Capacity.booked > Capacity.pieces)),
        ),
        (
            "L8",
            "nothing is made for an order that was called off",
            select(Booking.code)
            .join(Order, Order.code == Booking.reference)
            .where(Booking.closed_at.is_(None), Order.state == OrderState.CANCELLED),
        ),
    ]
