"""BankStatement and BankLine: what a bank says about one of our accounts, and what each line of it was for."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.payments.models import ReceivingAccount


class StatementState(StrEnum):
    NAMING = "naming"
    """A table whose columns nobody knows: a person says what they mean."""
    READING = "reading"
    """The worker reads it, or will in a moment."""
    STOPPED = "stopped"
    """An operator has stopped it; it goes on where it stood when somebody says so."""
    READ = "read"


class BankStatement(Model):
    """One file of a bank. It is read in the background, `rows_read` of `row_count` rows so far; the text goes when it has
    been read. `failures` are the first rows that could not be read: `row` (line of the file), `cells` by column,
    `errors` (field, gettext id, parameters); `failed` counts them all."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        CheckConstraint("rows_read BETWEEN 0 AND row_count", name="rows_read"),
        CheckConstraint("state <> 'read' OR rows_read = row_count", name="read"),
        Index("ix_bank_statements_account", "account_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    account_id: Mapped[int] = mapped_column(ForeignKey("receiving_accounts.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    layout: Mapped[str] = mapped_column(String(20))
    """Which bank's form it has; see `layouts`."""
    columns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Names of columns that the operator gave, by what they mean."""
    file_name: Mapped[str] = mapped_column(String(120), default="")
    body: Mapped[str] = mapped_column(Text, default="", deferred=True)
    state: Mapped[StatementState] = mapped_column(choice(StatementState, "state"), default=StatementState.READING)
    row_count: Mapped[int] = mapped_column(Quantity)
    rows_read: Mapped[int] = mapped_column(Quantity, default=0)
    taken: Mapped[int] = mapped_column(Quantity, default=0)
    known: Mapped[int] = mapped_column(Quantity, default=0)
    """Rows that an earlier statement had brought."""
    failed: Mapped[int] = mapped_column(Quantity, default=0)
    failures: Mapped[list[Any]] = mapped_column(JSON, default=list)
    first_on: Mapped[date | None] = mapped_column(Date)
    last_on: Mapped[date | None] = mapped_column(Date)
    opening: Mapped[MoneyValue | None] = mapped_column(Money)
    closing: Mapped[MoneyValue | None] = mapped_column(Money)
    """What lay on the account before and after, where the file says so."""
    unread: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Names of columns that mean nothing to us."""
    difference: Mapped[MoneyValue | None] = mapped_column(Money)
    """By how much the file's own balances are more than its lines come to; None where it tells none, or is not read yet."""
    is_example: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)

    account: Mapped[ReceivingAccount] = relationship()
    user: Mapped[User] = relationship()

    @property
    def is_over(self) -> bool:
        return self.state is StatementState.READ


class LineState(StrEnum):
    FRESH = "fresh"
    """Taken from the file; what it is for has not been looked for yet."""
    OPEN = "open"
    """Money that left (or a fee): nobody has said what for."""
    PARKED = "parked"
    """Money that came and names no payment by itself: it lies in suspense until a person has looked."""
    HELD = "held"
    """A part of what a payment asks for (`for_code`): it lies in suspense until the rest has come."""
    MATCHED = "matched"
    """It is explained: `matched_kind` and `matched_code` say by what."""
    IGNORED = "ignored"
    """A person has said, with a reason, that it is no matter of the house; what came stays in suspense."""


class MatchKind(StrEnum):
    """What a line was."""

    PAYMENT = "payment"
    """The line that made a payment paid."""
    PART = "part"
    """An earlier line of the same payment."""
    EXTRA = "extra"
    """Money beyond what was asked for: `matched_code` is the payment row that it is kept in until it goes back."""
    REFUND = "refund"
    PAYOUT = "payout"
    OUTSIDE = "outside"
    """Booked otherwise: `matched_code` is the key of the journal."""


BOOKED_OTHERWISE = (MatchKind.REFUND, MatchKind.PAYOUT, MatchKind.OUTSIDE)
"""What a line may be taken for without anything following from it."""


