"""Journal, Posting and ClosedDay. A journal is inserted whole, with its entries; the database itself writes the postings
(see `triggers`) and refuses what is unbalanced, overdrawn, written twice, changed or taken away."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Instant, Model, Money, Quantity, choice
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.ledger import triggers


class Kind(StrEnum):
    """Why something moved."""

    CAPTURE = "capture"
    """A buyer's money for one order has come."""
    SURPLUS = "surplus"
    LATE = "late"
    """Money that came after its payment was closed."""
    RELEASE = "release"
    """An order is over and well: its money is the shop's."""
    REFUND = "refund"
    CANCEL = "cancel"
    SENT = "sent"
    """Money was sent back to a buyer."""
    SETTLEMENT = "settlement"
    """A provider has paid out what it held, less its fee."""
    SPONSORED = "sponsored"
    """A programme has paid for its vouchers."""
    REMITTED = "remitted"
    """A shop brought the cash that it held, or a tax was handed over."""
    DISPUTE = "dispute"
    PAYOUT = "payout"
    PAID_OUT = "paid-out"
    PAYOUT_BACK = "payout-back"
    """A payout failed or was reversed: the shop has the money again."""
    CORRECTION = "correction"
    """Made by hand, with a reason, by an operator."""


class Journal(Model):
    """One thing that happened. `key` says which: the same key is written once. `entries` are [account, rupiah, what]."""

    __tablename__ = "journals"
    __table_args__ = (Index("ix_journals_order_code", "order_code", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind, "kind"))
    order_code: Mapped[str | None] = mapped_column(ForeignKey("orders.code"))
    reference: Mapped[str] = mapped_column(String(80), default="")
    """The code of what it is about besides the order: a payment, a refund, a payout, a line of a statement."""
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    entries: Mapped[list[list[Any]]] = mapped_column(JSON)

    by: Mapped[User | None] = relationship()
    postings: Mapped[list[Posting]] = relationship(viewonly=True, order_by="Posting.place")


class Posting(Model):
    """One entry of a journal on one account. `what` tells apart what meets on it: goods, shipping, commission …"""

    __tablename__ = "postings"
    __table_args__ = (
        CheckConstraint("total <> 0", name="total"),
        Index("ix_postings_account", "account", "journal_id", "total"),
    )

    journal_id: Mapped[int] = mapped_column(ForeignKey("journals.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(String(20))
    total: Mapped[MoneyValue] = mapped_column(Money)

    journal: Mapped[Journal] = relationship(viewonly=True)


class ClosedDay(Model):
    """An operator has looked at a day (of West Indonesia Time) and closed it, and with it every day before: nothing is
    dated into it any more. It is never opened again: what was overlooked is booked on a later day, where everybody sees
    it. `lines` is what it came to per kind of account: [kind, debit, credit, balance at its end], in rupiah.
    """

    __tablename__ = "closed_days"
    __table_args__ = (
        CheckConstraint("journal_count >= 0 AND differences >= 0", name="counts"),
        CheckConstraint("differences = 0 OR note <> ''", name="explained"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, unique=True)
    ends_at: Mapped[datetime] = mapped_column(Instant, unique=True)
    """The first instant after it."""
    last_journal_id: Mapped[int | None] = mapped_column(ForeignKey("journals.id"))
    """The last journal that stood when it was closed."""
    journal_count: Mapped[int] = mapped_column(Quantity)
    lines: Mapped[list[list[Any]]] = mapped_column(JSON)
    differences: Mapped[int] = mapped_column(Quantity)
    """How many differences with the outside nobody had answered."""
    note: Mapped[str] = mapped_column(String(300), default="")
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    closed_by: Mapped[User] = relationship()


ClosedDay.__table__.add_is_dependent_on(Posting.__table__)  # type: ignore[attr-defined]
event.listen(ClosedDay.__table__, "after_create", triggers.make)
