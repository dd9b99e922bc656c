"""The working-day calendar behind every promise of a day.

Workshops and couriers work from Monday to Saturday except on national holidays and days of collective leave; a workshop
may be away on days of its own besides (`Calendar`). The holidays
are data: `data/holidays.csv`. Its `source` column says how sure a day is: `skb-2026` is the joint decree of three
ministers no. 1497/2025, 2/2025 and 5/2025 for the year 2026; `fixed` has the same date every year; `expected` was
computed for a year whose decree had not been seen (last looked 2026-11-22). When a decree appears, replace the rows.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

_SUNDAY = 6


@cache
def holidays() -> dict[date, str]:
    """Every holiday that the data file knows, with its Indonesian name."""
    text = files("catalog.inventory").joinpath("data/holidays.csv").read_text("utf-8")
    return {date.fromisoformat(row["day"]): row["name"] for row in csv.DictReader(text.splitlines())}


@dataclass(frozen=True, slots=True)
class Closure:
    """A workshop is away from `since` to `until`, both included, and says so in two languages. Where it `takes_orders`,
    what is made to order may be ordered meanwhile: its working days begin when the workshop is back."""

    since: date
    until: date
    words: str = ""
    words_en: str = ""
    takes_orders: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose days are counted: no work on days of `closures` (in their order, none overlaps another) nor on the weekdays
    of `rest` (Monday is 0), besides the Sundays and holidays of everybody."""

    closures: tuple[Closure, ...] = ()
    rest: tuple[int, ...] = ()

    def closure_on(self, day: date) -> Closure | None:
        """The closure in which `day` lies."""
        return next((one for one in self.closures if one.since <= day <= one.until), None)

    def is_working(self, day: date) -> bool:
        """Whether this workshop works on `day`."""
        return is_working(day) and day.weekday() not in self.rest and self.closure_on(day) is None

    def add(self, day: date, working_days: int) -> date:
        """The day on which `working_days` working days after `day` are over; `day` itself is never counted.

        Zero asks for the first working day from `day` on. Raises ValueError for a negative number.
        """
        if working_days < 0:
            raise ValueError("working days are counted forward")
        while working_days > 0:
            day += timedelta(days=1)
            if self.is_working(day):
                working_days -= 1
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def is_working(day: date) -> bool:
    """Whether workshops and couriers work on `day`."""
    return day.weekday() != _SUNDAY and day not in holidays()


EVERYBODY = Calendar()
"""The working days that all share: those of couriers and operators, and of a workshop without days of its own."""

add, between = EVERYBODY.add, EVERYBODY.between