class Reason(StrEnum):
    """Why a line was parked."""

    NOTHING = "nothing"
    """Nobody was ever asked for this sum."""
    NEAR = "near"
    """Nobody was asked for it, but somebody for nearly as much."""
    AGAIN = "again"
    """The payment that asks for it is paid already."""
    CLOSED = "closed"
    """The payment that asked for it has expired or was cancelled."""
    LATE = "late"
    """The bank dates it after the payment's window."""
    EARLY = "early"
    """The bank dates it before the payment was asked for."""
    LARGE = "large"
    """It is above what one operator may decide, and who brought it in is one of the two."""
    EITHER = "either"
    """A payment asks for exactly this sum, and another one that has come in part lacks it."""


class BankLine(Model):
    """One line of a statement: above zero money that came, below zero money that left; `sen` are hundredths beside it.

    The same line comes once however often and in however many files it is brought: `fingerprint` is a digest of day,
    sum and words, and `occurrence` counts lines of one fingerprint (two buyers, or one twice, on one day).
    """

    __tablename__ = "bank_lines"
    __table_args__ = (
        UniqueConstraint("account_id", "fingerprint", "occurrence"),
        CheckConstraint("total <> 0 OR sen <> 0", name="total"),
        CheckConstraint("sen BETWEEN -99 AND 99", name="sen"),
        CheckConstraint("occurrence > 0", name="occurrence"),
        CheckConstraint(
            "(state = 'matched') = (matched_kind IS NOT NULL) AND (matched_kind IS NULL) = (matched_code IS NULL)",
            name="matched",
        ),
        CheckConstraint("state <> 'parked' OR (reason IS NOT NULL AND total > 0)", name="parked"),
        CheckConstraint("(state = 'held') = (for_code IS NOT NULL)", name="held"),
        CheckConstraint("state <> 'ignored' OR (note <> '' AND by_id IS NOT NULL)", name="ignored"),
        Index(
            "uq_bank_lines_matched",
            "matched_kind",
            "matched_code",
            unique=True,
            sqlite_where=text("matched_kind IN ('payment', 'extra', 'refund', 'payout')"),
            postgresql_where=text("matched_kind IN ('payment', 'extra', 'refund', 'payout')"),
        ),
        Index("ix_bank_lines_desk", "state", "id"),
        Index("ix_bank_lines_day", "account_id", "booked_on", "id"),
        Index("ix_bank_lines_statement", "statement_id", "state"),
        Index("ix_bank_lines_for_code", "for_code"),
        Index("ix_bank_lines_matched_code", "matched_code"),
        Index("ix_bank_lines_decided_at", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    account_id: Mapped[int] = mapped_column(ForeignKey("receiving_accounts.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statements.id"))
    number: Mapped[int] = mapped_column(Quantity)
    """Its line in the file."""
    booked_on: Mapped[date] = mapped_column(Date)
    total: Mapped[MoneyValue] = mapped_column(Money)
    sen: Mapped[int] = mapped_column(Quantity, default=0)
    """Of the same sign as the sum: Rp-1,50 is -1 and -50."""
    text: Mapped[str] = mapped_column(String(300), default="")
    reference: Mapped[str] = mapped_column(String(80), default="")
    """The bank's own, where it gives one."""
    balance: Mapped[MoneyValue | None] = mapped_column(Money)
    """What lay on the account afterwards, where the file says so (without its sen)."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    occurrence: Mapped[int] = mapped_column(Quantity, default=1)
    state: Mapped[LineState] = mapped_column(choice(LineState, "state"), default=LineState.FRESH)
    reason: Mapped[Reason | None] = mapped_column(choice(Reason, "reason"))
    for_code: Mapped[str | None] = mapped_column(Code)
    matched_kind: Mapped[MatchKind | None] = mapped_column(choice(MatchKind, "matched_kind"))
    matched_code: Mapped[str | None] = mapped_column(String(120))
    never: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """What a person has said that it is not: it is never recognised as that again."""
    note: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who decided; None: the amount did."""
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    account: Mapped[ReceivingAccount] = relationship()
    statement: Mapped[BankStatement] = relationship()
    by: Mapped[User | None] = relationship()

    @property
    def came(self) -> bool:
        """Whether money came in."""
        return self.total.rupiah > 0 or self.sen > 0
