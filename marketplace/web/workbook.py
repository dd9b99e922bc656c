"""Tables as workbooks (XLSX). Numbers are numbers, days are days, totals are formulas that carry their value, and what
people have written stays text, whatever it begins with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MONEY = "#,##0;[Red]-#,##0"
_LITERAL = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


@dataclass(frozen=True)
class Column:
    """`width` in characters; an `instant` is a naive datetime by the clock of whoever reads it."""

    label: str
    kind: Literal["text", "money", "instant"] = "text"
    width: int = 20


def workbook(
    title: str,
    head: Sequence[tuple[str, str | int]],
    columns: Sequence[Column],
    rows: Sequence[Sequence[Any]],
    total_label: str,
    sums: tuple[str, int, str] | None = None,
) -> bytes:
    """A sheet `title`: `head` (a label and a value each), the frozen row of column names, `rows`, and under them the total
    of the last column, which is money. `sums` (name, column, label) adds a sheet with the total per value of a column.
    """
    import xlsxwriter  # only whoever takes a workbook loads what writes it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _LITERAL)
    styles = {
        "text": book.add_format({"valign": "top"}),
        "money": book.add_format({"num_format": _MONEY, "valign": "top"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
    }
    strong = book.add_format({"bold": True})
    bar = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1ECE4"})
    bar_money = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F1ECE4", "align": "right"})
    end = book.add_format({"bold": True, "top": 1})
    end_money = book.add_format({"bold": True, "top": 1, "num_format": _MONEY})
    sheet = book.add_worksheet(_sheet_name(title))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    for line, (label, value) in enumerate(head):
        sheet.write_string(line, 0, label, strong if line == 0 else None)
        if isinstance(value, int):
            sheet.write_number(line, len(columns) - 1, value, styles["money"])
        elif value:
            sheet.write_string(line, 1, value)
    top = len(head) + (1 if head else 0)
    for place, column in enumerate(columns):
        sheet.write_string(top, place, column.label, bar_money if column.kind == "money" else bar)
    for line, row in enumerate(rows, top + 1):
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            style = styles[column.kind]
            if column.kind == "money":
                sheet.write_number(line, place, int(value), style)
            elif column.kind == "instant" and value is not None:
                sheet.write_datetime(line, place, value, style)
            else:
                sheet.write_string(line, place, str(value if value is not None else ""), style)
    last, money = top + len(rows), len(columns) - 1
    letter = chr(ord("A") + money)
    sheet.write_string(last + 1, 0, total_label, end)
    for place in range(1, money):
        sheet.write_blank(last + 1, place, None, end)
    whole = sum(int(row[money]) for row in rows)
    if rows:
        sheet.write_formula(last + 1, money, f"=SUM({letter}{top + 2}:{letter}{last + 1})", end_money, whole)
        sheet.autofilter(top, 0, last, money)
    else:
        sheet.write_number(last + 1, money, 0, end_money)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if sums is not None and rows:
        name, by, label = sums
        second = book.add_worksheet(_sheet_name(name))
        second.set_column(0, 0, columns[by].width + 6)
        second.set_column(1, 1, columns[money].width)
        second.write_string(0, 0, label, bar)
        second.write_string(0, 1, columns[money].label, bar_money)
        second.freeze_panes(1, 0)
        here, key = f"'{_sheet_name(title)}'!", chr(ord("A") + by)
        span = f"{here}${key}${top + 2}:${key}${last + 1}", f"{here}${letter}${top + 2}:${letter}${last + 1}"
        found: dict[str, int] = {}
        for row in rows:
            found[str(row[by])] = found.get(str(row[by]), 0) + int(row[money])
        for line, (value, sum_) in enumerate(found.items(), 1):
            second.write_string(line, 0, value, styles["text"])
            second.write_formula(line, 1, f"=SUMIF({span[0]},A{line + 1},{span[1]})", styles["money"], sum_)
        second.write_string(len(found) + 1, 0, total_label, end)
        second.write_formula(len(found) + 1, 1, f"=SUM(B2:B{len(found) + 1})", end_money, whole)
    book.close()
    return out.getvalue()


def _sheet_name(text: str) -> str:
    """At most 31 characters, none of those that a name of a sheet may not have."""
    return "".join(" " if one in "[]:*?/\\'" else one for one in text)[:31].strip() or "1"
