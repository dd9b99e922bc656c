"""Reading, MirrorLine and Difference: another's book as it was read, and where it is not like ours."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.money import Money as MoneyValue
from marketplace.accounts.models import User
from marketplace.payments.providers import Turn


class ReadingState(StrEnum):
    READING = "reading"
    COMPARED = "compared"
    STOPPED = "stopped"
    """The partner did not answer; asked again, it goes on where it stood."""


class Reading(Model):
    """One reading of a partner's book from `since` until `until`, page by page; `cursor` is where it stands."""

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint("until > since", name="window"),
        CheckConstraint("lines >= 0 AND found >= 0", name="counts"),
        CheckConstraint("(state = 'compared') = (ended_at IS NOT NULL)", name="ended"),
        Index(
            "uq_readings_going",
            "source",
            unique=True,
            sqlite_where=text("state <> 'compared'"),
            postgresql_where=text("state <> 'compared'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    source: Mapped[str] = mapped_column(String(40))
    """The way of paying whose partner is asked (`card`)."""
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    cursor: Mapped[str] = mapped_column(String(120), default="")
    lines: Mapped[int] = mapped_column(Quantity, default=0)
    found: Mapped[int] = mapped_column(Quantity, default=0)
    """How many differences stood at its end."""
    state: Mapped[ReadingState] = mapped_column(choice(ReadingState, "state"), default=ReadingState.READING)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    asked_by: Mapped[User | None] = relationship()


class MirrorLine(Model):
    """One line of a partner's book, once by its own reference, as it was last read. `about` names the money."""

    __tablename__ = "mirror_lines"
    __table_args__ = (
        UniqueConstraint("source", "reference"),
        Index("ix_mirror_lines_day", "source", "happened_at"),
        Index("ix_mirror_lines_about", "source", "turn", "about"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(120))
    turn: Mapped[Turn] = mapped_column(choice(Turn, "turn"))
    about: Mapped[str] = mapped_column(String(120), default="")
    total: Mapped[MoneyValue] = mapped_column(Money)
    fee: Mapped[MoneyValue] = mapped_column(Money)
    odd: Mapped[str] = mapped_column(String(80), default="")
    """The sum in the partner's own words, where it is no whole rupiah; `total` is then of no use."""
    happened_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)


class Gap(StrEnum):
    """What is not alike."""

    ONLY_OURS = "only-ours"
    ONLY_THEIRS = "only-theirs"
    SUM = "sum"
    FEE = "fee"
    CURRENCY = "currency"


class Difference(Model):
    """Where the two books are not alike. It goes by itself (`gone_at`) when a later reading finds them alike; until then
    a person answers it with a reason. Another difference about the same thing is another row."""

    __tablename__ = "differences"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="by"),
        Index(
            "uq_differences_open",
            "source",
            "turn",
            "about",
            "gap",
            unique=True,
            sqlite_where=text("gone_at IS NULL"),
            postgresql_where=text("gone_at IS NULL"),
        ),
        Index("ix_differences_desk", "gone_at", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    source: Mapped[str] = mapped_column(String(40))
    turn: Mapped[Turn] = mapped_column(choice(Turn, "turn"))
    about: Mapped[str] = mapped_column(String(120))
    gap: Mapped[Gap] = mapped_column(choice(Gap, "gap"))
    ours: Mapped[MoneyValue] = mapped_column(Money)
    theirs: Mapped[MoneyValue] = mapped_column(Money)
    words: Mapped[str] = mapped_column(String(80), default="")
    """Of a currency: the partner's own."""
    happened_at: Mapped[datetime] = mapped_column(Instant)
    found_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    gone_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(String(300), default="")

    answered_by: Mapped[User | None] = relationship()
