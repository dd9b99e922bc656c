"""The statement of one month: on the screen, on paper (PDF), as a workbook (XLSX) and as a table (CSV). All four are drawn
from one reading of the ledger, so that they say the same to the rupiah."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from catalog import clock
from catalog.errors import NotFound
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.payouts.queries import Movement, list_movements, stood_at
from marketplace.shipping.tables import write_table
from marketplace.web.filters import day as day_text
from marketplace.web.pdf import can_print, pdf
from marketplace.web.seller.balance import kind_name, part_name, row
from marketplace.web.seller.desk import page
from marketplace.web.workbook import XLSX, Column, workbook

pages = Blueprint("statements", __name__)

MOST = 50_000
"""Movements of a month that are read."""
SHOWN = 500
"""Of these on the screen; the files hold all."""
ORDER = ("goods", "shipping", "commission", "ppn", "pph22", "cash", "deposit", "dispute", "payout")
"""In which the parts are summed up."""


@dataclass(frozen=True)
class Statement:
    """What moved a shop's account in the month from `first` to before `after`, oldest first."""

    first: date
    after: date
    opening: Money
    closing: Money
    movements: list[Movement]

    @property
    def month(self) -> str:
        return self.first.strftime("%Y-%m")

    @property
    def sums(self) -> list[tuple[str, Money]]:
        """What each part came to, by its code."""
        sums: dict[str, Money] = {}
        for one in self.movements:
            for what, sum_ in one.parts:
                sums[what] = sums.get(what, ZERO) + sum_
        return sorted(sums.items(), key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else len(ORDER))

    @property
    def change(self) -> Money:
        return self.closing - self.opening

    def lines(self) -> list[tuple[Any, str, str, str, Money]]:
        """One per part of each movement: when, what, about which order, which part, how much."""
        return [
            (
                one.journal.at.astimezone(clock.WIB), kind_name(one.journal.kind),
                one.journal.order_code or one.journal.reference, part_name(what), sum_,
            )
            for one in self.movements
            for what, sum_ in one.parts
        ]  # fmt: skip


def read(month: str) -> Statement:
    """The statement of `month` (`2026-11`); NotFound for what is no month."""
    first, after = _month(month)
    movements = list_movements(g.seller, limit=MOST, since=clock.start_of(first), until=clock.start_of(after))[::-1]
    return Statement(
        first, after, stood_at(g.seller, clock.start_of(first)), stood_at(g.seller, clock.start_of(after)), movements
    )


@pages.get("/balance/statement")
def show(seller: str) -> Any:
    """One month (`?month=2026-11`, this one unless told); `?as=csv`, `xlsx` or `pdf` to keep."""
    found = read(request.args.get("month") or clock.today().strftime("%Y-%m"))
    way = request.args.get("as", "")
    if way in _WAYS:
        return _WAYS[way](found)
    before = (found.first - timedelta(days=1)).strftime("%Y-%m")
    later = found.after.strftime("%Y-%m") if found.after <= clock.today() else None
    values = _values(found)
    values["movements"], left = values["movements"][-SHOWN:], len(values["movements"]) - SHOWN
    return page(
        "seller/statements/show.html", "balance", before=before, later=later, can_print=can_print(), left=max(left, 0), **values
    )  # fmt: skip


def _values(found: Statement) -> dict[str, Any]:
    return {
        "statement": found,
        "movements": [row(one) for one in found.movements],
        "sums": [(part_name(what), sum_) for what, sum_ in found.sums],
    }


def _name(found: Statement, ending: str) -> str:
    return f"{g.seller.slug}-{found.month}.{ending}"


def _csv(found: Statement) -> Response:
    rows = [
        (at.strftime("%Y-%m-%d %H:%M"), what, about, part, sum_.rupiah)
        for at, what, about, part, sum_ in found.lines()
    ]  # fmt: skip
    body = write_table((_("Day"), _("What"), _("About"), _("Part"), "Rp"), rows)
    return _file(body, "text/csv", _name(found, "csv"))


def _xlsx(found: Statement) -> Response:
    columns = [
        Column(_("Day"), "instant", 17), Column(_("What"), "text", 24), Column(_("About"), "text", 16),
        Column(_("Part"), "text", 26), Column("Rp", "money", 16),
    ]  # fmt: skip
    rows = [(at.replace(tzinfo=None), what, about, part, sum_.rupiah) for at, what, about, part, sum_ in found.lines()]
    head: list[tuple[str, str | int]] = [
        (g.seller.name, ""),
        (_("Statement %(month)s", month=day_text(found.first, "MMMM yyyy")), ""),
        (_("Balance before"), found.opening.rupiah),
        (_("Balance after"), found.closing.rupiah),
    ]
    body = workbook(
        _("Statement"), head, columns, rows, _("Change of your balance"), sums=(_("Sums"), 3, _("Part"))
    )  # fmt: skip
    return _file(body, XLSX, _name(found, "xlsx"))


def _pdf(found: Statement) -> Response:
    return pdf(render_template("seller/statements/paper.html", shop=g.seller, **_values(found)), _name(found, "pdf"))


_WAYS = {"csv": _csv, "xlsx": _xlsx, "pdf": _pdf}


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _month(text: str) -> tuple[date, date]:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise NotFound(N_("There is nothing here."))
    first = date(int(text[:4]), int(text[5:]), 1)
    return first, (first + timedelta(days=32)).replace(day=1)
