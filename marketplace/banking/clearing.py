"""What an operator decides about a line that names nothing by itself. Its money leaves suspense for where it belongs."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select

from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.money import ZERO, Money, total
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.banking.matching import (
    CAME,
    account_code,
    days_by_hand,
    hold,
    line_named,
    link,
    reference_of,
    release,
    suspend,
)
from marketplace.banking.models import BOOKED_OTHERWISE, BankLine, LineState, MatchKind, Reason
from marketplace.bookkeeping.books import account_of
from marketplace.ledger import accounts
from marketplace.payments.models import Payment, PaymentState, Purpose
from marketplace.payments.services import hold as hold_payment
from marketplace.payments.services import keep_extra, see, settle
from marketplace.signals import payment_came_short

TWICE = N_("It had been paid already.")
MORE = N_("More was transferred than was asked for.")
OTHER = N_("The transfer could not be taken for this purchase.")
UNFINISHED = N_("The rest of the sum had not come when the time to pay was over.")
BROUGHT_IN = N_("You have brought this line in: for a sum this large, another operator says whose money it is.")
S = LineState


class Outcome(StrEnum):
    """What came of giving a line to a payment."""

    PAID = "paid"
    MORE = "more"
    """Paid, and the rest goes back to the buyer."""
    SHORT = "short"
    """Less than was asked for: it waits for the rest."""
    BACK = "back"
    """All of it goes back to the buyer."""


def assign(line: BankLine, payment: Payment, operator: User) -> Outcome:
    """The line is the buyer's of this payment. Whatever its sum, nothing is lost: what is due pays, what is beyond goes
    back, what is less waits for more. Lines that wait for the same payment are counted together. Forbidden for whoever
    brought the line in, where the payment needs two operators."""
    payment, line = _hold(line, payment)
    if payment.by_two and line.statement.user_id == operator.id:
        raise Forbidden(BROUGHT_IN)
    parts = [one for one in _parts(payment) if one.id != line.id]
    came = line.total + total(one.total for one in parts)
    if payment.state is PaymentState.PENDING and came < payment.due:
        line.state, line.for_code, line.by_id = S.HELD, payment.code, operator.id
        db.session.flush()
        payment_came_short.send(payment, came=came)
        return Outcome.SHORT
    is_late = payment.state in (PaymentState.EXPIRED, PaymentState.CANCELLED) and line.total == payment.due
    if payment.state is not PaymentState.PENDING and not is_late:
        return _send_back(line, payment, operator, TWICE if payment.state in CAME else OTHER)
    if is_late:
        parts, came = [], line.total
    where, mine = account_of(payment), accounts.bank(account_code(line))
    for one in parts:
        release(one, {where: one.total}, operator)
    extra = came - payment.due
    release(line, _sums((where, line.total - extra), (mine, extra)), operator)
    for one in parts:
        link(one, MatchKind.PART, payment.code, operator)
    if payment.by_two:
        see(payment, line.statement.user_id, reference_of(line))
    in_time = settle(payment, reference=reference_of(line), operator=operator if payment.by_two else None)
    link(line, MatchKind.PAYMENT, payment.code, operator)
    if extra:
        keep_extra(payment, extra, line.account_id, f"{reference_of(line)} +", MORE)
    return Outcome.MORE if extra else Outcome.PAID if in_time else Outcome.BACK


def send_back(line: BankLine, payment: Payment, operator: User) -> Outcome:
    """The line is of the buyer of this payment, and all of it is owed back to them."""
    payment, line = _hold(line, payment)
    return _send_back(line, payment, operator, TWICE if payment.state in CAME else OTHER)


def let_go(payment: Payment) -> None:
    """A payment waits for no rest any more, closed or paid by other money: what had come goes back."""
    for one in _parts(payment):
        _send_back(one, payment, None, TWICE if payment.state in CAME else UNFINISHED)


def hand_over(payment: Payment, heir: Payment) -> None:
    """Less is asked for than before: what had come counts for the `heir`. A person looks where that pays it already."""
    parts = _parts(payment)
    is_part = heir.account_id is not None and total(one.total for one in parts) < heir.due
    for one in parts:
        one.state, one.for_code = (S.HELD, heir.code) if is_part else (S.PARKED, None)
        one.reason = one.reason or Reason.CLOSED
    db.session.flush()


def _send_back(line: BankLine, payment: Payment, operator: User | None, why: str) -> Outcome:
    release(line, {accounts.bank(account_code(line)): line.total}, operator)
    extra = keep_extra(payment, line.total, line.account_id, reference_of(line), why)
    link(line, MatchKind.EXTRA, extra.code, operator)
    return Outcome.BACK


def ignore(line: BankLine, reason: str, operator: User) -> None:
    """It is no matter of the house. Invalid (field `reason`) without words; what came stays in suspense."""
    reason = tidy(reason)[:300]
    if len(reason) < 3:
        raise Invalid(N_("Write why this line is left aside."), field="reason")
    line = hold(line)
    if line.state not in (S.PARKED, S.HELD, S.OPEN):
        raise Conflict(N_("This line has been decided already."))
    line.state, line.for_code, line.note, line.by_id = S.IGNORED, None, reason, operator.id
    db.session.flush()


def may_be_undone(line: BankLine) -> bool:
    """Whether nothing has followed from what a line was taken for: that had been booked otherwise, or it was a payment
    that somebody had confirmed by hand, without this line."""
    if line.matched_kind is MatchKind.PAYMENT:
        payment = db.session.scalars(select(Payment).where(Payment.code == line.matched_code)).one()
        return payment.confirmed_by_id is not None and payment.reference != reference_of(line)
    return line.matched_kind in BOOKED_OTHERWISE


def reopen(line: BankLine, operator: User) -> None:
    """A line that was left aside, waits for the rest, or was taken for what it is not, is looked at again. What it was
    taken for it never is again by itself. Conflict when more has followed from it."""
    line = hold(line)
    was_taken = may_be_undone(line)
    if line.state not in (S.IGNORED, S.HELD) and not was_taken:
        raise Conflict(N_("This line has been decided already."))
    line.by_id = operator.id
    if was_taken:
        line.never = [*line.never, str(line.matched_code)]
    line.matched_kind = line.matched_code = line.decided_at = line.for_code = None
    if line.total > ZERO:
        line.state, line.reason = S.PARKED, line.reason or Reason.NOTHING
    else:
        line.state = S.OPEN
    if was_taken and line.total > ZERO:
        suspend(line)
    db.session.flush()


def explain(line: BankLine, kind: MatchKind, code: str, by: User | None = None, note: str = "") -> None:
    """The line is what has been booked otherwise: a refund, a payout, or (OUTSIDE) the journal of this key. What had been
    laid in suspense leaves it. Conflict when it is decided, or the thing has its line."""
    line = hold(line)
    if line.state not in (S.PARKED, S.OPEN, S.HELD, S.IGNORED):
        raise Conflict(N_("This line has been decided already."))
    known = select(BankLine.id).where(BankLine.matched_kind == kind, BankLine.matched_code == code)
    if kind is not MatchKind.OUTSIDE and db.session.scalar(known) is not None:
        raise Conflict(N_("Another line of a statement is this already."))
    if line.total > ZERO:
        release(line, {accounts.bank(account_code(line)): line.total}, by)
    line.note = tidy(note)[:300]
    link(line, kind, code, by)


def recognise(payment: Payment) -> BankLine | None:
    """A payment was confirmed by hand whose line had been parked: that is the line, named by the payment or the only one of
    these days. None where there is none, or several are."""
    parked = select(BankLine).where(
        BankLine.account_id == payment.account_id,
        BankLine.total == payment.due,
        BankLine.sen == 0,
        BankLine.state == S.PARKED,
    )
    named = line_named(payment.reference or "")
    fits = BankLine.booked_on.between(*days_by_hand(payment)) if named is None else BankLine.code == named
    lines = db.session.scalars(parked.where(fits).limit(2)).all()
    if len(lines) != 1:
        return None
    line = hold(lines[0])
    if line.state is not S.PARKED:
        return None
    release(line, {accounts.bank(account_code(line)): line.total}, None)
    link(line, MatchKind.PAYMENT, payment.code, payment.confirmed_by)
    return line


def _hold(line: BankLine, payment: Payment) -> tuple[Payment, BankLine]:
    payment, line = hold_payment(payment), hold(line)
    if line.state not in (S.PARKED, S.HELD, S.IGNORED) or line.total <= ZERO or payment.purpose is Purpose.EXTRA:
        raise Conflict(N_("This line has been decided already."))
    return payment, line


def _parts(payment: Payment) -> list[BankLine]:
    query = lock(select(BankLine).where(BankLine.for_code == payment.code))
    return list(db.session.scalars(query.order_by(BankLine.id).execution_options(populate_existing=True)))


def _sums(*sums: tuple[str, Money]) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for account, sum_ in sums:
        found[account] = found.get(account, ZERO) + sum_
    return found
