"""The workshop of a maker: what there is to see, whether guests may come, and when."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField

from catalog.errors import Invalid
from catalog.makers.models import Maker, Visits
from catalog.makers.workshops import WEEK, edit_workshop
from marketplace.web.filters import weekday_name, zone_name
from marketplace.web.forms import Form, line
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Answer, Complaints
from marketplace.web.seller.desk import maker_of, page
from marketplace.web.visits import visit

pages = Blueprint("workshops", __name__)


class Tour(Form):
    about = TextAreaField(
        _l("The workshop"), description=_l("What guests see, hear and smell: looms, tools, the room, the view.")
    )
    about_en = TextAreaField(_l("The workshop, in English"))
    visits = RadioField(_l("May guests come?"), validate_choice=False)
    way = StringField(
        _l("How to come"),
        filters=[line],
        description=_l("For example: behind the school, the blue door. Ask at the stall if nobody is there."),
    )
    way_en = StringField(_l("How to come, in English"), filters=[line])


def _page(maker: Maker, form: Tour, wrong: Complaints) -> str:
    form.visits.choices = [
        (Visits.NONE.value, _("No, nobody can be received here")),
        (Visits.APPOINTMENT.value, _("Yes, after asking")),
        (Visits.HOURS.value, _("Yes, in fixed hours")),
    ]
    kept = {one.weekday: one for one in maker.workshop.hours} if maker.workshop else {}
    days = []
    for number in WEEK:
        hours = kept.get(number)
        answers = [
            Answer(f"{name}-{number}", label, request.form.get(f"{name}-{number}", clock_time(minutes))[:20])
            for name, label, minutes in (
                ("opens", _("Opens"), hours.opens if hours else None),
                ("closes", _("Closes"), hours.closes if hours else None),
            )
        ]
        wrong.show_at(answers)
        days.append((weekday_name(number), answers))
    return page(
        "seller/workshops/edit.html", "shop", maker=maker, form=form, wrong=wrong, days=days,
        zone=zone_name(maker.district_code),
    )  # fmt: skip


def clock_time(minutes: int | None) -> str:
    """`08:00`, as a browser's field for times wants it; midnight at the end of a day is 23:59 there."""
    if minutes is None:
        return ""
    minutes = min(minutes, 1439)
    return f"{minutes // 60:02}:{minutes % 60:02}"


@pages.get("/makers/<maker>/workshop/edit")
def edit(seller: str, maker: str) -> str:
    found = maker_of(maker)
    workshop = found.workshop
    data = {name: getattr(workshop, name) for name in ("about", "about_en", "way", "way_en")} if workshop else {}
    form = Tour(formdata=None, data={**data, "visits": workshop.visits.value if workshop else Visits.NONE.value})
    return _page(found, form, Complaints())


@pages.get("/makers/<maker>/workshop")
def show(seller: str, maker: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.workshops.edit", maker=maker), 303)


@pages.post("/makers/<maker>/workshop")
def update(seller: str, maker: str) -> Response | tuple[str, int]:
    found = maker_of(maker)
    form = Tour()
    wrong = Complaints()
    hours = {
        number: (request.form.get(f"opens-{number}", "")[:20], request.form.get(f"closes-{number}", "")[:20])
        for number in WEEK
    }
    try:
        with attempt():
            edit_workshop(
                found, form.about.data or "", form.about_en.data or "", form.visits.data or "", form.way.data or "",
                form.way_en.data or "", hours,
            )  # fmt: skip
    except Invalid as error:
        wrong.take(error)
        for field in form:
            field.errors = wrong.errors.get(field.name, [])
        return _page(maker_of(maker), form, wrong), 422
    visit.tell("success", _("Saved."))
    return redirect(url_for("seller.workshops.edit", maker=maker), 303)
