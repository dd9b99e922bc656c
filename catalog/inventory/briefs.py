"""A maker's queue in brief: columns that ride along with the statement of a list, so that a card promises the day that
the page of the piece does, and no list asks once more.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Date, String, bindparam, case, cast, func, select

from catalog.inventory.models import Booking, Capacity, Pace
from catalog.inventory.promises import QueueRow, first_days
from catalog.inventory.queue import month_of
from catalog.inventory.workdays import Calendar


class Brief(NamedTuple):
    """The queue of a maker who keeps one: the pace, then `2026-12-01:4` for each month that is open and each day on which
    so many pieces are promised."""

    pace: int
    months: str
    due: str


def brief_columns(maker_id: Any, is_asked: Any) -> tuple[Any, ...]:
    """The three columns of a `Brief` for the maker in the column `maker_id`, NULL where nobody keeps a queue or `is_asked`
    is false: there nothing is read. They ask for `asked_on`."""
    since: Any = bindparam("since", type_=Date)
    pace, month, booking = (one.__table__ for one in (Pace, Capacity, Booking))
    own = select(pace.c.pieces).where(pace.c.maker_id == maker_id)
    months = select(_listed(month.c.month, month.c.pieces)).where(month.c.maker_id == maker_id, month.c.month >= since)
    due = select(_listed(booking.c.due_on, booking.c.quantity)).where(
        booking.c.maker_id == maker_id, booking.c.closed_at.is_(None), booking.c.due_on >= since
    )
    keeps_one = is_asked & own.exists()
    return (
        case((is_asked, own.scalar_subquery())),
        case((keeps_one, months.scalar_subquery())),
        case((keeps_one, due.scalar_subquery())),
    )


def asked_on(today: date) -> dict[str, Any]:
    """What `brief_columns` ask for on this day."""
    return {"since": month_of(today)}


def brief_of(pace: int | None, months: str | None, due: str | None) -> Brief | None:
    """What the columns told."""
    return None if pace is None else Brief(pace, months or "", due or "")


@lru_cache(maxsize=2_000)
def first_day(brief: Brief | None, days: int, calendar: Calendar, today: date) -> date | None:
    """The day on which a piece of `days` working days is ready when it is ordered now, as `promises.first_days` has it;
    None where the queue has no room."""
    rows: list[QueueRow] = []
    if brief is not None:
        rows.append(("pace", 0, None, brief.pace))
        for kind, told in (("month", brief.months), ("due", brief.due)):
            for day, _, pieces in (part.partition(":") for part in told.split()):
                rows.append((kind, 0, date.fromisoformat(day), int(pieces)))
    return first_days(0, {days}, today, rows, calendar)[days]


def _listed(day: Any, pieces: Any) -> Any:
    """`2026-12-01:4` of each row, in no order."""
    return func.aggregate_strings(cast(day, String) + ":" + cast(pieces, String), " ")
