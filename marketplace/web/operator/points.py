"""Pick-up points: galleries that hand over for several shops."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TelField

from catalog.errors import Invalid, NotFound
from catalog.text import N_
from marketplace.sellers.models import PickupPoint
from marketplace.sellers.queries import find_point, list_points
from marketplace.sellers.services import save_point
from marketplace.web.forms import AtMost, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.placing import Placed
from marketplace.web.visits import visit

pages = Blueprint("points", __name__)


class Point(Placed):
    name = StringField(_l("Name"), validators=[Needed(), AtMost(90)], filters=[line])
    address = StringField(_l("Street, number, RT/RW"), validators=[Needed(), AtMost(200)], filters=[line])
    hours = StringField(
        _l("When is it open?"),
        validators=[Needed(), AtMost(120)],
        filters=[line],
        description=_l("For example: Monday to Saturday, 9 to 16."),
    )
    phone = TelField(_l("Phone"), validators=[AtMost(40)], filters=[line])
    keeper = StringField(
        _l("Code of the shop that keeps it"),
        validators=[AtMost(26)],
        filters=[line],
        description=_l("Its people hand over at the counter. Leave it empty where every seller comes along."),
    )
    takes_cash = BooleanField(
        _l("Buyers may pay in cash here"),
        description=_l("Its people take it for every shop and hand it on to the house."),
    )
    is_active = BooleanField(_l("Shops may offer it"), default=True)


def _find(code: str) -> PickupPoint:
    point = find_point(code)
    if point is None:
        raise NotFound(N_("There is no such pick-up point."))
    return point


@pages.get("/rates/points")
def index() -> str:
    return render_template("operator/points/index.html", points=list_points())


@pages.get("/rates/points/new")
def new() -> str:
    return render_template("operator/points/edit.html", form=Point(formdata=None), point=None)


@pages.get("/rates/points/<code>/edit")
def edit(code: str) -> str:
    point = _find(code)
    form = Point(formdata=None, obj=point)
    form.keeper.data = point.keeper.code if point.keeper else ""
    form.put_place(point.district_code)
    return render_template("operator/points/edit.html", form=form, point=point)


@pages.post("/rates/points")
def create() -> Any:
    return _save(None)


@pages.post("/rates/points/<code>")
def update(code: str) -> Any:
    return _save(_find(code))


def _save(point: PickupPoint | None) -> Any:
    form = Point()
    is_valid, is_placed = form.validate(), form.settle_place()
    if "find" in request.form:
        for field in form:
            field.errors = [] if field is not form.place_q else field.errors
        status = 200 if is_placed else 422
        return render_template("operator/points/edit.html", form=form, point=point), status
    if is_valid and is_placed:
        names = ("name", "address", "hours", "phone", "keeper", "takes_cash", "is_active")
        try:
            with attempt():
                save_point(point, {**{one: form[one].data for one in names}, "district_code": form.district_code})
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("operator.points.index"), 303)
    return render_template("operator/points/edit.html", form=form, point=point), 422
