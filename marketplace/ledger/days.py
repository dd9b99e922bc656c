"""Closing a day: what it came to is written down, and nothing is dated into it any more. The database holds to that."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, Invalid
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.ledger.models import ClosedDay, Journal
from marketplace.ledger.queries import Flaw, TrialBalance, trial_balance
from marketplace.ledger.services import CLOSED


def moved(day: date) -> TrialBalance:
    """What moved on one day."""
    return trial_balance(clock.start_of(day + timedelta(days=1)), clock.start_of(day))


def stood(day: date) -> TrialBalance:
    """The trial balance at the end of a day."""
    return trial_balance(clock.start_of(day + timedelta(days=1)))


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
    balances = {one.kind: one.balance.rupiah for one in stood(day).lines}
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


def flaws() -> list[Flaw]:
    """Journals that came into a closed day in spite of everything, and a last day that no longer says what it said."""
    late = (
        select(Journal.key)
        .where(
            select(ClosedDay.id).where(ClosedDay.ends_at > Journal.at, ClosedDay.last_journal_id < Journal.id).exists()
        )
        .order_by(Journal.id)
    )
    found = list(db.session.scalars(late.limit(6)))
    said = [Flaw("nothing is dated into a day that was closed", len(found), found[:5])] if found else []
    last = next(iter(list_closed(1)), None)
    if last is not None:
        now = {one.kind: one.balance.rupiah for one in stood(last.day).lines}
        if now != {row[0]: row[3] for row in last.lines}:
            said.append(Flaw("a closed day still comes to what it came to", 1, [last.day.isoformat()]))
    return said
