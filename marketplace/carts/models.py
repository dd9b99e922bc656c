"""Cart and CartLine. A cart belongs to a session (guest) or to a user, never to both."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Money, Quantity, code_of, db
from catalog.money import Money as MoneyValue
from catalog.products.models import Variant


class Cart(db.Model):
    __tablename__ = "carts"
    __table_args__ = (CheckConstraint("(user_id IS NULL) <> (session_id IS NULL)", name="owner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    lines: Mapped[list[CartLine]] = relationship(
        back_populates="cart", order_by="CartLine.id", cascade="all, delete-orphan", passive_deletes=True
    )


class CartLine(db.Model):
    """One variant in a cart. `seen_price` is the price when the buyer put it there, to announce a change."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity BETWEEN 1 AND 999", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    cart_id: Mapped[int] = mapped_column(ForeignKey("carts.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int] = mapped_column(Quantity, default=1)
    seen_price: Mapped[MoneyValue] = mapped_column(Money)
    added_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    cart: Mapped[Cart] = relationship(back_populates="lines")
    variant: Mapped[Variant] = relationship()
