"""A courier's services: how weight is counted, what each costs where, and whether it is offered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired

from catalog.errors import Invalid, NotFound
from catalog.places.queries import place_labels
from catalog.text import N_
from marketplace.shipping.models import CourierService
from marketplace.shipping.queries import find_service, list_rates
from marketplace.shipping.rates import save_service
from marketplace.web.forms import AtMost, Form, Needed, line
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import after, cut
from marketplace.web.visits import visit

pages = Blueprint("services", __name__)

PAGE_SIZE = 50


def _whole(label: Any, hint: Any) -> IntegerField:
    return IntegerField(label, validators=[InputRequired(_l("Write a whole number, for example 3."))], description=hint)


class Service(Form):
    courier = StringField(_l("Courier"), validators=[Needed(), AtMost(40)], filters=[line])
    name = StringField(
        _l("Service"), validators=[AtMost(40)], filters=[line], description=_l("For example REG, YES or cargo.")
    )
    divisor = _whole(
        _l("Divisor (cm³/kg)"),
        _l("Length × width × height divided by this is the volumetric weight: 6000 is usual, cargo has 4000."),
    )
    minimum = _whole(_l("Minimum (g)"), _l("The least weight that is charged."))
    step = _whole(_l("Step (g)"), _l("Prices are per step, usually 1000 g."))
    tolerance = _whole(_l("Tolerance (g)"), _l("So much above a full step is not charged: 300 g with JNE."))
    tracking_url = StringField(
        _l("Page for a parcel"),
        validators=[AtMost(200)],
        filters=[line],
        description=_l("With {number} where the tracking number goes. Buyers find it at their parcel."),
    )
    takes_cash = BooleanField(_l("Takes the price at the door (COD)"))
    is_active = BooleanField(_l("Buyers may choose it"), default=True)


def _find(code: str) -> CourierService:
    service = find_service(code)
    if service is None:
        raise NotFound(N_("There is no such courier service."))
    return service


@pages.get("/rates/services/new")
def new() -> str:
    usual = {"divisor": 6000, "minimum": 1000, "step": 1000, "tolerance": 300, "is_active": True}
    return render_template("operator/services/edit.html", form=Service(formdata=None, data=usual), service=None)


@pages.get("/rates/services/<code>")
def show(code: str) -> str:
    service = _find(code)
    rates = cut(list_rates(None, service, after(), PAGE_SIZE + 1), PAGE_SIZE)
    labels = place_labels({place for one in rates for place in (one.origin, one.destination) if place})
    return render_template("operator/services/show.html", service=service, rates=rates, labels=labels)


@pages.get("/rates/services/<code>/edit")
def edit(code: str) -> str:
    service = _find(code)
    return render_template("operator/services/edit.html", form=Service(formdata=None, obj=service), service=service)


@pages.post("/rates/services")
def create() -> Any:
    return _save(None)


@pages.post("/rates/services/<code>")
def update(code: str) -> Any:
    return _save(_find(code))


def _save(service: CourierService | None) -> Any:
    form = Service()
    if form.validate():
        try:
            with attempt():
                saved = save_service(service, form.data)
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("operator.services.show", code=saved.code), 303)
    return render_template("operator/services/edit.html", form=form, service=service), 422
