"""A statement as rows: where its table begins, which column means what, and one row read into a line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from catalog import clock
from catalog.errors import DomainError, Invalid
from catalog.text import N_, squeeze, tidy
from marketplace.banking.layouts.values import read_day, read_side, read_sum, tomorrow

MAX_ROWS = 20_000
MAX_CELL = 2_000
LOOKED_AT = 60
"""In how many rows from the top the names of the columns are looked for."""
DELIMITERS = (",", ";", "\t", "|")
_CLOSING = re.compile(
    r"(saldo|mutasi(kredit|debet|debit|cr|db)|total|jumlahmutasi|(opening|closing|ending|beginning|starting)balance)"
)
_PERIOD = re.compile(r"(\d{1,2}[/-]\d{1,2}[/-]\d{4})\D{1,12}(\d{1,2}[/-]\d{1,2}[/-]\d{4})")
_ACCOUNT = re.compile(r"rek(?:ening)?\.?\s*:?\s*,?\s*\"?'?([0-9][0-9 .-]{5,29})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns (squeezed) by what they mean: `day`, `text`, `credit`, `debit`, `sum`, `side`, `balance`,
    `reference`, `account`. All of `needed` must stand there. A `text` may be spread over several columns; with
    `side_follows` the nameless column after the sum says CR or DB."""

    names: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    side_follows: bool = False

    def find(self, cells: Sequence[str]) -> dict[str, list[int]] | None:
        """Places of the columns by what they mean, when this row names them."""
        heads = [squeeze(cell) for cell in cells]
        found: dict[str, list[int]] = {}
        for what, names in self.names.items():
            places = [place for name in names for place, head in enumerate(heads) if head == name]
            if places:
                found[what] = places if what == "text" else places[:1]
        if any(what not in found for what in self.needed) or not ({"sum", "credit"} & set(found)):
            return None
        after = found.get("sum", [len(heads)])[0] + 1
        if self.side_follows and after < len(heads) and not heads[after]:
            found["side"] = [after]
        return found


