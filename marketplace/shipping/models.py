"""CourierService, ShippingRate, RateImport and KeptQuote: couriers are data, not code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, code_of
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.sellers.models import Seller


class CourierService(Model):
    """Chargeable weight = max(actual, l·w·h / divisor), at least `minimum`, in steps of `step` grams.

    A remainder of at most `tolerance` grams is not charged (JNE: 1,300 g → 1 kg, 1,310 g → 2 kg).
    `divisor` is cm³ per kg (JNE 6000, cargo 4000). `tracking_url` is the courier's page for a parcel, with `{number}`
    where the tracking number goes, if the courier has such an address.
    """

    __tablename__ = "courier_services"
    __table_args__ = (CheckConstraint("divisor > 0 AND step > 0 AND minimum >= 0 AND tolerance >= 0", name="units"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    courier: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    divisor: Mapped[int] = mapped_column(Quantity, default=6000)
    minimum: Mapped[int] = mapped_column(Quantity, default=1000)
    step: Mapped[int] = mapped_column(Quantity, default=1000)
    tolerance: Mapped[int] = mapped_column(Quantity, default=300)
    tracking_url: Mapped[str] = mapped_column(String(200), default="")
    takes_cash: Mapped[bool] = mapped_column(default=False)
    """Whether its couriers take the price at the door and hand it on to the house (COD)."""
    is_active: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)

    @property
    def title(self) -> str:
        """As buyers read it: `JNE REG`."""
        return f"{self.courier} {self.name}".strip()


class ShippingRate(Model):
    """Price per step of weight from a regency to a destination prefix (province, regency or district code).

    The longest matching destination wins; an empty destination means everywhere in Indonesia. Days are working days.
    A rate of a seller's own stands before the shared ones (without a seller) of the same service, for that seller alone.
    """

    __tablename__ = "shipping_rates"
    __table_args__ = (
        UniqueConstraint("seller_id", "service_id", "origin", "destination"),
        Index(
            "uq_shipping_rates_shared",
            "service_id",
            "origin",
            "destination",
            unique=True,
            sqlite_where=text("seller_id IS NULL"),
            postgresql_where=text("seller_id IS NULL"),
        ),
        CheckConstraint("price >= 0 AND days_min >= 0 AND days_max >= days_min", name="figures"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("courier_services.id"), index=True)
    origin: Mapped[str] = mapped_column(String(8), index=True)
    destination: Mapped[str] = mapped_column(String(8), default="")
    price: Mapped[MoneyValue] = mapped_column(Money)
    days_min: Mapped[int]
    days_max: Mapped[int]

    service: Mapped[CourierService] = relationship(lazy="joined", innerjoin=True)


class RateImport(Model):
    """What came of one file of rates, kept for a while. `failures` are rows that were not taken: `row` (line of the
    file), `cells` by column, `errors` (column, gettext id, parameters)."""

    __tablename__ = "rate_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(String(120), default="")
    takes_good: Mapped[bool] = mapped_column(default=False)
    """Whether the right rows were to be taken although others are wrong."""
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    failures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)

    user: Mapped[User] = relationship()
    seller: Mapped[Seller | None] = relationship()

    @property
    def is_whole(self) -> bool:
        """Whether every row was taken."""
        return not self.failed

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was written because a row was wrong."""
        return bool(self.failed) and not self.takes_good


class KeptQuote(Model):
    """What a courier outside the house answered to one question (see `quotes`). No services: it did not answer, or does
    not go there."""

    __tablename__ = "kept_quotes"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    services: Mapped[list[Any]] = mapped_column(JSON, default=list)
    fresh_until: Mapped[datetime] = mapped_column(Instant)
    """Until then nobody asks again."""
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    """Until then what was shown is what is paid."""
