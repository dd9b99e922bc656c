"""Couriers and the shared prices: the overview, the whole table as a file, and single prices."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.places.queries import place_label
from catalog.text import N_
from marketplace.shipping.models import ShippingRate
from marketplace.shipping.queries import count_rates, find_rate, list_imports, list_services
from marketplace.shipping.rates import export_rates, remove_rate, save_rate
from marketplace.web.lifecycle import attempt
from marketplace.web.rates import RateForm, table_file, take
from marketplace.web.visits import visit

pages = Blueprint("rates", __name__)


def overview(error: str = "") -> str:
    """The couriers, the last files, and where the next one comes in."""
    return render_template(
        "operator/rates/index.html",
        services=list_services(),
        counts=count_rates(),
        imports=list_imports(None),
        error=error,
    )


def _find(code: str) -> ShippingRate:
    rate = find_rate(None, code)
    if rate is None:
        raise NotFound(N_("There is no such price."))
    return rate


def _form(form: RateForm, rate: ShippingRate | None) -> str:
    return render_template("operator/rates/edit.html", form=form, rate=rate, label=place_label)


@pages.get("/rates")
def index() -> str:
    return overview()


@pages.get("/rates/table.csv")
def export() -> Response:
    return table_file(export_rates(), "tarif.csv")


@pages.get("/rates/new")
def new() -> str:
    form = RateForm.of(None)
    form.service.data = request.args.get("service", "")
    return _form(form, None)


@pages.get("/rates/<code>/edit")
def edit(code: str) -> str:
    rate = _find(code)
    return _form(RateForm.of(rate), rate)


@pages.post("/rates")
def create() -> Any:
    return _save(None)


@pages.post("/rates/<code>")
def update(code: str) -> Any:
    return _save(_find(code))


def _save(rate: ShippingRate | None) -> Any:
    form = RateForm()
    form.offer_services()
    if form.validate():
        try:
            with attempt():
                saved = save_rate(rate, form.values())
        except (Invalid, Conflict) as error:
            take(form, error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("operator.services.show", code=saved.service.code), 303)
    return _form(form, rate), 422


@pages.post("/rates/<code>/removal")
def destroy(code: str) -> Any:
    rate = _find(code)
    service = rate.service.code
    remove_rate(rate)
    visit.tell("success", _("The price is gone."))
    return redirect(url_for("operator.services.show", code=service), 303)
