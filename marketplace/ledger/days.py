"""Closing a day: what it came to is written down, and nothing is dated into it any more. The database holds to that."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, Invalid
from catalog.money import ZERO, Money
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.ledger.accounts import SIDES
from marketplace.ledger.models import ClosedDay, Journal
from marketplace.ledger.queries import Flaw, TrialBalance, trial_balance
from marketplace.ledger.services import CLOSED


def moved(day: date) -> TrialBalance:
    """What moved on one day."""
    return trial_balance(clock.start_of(day + timedelta(days=1)), clock.start_of(day))


def stood(day: date) -> dict[str, Money]:
    """What every kind of account comes to at the end of a day: what the last closed day before it came to, and what has
    moved since. A book may be long; a day is short."""
    ends = clock.start_of(day + timedelta(days=1))
    base = db.session.scalar(
        select(ClosedDay).where(ClosedDay.ends_at < ends).order_by(ClosedDay.ends_at.desc()).limit(1)
    )
    found = {row[0]: Money(row[3]) for row in base.lines} if base else {}
    for one in trial_balance(ends, base.ends_at if base else None).lines:
        found[one.kind] = found.get(one.kind, ZERO) + one.balance
    return {kind: found[kind] for kind in sorted(found, key=_place)}


def list_closed(limit: int = 40) -> list[ClosedDay]:
    """Closed days, the last first."""
    query = select(ClosedDay).options(joinedload(ClosedDay.closed_by)).order_by(ClosedDay.ends_at.desc())
    return list(db.session.scalars(query.limit(limit)))


def find_closed(day: date) -> ClosedDay | None:
    query = select(ClosedDay).options(joinedload(ClosedDay.closed_by))
    return db.session.scalar(query.where(ClosedDay.day == day))


def next_to_close() -> date | None:
    """The first day that is over and not closed; None when there is none. A book that was never closed begins with
    yesterday, and everything before goes with it."""
    last = db.session.scalar(select(func.max(ClosedDay.day)))
    if last is None:
        first = db.session.scalar(select(func.min(Journal.at)))
        yesterday = clock.today() - timedelta(days=1)
        day = yesterday if first and first < clock.start_of(clock.today()) else clock.today()
    else:
        day = last + timedelta(days=1)
    return day if day < clock.today() else None


def close(day: date, operator: User, *, differences: int = 0, note: str = "") -> ClosedDay:
    """Close `day` and every day before it, for ever. `differences` with the outside that nobody has answered want a note.

    Conflict when it is not over, or closed already; Invalid names `note`.
    """
    if day >= clock.today():
        raise Conflict(N_("This day is not over yet."))
    note = tidy(note)[:300]
    if differences and len(note) < 3:
        raise Invalid(N_("Write why the day is closed although there are differences."), field="note")
    if db.session.get_bind().dialect.name != "sqlite":  # wait for journals that are being written
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('ledger days', 0))"))
    ends = clock.start_of(day + timedelta(days=1))
    balances = {kind: left.rupiah for kind, left in stood(day).items()}
    sums = {one.kind: one for one in moved(day).lines}
    lines = [
        [kind, sums[kind].debit.rupiah if kind in sums else 0, sums[kind].credit.rupiah if kind in sums else 0, left]
        for kind, left in balances.items()
    ]
    row = ClosedDay(
        day=day,
        ends_at=ends,
        last_journal_id=db.session.scalar(select(func.max(Journal.id))),
        journal_count=_count(clock.start_of(day), ends),
        lines=lines,
        differences=differences,
        note=note,
        closed_by_id=operator.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        if CLOSED in str(error.orig) or "day" in str(error.orig):
            raise Conflict(N_("This day is closed already.")) from None
        raise
    return row


def _count(since: datetime, until: datetime) -> int:
    query = select(func.count()).select_from(Journal).where(Journal.at >= since, Journal.at < until)
    return db.session.scalar(query) or 0


def _place(kind: str) -> tuple[int, str]:
    names = list(SIDES)
    return (names.index(kind) if kind in SIDES else len(names), kind)


def flaws() -> list[Flaw]:
    """Journals that came into a closed day in spite of everything, and a last day that no longer says what it said. The
    book is gone through once each: days are closed forwards, so the first one that holds a journal's time tells whether
    it stood then."""
    last_of_day = (
        select(func.coalesce(ClosedDay.last_journal_id, 0))
        .where(ClosedDay.ends_at > Journal.at)
        .order_by(ClosedDay.ends_at)
        .limit(1)
        .scalar_subquery()
    )
    late = select(Journal.key).where(Journal.id > last_of_day).order_by(Journal.id)
    found = list(db.session.scalars(late.limit(6)))
    said = [Flaw("nothing is dated into a day that was closed", len(found), found[:5])] if found else []
    last = next(iter(list_closed(1)), None)
    if last is not None:
        now = {one.kind: one.balance.rupiah for one in trial_balance(last.ends_at).lines}
        if now != {row[0]: row[3] for row in last.lines}:
            said.append(Flaw("a closed day still comes to what it came to", 1, [last.day.isoformat()]))
    return said
