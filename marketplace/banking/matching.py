"""What a line that came was for, by its sum alone: the amounts of open payments are unique per account.

A line of exactly what one open payment asks for, dated within its window, pays it. What an operator has confirmed by
hand before its line came is found again and not counted twice. Everything else is parked for a person, with the reason;
its money lies in suspense meanwhile, so that our book of the account is what the bank says.

A file may have been written by whoever brings it in: above what one operator may decide, its line is the first of two
looks, and the money counts when somebody else has given it to its payment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict
from catalog.money import Money, total
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.banking.models import BankLine, LineState, MatchKind, Reason
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import whole
from marketplace.ledger.services import Entry, is_booked, post
from marketplace.orders.spans import spans
from marketplace.payments.models import Payment, PaymentState, Purpose, ReceivingAccount
from marketplace.payments.providers import SURPLUS_MAX
from marketplace.payments.services import hold as hold_payment
from marketplace.payments.services import see, settle

BY_HAND_SLACK = timedelta(days=4)
"""How long before its line a transfer may have been confirmed by hand: banks date a weekend's money on Monday."""
CAME = frozenset({PaymentState.PAID, PaymentState.LATE, PaymentState.REFUNDED})
_CLOSED = frozenset({PaymentState.EXPIRED, PaymentState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The payment that a line pays, or paid when somebody confirmed it by hand; else why a person must look."""

    payment: Payment | None = None
    reason: Reason | None = None


def verdict(line: BankLine, asked: Sequence[Payment], linked: Collection[str], near: bool = False) -> Verdict:
    """What follows from `asked`, the payments to this account that ask for exactly this sum, the newest last; `linked`
    are the codes of those whose line is known, `near` whether somebody is asked for nearly as much. Nothing is read."""
    wrong: list[Reason] = []
    for payment in (one for one in asked if one.state is PaymentState.PENDING):
        first, last = window(payment)
        if line.booked_on < first:
            wrong.append(Reason.EARLY)
        elif last is not None and line.booked_on > last:
            wrong.append(Reason.LATE)
        else:
            return Verdict(payment)
    for payment in (one for one in asked if one.state in CAME and one.code not in linked):
        first, last = days_by_hand(payment)
        if payment.confirmed_by_id is not None and first <= line.booked_on <= last:
            return Verdict(payment)
    if wrong:
        return Verdict(reason=wrong[0])
    if any(one.state in CAME for one in asked):
        return Verdict(reason=Reason.AGAIN)
    if asked:
        return Verdict(reason=Reason.CLOSED)
    return Verdict(reason=Reason.NEAR if near else Reason.NOTHING)


def window(payment: Payment) -> tuple[date, date | None]:
    """The days on which a bank may date the money of a payment: from the asking to the end of its grace."""
    grace = timedelta(hours=spans().payment_grace_hours)
    last = None if payment.expires_at is None else day_of(payment.expires_at + grace)
    return day_of(payment.created_at), last


def days_by_hand(payment: Payment) -> tuple[date, date]:
    """The days on which a bank may date the money of a payment that was confirmed by hand."""
    return window(payment)[0], day_of(payment.paid_at or payment.created_at) + BY_HAND_SLACK


def day_of(at: datetime) -> date:
    return at.astimezone(clock.WIB).date()


def match(line: BankLine) -> BankLine:
    """Decide about a fresh line. Called again, or by two at once, nothing more follows. Conflict when what was found has
    changed in this moment: the next call finds it so."""
    found = _judge(line)
    if found.payment is not None:
        hold_payment(found.payment)
    line = hold(line)
    if line.state is not LineState.FRESH:
        return line
    again = _judge(line)
    if again.payment is None:
        _park(line, again.reason or Reason.NOTHING)
        return line
    if found.payment is None or again.payment.id != found.payment.id:
        raise Conflict(N_("This line has just been decided otherwise. Please look at it again."))
    payment = again.payment
    if payment.state is PaymentState.PENDING and payment.by_two:
        return _look(line, payment)
    if payment.state is PaymentState.PENDING:
        settle(payment, reference=reference_of(line))
    link(line, MatchKind.PAYMENT, payment.code)
    return line


def _look(line: BankLine, payment: Payment) -> BankLine:
    """A line of a large sum: it pays when another operator than the one who brought it in has seen the money by hand."""
    by = line.statement.user
    if payment.seen_by_id is None:
        see(payment, by.id, reference_of(line))
    elif payment.seen_by_id != by.id:
        settle(payment, reference=reference_of(line), operator=by)
        link(line, MatchKind.PAYMENT, payment.code)
        return line
    is_other = line_named(payment.seen_reference) not in (None, line.code)
    _park(line, Reason.AGAIN if is_other else Reason.LARGE)
    return line


def _judge(line: BankLine) -> Verdict:
    if line.sen or line.total.rupiah <= 0:
        return Verdict(reason=Reason.NOTHING)
    asked = db.session.scalars(
        select(Payment)
        .where(
            Payment.account_id == line.account_id, Payment.due == line.total, Payment.purpose != Purpose.EXTRA
        )
        .order_by(Payment.id)
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    linked = set(
        db.session.scalars(
            select(BankLine.matched_code).where(
                BankLine.matched_kind == MatchKind.PAYMENT, BankLine.matched_code.in_([one.code for one in asked])
            )
        )
    )
    near = False
    if not asked:
        near = db.session.scalar(select(near_by(line).exists())) or False
    found = verdict(line, asked, linked - {None}, near)  # type: ignore[arg-type]
    if found.payment is not None and found.payment.state is PaymentState.PENDING:
        others = lacking(line).where(Payment.id != found.payment.id)
        if db.session.scalar(select(others.exists())):
            return Verdict(reason=Reason.EITHER)
    return found


def lacking(line: BankLine) -> Select[Payment]:
    """Open payments that have come in part and lack exactly this sum."""
    held = (
        select(BankLine.for_code, func.sum(whole(BankLine.total)).label("sum"))
        .where(BankLine.state == LineState.HELD)
        .group_by(BankLine.for_code)
        .subquery()
    )
    return (
        select(Payment)
        .join(held, held.c.for_code == Payment.code)
        .where(
            Payment.account_id == line.account_id,
            Payment.state == PaymentState.PENDING,
            whole(Payment.due) - held.c.sum == line.total.rupiah,
        )
    )


def near_by(line: BankLine) -> Select[Payment]:
    """Open payments to the line's account that ask for nearly as much: digits were left out, or one was mistyped."""
    return select(Payment).where(
        Payment.account_id == line.account_id,
        Payment.state == PaymentState.PENDING,
        Payment.due.between(line.total - Money(SURPLUS_MAX + 1), line.total + Money(SURPLUS_MAX + 1)),
    )


def _park(line: BankLine, reason: Reason) -> None:
    if line.total.rupiah <= 0:  # a few sen of interest
        line.state = LineState.OPEN
    else:
        line.state, line.reason = LineState.PARKED, reason
        suspend(line)
    db.session.flush()


def suspend(line: BankLine) -> None:
    """Its money lies on the account, and nobody knows what for."""
    entries = [
        Entry(accounts.bank(account_code(line)), line.total, "unexpected"),
        Entry(accounts.suspense(line.code), -line.total),
    ]
    post(_key("unexpected", line, _times(line) + 1), Kind.SURPLUS, entries, reference=line.code)


def release(line: BankLine, sums: Mapping[str, Money], by: User | None) -> None:
    """Take a parked line out of suspense: `sums` by account are all of it, and whoever calls this books what they were."""
    entries = [Entry(account, -sum_, "unexpected") for account, sum_ in sums.items()]
    entries.append(Entry(accounts.suspense(line.code), total(sums.values())))
    post(_key("expected", line, _times(line)), Kind.SURPLUS, entries, reference=line.code, by=by)


def _times(line: BankLine) -> int:
    """How often a line has been laid in suspense: again when a person has looked at it anew."""
    times = 0
    while is_booked(_key("unexpected", line, times + 1)):
        times += 1
    return times


def _key(deed: str, line: BankLine, times: int) -> str:
    return f"{deed}:{line.code}" if times < 2 else f"{deed}:{line.code}#{times}"


def account_code(line: BankLine) -> str:
    return db.session.scalars(select(ReceivingAccount.code).where(ReceivingAccount.id == line.account_id)).one()


def link(line: BankLine, kind: MatchKind, code: str, by: User | None = None) -> None:
    """Say what a line was. The database refuses a second line for what has one."""
    line.state, line.matched_kind, line.matched_code = LineState.MATCHED, kind, code
    line.for_code, line.by_id, line.decided_at = None, by.id if by else None, clock.now()
    db.session.flush()


def reference_of(line: BankLine) -> str:
    """How a payment names the line that paid it: the day and the line's code, which no other line has."""
    return f"{line.booked_on.isoformat()} {line.code}"


def line_named(reference: str) -> str | None:
    """The code of the line that `reference_of` names; None where the words are an operator's own."""
    return db.session.scalar(select(BankLine.code).where(BankLine.code == reference.rpartition(" ")[2]))


def hold(line: BankLine) -> BankLine:
    """The line as it is now, locked until the end of the transaction. Payments are locked before lines."""
    query = lock(select(BankLine).where(BankLine.id == line.id))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
