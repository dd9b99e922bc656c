"""What operators book because others have moved money: looked at before it is booked, by two where money leaves.

`plan` says what would be booked, `make` writes it down, `approve` is the second operator's. A booking is dated into the
day on which it happened, or into the next one that is open. It is never changed: `reverse` turns it back by a journal of
the same sums the other way round, which a second operator approves too; after that the same reference may be used again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.money import ZERO, Money
from catalog.text import N_, tidy
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.disputes import bear
from marketplace.bookkeeping.models import FOUR_EYES, BookingState, Deed, OutsideBooking
from marketplace.bookkeeping.outside import reference_of, settlement
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance
from marketplace.ledger.services import Entry, closed_until, post, take_turns
from marketplace.orders.models import Order

OLDEST = timedelta(days=400)
KINDS = {
    Deed.SETTLEMENT: Kind.SETTLEMENT,
    Deed.SPONSORED: Kind.SPONSORED,
    Deed.REMITTED: Kind.REMITTED,
    Deed.BANK_FEE: Kind.SETTLEMENT,
    Deed.PARTNER_FEE: Kind.SETTLEMENT,
    Deed.BORNE: Kind.DISPUTE,
    Deed.LOST_CASH: Kind.CORRECTION,
    Deed.COUNTER: Kind.CORRECTION,
}
_MUST_HOLD = ("gateway", "till", "cod", "sponsor", "ppn", "pph22")
"""Accounts that cannot give more than they hold, nor be paid more than they are owed."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What an operator read on a statement. `scope`: the partner (`card`), programme, tax (`ppn`, `pph22`), our account,
    the account of who holds cash (`cod:…`), or the order whose loss the house bears: that loss has no other name, so the order is its `reference` as well. `fee` is
    part of the sum."""

    deed: Deed
    scope: str
    reference: str
    happened_on: date
    sum: Money = ZERO
    fee: Money = ZERO
    bank: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be booked: nothing is written yet."""

    typed: Typed
    entries: list[Entry]
    dated_at: datetime

    @property
    def needs_two(self) -> bool:
        return self.typed.deed in FOUR_EYES


def plan(typed: Typed) -> Plan:
    """The journal that `typed` means. Invalid names `sum`, `fee`, `reference`, `happened_on`, `scope` or `note`; Conflict
    when our book holds less than that, or the reference was booked already."""
    if not typed.scope:
        raise Invalid(N_("Choose one of the list."), field="scope")
    if typed.deed is Deed.BORNE:
        typed = replace(typed, reference=typed.scope)
    else:
        reference_of(typed.reference)
    today = clock.today()
    if not today - OLDEST <= typed.happened_on <= today:
        raise Invalid(N_("Choose a day of the last year, today at the latest."), field="happened_on")
    live = select(OutsideBooking.id).where(
        OutsideBooking.deed == typed.deed,
        OutsideBooking.scope == typed.scope,
        OutsideBooking.reference == tidy(typed.reference),
        OutsideBooking.state.in_([BookingState.WAITING, BookingState.BOOKED]),
    )
    if db.session.scalar(live):
        raise _known(typed.deed)
    entries = _entries(typed)
    for one in entries:
        if accounts.kind_of(one.account) in _MUST_HOLD:
            _check(one)
    return Plan(typed, entries, dated(typed.happened_on))


def dated(happened_on: date) -> datetime:
    """When a journal of that day stands in the book: at its noon, never later than now, never in a closed day."""
    noon = min(clock.start_of(happened_on) + timedelta(hours=12), clock.now())
    return max(noon, closed_until() or noon)


