"""Our book beside another's: what each says of the same money, and where they are not alike, both ways.

What is compared is the money of one thing: a payment by its code (at a bank by its purchase, for one transfer may be more
than its payment asks for), a refund by its code, a dispute by its payment, a payout and a fee by the partner's reference. What moved in the last minutes is left for the next time, because one of the two may
only be about to hear of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, null, select

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
_BY_MONEY = (Turn.PAYMENT, Turn.DISPUTE)
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


def compare(source: str, since: datetime, until: datetime, theirs: dict[Key, Side] | None = None) -> Books:
    """Everything that moved from `since` until `until` in one of the two books. `theirs` (from AROUND before `since` on)
    is what the other book says, where it is not what was read of a partner's."""
    ours = _ours(source, since - AROUND, until)
    fees: dict[str, Money] = {}
    if theirs is None:
        theirs, fees = _theirs(source, since - AROUND, until)
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
    purchase = Payment.purchase_code if account == source else null()
    query = select(Journal.key, Journal.kind, Journal.reference, Journal.at, Journal.entries, purchase)
    if account == source:
        query = query.outerjoin(Payment, Payment.code == Journal.reference)
    rows = db.session.execute(
        query.where(
            Journal.id.in_(select(Posting.journal_id).where(Posting.account == account)),
            Journal.at >= since,
            Journal.at < until,
        )
        .order_by(Journal.id)
        .execution_options(yield_per=1000)
    )
    for key, kind, reference, at, entries, of_purchase in rows:
        turn = turn_of(key, kind)
        # What a partner pays out is what comes to our bank: its fees it has kept line by line.
        is_net = turn is Turn.PAYOUT and account != source
        fee = sum(int(row[1]) for row in entries if accounts.kind_of(row[0]) == "fee") if is_net else 0
        sum_ = sum(int(row[1]) for row in entries if row[0] == account) + fee
        about = of_purchase if turn is Turn.PAYMENT and of_purchase else reference or key
        found.setdefault((turn, about), Side()).add(at, Money(sum_))
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


def _theirs(source: str, since: datetime, until: datetime) -> tuple[dict[Key, Side], dict[str, Money]]:
    """What was read of a partner's book, and what it told us of its fees when it told us of the payments."""
    within = (MirrorLine.source == source, MirrorLine.happened_at >= since, MirrorLine.happened_at < until)
    of_money = select(MirrorLine.about).where(*within, MirrorLine.turn.in_(_BY_MONEY), MirrorLine.about != "")
    names, fees = _payments(of_money)
    lines = db.session.scalars(
        select(MirrorLine)
        .where(*within)
        .order_by(MirrorLine.happened_at, MirrorLine.id)
        .execution_options(yield_per=1000)
    )
    found: dict[Key, Side] = {}
    for one in lines:
        about = one.about or one.reference
        about = names.get(about, about) if one.turn in _BY_MONEY else about
        found.setdefault((one.turn, about), Side()).add(one.happened_at, one.total, one.fee, one.odd)
    return found, fees


def _payments(references: Select[str]) -> tuple[dict[str, str], dict[str, Money]]:
    """The codes of our payments by the partner's names for their money, and their fees by the codes."""
    rows = db.session.execute(
        select(Charge.second_reference, Charge.reference, Payment.code, Charge.fee)
        .join(Payment, Payment.id == Charge.payment_id)
        .where(Charge.second_reference.in_(references) | Charge.reference.in_(references))
    ).all()
    names = {name: code for second, first, code, _fee in rows for name in (second, first) if name}
    return names, {code: fee for _second, _first, code, fee in rows if fee is not None}
