"""Our book beside another's: what each says of the same money, and where they are not alike, both ways.

What is compared is the money of one thing: a payment by its code (at a bank by its purchase), a refund by its code, a dispute by its payment, a payout
and a fee by the partner's reference. What moved in the last minutes is left for the next time, because one of the two may
only be about to hear of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from catalog.db import db
from catalog.money import ZERO, Money
from marketplace.bookkeeping.bookings import KINDS
from marketplace.bookkeeping.models import Deed
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.payments.models import Charge, Payment
from marketplace.payments.providers import Turn
from marketplace.reconciliation.models import Gap, MirrorLine

GRACE = timedelta(minutes=15)
AROUND = timedelta(days=40)
"""So far beyond the window the other half of a pair is looked for."""
Key = tuple[Turn, str]


@dataclass(slots=True)
class Side:
    """What one book says of one thing."""

    total: Money = ZERO
    fee: Money = ZERO
    odd: str = ""
    lines: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, at: datetime, total: Money, fee: Money = ZERO, odd: str = "") -> None:
        self.total, self.fee, self.odd, self.lines = self.total + total, self.fee + fee, odd or self.odd, self.lines + 1
        self.first = min(at, self.first or at)
        self.last = max(at, self.last or at)

    def join(self, other: Side) -> None:
        """Both are one thing."""
        for at in (other.first, other.last):
            if at is not None:
                self.first, self.last = min(at, self.first or at), max(at, self.last or at)
        self.total, self.fee, self.odd = self.total + other.total, self.fee + other.fee, other.odd or self.odd
        self.lines += other.lines


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, as it was found."""

    turn: Turn
    about: str
    gap: Gap
    ours: Money
    theirs: Money
    happened_at: datetime
    words: str = ""


@dataclass(slots=True)
class Books:
    """Both books, and how many things are alike in them."""

    differences: list[Found] = field(default_factory=list)
    alike: int = 0


def compare(source: str, since: datetime, until: datetime) -> Books:
    """Everything that moved from `since` until `until` in one of the two books."""
    ours, theirs = _ours(source, since - AROUND, until), _theirs(source, since - AROUND, until)
    if accounts.kind_of(source) == "bank":
        ours, theirs = _by_purchase(ours), _by_purchase(theirs)
    fees = _fees(about for turn, about in theirs if turn is Turn.PAYMENT)
    found = Books()
    for key in sorted({*ours, *theirs}):
        mine, other = ours.get(key, Side()), theirs.get(key, Side())
        if not mine.total and not other.lines:  # laid in suspense and taken out of it again
            continue
        times = [one for one in (mine.last, other.last) if one is not None]
        last = max(times)
        if last < since or last >= until - GRACE:
            continue
        gap = _gap(key, mine, other, fees)
        if gap is None:
            found.alike += 1
            continue
        is_fee = gap is Gap.FEE
        found.differences.append(
            Found(
                *key, gap, fees.get(key[1], ZERO) if is_fee else mine.total, other.fee if is_fee else other.total, last, other.odd
            )
        )  # fmt: skip
    return found


def _gap(key: Key, mine: Side, other: Side, fees: dict[str, Money]) -> Gap | None:
    if other.odd:
        return Gap.CURRENCY
    if mine.total != other.total:
        if not other.lines or not mine.lines:
            return Gap.ONLY_OURS if mine.lines else Gap.ONLY_THEIRS
        return Gap.SUM
    is_payment = key[0] is Turn.PAYMENT and key[1] in fees
    return Gap.FEE if is_payment and fees[key[1]] != other.fee else None


def account_in_book(source: str) -> str:
    """The account of our ledger that a book is laid beside: of a bank its own name, of a way of paying its partner's."""
    return source if accounts.kind_of(source) == "bank" else accounts.gateway(source)


