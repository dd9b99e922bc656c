"""Seller, Membership, SellerMaker, Application, PickupPoint and DeliveryOffer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, choice, code_of
from catalog.inventory.workdays import EVERYBODY, Calendar
from catalog.makers.models import Maker
from catalog.money import ZERO
from catalog.money import Money as MoneyValue
from catalog.places.models import District, Village
from marketplace.accounts.models import User
from marketplace.sellers.calendars import CalendarColumn


class SellerState(StrEnum):
    APPLIED = "applied"
    OPEN = "open"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Seller(Model):
    """A shop: an artisan, a KUBE, a cooperative or a gallery that sells for one or more makers."""

    __tablename__ = "sellers"
    __public__ = True
    __table_args__ = (CheckConstraint("minimum_order >= 0", name="minimum_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    slug: Mapped[str] = mapped_column(String(90))
    name: Mapped[str] = mapped_column(String(90))
    state: Mapped[SellerState] = mapped_column(choice(SellerState, "state"), default=SellerState.APPLIED)
    district_code: Mapped[str] = mapped_column(ForeignKey("districts.code"), index=True)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("villages.code"))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    """E.164. Shown to buyers of an order only."""
    accepts_cash: Mapped[bool] = mapped_column(default=True)
    minimum_order: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    """The least that an order's pieces must cost together; zero for none."""
    calendar: Mapped[Calendar] = mapped_column(CalendarColumn, nullable=True, default=EVERYBODY)
    """When it is away; changed through `closures` only."""
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    district: Mapped[District] = relationship()
    village: Mapped[Village | None] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="seller", cascade="all, delete-orphan")
    makers: Mapped[list[Maker]] = relationship(secondary="seller_makers", order_by=Maker.name)
    deliveries: Mapped[list[DeliveryOffer]] = relationship(
        back_populates="seller", order_by="DeliveryOffer.id", cascade="all, delete-orphan"
    )

    @property
    def is_open(self) -> bool:
        return self.state is SellerState.OPEN


class SellerMaker(Model):
    __tablename__ = "seller_makers"

    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), primary_key=True, index=True)


class MemberRole(StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class Membership(Model):
    """One person's place in one shop; a person may belong to several (own shop and KUBE)."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "seller_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"), index=True)
    role: Mapped[MemberRole] = mapped_column(choice(MemberRole, "role"), default=MemberRole.OWNER)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    user: Mapped[User] = relationship()
    seller: Mapped[Seller] = relationship(back_populates="memberships")


class Decision(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"
    RECALLED = "recalled"
    """Taken back by the one who asked, before anybody answered."""


class Application(Model):
    """One request to open a shop, and what the operator answered. A refused shop may apply again."""

    __tablename__ = "applications"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"), index=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    decision: Mapped[Decision | None] = mapped_column(choice(Decision, "decision"))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    seller: Mapped[Seller] = relationship()
    applicant: Mapped[User] = relationship(foreign_keys=[applicant_id])


class PickupPoint(Model):
    """A place that hands over for several shops: a Dekranasda gallery, a souvenir centre. `keeper` is the shop whose
    people stand at its counter; without one the seller's own people hand over."""

    __tablename__ = "pickup_points"
    __table_args__ = (CheckConstraint("takes_cash = false OR keeper_id IS NOT NULL", name="till"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    name: Mapped[str] = mapped_column(String(90))
    district_code: Mapped[str] = mapped_column(ForeignKey("districts.code"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20), default="")
    hours: Mapped[str] = mapped_column(String(120))
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    takes_cash: Mapped[bool] = mapped_column(default=False)
    """Whether its people take a buyer's cash for all shops, and hand it on to the house."""
    is_active: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)

    district: Mapped[District] = relationship()
    keeper: Mapped[Seller | None] = relationship()


class DeliveryKind(StrEnum):
    PICKUP = "pickup"
    """At the workshop."""
    GALLERY = "gallery"
    """At a pick-up point."""
    OWN = "own"
    HOTEL = "hotel"
    """Brought by the seller to a guest who stays for some days."""
    COURIER = "courier"


COLLECTED = frozenset({DeliveryKind.PICKUP, DeliveryKind.GALLERY})
"""What the buyer comes for, and proves with a pick-up code."""
BROUGHT = frozenset({DeliveryKind.OWN, DeliveryKind.HOTEL})
"""What the seller brings."""


class DeliveryOffer(Model):
    """One way in which a seller hands over. What the seller brings has a price, the place codes (prefixes) that it
    reaches and `days`, the working days that it takes at most once the pieces are ready; a gallery is named by `point`."""

    __tablename__ = "delivery_offers"
    __table_args__ = (
        UniqueConstraint("seller_id", "point_id"),
        Index(
            "uq_delivery_offers_kind",
            "seller_id",
            "kind",
            unique=True,
            sqlite_where=text("point_id IS NULL"),
            postgresql_where=text("point_id IS NULL"),
        ),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("days BETWEEN 0 AND 30", name="days"),
        CheckConstraint("(kind = 'gallery') = (point_id IS NOT NULL)", name="point"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    kind: Mapped[DeliveryKind] = mapped_column(choice(DeliveryKind, "kind"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("pickup_points.id"), index=True)
    price: Mapped[MoneyValue] = mapped_column(Money, default=ZERO)
    places: Mapped[list[Any]] = mapped_column(JSON, default=list)
    days: Mapped[int] = mapped_column(default=3)
    note: Mapped[str] = mapped_column(String(200), default="")

    seller: Mapped[Seller] = relationship(back_populates="deliveries")
    point: Mapped[PickupPoint | None] = relationship()
