"""Closing a day: what it came to, what was checked, and the days that are closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import DomainError, NotFound
from catalog.money import Money
from catalog.text import N_
from marketplace.ledger.days import find_closed, list_closed, moved, next_to_close, stood
from marketplace.ledger.models import ClosedDay
from marketplace.reconciliation.closing import Checks, checks, close_day
from marketplace.web.errors import sentence
from marketplace.web.filters import day as day_text
from marketplace.web.lifecycle import attempt, let_others_write
from marketplace.web.operator.ledger import account_name
from marketplace.web.visits import visit

pages = Blueprint("days", __name__)
SHOWN = 30


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(N_("There is nothing here.")) from None


def _lines(on: date) -> list[tuple[str, Money, Money, Money]]:
    """Name, debit, credit and balance at the end, per kind of account."""
    sums = {one.kind: one for one in moved(on).lines}
    zero = Money(0)
    return [
        (
            account_name(kind),
            sums[kind].debit if kind in sums else zero,
            sums[kind].credit if kind in sums else zero,
            left,
        )
        for kind, left in stood(on).items()
    ]


def _turnover(row: ClosedDay) -> int:
    return sum(int(one[1]) for one in row.lines)


def _index(error: str = "", note: str = "", found: Checks | None = None) -> str:
    closed = list_closed(SHOWN)
    on = next_to_close()
    return render_template(
        "operator/days/index.html",
        on=on,
        lines=_lines(on) if on else [],
        checks=found or checks(asks_laws="verify" in request.args) if on else None,
        closed=[(one, Money(_turnover(one))) for one in closed],
        bars=[_turnover(one) for one in reversed(closed)],
        note=note,
        error=error,
    )


@pages.get("/ledger/days")
def index() -> str:
    return _index()


@pages.post("/ledger/days")
def create() -> Any:
    """Close the day that is next; everything is checked before anybody has to wait for us."""
    text = request.form.get("day", "")
    on, note = _day(text) if text else None, request.form.get("note", "")
    user = visit.person
    if on is None or on != next_to_close():
        return _index(_("Another day is to be closed now. Please look at it.")), 422
    let_others_write()
    found = checks()
    let_others_write()
    try:
        with attempt():
            close_day(on, note, user, found)
    except DomainError as error:
        return _index(sentence(error), note, found), error.status
    visit.tell("success", _("%(day)s is closed. Nothing is dated into it any more.", day=day_text(on)))
    return redirect(url_for("operator.days.show", day=on.isoformat()), 303)


@pages.get("/ledger/days/<day>")
def show(day: str) -> str:
    row = find_closed(_day(day))
    if row is None:
        raise NotFound(N_("There is nothing here."))
    lines = [(account_name(kind), Money(debit), Money(credit), Money(left)) for kind, debit, credit, left in row.lines]
    return render_template("operator/days/show.html", row=row, lines=lines, turnover=Money(_turnover(row)))
