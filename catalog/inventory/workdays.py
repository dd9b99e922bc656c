"""The working-day calendar behind every promise of a day.

Workshops and couriers work from Monday to Saturday except on national holidays and days of collective leave. The days
are data: `data/holidays.csv`. Its `source` column says how sure a day is: `skb-2026` is the joint decree of three
ministers no. 1497/2025, 2/2025 and 5/2025 for the year 2026; `fixed` has the same date every year; `expected` was
computed for a year whose decree had not been seen (last looked 2026-11-22). When a decree appears, replace the rows.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

_SUNDAY = 6


@cache
def holidays() -> dict[date, str]:
    """Every holiday that the data file knows, with its Indonesian name."""
    text = files("catalog.inventory").joinpath("data/holidays.csv").read_text("utf-8")
    return {date.fromisoformat(row["day"]): row["name"] for row in csv.DictReader(text.splitlines())}


def is_working(day: date) -> bool:
    """Whether workshops and couriers work on `day`."""
    return day.weekday() != _SUNDAY and day not in holidays()


def add(day: date, working_days: int) -> date:
    """The day on which `working_days` working days after `day` are over; `day` itself is never counted.

    Zero asks for the first working day from `day` on. Raises ValueError for a negative number.
    """
    if working_days < 0:
        raise ValueError("working days are counted forward")
    while working_days > 0:
        day += timedelta(days=1)
        if is_working(day):
            working_days -= 1
    while not is_working(day):
        day += timedelta(days=1)
    return day


def between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
    return sum(is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
