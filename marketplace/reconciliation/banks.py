"""A bank account's statements as a book that is laid beside ours, like a payment partner's (see `payments.providers.Mirror`).

What a line was for says whose it is: its payment, refund or payout, or the journal by which an operator has booked it. A
line that nobody has explained stands for itself, and so do our movements that no line knows: both are differences.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select

from catalog import clock
from catalog.db import db
from catalog.errors import Invalid
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.banking.clearing import explain
from marketplace.banking.matching import day_of
from marketplace.banking.models import BankLine, BankStatement, LineState, MatchKind
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.payments.models import ReceivingAccount
from marketplace.payments.providers import BookLine, BookPage, Turn
from marketplace.reconciliation.comparing import turn_of

PAGE = 500
SLACK = timedelta(days=4)
"""How far the day of a statement may be from the day on which we booked the same: a weekend, and a bank's own pace."""
_BY_PAYMENT = (Kind.CAPTURE, Kind.SURPLUS, Kind.LATE)


def list_accounts() -> list[ReceivingAccount]:
    """The accounts of which a statement has been read."""
    return list(
        db.session.scalars(
            select(ReceivingAccount)
            .where(ReceivingAccount.id.in_(select(BankLine.account_id)))
            .order_by(ReceivingAccount.id)
        )
    )


class BankBook:
    """What the statements of one account say; `source` is the account's name in the ledger (`bank:…`)."""

    def __init__(self, source: str) -> None:
        found = next((one for one in list_accounts() if accounts.bank(one.code) == source), None)
        if found is None:
            raise Invalid(N_("Choose one of the list."), field="source")
        self.code = source
        self._id = found.id

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
        return _start(first), _start(last + timedelta(days=1))

    def read_book(self, since: datetime, until: datetime, after: str = "") -> BookPage:
        lines = db.session.scalars(
            select(BankLine)
            .where(
                BankLine.account_id == self._id,
                BankLine.id > int(after or 0),
                BankLine.booked_on >= day_of(since),
                BankLine.booked_on < day_of(until),
            )
            .order_by(BankLine.id)
            .limit(PAGE)
        ).all()
        keys = [str(one.matched_code) for one in lines if one.matched_kind is MatchKind.OUTSIDE]
        journals = {
            key: (turn_of(key, kind), reference or key)
            for key, kind, reference in db.session.execute(
                select(Journal.key, Journal.kind, Journal.reference).where(Journal.key.in_(keys))
            )
        }
        told = [_told(one, journals) for one in lines]
        return BookPage(told, str(lines[-1].id) if len(lines) == PAGE else "")

    def recognise(self) -> int:
        """Explain lines by what we have booked: money that left by the refund or the payout of exactly this sum, money
        that came by a partner's or a programme's payment. Only where one movement, not yet explained, fits within some
        days. How many were."""
        done = 0
        lines = db.session.scalars(
            select(BankLine)
            .where(BankLine.account_id == self._id, BankLine.state.in_([LineState.OPEN, LineState.PARKED]))
            .order_by(BankLine.id)
        ).all()
        for line in (one for one in lines if not one.sen):
            fitting = self._fitting(line)
            if len(fitting) == 1:
                explain(line, *fitting[0])
                done += 1
        return done

    def _fitting(self, line: BankLine) -> list[tuple[MatchKind, str]]:
        middle = _start(line.booked_on)
        rows = db.session.execute(
            select(Journal.key, Journal.kind, Journal.reference)
            .join(Posting, Posting.journal_id == Journal.id)
            .where(
                Posting.account == self.code,
                Posting.total == line.total,
                Journal.kind.not_in(_BY_PAYMENT),
                Journal.at >= middle - SLACK,
                Journal.at < middle + SLACK + timedelta(days=1),
            )
            .distinct()
        )
        found = [_match(key, kind, reference) for key, kind, reference in rows]
        known = set(
            db.session.scalars(
                select(BankLine.matched_code).where(BankLine.matched_code.in_([code for _, code in found]))
            )
        )
        return [(kind, code) for kind, code in found if code not in known]


def _match(key: str, kind: Kind, reference: str) -> tuple[MatchKind, str]:
    if kind is Kind.SENT:
        return MatchKind.REFUND, reference
    return (MatchKind.PAYOUT, reference) if kind is Kind.PAID_OUT else (MatchKind.OUTSIDE, key)


def _told(line: BankLine, journals: dict[str, tuple[Turn, str]]) -> BookLine:
    turn, about = Turn.OTHER if line.total < ZERO or line.state is LineState.OPEN else Turn.PAYMENT, line.code
    match line.matched_kind:
        case MatchKind.PAYMENT | MatchKind.PART | MatchKind.EXTRA:
            turn, about = Turn.PAYMENT, str(line.matched_code)
        case MatchKind.REFUND:
            turn, about = Turn.REFUND, str(line.matched_code)
        case MatchKind.PAYOUT:
            turn, about = Turn.TRANSFER, str(line.matched_code)
        case MatchKind.OUTSIDE:
            turn, about = journals.get(str(line.matched_code), (Turn.OTHER, str(line.matched_code)))
    odd = f"{line.total.rupiah},{abs(line.sen):02d}" if line.sen else ""
    return BookLine(line.code, turn, line.total, Money(0), _noon(line.booked_on), about, odd)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.WIB).astimezone(UTC)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.WIB).astimezone(UTC)
