"""A table whose columns nobody knows: how it begins, and how it is read when a person has said what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog.errors import Invalid
from catalog.text import N_, squeeze, tidy
from marketplace.banking.layouts.generic import COMMON, MEANINGS
from marketplace.banking.layouts.paper import DELIMITERS, LOOKED_AT, Paper, clean, fill, grid
from marketplace.banking.layouts.values import read_day, read_sum

SHOWN = 5
"""How many rows are shown."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a table begins. `head` is the row with the names, counted from 0, or -1; `guess` are the columns whose names
    begin as banks commonly name them, by what they mean."""

    delimiter: str
    head: int
    names: list[str]
    rows: list[list[str]]
    guess: dict[str, str]


def beginning(text: str) -> Beginning:
    """How the table in `text` begins; Invalid (field `file`) when it is none."""
    top = "\n".join(clean(text).splitlines()[:LOOKED_AT])
    tables = [(delimiter, *_table(grid(top, delimiter))) for delimiter in DELIMITERS]
    delimiter, width, rows = max(tables, key=lambda one: (len(one[2]) if one[1] > 1 else 0, one[1]))
    if width < 2 or len(rows) < 2:
        raise Invalid(N_("This is no table. Save it as CSV and send it again."), field="file")
    head, names = next(((number, cells) for number, cells in rows if _is_head(cells)), (-1, [""] * width))
    below = [[tidy(cell)[:60] for cell in cells] for number, cells in rows if number > head][:SHOWN]
    guess: dict[str, str] = {}
    for what in MEANINGS:
        places = [place for place, name in enumerate(names) if squeeze(name).startswith(COMMON[what])]
        if places and str(places[0]) not in guess.values():
            guess[what] = str(places[0])
    return Beginning(delimiter, head, [tidy(name)[:60] for name in names], below, guess)


def _table(rows: list[list[str]]) -> tuple[int, list[tuple[int, list[str]]]]:
    """The width that most rows have, and those rows."""
    widths = Counter(len(cells) for cells in rows if any(cell.strip() for cell in cells))
    width = max(widths, key=lambda one: (widths[one], one), default=0)
    return width, [(number, cells) for number, cells in enumerate(rows) if len(cells) == width]


def _is_head(cells: list[str]) -> bool:
    """Whether a row has nothing but names: no day and no sum."""
    return sum(bool(cell.strip()) for cell in cells) > 1 and not any(_is_value(cell) for cell in cells)


def _is_value(cell: str) -> bool:
    try:
        return any(read_sum(cell)) or (any(one.isdigit() for one in cell) and read_sum(cell) == (0, 0))
    except Invalid:
        pass
    try:
        return bool(read_day(cell, None, date.max))
    except Invalid:
        return False


def unfold(text: str, columns: Mapping[str, str]) -> Paper:
    """The statement in `text` as somebody has said: `delimiter`, `head`, the place of each column by what it means,
    `decimal` and `order` (`mdy` where the month comes first). Invalid (field of what is missing or wrong)."""
    places = {what: [int(columns[what])] for what in MEANINGS if columns.get(what, "").isdecimal()}
    if "day" not in places:
        raise Invalid(N_("Say which column holds the day."), field="day")
    if ("sum" in places) == ("credit" in places):
        raise Invalid(N_("Say which column holds the sum, or which two what came and what left."), field="sum")
    if "debit" in places and "credit" not in places:
        raise Invalid(N_("Say which column holds what came."), field="credit")
    for number, what in enumerate(places):
        if places[what] in list(places.values())[:number]:
            raise Invalid(N_("A column cannot mean two things."), field=what)
    paper = Paper("generic", places, decimal=columns.get("decimal", ""), is_month_first=columns.get("order") == "mdy")
    fill(paper, clean(text), columns["delimiter"], int(columns["head"]))
    tries = [paper.line(row) for row in paper.rows[:LOOKED_AT]]
    if not any(line for line, _wrong in tries):  # every row is wrong: the columns are
        raise tries[0][1][0]
    return paper
