"""What the time of year asks for: the feasts of Indonesia and the crafts that belong to them, as data.

`data/seasons.toml` holds words, windows and what belongs to a season; `data/feasts.csv` the days of the feasts that move
(`skb-2026`: the joint decree for 2026; `lunar`: the first day of the Chinese year; `expected`: by the tabular Islamic
calendar, a day early or late at most, which a window of weeks does not mind). After its last row a season rests.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from catalog import clock


@dataclass(frozen=True, slots=True)
class Season:
    """One time of the year, in both languages, with the slugs of what belongs to it."""

    slug: str
    name: str
    name_en: str
    lead: str
    lead_en: str
    before: int
    after: int
    crafts: tuple[str, ...]
    motifs: tuple[str, ...]
    on: str = ""
    """`MM-DD` of a feast that does not move."""

    def feast(self, day: date) -> date | None:
        """The day of the feast whose window `day` lies in; None out of season."""
        for feast in self._feasts(day.year):
            if feast - timedelta(days=self.before) <= day <= feast + timedelta(days=self.after):
                return feast
        return None

    def _feasts(self, year: int) -> list[date]:
        if not self.on:
            return _moving().get(self.slug, [])
        return [date.fromisoformat(f"{one}-{self.on}") for one in (year - 1, year, year + 1)]


def present_season(day: date | None = None) -> Season | None:
    """The season of `day` (today unless given): of several the one whose feast comes next, else the one just past."""
    day = day or clock.today()
    running = [(feast, season) for season in seasons() if (feast := season.feast(day))]
    running.sort(key=lambda pair: (pair[0] < day, abs((pair[0] - day).days)))
    return running[0][1] if running else None


@cache
def seasons() -> tuple[Season, ...]:
    """All seasons in the order of the data file."""
    rows: dict[str, dict[str, Any]] = tomllib.loads(_data("seasons.toml"))
    return tuple(
        Season(slug=slug, **{**row, "crafts": tuple(row["crafts"]), "motifs": tuple(row["motifs"])})
        for slug, row in rows.items()
    )


@cache
def _moving() -> dict[str, list[date]]:
    days: dict[str, list[date]] = {}
    for row in csv.DictReader(_data("feasts.csv").splitlines()):
        days.setdefault(row["season"], []).append(date.fromisoformat(row["day"]))
    return days


def _data(name: str) -> str:
    return files("catalog.collections").joinpath("data", name).read_text("utf-8")
