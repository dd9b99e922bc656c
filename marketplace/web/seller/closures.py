"""When the shop is away: closures with their word to buyers, and the weekdays on which it rests."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, g, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, SelectMultipleField, StringField

from catalog import clock
from catalog.errors import DomainError, NotFound
from catalog.text import N_
from marketplace.orders.queries import count_promised
from marketplace.sellers import closures
from marketplace.sellers.closures import WORDS_MAX
from marketplace.web.filters import day, weekday_name
from marketplace.web.forms import AtMost, Form, accepts_many, line
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("closures", __name__)


class ClosureForm(Form):
    since = DateField(_l("First day away"))
    until = DateField(_l("Last day away"))
    words = StringField(
        _l("A word to buyers"),
        validators=[AtMost(WORDS_MAX)],
        filters=[line],
        description=_l("For example: we celebrate Lebaran with our families."),
    )
    words_en = StringField(_l("The same in English"), validators=[AtMost(WORDS_MAX)], filters=[line])
    takes_orders = BooleanField(
        _l("Made-to-order pieces may still be ordered"),
        description=_l("The working days of such a piece begin when you are back, and buyers are told the day."),
    )


class RestForm(Form):
    rest = SelectMultipleField(
        _l("Weekdays on which you rest"),
        coerce=int,
        description=_l("Besides Sundays and national holidays. They do not count when a day is promised."),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.rest.choices = [(number, weekday_name(number + 1)) for number in range(6)]


def _page(form: ClosureForm | None = None, rest: RestForm | None = None) -> str:
    calendar = g.seller.calendar
    today = clock.today()
    return page(
        "seller/closures/index.html",
        "shop",
        form=form or ClosureForm(formdata=None),
        rest=rest or RestForm(formdata=None, data={"rest": list(calendar.rest)}),
        closures=[one for one in calendar.closures if one.until >= today],
        today=today,
    )


@pages.get("/shop/closures")
def index(seller: str) -> str:
    return _page()


@pages.post("/shop/closures")
def create(seller: str) -> Response | tuple[str, int]:
    form = ClosureForm()
    if form.validate():
        try:
            with attempt():
                made = closures.close(
                    g.seller,
                    form.since.data,
                    form.until.data,
                    form.words.data or "",
                    form.words_en.data or "",
                    form.takes_orders.data,
                )
        except DomainError as error:
            form.take(error)
        else:
            visit.tell("success", _("Written down. Buyers read it from the first day on."))
            _tell_promised(made.since, made.until)
            return redirect(url_for("seller.closures.index"), 303)
    return _page(form), 422


def _tell_promised(since: date, until: date) -> None:
    """What was promised for these days stays promised."""
    count = count_promised(g.seller, since, until)
    if count:
        text = ngettext(
            "One order is promised for a day in this time. Send it before, or ask the buyer for another day.",
            "%(num)d orders are promised for days in this time. Send them before, or ask the buyers for another day.",
            count,
        )
        visit.tell("warning", text)


@pages.post("/shop/closures/<since>/removal")
def destroy(seller: str, since: str) -> Response:
    try:
        first = date.fromisoformat(since)
    except ValueError:
        raise NotFound(N_("There is nothing here.")) from None
    gone = closures.open_again(g.seller, first)
    if gone.since <= clock.today():
        visit.tell("success", _("The shop is open again."))
    else:
        visit.tell("success", _("Taken back: the shop stays open from %(since)s on.", since=day(gone.since)))
    return redirect(url_for("seller.closures.index"), 303)


@pages.post("/shop/rest-days")
@accepts_many("rest")
def update(seller: str) -> Response | tuple[str, int]:
    form = RestForm()
    if form.validate():
        try:
            with attempt():
                closures.rest_on(g.seller, form.rest.data or [])
        except DomainError as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved. Promises count with it from now on."))
            return redirect(url_for("seller.closures.index"), 303)
    return _page(rest=form), 422