def _ours(source: str, since: datetime, until: datetime) -> dict[Key, Side]:
    found: dict[Key, Side] = {}
    account = account_in_book(source)
    rows = db.session.execute(
        select(Journal.key, Journal.kind, Journal.reference, Journal.at, Journal.entries)
        .where(
            Journal.id.in_(select(Posting.journal_id).where(Posting.account == account)),
            Journal.at >= since,
            Journal.at < until,
        )
        .order_by(Journal.id)
    )
    for key, kind, reference, at, entries in rows:
        turn = turn_of(key, kind)
        # What a partner pays out is what comes to our bank: its fees it has kept line by line.
        is_net = turn is Turn.PAYOUT and account != source
        fee = sum(int(row[1]) for row in entries if accounts.kind_of(row[0]) == "fee") if is_net else 0
        sum_ = sum(int(row[1]) for row in entries if row[0] == account) + fee
        found.setdefault((turn, reference or key), Side()).add(at, Money(sum_))
    return found


def turn_of(key: str, kind: Kind) -> Turn:
    """What a journal was to whoever holds the money; a counter-journal (`counter:<deed>:…`) is of what it turns back."""
    if key.startswith("counter:"):
        key = key.removeprefix("counter:")
        kind = KINDS[Deed(key.partition(":")[0])]
    if kind in (Kind.CAPTURE, Kind.SURPLUS, Kind.LATE):
        return Turn.PAYMENT
    if kind in (Kind.SENT, Kind.REFUND):
        return Turn.REFUND
    if kind is Kind.DISPUTE:
        return Turn.DISPUTE
    if kind in (Kind.PAYOUT, Kind.PAID_OUT, Kind.PAYOUT_BACK):
        return Turn.TRANSFER
    return Turn.FEE if key.startswith("partner-fee:") else Turn.PAYOUT if kind is Kind.SETTLEMENT else Turn.OTHER


def _theirs(source: str, since: datetime, until: datetime) -> dict[Key, Side]:
    lines = db.session.scalars(
        select(MirrorLine)
        .where(MirrorLine.source == source, MirrorLine.happened_at >= since, MirrorLine.happened_at < until)
        .order_by(MirrorLine.happened_at, MirrorLine.id)
    ).all()
    by_money = (Turn.PAYMENT, Turn.DISPUTE)
    names = _payments({one.about for one in lines if one.turn in by_money})
    found: dict[Key, Side] = {}
    for one in lines:
        about = names.get(one.about, one.about or one.reference) if one.turn in by_money else one.about or one.reference
        found.setdefault((one.turn, about), Side()).add(one.happened_at, one.total, one.fee, one.odd)
    return found


def _by_purchase(sides: dict[Key, Side]) -> dict[Key, Side]:
    """What came by bank is compared by purchase: one transfer may be more than its payment asks for."""
    codes = [about for turn, about in sides if turn is Turn.PAYMENT]
    rows = db.session.execute(select(Payment.code, Payment.purchase_code).where(Payment.code.in_(codes)))
    purchases = dict(rows.tuples().all())
    found: dict[Key, Side] = {}
    for (turn, about), side in sides.items():
        key = (turn, purchases.get(about, about) if turn is Turn.PAYMENT else about)
        if key in found:
            found[key].join(side)
        else:
            found[key] = side
    return found


def _payments(references: set[str]) -> dict[str, str]:
    """The codes of our payments, by the partner's names for their money."""
    rows = db.session.execute(
        select(Charge.second_reference, Charge.reference, Payment.code)
        .join(Payment, Payment.id == Charge.payment_id)
        .where(Charge.second_reference.in_(references) | Charge.reference.in_(references))
    )
    return {name: code for second, first, code in rows for name in (second, first) if name}


def _fees(payments: Iterable[str]) -> dict[str, Money]:
    """What the partner told us of its fee when it told us of the payment."""
    rows = db.session.execute(
        select(Payment.code, Charge.fee)
        .join(Charge, Charge.payment_id == Payment.id)
        .where(Payment.code.in_(list(payments)), Charge.fee.is_not(None))
    )
    return dict(rows.tuples().all())  # type: ignore[arg-type]
