"""The queue of a maker's made-to-order pieces, as arithmetic: no database, no clock.

A maker states how many pieces a month holds. They are spread over its working days: of a month with W working days and
C pieces, no run of n working days is promised more than n · C / W pieces (rounded up), and the month never more than C.
So the first piece is promised after its lead time, and each further one as many days later as one piece takes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from catalog.inventory import workdays

HORIZON = 24
"""How many months ahead a piece may be promised."""

Promised = Counter[date]
"""Pieces promised per day."""


def month_of(day: date) -> date:
    """The first day of its month, by which months are named."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month_of(month + timedelta(days=31))


@lru_cache(maxsize=256)
def working_days(month: date) -> tuple[date, ...]:
    """The working days of a month."""
    days = (month + timedelta(days=n) for n in range((next_month(month) - month).days))
    return tuple(day for day in days if workdays.is_working(day))


def keeps(month: date, pieces: int, promised: Mapping[date, int]) -> bool:
    """Whether a month of `pieces` pieces can hold what is promised for it."""
    counts = _counts(month, promised)
    return sum(counts) <= pieces and all(
        sum(counts[first : last + 1]) <= _share(last - first + 1, pieces, len(counts))
        for first in range(len(counts))
        for last in range(first, len(counts))
        if counts[first] and counts[last]
    )


def place(
    pieces_of: Callable[[date], int],
    promised: Promised,
    earliest: date,
    quantity: int,
    calendar: workdays.Calendar = workdays.EVERYBODY,
) -> dict[date, int] | None:
    """The first days from `earliest` on that have room for `quantity` pieces, and write them into `promised`.

    On days on which the shop of `calendar` is away nothing is promised, and no other day of the month takes their share.
    None (and nothing written) where the horizon ends before the last piece has a day.
    """
    found: Promised = Counter()
    month = month_of(earliest)
    for _ in range(HORIZON):
        pieces = pieces_of(month)
        days = working_days(month)
        counts = _counts(month, promised)
        for at, day in enumerate(days):
            if not calendar.is_working(day):
                continue
            while day >= earliest and quantity and _has_room(counts, at, pieces):
                counts[at] += 1
                found[day] += 1
                quantity -= 1
        if not quantity:
            promised.update(found)
            return dict(found)
        month = next_month(month)
    return None


def place_by(
    pieces_of: Callable[[date], int],
    promised: Promised,
    until: date,
    quantity: int,
    today: date,
    calendar: workdays.Calendar = workdays.EVERYBODY,
) -> dict[date, int] | None:
    """The last days from `today` up to `until` that have room for `quantity` pieces, and write them into `promised`; None,
    and nothing written, where there are not so many."""
    found: Promised = Counter()
    day = until
    while found.total() < quantity and day >= today:
        month = month_of(day)
        if calendar.is_working(day) and keeps(month, pieces_of(month), promised + found + Counter({day: 1})):
            found[day] += 1
        else:
            day -= timedelta(days=1)
    if found.total() < quantity:
        return None
    promised.update(found)
    return dict(found)


def _has_room(counts: list[int], at: int, pieces: int) -> bool:
    """Whether one more piece may be promised for the day at this place of the month."""
    if sum(counts) >= pieces:
        return False
    for first in range(at + 1):
        run = sum(counts[first:at])
        for last in range(at, len(counts)):
            run += counts[last]
            if run + 1 > _share(last - first + 1, pieces, len(counts)):
                return False
    return True


def _share(days: int, pieces: int, of: int) -> int:
    return -(-days * pieces // of)


def _counts(month: date, promised: Mapping[date, int]) -> list[int]:
    """Pieces per working day of the month; what was promised for a day that has become a holiday counts for the next."""
    days = working_days(month)
    counts = [0] * len(days)
    for day, quantity in promised.items():
        if month_of(day) == month:
            counts[min(bisect_left(days, day), len(days) - 1)] += quantity
    return counts
