"""CourierService and ShippingRate: couriers are data, not code (see `docs` of each column for the unit)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.db import Code, Model, Money, Quantity, code_of
from catalog.money import Money as MoneyValue


class CourierService(Model):
    """Chargeable weight = max(actual, l·w·h / divisor), at least `minimum`, in steps of `step` grams.

    A remainder of at most `tolerance` grams is not charged (JNE: 1,300 g → 1 kg, 1,310 g → 2 kg).
    `divisor` is cm³ per kg (JNE 6000, cargo 4000).
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
    is_active: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)


class ShippingRate(Model):
    """Price per step of weight from a regency to a destination prefix (province, regency or district code).

    The longest matching destination wins; an empty destination means everywhere in Indonesia. Days are working days.
    """

    __tablename__ = "shipping_rates"
    __table_args__ = (
        UniqueConstraint("service_id", "origin", "destination"),
        CheckConstraint("price >= 0 AND days_min >= 0 AND days_max >= days_min", name="figures"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("courier_services.id"), index=True)
    origin: Mapped[str] = mapped_column(String(8), index=True)
    destination: Mapped[str] = mapped_column(String(8), default="")
    price: Mapped[MoneyValue] = mapped_column(Money)
    days_min: Mapped[int]
    days_max: Mapped[int]

    service: Mapped[CourierService] = relationship(lazy="joined", innerjoin=True)
