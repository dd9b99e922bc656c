"""CommissionRate: what the house takes, for whom, from which day on. LineTerms: what holds for a line for ever.
TaxProfile: what a shop has told of its taxes. OutsideBooking: what an operator books because others have moved money."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import Code, Instant, Model, Quantity, choice, code_of
from marketplace.accounts.models import User
from marketplace.bookkeeping.cuts import Terms
from marketplace.ledger.models import Journal
from marketplace.sellers.models import Seller


class Rule(StrEnum):
    """Whose rate holds, in the order of precedence."""

    SELLER = "seller"
    CRAFT = "craft"
    DEFAULT = "default"
    NONE = "none"
    """Nobody had set a rate: nothing is taken."""


class CommissionRate(Model):
    """A rate for one shop, for one craft, or for everything else. It is never edited: another one follows it.

    `scope` names what it is for, so that the database refuses two rates for one thing on one day.
    """

    __tablename__ = "commission_rates"
    __table_args__ = (
        UniqueConstraint("scope", "starts_on"),
        CheckConstraint("rate BETWEEN 0 AND 5000", name="rate"),
        CheckConstraint("seller_id IS NULL OR craft_id IS NULL", name="one_scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    scope: Mapped[str] = mapped_column(String(40))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    craft_id: Mapped[int | None] = mapped_column(ForeignKey("crafts.id"), index=True)
    rate: Mapped[int] = mapped_column(Quantity)
    """Hundredths of a percent."""
    starts_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    seller: Mapped[Seller | None] = relationship()
    craft: Mapped[Craft | None] = relationship()
    made_by: Mapped[User | None] = relationship()


class LineTerms(Model):
    """The rates that were in force when a line was sold; a line without a row was sold before there were any."""

    __tablename__ = "line_terms"
    __table_args__ = (
        CheckConstraint("commission BETWEEN 0 AND 5000", name="commission"),
        CheckConstraint("ppn BETWEEN 0 AND 2000", name="ppn"),
        CheckConstraint("pph22 BETWEEN 0 AND 1000", name="pph22"),
        CheckConstraint("contained BETWEEN 0 AND 2000", name="contained"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), primary_key=True)
    rule: Mapped[Rule] = mapped_column(choice(Rule, "rule"))
    commission: Mapped[int] = mapped_column(Quantity)
    ppn: Mapped[int] = mapped_column(Quantity)
    pph22: Mapped[int] = mapped_column(Quantity)
    contained: Mapped[int] = mapped_column(Quantity, default=0)

    @property
    def terms(self) -> Terms:
        return Terms(self.commission, self.ppn, self.pph22, self.contained)


class TaxProfile(Model):
    """What a shop has told about its taxes (PMK 37/2025): its number, an exemption; its letters about a small turnover are
    `TaxStatement`s."""

    __tablename__ = "tax_profiles"
    __table_args__ = (CheckConstraint("taxable_from IS NULL OR number <> ''", name="taxable_from"),)

    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(16), default="")
    """NPWP or NIK, digits only."""
    exempt_until: Mapped[date | None]
    """The last day of a letter of exemption (SKB)."""
    taxable_from: Mapped[date | None]
    """Since when it is a taxable entrepreneur (PKP), whose prices contain PPN."""
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    told_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class TaxStatement(Model):
    """A shop has stated that its turnover of a year stays up to Rp500 million. Every one is kept, also after the year
    and after it was taken back."""

    __tablename__ = "tax_statements"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2025 AND 2100", name="year"),
        Index(
            "uq_tax_statements_stands",
            "seller_id",
            "year",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    year: Mapped[int] = mapped_column(Quantity)
    number: Mapped[str] = mapped_column(String(16))
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    told_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class Deed(StrEnum):
    """What somebody else did with money, or what of it is turned back."""

    SETTLEMENT = "settlement"
    """A payment partner has paid out what it held, less its fee."""
    SPONSORED = "sponsored"
    """A programme has paid for its vouchers."""
    REMITTED = "remitted"
    """A tax was handed over."""
    BANK_FEE = "bank-fee"
    PARTNER_FEE = "partner-fee"
    """A payment partner has kept something besides: of a dispute, of a payout, of a month."""
    BORNE = "borne"
    """The house bears what a shop lost in a dispute."""
    LOST_CASH = "lost-cash"
    """What a gallery or a courier took never comes."""
    COUNTER = "counter"
    """Another booking is turned back."""


FOUR_EYES = (Deed.REMITTED, Deed.BANK_FEE, Deed.PARTNER_FEE, Deed.BORNE, Deed.LOST_CASH, Deed.COUNTER)
"""Deeds by which money leaves us: a second operator looks before they are booked."""


class BookingState(StrEnum):
    WAITING = "waiting"
    """For a second operator."""
    BOOKED = "booked"
    REFUSED = "refused"
    REVERSED = "reversed"
    """A counter-journal stands against it."""


class OutsideBooking(Model):
    """One line of somebody else's statement, as an operator read it. `scope` is the partner, programme, tax or account
    that it is about. It is never edited: a wrong one is turned back by another (`reverses`)."""

    __tablename__ = "outside_bookings"
    __table_args__ = (
        CheckConstraint("(state IN ('booked', 'reversed')) = (journal_id IS NOT NULL)", name="booked"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> made_by_id", name="four_eyes"),
        CheckConstraint(
            "deed IN ('settlement', 'sponsored') OR state NOT IN ('booked', 'reversed') OR approved_by_id IS NOT NULL",
            name="second_look",
        ),
        CheckConstraint("(deed = 'counter') = (reverses_id IS NOT NULL)", name="reverses"),
        CheckConstraint("deed NOT IN ('counter', 'borne', 'lost-cash') OR note <> ''", name="reason"),
        Index(
            "uq_outside_bookings_live",
            "deed",
            "scope",
            "reference",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'booked')"),
            postgresql_where=text("state IN ('waiting', 'booked')"),
        ),
        Index("ix_outside_bookings_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    deed: Mapped[Deed] = mapped_column(choice(Deed, "deed"))
    scope: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(60))
    happened_on: Mapped[date] = mapped_column(Date)
    entries: Mapped[list[list[Any]]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[BookingState] = mapped_column(choice(BookingState, "state"), default=BookingState.WAITING)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("outside_bookings.id"))

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])
    journal: Mapped[Journal | None] = relationship()
    reverses: Mapped[OutsideBooking | None] = relationship(remote_side="OutsideBooking.id")
