"""A bank account's statements, laid beside our book of the account as they are: nothing of them is copied.

What a line was for says whose it is: its payment, refund or payout, or the journal by which an operator has booked it. A
line that nobody has explained stands for itself, and so do our movements that no line knows: both are differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, Invalid
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.banking.clearing import explain
from marketplace.banking.matching import day_of
from marketplace.banking.models import BOOKED_OTHERWISE, BankLine, BankStatement, LineState, MatchKind
from marketplace.bookkeeping.models import BookingState, OutsideBooking
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.payments.models import Payment, ReceivingAccount
from marketplace.payments.providers import Turn
from marketplace.reconciliation.comparing import Key, Side, turn_of

PAGE = 100
"""Lines that are looked at in one transaction."""
SLACK = timedelta(days=4)
"""How far the day of a statement may be from the day on which we booked the same: a weekend, and a bank's own pace."""
RECENT = timedelta(days=30)
_COMES = (Kind.SETTLEMENT, Kind.SPONSORED, Kind.REMITTED, Kind.PAYOUT_BACK)
_LEAVES = (Kind.SENT, Kind.PAID_OUT, Kind.SETTLEMENT, Kind.REMITTED)
"""What money that came, or left, may be by its sum alone. Buyers' payments are matched when their line is read."""
_BY_REFERENCE = (Kind.SENT, Kind.PAID_OUT)
_OF_PAYMENTS = (MatchKind.PAYMENT, MatchKind.PART, MatchKind.EXTRA)


def list_accounts() -> list[ReceivingAccount]:
    """The accounts of which a statement has been read."""
    return list(
        db.session.scalars(
            select(ReceivingAccount)
            .where(select(BankLine.id).where(BankLine.account_id == ReceivingAccount.id).exists())
            .order_by(ReceivingAccount.id)
        )
    )


class BankBook:
    """What the statements of one account say; `source` is the account's name in the ledger (`bank:…`)."""

    def __init__(self, source: str) -> None:
        found = db.session.scalar(
            select(ReceivingAccount.id).where(ReceivingAccount.code == source.removeprefix(accounts.bank("")))
        )
        if found is None:
            raise Invalid(N_("Choose one of the list."), field="source")
        self.code = source
        self._id = found

    def window(self) -> tuple[datetime, datetime]:
        """From the beginning of the first day that statements tell of to the end of the last."""
        first, last = db.session.execute(
            select(
                func.min(func.coalesce(BankStatement.first_on, BankLine.booked_on)),
                func.max(func.coalesce(BankStatement.last_on, BankLine.booked_on)),
            )
            .join(BankLine, BankLine.statement_id == BankStatement.id)
            .where(BankLine.account_id == self._id)
        ).one()
        return clock.start_of(first), clock.start_of(last + timedelta(days=1))

    def sides(self, since: datetime, until: datetime) -> dict[Key, Side]:
        """What the statements say of each thing."""
        of_payments = BankLine.matched_kind.in_(_OF_PAYMENTS)
        rows = db.session.execute(
            select(BankLine, Payment.purchase_code, Journal.key, Journal.kind, Journal.reference)
            .outerjoin(Payment, and_(of_payments, Payment.code == BankLine.matched_code))
            .outerjoin(Journal, and_(BankLine.matched_kind == MatchKind.OUTSIDE, Journal.key == BankLine.matched_code))
            .where(*self._within(since, until))
            .order_by(BankLine.booked_on, BankLine.id)
            .execution_options(yield_per=1000)
        )
        found: dict[Key, Side] = {}
        for line, purchase, key, kind, reference in rows:
            booked = (turn_of(key, kind), reference or key) if key else None
            odd = f"{line.total.rupiah},{abs(line.sen):02d}" if line.sen else ""
            side = found.setdefault(_told(line, purchase, booked), Side())
            side.add(clock.start_of(line.booked_on) + timedelta(hours=12), line.total, odd=odd)
        return found

    def look(self, since: datetime, until: datetime, after: str = "") -> tuple[int, str]:
        """Look at the next lines and explain those that nobody has by what we have booked: money that left by the refund
        or the payout of exactly this sum, money that came by a partner's or a programme's payment. Only where one
        movement, not yet explained, fits within some days, and nobody has said that it is not this one. How many were
        looked at, and where to go on (empty: that was all)."""
        lines = db.session.scalars(
            select(BankLine)
            .where(*self._within(since, until), BankLine.id > int(after or 0))
            .order_by(BankLine.id)
            .limit(PAGE)
        ).all()
        unknown = [one for one in lines if one.state in (LineState.OPEN, LineState.PARKED) and not one.sen]
        movements = self._movements(unknown) if unknown else []
        for line in unknown:
            fitting = [one for one in movements if one.fits(line)]
            if len(fitting) == 1:
                with suppress(Conflict):  # a person was faster
                    explain(line, fitting[0].kind, fitting[0].code)
                    movements.remove(fitting[0])
        return len(lines), str(lines[-1].id) if len(lines) == PAGE else ""

    def _within(self, since: datetime, until: datetime) -> list[Any]:
        return [
            BankLine.account_id == self._id, BankLine.booked_on >= day_of(since), BankLine.booked_on < day_of(until)
        ]  # fmt: skip

    def _movements(self, lines: Sequence[BankLine]) -> list[_Movement]:
        """What we have booked on the account around the days of `lines`, stands, and is no line's yet."""
        days = [one.booked_on for one in lines]
        code = case((Journal.kind.in_(_BY_REFERENCE), Journal.reference), else_=Journal.key)
        is_known = select(BankLine.id).where(BankLine.matched_code == code)
        is_reversed = select(OutsideBooking.id).where(
            OutsideBooking.journal_id == Journal.id, OutsideBooking.state == BookingState.REVERSED
        )
        rows = db.session.execute(
            select(Journal.key, Journal.kind, Journal.reference, Journal.at, Posting.total)
            .join(Posting, Posting.journal_id == Journal.id)
            .where(
                Posting.account == self.code,
                or_(
                    and_(Posting.total > 0, Journal.kind.in_(_COMES)),
                    and_(Posting.total < 0, Journal.kind.in_(_LEAVES)),
                ),
                Journal.at >= clock.start_of(min(days)) - SLACK,
                Journal.at < clock.start_of(max(days)) + SLACK + timedelta(days=1),
                ~is_known.exists(),
                ~is_reversed.exists(),
            )
            .order_by(Journal.id)
        )
        return [_Movement(*_match(key, kind, reference), at, sum_) for key, kind, reference, at, sum_ in rows]


