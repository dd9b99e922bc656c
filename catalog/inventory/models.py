"""Stock, StockMovement and Reservation of what is ready; Pace, Capacity and Booking of what is made to order.

Law L1: `on_hand` equals the sum of the movements, and 0 ≤ reserved ≤ on_hand; `reserved` equals the sum of the open
reservations, `held` that of the holds, and both together never pass on_hand. Levels change by conditional UPDATE only, so that two buyers can never be promised one piece.

Law L8: `booked` equals the sum of the open bookings of its month, and 0 ≤ booked ≤ pieces; see `promises`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Quantity, choice, code_of
from catalog.makers.models import Maker
from catalog.products.models import Variant

PLENTY = 10
"""From so many free pieces on, nobody is told how many there are: what moves above it changes no page."""


class Stock(Model):
    """The level of one ready-made variant."""

    __tablename__ = "stocks"
    __table_args__ = (
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="level"),
        CheckConstraint("held >= 0 AND reserved + held <= on_hand", name="held"),
    )

    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(Quantity, default=0)
    reserved: Mapped[int] = mapped_column(Quantity, default=0)
    held: Mapped[int] = mapped_column(Quantity, default=0, server_default="0")
    """Kept for buyers who are at the checkout just now. Pages still show these as there: mostly they come free again."""

    variant: Mapped[Variant] = relationship()

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class MovementKind(StrEnum):
    OPENING = "opening"
    ADJUSTED = "adjusted"
    SOLD = "sold"
    RETURNED = "returned"


class StockMovement(Model):
    """Why a level moved; append-only. `reference` names the order, import or person's note behind it."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity"),
        Index("ix_stock_movements_reference", "reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    kind: Mapped[MovementKind] = mapped_column(choice(MovementKind, "kind"))
    quantity: Mapped[int] = mapped_column(Quantity)
    reference: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class Reservation(Model):
    """Pieces held for one order line until it is paid, given up or expired. Open while `closed_at` is empty."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_reservations_open", "closed_at", "expires_at"),
        Index(
            "uq_reservations_open",
            "reference",
            "variant_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    reference: Mapped[str] = mapped_column(String(80), index=True)
    """The code of the order that holds it."""
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class Hold(Model):
    """Pieces kept for a few minutes for a buyer at the checkout (`reference`: the cart's code). Gone when let go."""

    __tablename__ = "holds"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    reference: Mapped[str] = mapped_column(String(80), primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class HeldDay(Model):
    """Places in a maker's queue kept for a few minutes for a buyer at the checkout, as a `Hold` keeps pieces. No counter
    knows of them: what has run out counts no more."""

    __tablename__ = "held_days"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_held_days_queue", "maker_id", "expires_at"),
    )

    reference: Mapped[str] = mapped_column(String(80), primary_key=True)
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    quantity: Mapped[int] = mapped_column(Quantity)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Pace(Model):
    """How many made-to-order pieces a maker finishes in an ordinary month. A maker without one takes on any number."""

    __tablename__ = "paces"
    __table_args__ = (CheckConstraint("pieces BETWEEN 1 AND 999", name="pieces"),)

    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), primary_key=True)
    pieces: Mapped[int]

    maker: Mapped[Maker] = relationship()


class Capacity(Model):
    """One month of a maker with a pace: how many pieces can be finished and how many are promised.

    `month` is its first day. An exception was stated for this very month (a feast, a helping hand) and stays when the
    pace changes.
    """

    __tablename__ = "capacities"
    __table_args__ = (
        CheckConstraint("pieces BETWEEN 0 AND 999", name="pieces"),
        CheckConstraint("booked >= 0 AND booked <= pieces", name="booked"),
    )

    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    pieces: Mapped[int]
    booked: Mapped[int] = mapped_column(default=0)
    is_exception: Mapped[bool] = mapped_column(default=False)


class Booking(Model):
    """Pieces of one order that a maker has promised for one day. Open while `closed_at` is empty."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_bookings_queue", "maker_id", "closed_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    reference: Mapped[str] = mapped_column(String(80), index=True)
    """The code of the order that it is made for."""
    due_on: Mapped[date]
    quantity: Mapped[int] = mapped_column(Quantity)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
