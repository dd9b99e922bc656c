"""How many made-to-order pieces the months of a maker hold, and how many of them are promised."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import DomainError, NotFound
from catalog.inventory import promises
from catalog.inventory.promises import MonthView
from catalog.makers.models import Maker
from catalog.text import N_
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Answer, Complaints, not_a_number, whole
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("capacities", __name__)


def _maker(code: str) -> Maker:
    maker = next((one for one in g.seller.makers if one.code == code), None)
    if maker is None:
        raise NotFound(N_("There is nothing here."))
    return maker


def _name(month: date) -> str:
    return f"month-{month:%Y-%m}"


def _word(month: date) -> str:
    return str(format_date(month, "LLLL yyyy"))


def _note(one: MonthView) -> str:
    if one.pieces is None:
        return ngettext("%(num)d piece promised", "%(num)d pieces promised", one.booked)
    if one.pieces == 0:
        return _("Nothing is made in this month.")
    if one.booked >= one.pieces:
        return _("Full: %(booked)s of %(pieces)s promised", booked=one.booked, pieces=one.pieces)
    return _("%(booked)s of %(pieces)s promised", booked=one.booked, pieces=one.pieces)


def _page(maker: Maker, typed: dict[str, str] | None = None, wrong: Complaints | None = None) -> str:
    typed, wrong = typed or {}, wrong or Complaints()
    pace = promises.find_pace(maker)
    months = promises.list_months(maker)
    pieces = Answer(
        "pieces",
        _("Pieces in an ordinary month"),
        typed.get("pieces", str(pace or "")),
        description=_(
            "All that is made to order, by everybody who works here. Leave it empty if you can take on any number."
        ),
    )
    rows: list[dict[str, Any]] = [
        {
            "word": _word(one.month),
            "note": _note(one),
            "share": (one.booked, one.pieces) if one.pieces else None,
            "answer": Answer(
                _name(one.month),
                _word(one.month),
                typed.get(_name(one.month), str(one.pieces) if one.is_exception else ""),
            ),
        }
        for one in months
    ]
    wrong.show_at([pieces, *(row["answer"] for row in rows)])
    return page("seller/capacities/edit.html", "shop", maker=maker, pieces=pieces, rows=rows, wrong=wrong, pace=pace)


@pages.get("/makers/<maker>/capacity")
def edit(seller: str, maker: str) -> str:
    return _page(_maker(maker))


@pages.post("/makers/<maker>/capacity")
def update(seller: str, maker: str) -> Response | tuple[str, int]:
    found = _maker(maker)
    months = promises.list_months(found)
    typed = {name: request.form.get(name, "").strip()[:9] for name in ("pieces", *(_name(one.month) for one in months))}
    wrong = Complaints()
    numbers = {name: whole(text) for name, text in typed.items()}
    for name, text in typed.items():
        if text and numbers[name] is None:
            wrong.add(name, not_a_number())
    if not wrong:
        try:
            with attempt():
                promises.set_pace(found, numbers["pieces"])
                for one in months:
                    wanted = numbers[_name(one.month)]
                    if wanted is not None or (one.is_exception and numbers["pieces"] is not None):
                        promises.set_month(found, one.month, wanted)
        except DomainError as error:
            wrong.take(error)
        else:
            visit.tell("success", _("Saved. Buyers are promised days from this queue at once."))
            return redirect(url_for("seller.capacities.edit", maker=maker), 303)
    return _page(_maker(maker), typed, wrong), 422