@dataclass(frozen=True, slots=True)
class _Movement:
    """What moved on an account as we have booked it, and what a line of it is called."""

    kind: MatchKind
    code: str
    at: datetime
    total: Money

    def fits(self, line: BankLine) -> bool:
        first = clock.start_of(line.booked_on)
        is_near = first - SLACK <= self.at < first + SLACK + timedelta(days=1)
        return is_near and self.total == line.total and self.code not in line.never


def list_recognised(limit: int = 30) -> Sequence[BankLine]:
    """Lines that were taken for what had been booked, or confirmed by hand, without a person's word; the last first."""
    by_hand = select(Payment.id).where(
        Payment.code == BankLine.matched_code,
        Payment.confirmed_by_id.is_not(None),
        Payment.reference.not_like("%" + BankLine.code),
    )
    query = select(BankLine).options(joinedload(BankLine.account))
    return db.session.scalars(
        query.where(
            BankLine.decided_at >= clock.now() - RECENT,
            or_(
                and_(BankLine.by_id.is_(None), BankLine.matched_kind.in_(BOOKED_OTHERWISE)),
                and_(BankLine.matched_kind == MatchKind.PAYMENT, by_hand.exists()),
            ),
        )
        .order_by(BankLine.decided_at.desc(), BankLine.id.desc())
        .limit(limit)
    ).all()


def line_codes(names: Iterable[str]) -> set[str]:
    """Which of these few names are codes of lines."""
    return set(db.session.scalars(select(BankLine.code).where(BankLine.code.in_(list(names)))))


def _match(key: str, kind: Kind, reference: str) -> tuple[MatchKind, str]:
    if kind is Kind.SENT:
        return MatchKind.REFUND, reference
    return (MatchKind.PAYOUT, reference) if kind is Kind.PAID_OUT else (MatchKind.OUTSIDE, key)


def _told(line: BankLine, purchase: str | None, booked: Key | None) -> Key:
    code = str(line.matched_code)
    match line.matched_kind:
        case MatchKind.PAYMENT | MatchKind.PART | MatchKind.EXTRA:
            return Turn.PAYMENT, purchase or code
        case MatchKind.REFUND:
            return Turn.REFUND, code
        case MatchKind.PAYOUT:
            return Turn.TRANSFER, code
        case MatchKind.OUTSIDE:
            return booked or (Turn.OTHER, code)
    return (Turn.OTHER if line.total < ZERO or line.state is LineState.OPEN else Turn.PAYMENT), line.code
