"""PayoutAccount, Recipient, PayoutPlan, PayoutBatch, Payout and PayoutLine.

A payout names its lines: every journal that moved the shop's account since it was last paid, refunds too, as sums above
or below zero. A line lies in one payout at a time, which the database holds to; a payout that failed frees its lines.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.ledger.models import Journal
from marketplace.payouts.providers import AccountState
from marketplace.sellers.models import Seller


class PayoutAccount(Model):
    """Where a shop is paid. A change is a new row: what was paid stays readable, and a new number waits some days."""

    __tablename__ = "payout_accounts"
    __table_args__ = (
        Index(
            "uq_payout_accounts_open",
            "seller_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    bank: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(30))
    holder: Mapped[str] = mapped_column(String(80))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    usable_from: Mapped[datetime] = mapped_column(Instant)
    """Nothing is paid to it before: time to notice a change that one has not made."""
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def masked(self) -> str:
        """The number as it is shown: its last four digits."""
        return "•••• " + self.number[-4:]

    @property
    def is_cooling(self) -> bool:
        return self.usable_from > clock.now()


class Recipient(Model):
    """A shop's own account at a provider of payouts (`AccountState` says how far it is). A shop has one per provider for
    ever: closing it here only means that nothing is brought there any more."""

    __tablename__ = "recipients"
    __table_args__ = (
        CheckConstraint("state <> 'active' OR reference IS NOT NULL", name="reference"),
        UniqueConstraint("seller_id", "provider"),
        Index("uq_recipients_reference", "provider", "reference", unique=True),
        Index("ix_recipients_asked", "closed_at", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    """Our name for it towards the provider: opening it again opens the same."""
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    provider: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(120))
    """The provider's name for it, once it was opened."""
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(90))
    """As told to the provider; copies, so that asking again asks the same."""
    state: Mapped[AccountState] = mapped_column(choice(AccountState, "state"), default=AccountState.INCOMPLETE)
    why: Mapped[str] = mapped_column(String(300), default="")
    """The provider's codes, by spaces."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    usable_from: Mapped[datetime] = mapped_column(Instant)
    """Nothing is brought there before, as with a new bank account."""
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    seller: Mapped[Seller] = relationship()

    @property
    def is_cooling(self) -> bool:
        return self.usable_from > clock.now()

    @property
    def may_be_paid(self) -> bool:
        return self.closed_at is None and self.state is AccountState.ACTIVE and not self.is_cooling


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class PayoutPlan(Model):
    """How often a shop is paid, and from which sum on."""

    __tablename__ = "payout_plans"
    __table_args__ = (CheckConstraint("minimum >= 10000", name="minimum"),)

    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(choice(Rhythm, "rhythm"), default=Rhythm.WEEKLY)
    minimum: Mapped[MoneyValue] = mapped_column(Money)


class BatchState(StrEnum):
    DRAWN = "drawn"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class PayoutBatch(Model):
    """What is paid on one day. Whoever drew it does not approve it: the database refuses that too."""

    __tablename__ = "payout_batches"
    __table_args__ = (
        CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved"),
        CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approver"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> drawn_by_id", name="four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    state: Mapped[BatchState] = mapped_column(choice(BatchState, "state"), default=BatchState.DRAWN)
    source: Mapped[str] = mapped_column(String(26))
    """The code of our own bank account that pays."""
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)

    payouts: Mapped[list[Payout]] = relationship(back_populates="batch", order_by="Payout.id")
    drawn_by: Mapped[User] = relationship(foreign_keys=[drawn_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def total(self) -> MoneyValue:
        return MoneyValue(sum(one.total.rupiah for one in self.payouts))


class PayoutState(StrEnum):
    PLANNED = "planned"
    PAID = "paid"
    FAILED = "failed"
    REVERSED = "reversed"
    """It was paid, and the bank sent it back."""
    CANCELLED = "cancelled"


OVER = frozenset({PayoutState.FAILED, PayoutState.REVERSED, PayoutState.CANCELLED})
"""States in which the shop has its money back on its balance."""


class Payout(Model):
    """One transfer to one shop; bank, number and holder are copies. By bank a shop gets one of a batch; by a provider
    that brings each order's money one per order, and then `order_code` is the order that is paid out."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("(provider = 'bank') = (order_code IS NULL)", name="order"),
        CheckConstraint("returned >= 0 AND returned <= total", name="returned"),
        CheckConstraint("attempt > 0", name="attempt"),
        Index(
            "uq_payouts_bank",
            "batch_id",
            "seller_id",
            unique=True,
            sqlite_where=text("order_code IS NULL"),
            postgresql_where=text("order_code IS NULL"),
        ),
        Index("uq_payouts_order", "order_code", "batch_id", unique=True),
        Index("ix_payouts_under_way", "provider", "state", "tried_at"),
        CheckConstraint("(state IN ('paid', 'reversed')) = (paid_at IS NOT NULL)", name="paid"),
        Index("ix_payouts_seller", "seller_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    batch_id: Mapped[int] = mapped_column(ForeignKey("payout_batches.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    provider: Mapped[str] = mapped_column(String(20), default="bank", server_default="bank")
    pays_from: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The account of the ledger that it leaves; empty: the bank account of its batch."""
    order_code: Mapped[str | None] = mapped_column(ForeignKey("orders.code"))
    group_code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The purchase of that order."""
    source: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """The provider's name for the payment whose money it is, where one payment covers it."""
    bank: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(120))
    holder: Mapped[str] = mapped_column(String(90))
    total: Mapped[MoneyValue] = mapped_column(Money)
    returned: Mapped[MoneyValue] = mapped_column(Money, default=MoneyValue(0), server_default="0")
    """What the provider has taken back of it."""
    unreturned: Mapped[MoneyValue] = mapped_column(Money, default=MoneyValue(0), server_default="0")
    """What it was asked to take back in vain: the shop owes it."""
    attempt: Mapped[int] = mapped_column(Quantity, default=1, server_default="1")
    state: Mapped[PayoutState] = mapped_column(choice(PayoutState, "state"), default=PayoutState.PLANNED)
    reference: Mapped[str | None] = mapped_column(String(80), unique=True)
    """The bank's or the provider's, of the transfer."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it did not arrive."""
    waits_for: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why the provider has not sent it yet, in its own words."""
    tried_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the provider was last asked to send it."""
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was last asked what became of it."""
    given_up_at: Mapped[datetime | None] = mapped_column(Instant)
    """Since when it is not to be sent any more, unless it had left before."""
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    batch: Mapped[PayoutBatch] = relationship(back_populates="payouts")
    seller: Mapped[Seller] = relationship()
    lines: Mapped[list[PayoutLine]] = relationship(back_populates="payout", order_by="PayoutLine.id")

    @property
    def masked(self) -> str:
        return "•••• " + self.number[-4:]

    @property
    def is_by_hand(self) -> bool:
        """Whether people carry it out."""
        return self.provider == "bank"


class PayoutLine(Model):
    """What one journal did to the shop's account: above zero it earns, below zero a refund takes it back."""

    __tablename__ = "payout_lines"
    __table_args__ = (
        CheckConstraint("total <> 0", name="total"),
        UniqueConstraint("payout_id", "journal_id"),
        Index(
            "uq_payout_lines_live",
            "journal_id",
            unique=True,
            sqlite_where=text("freed_at IS NULL"),
            postgresql_where=text("freed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    payout_id: Mapped[int] = mapped_column(ForeignKey("payouts.id"))
    journal_id: Mapped[int] = mapped_column(ForeignKey("journals.id"))
    total: Mapped[MoneyValue] = mapped_column(Money)
    freed_at: Mapped[datetime | None] = mapped_column(Instant)

    payout: Mapped[Payout] = relationship(back_populates="lines")
    journal: Mapped[Journal] = relationship()
