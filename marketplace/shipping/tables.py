"""Tables as people send them: CSV in whatever form their program writes it, read into rows and written out again.

Read: UTF-8 with or without a byte mark, UTF-16, Windows-1252; comma, semicolon or tab; line ends of every system. A file
that breaks off (an open quotation mark, a monstrous cell) is refused with its line.
Written: UTF-8 with a byte mark and semicolons, which is what Excel opens in Indonesia. A cell that a spreadsheet would
take for a formula gets an apostrophe in front, and reading takes it off again.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.errors import Invalid
from catalog.text import N_

MAX_BYTES = 4_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 60
MAX_CELL = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table by column name; `number` is its line in the file, the header's being 1."""

    number: int
    cells: dict[str, str]


def read_table(data: bytes | str, needed: Sequence[str]) -> list[Row]:
    """The rows of a file whose first row names at least the columns `needed`; empty rows are left out.

    Invalid (field `file`) when it is no such table, too large, or breaks off.
    """
    text = (data if isinstance(data, str) else decode(data)).removeprefix("\ufeff")
    if "\0" in text:
        raise Invalid(N_("This is no table. Save it as CSV and send it again."), field="file")
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    rows: list[Row] = []
    names: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > MAX_COLUMNS or any(len(cell) > MAX_CELL for cell in cells):
                raise _broken(reader.line_num)
            if not names:
                names = _header(cells, needed)
                continue
            if len(rows) == MAX_ROWS:
                raise Invalid(N_("The file has more than %(most)s rows."), field="file", most=MAX_ROWS)
            padded = [_plain(cell) for cell in cells] + [""] * len(names)
            rows.append(Row(reader.line_num, dict(zip(names, padded, strict=False))))
    except csv.Error:
        raise _broken(reader.line_num) from None
    if not names:
        _header([], needed)
    return rows


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file that spreadsheets open and `read_table` reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell if isinstance(cell, int) else _harmless(str(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _header(cells: Sequence[str], needed: Sequence[str]) -> list[str]:
    names = [_plain(name).casefold().replace(" ", "_") for name in cells]
    missing = [name for name in needed if name not in names]
    if missing:
        raise Invalid(
            N_("The first row must name the columns %(columns)s; missing: %(missing)s."),
            field="file",
            columns=", ".join(needed),
            missing=", ".join(missing),
        )
    return names


def decode(data: bytes) -> str:
    """The text of a file, in whatever encoding it came. Invalid (field `file`) when it is too large."""
    if len(data) > MAX_BYTES:
        raise Invalid(
            N_("The file is larger than %(most)s MB. Please split it."), field="file", most=MAX_BYTES // 10**6
        )
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        if len(data) > 3 and data[1::2][:20].count(0) > data[::2][:20].count(0):
            return data.decode("utf-16-le")
        if len(data) > 3 and data[::2][:20].count(0) > data[1::2][:20].count(0):
            return data.decode("utf-16-be")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _broken(line: int) -> Invalid:
    message = N_("The table breaks off at line %(line)s: a quotation mark is left open, or a cell is far too long.")
    return Invalid(message, field="file", line=line)


def _is_formula(cell: str) -> bool:
    return cell.startswith(_FORMULA) or unicodedata.normalize("NFKC", cell[:1]).startswith(_FORMULA)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _is_formula(cell) else cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and _is_formula(cell[1:]) else cell