def make(typed: Typed, operator: User) -> OutsideBooking:
    """Write it down: booked at once, or waiting for a second operator where money leaves."""
    _operator(operator)
    planned = plan(typed)
    typed = planned.typed
    row = OutsideBooking(
        deed=typed.deed,
        scope=typed.scope,
        reference=tidy(typed.reference),
        happened_on=typed.happened_on,
        entries=[[one.account, one.sum.rupiah, one.what] for one in planned.entries],
        note=tidy(typed.note)[:300],
        made_by_id=operator.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise _known(typed.deed) from None
    if not planned.needs_two:
        _book(row, operator)
    return row


def approve(booking: OutsideBooking, operator: User) -> OutsideBooking:
    """A second operator has looked: it is booked. Forbidden for whoever wrote it."""
    _operator(operator)
    booking = _waiting(booking)
    if booking.made_by_id == operator.id:
        raise Forbidden(N_("You wrote this: somebody else approves it."))
    booking.approved_by_id = operator.id
    if booking.reverses is not None:
        booking.reverses.state = BookingState.REVERSED
    _book(booking, operator)
    return booking


def refuse(booking: OutsideBooking, operator: User) -> OutsideBooking:
    """It is not booked; whoever wrote it may take it back in the same way."""
    _operator(operator)
    booking = _waiting(booking)
    booking.state, booking.decided_at = BookingState.REFUSED, clock.now()
    db.session.flush()
    return booking


def reverse(booking: OutsideBooking, reason: str, operator: User) -> OutsideBooking:
    """Ask for a counter-journal against what was booked. Invalid names `note`; Conflict when it does not stand."""
    _operator(operator)
    note = tidy(reason)[:300]
    if len(note) < 3:
        raise Invalid(N_("Write why it is turned back."), field="note")
    booking = _held(booking)
    if booking.state is not BookingState.BOOKED or booking.deed is Deed.COUNTER:
        raise Conflict(N_("Only what is booked can be turned back."))
    row = OutsideBooking(
        deed=Deed.COUNTER,
        scope=booking.deed.value,
        reference=booking.code,
        happened_on=clock.today(),
        entries=[[account, -sum_, what] for account, sum_, what in booking.entries],
        note=note,
        made_by_id=operator.id,
        reverses_id=booking.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict(N_("Somebody has asked to turn it back already.")) from None
    return row


def find_booking(code: str) -> OutsideBooking | None:
    query = select(OutsideBooking).options(
        joinedload(OutsideBooking.made_by), joinedload(OutsideBooking.approved_by), joinedload(OutsideBooking.reverses)
    )
    return db.session.scalar(query.where(OutsideBooking.code == code))


def counter_of(booking: OutsideBooking) -> OutsideBooking | None:
    """The newest booking that turns this one back, or asks to."""
    query = (
        select(OutsideBooking)
        .where(OutsideBooking.reverses_id == booking.id)
        .order_by(OutsideBooking.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def list_bookings(limit: int = 50) -> Sequence[OutsideBooking]:
    """Those that wait first, then the newest."""
    waits = (OutsideBooking.state != BookingState.WAITING).label("over")
    query = select(OutsideBooking).options(joinedload(OutsideBooking.made_by), joinedload(OutsideBooking.approved_by))
    return db.session.scalars(query.order_by(waits, OutsideBooking.id.desc()).limit(limit)).all()


def count_waiting() -> int:
    query = select(func.count()).select_from(OutsideBooking).where(OutsideBooking.state == BookingState.WAITING)
    return db.session.scalar(query) or 0


def _entries(typed: Typed) -> list[Entry]:
    deed, scope, sum_ = typed.deed, typed.scope, typed.sum
    if deed is Deed.SETTLEMENT:
        return settlement(scope, sum_, typed.fee, typed.bank)
    if deed is Deed.BORNE:
        entries = bear(scope)
        if not entries:
            raise Conflict(N_("Nothing was taken from a shop for this order."), field="scope")
        if len(tidy(typed.note)) < 3:
            raise Invalid(N_("Write why the house bears it."), field="note")
        return entries
    if sum_ <= ZERO:
        raise Invalid(N_("Write a sum above Rp0."), field="sum")
    if deed is Deed.SPONSORED:
        return [Entry(accounts.bank(typed.bank), sum_, "sponsored"), Entry(accounts.sponsor(scope), -sum_, "paid-for")]
    if deed is Deed.REMITTED and scope in (accounts.PPN, accounts.PPH22):
        return [Entry(scope, sum_, "remitted"), Entry(accounts.bank(typed.bank), -sum_, "remitted")]
    if deed is Deed.BANK_FEE:
        return [Entry(accounts.fee(scope), sum_), Entry(accounts.bank(scope), -sum_, "fee")]
    if deed is Deed.PARTNER_FEE:
        return [Entry(accounts.fee(scope), sum_), Entry(accounts.gateway(scope), -sum_, "fee")]
    if deed is Deed.LOST_CASH and accounts.kind_of(scope) in ("till", "cod"):
        if len(tidy(typed.note)) < 3:
            raise Invalid(N_("Write why it never comes."), field="note")
        return [Entry(accounts.LOSS, sum_), Entry(scope, -sum_, "lost")]
    raise Invalid(N_("Choose one of the list."), field="scope")


def _check(entry: Entry) -> None:
    before = balance(entry.account)
    after = before + entry.sum
    is_debt = accounts.kind_of(entry.account) in (accounts.PPN, accounts.PPH22)
    if (after > ZERO and entry.sum > ZERO) if is_debt else (after < ZERO and entry.sum < ZERO):
        raise Conflict(N_("Our book holds less than that. Compare the statement with the ledger first."), field="sum")


def _book(booking: OutsideBooking, by: User) -> None:
    entries = [Entry(account, Money(sum_), what) for account, sum_, what in booking.entries]
    if booking.deed is not Deed.COUNTER:  # what was right when it was written may not be any more
        held = [one for one in entries if accounts.kind_of(one.account) in _MUST_HOLD]
        take_turns(*(one.account for one in held))
        for one in held:
            _check(one)
    if booking.deed is Deed.BORNE:
        db.session.execute(lock(select(Order.id).where(Order.code == booking.scope))).all()
        if bear(booking.scope) != entries:
            raise Conflict(N_("What the shop lost is not what it was when this was written. Please write it again."))
    journal = post(
        _key(booking), KINDS[booking.deed], entries, reference=_about(booking), note=booking.note, by=by,
        at=dated(booking.happened_on),
    )  # fmt: skip
    if journal is None:
        raise _known(booking.deed)
    booking.state, booking.decided_at, booking.journal_id = BookingState.BOOKED, clock.now(), journal.id
    db.session.flush()


def _known(deed: Deed) -> Conflict:
    if deed is Deed.BORNE:
        return Conflict(
            N_("The house bears this already, or a second operator has not looked at it yet."), field="scope"
        )
    return Conflict(N_("This reference has been booked already."), field="reference")


def _about(booking: OutsideBooking) -> str:
    """What its journal names: a counter-journal the same as the one that it turns back, so that both are one thing."""
    deed = booking.reverses or booking
    return deed.scope if deed.deed is Deed.BORNE else deed.reference


def _key(booking: OutsideBooking) -> str:
    """Once per reference; what was turned back is booked again under the next number."""
    key = f"{booking.deed}:{booking.scope}:{booking.reference}"
    again = db.session.scalar(
        select(func.count())
        .select_from(OutsideBooking)
        .where(
            OutsideBooking.deed == booking.deed,
            OutsideBooking.scope == booking.scope,
            OutsideBooking.reference == booking.reference,
            OutsideBooking.state == BookingState.REVERSED,
        )
    )
    return f"{key}#{again + 1}" if again else key


def _waiting(booking: OutsideBooking) -> OutsideBooking:
    booking = _held(booking)
    if booking.state is not BookingState.WAITING:
        raise Conflict(N_("Somebody has looked at this already."))
    return booking


def _held(booking: OutsideBooking) -> OutsideBooking:
    query = lock(select(OutsideBooking).where(OutsideBooking.id == booking.id)).execution_options(
        populate_existing=True
    )
    return db.session.scalars(query).one()


def _operator(user: User) -> None:
    if not user.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))