@dataclass(frozen=True, slots=True)
class Layout:
    """The forms in which one bank gives a statement."""

    code: str
    title: str
    forms: tuple[Columns, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the bank wrote it; above zero money that came."""

    booked_on: date
    rupiah: int
    sen: int
    text: str
    reference: str
    balance: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the names of the columns; `number` is its line in the file."""

    number: int
    cells: Sequence[str]


@dataclass(slots=True)
class Paper:
    """A statement that has a known form. `account` is the number of the account as far as the file tells it."""

    layout: str
    places: Mapping[str, list[int]]
    rows: list[Row] = field(default_factory=list)
    account: str = ""
    first_on: date | None = None
    last_on: date | None = None
    opening: int | None = None
    closing: int | None = None
    unread: list[str] = field(default_factory=list)
    """Names of columns that stand in the file and mean nothing to us."""
    decimal: str = ""
    is_month_first: bool = False

    def cells(self, row: Row) -> dict[str, str]:
        """What stands in a row, by meaning; kept beside what is wrong with it."""
        return {
            what: tidy(" ".join(row.cells[place] for place in places if place < len(row.cells)).lstrip("'"))[:200]
            for what, places in self.places.items()
        }

    def line(self, row: Row) -> tuple[Line | None, list[DomainError]]:
        """A row read, or everything that is wrong with it."""
        cells, wrong = self.cells(row), []
        booked_on, money, balance = None, (0, 0), None
        latest = tomorrow(clock.today())
        try:
            last = min(self.last_on or latest, latest)
            booked_on = read_day(cells["day"], self.first_on, last, self.is_month_first)
        except Invalid as error:
            wrong.append(error)
        try:
            money = self._sum(cells)
        except Invalid as error:
            wrong.append(error)
        try:
            balance = read_sum(cells["balance"], "balance", self.decimal)[0] if cells.get("balance") else None
        except Invalid as error:
            wrong.append(error)
        if wrong or booked_on is None:
            return None, list(wrong)
        words, reference = cells.get("text", ""), cells.get("reference", "")[:80]
        return Line(booked_on, *money, words[:300], reference, balance), []

    def _sum(self, cells: Mapping[str, str]) -> tuple[int, int]:
        if "credit" in self.places:
            came = read_sum(cells["credit"], "credit", self.decimal)
            left = read_sum(cells.get("debit", ""), "debit", self.decimal)
            if min(came) < 0 or (any(came) and any(left)):
                raise Invalid(N_("A line has money that came or money that left, not both."), field="credit")
            money = came if any(came) else (-abs(left[0]), -abs(left[1]))
        else:
            money, side = read_sum(cells["sum"], decimal=self.decimal), read_side(cells.get("side", ""))
            if side:
                money = side * abs(money[0]), side * abs(money[1])
            elif "side" in self.places and min(money) >= 0:
                raise Invalid(N_("It is not said whether money came (CR) or left (DB)."), field="side")
        if not any(money):
            raise Invalid(N_("There is no sum in this line."), field="sum")
        return money


def unfold(text: str, layouts: Sequence[Layout]) -> Paper:
    """The statement in `text`, in the first of `layouts` whose columns it has. Unnamed (field `file`) where a person may say
    what its columns mean; Invalid where it is no table."""
    text = clean(text)
    top = "\n".join(text.splitlines()[:LOOKED_AT])
    for layout in layouts:
        for form in layout.forms:
            for delimiter in DELIMITERS:
                for number, cells in enumerate(grid(top, delimiter)):
                    places = form.find(cells)
                    if places is not None:
                        return fill(Paper(layout.code, places), text, delimiter, number)
    message = N_("No columns of a statement were found (%(banks)s). Choose the bank, or name the columns yourself.")
    raise Unnamed(message, field="file", banks=", ".join(layout.title for layout in layouts))


class Unnamed(Invalid):
    """A table may be there, but nothing in it names the columns of a statement."""


def clean(text: str) -> str:
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise Invalid(N_("This is no table. Save it as CSV and send it again."), field="file")
    return text


def grid(text: str, delimiter: str) -> list[list[str]]:
    """The rows of a table, as far as it is one."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        pass  # cut off inside a cell, or no table with this delimiter
    return rows


def fill(paper: Paper, text: str, delimiter: str, head: int) -> Paper:
    """Put the rows below the one with the names (`head`, counted from 0; -1: there is none) onto the paper."""
    above: list[str] = []
    names: list[str] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader):
            if any(len(cell) > MAX_CELL for cell in cells):
                raise csv.Error
            if number < head:
                above.append(delimiter.join(cells))
            elif number == head:
                names = cells
                meant = {place for places in paper.places.values() for place in places}
                unread = (tidy(name)[:80] for place, name in enumerate(cells) if place not in meant)
                paper.unread = [name for name in unread if name]
                _preface(paper, above)
            elif any(cell.strip() for cell in cells) and cells != names and not _is_closing(paper, cells, delimiter):
                if len(paper.rows) == MAX_ROWS:
                    raise Invalid(N_("The file has more than %(most)s rows."), field="file", most=MAX_ROWS)
                paper.rows.append(Row(reader.line_num, cells))
    except csv.Error:
        message = N_("The table breaks off at line %(line)s: a quotation mark is left open, or a cell is far too long.")
        raise Invalid(message, field="file", line=reader.line_num) from None
    if not paper.rows:
        raise Invalid(N_("This statement has no lines."), field="file")
    if "account" in paper.places:
        place = paper.places["account"][0]
        numbers = {_digits(row.cells[place]) for row in paper.rows if place < len(row.cells)} - {""}
        if len(numbers) > 1:
            raise Invalid(N_("This file holds several accounts. Bring in one after the other."), field="file")
        paper.account = next(iter(numbers), paper.account)
    return paper


def _preface(paper: Paper, above: Sequence[str]) -> None:
    words = "\n".join(above)
    if match := _ACCOUNT.search(words):
        paper.account = _digits(match[1])
    if match := _PERIOD.search(words):
        try:
            latest = tomorrow(clock.today())
            first, last = (read_day(part, None, date.max) for part in match.groups())
        except Invalid:
            return
        if first <= last:
            paper.first_on, paper.last_on = first, max(first, min(last, latest))


def _is_closing(paper: Paper, cells: Sequence[str], delimiter: str) -> bool:
    """Whether a row is one of those below (or above) the lines, such as what lay on the account before."""
    first = next(cell for cell in cells if cell.strip())
    head = first.partition(":")[0]
    match = _CLOSING.match(squeeze(head))
    if match is None:
        return False
    words = delimiter.join(cell for cell in cells if cell.strip())
    rest = words[len(head) :].strip(' :,;\t|"')
    kind = squeeze(head)
    try:
        rupiah = read_sum(rest)[0] if rest else None
    except Invalid:
        rupiah = None
    if re.match(r"saldoawal|(opening|beginning|starting)balance", kind):
        paper.opening = rupiah
    elif re.match(r"saldoakhir|(closing|ending)balance", kind):
        paper.closing = rupiah
    return True


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isascii() and one.isdigit())
