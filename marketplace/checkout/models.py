"""IdempotencyKey: which request has been carried out, and what came of it. Address: where a person has things sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog import clock
from catalog.db import Code, Instant, Model, code_of


class IdempotencyKey(Model):
    """Written in the transaction of the purchase that it made. `scope` is the cart; `digest` is of what was asked."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    purchase_code: Mapped[str] = mapped_column(ForeignKey("purchases.code"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class Address(Model):
    """One address of a person's book. A purchase takes a copy: changing the book changes no order."""

    __tablename__ = "addresses"
    __table_args__ = (
        Index(
            "uq_addresses_default",
            "user_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    label: Mapped[str] = mapped_column(String(40), default="")
    """What the person calls it: home, the office, mother."""
    recipient: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    place_code: Mapped[str] = mapped_column(String(13))
    """Village or district code."""
    place_name: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str] = mapped_column(String(5))
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class CashBuyer(Model):
    """A name of somebody who buys in cash (a hash), for the one purpose of being held while another purchase is placed."""

    __tablename__ = "cash_buyers"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    held_at: Mapped[datetime] = mapped_column(Instant)


class CashPromise(Model):
    """Who has promised to pay a purchase in cash: a row per name (account, mail, telephone), as a hash."""

    __tablename__ = "cash_promises"

    person: Mapped[str] = mapped_column(String(64), primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"), primary_key=True, index=True)
