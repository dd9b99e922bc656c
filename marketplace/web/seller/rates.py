"""A shop's own prices for couriers: they stand before the shared ones, for this shop alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.places.queries import place_labels
from catalog.text import N_
from marketplace.shipping.models import ShippingRate
from marketplace.shipping.queries import find_rate, list_imports, list_rates
from marketplace.shipping.rates import export_rates, remove_rate, save_rate
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import after, cut
from marketplace.web.rates import RateForm, table_file, take
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("rates", __name__)

PAGE_SIZE = 50


def overview(error: str = "") -> str:
    """The shop's prices, the last files, and where the next one comes in."""
    rates = cut(list_rates(g.seller, None, after(), PAGE_SIZE + 1), PAGE_SIZE)
    labels = place_labels({place for one in rates for place in (one.origin, one.destination) if place})
    return page(
        "seller/rates/index.html", "shop", rates=rates, labels=labels, imports=list_imports(g.seller), error=error
    )


def _find(code: str) -> ShippingRate:
    rate = find_rate(g.seller, code)
    if rate is None:
        raise NotFound(N_("There is nothing here."))
    return rate


@pages.get("/shop/rates")
def index(seller: str) -> str:
    return overview()


@pages.get("/shop/rates/table.csv")
def export(seller: str) -> Response:
    return table_file(export_rates(g.seller), f"tarif-{g.seller.code}.csv")


@pages.get("/shop/rates/new")
def new(seller: str) -> str:
    return page("seller/rates/edit.html", "shop", form=RateForm.of(None), rate=None)


@pages.get("/shop/rates/<rate>/edit")
def edit(seller: str, rate: str) -> str:
    found = _find(rate)
    return page("seller/rates/edit.html", "shop", form=RateForm.of(found), rate=found)


@pages.post("/shop/rates")
def create(seller: str) -> Any:
    return _save(None)


@pages.post("/shop/rates/<rate>")
def update(seller: str, rate: str) -> Any:
    return _save(_find(rate))


def _save(rate: ShippingRate | None) -> Any:
    form = RateForm()
    form.offer_services()
    if form.validate():
        try:
            with attempt():
                save_rate(rate, {**form.values(), "origin": ""}, g.seller)
        except (Invalid, Conflict) as error:
            take(form, error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("seller.rates.index"), 303)
    return page("seller/rates/edit.html", "shop", form=form, rate=rate), 422


@pages.post("/shop/rates/<rate>/removal")
def destroy(seller: str, rate: str) -> Any:
    remove_rate(_find(rate))
    visit.tell("success", _("The price is gone; the shared one counts again where there is one."))
    return redirect(url_for("seller.rates.index"), 303)
