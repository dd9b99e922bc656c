"""The pieces leave the workshop: with a courier and its number, ready to be picked up, or on the seller's own way."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.orders import services
from marketplace.orders.models import Actor
from marketplace.orders.queries import find_shipment
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.tracking import suggest_courier
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Complaints, whole
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import sheet
from marketplace.web.visits import visit

pages = Blueprint("shipments", __name__)


@pages.get("/orders/<order>/shipment")
def show(seller: str, order: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/shipment")
def create(seller: str, order: str) -> Response | tuple[str, int]:
    """A number without a courier suggests one, which the seller looks at before it is sent."""
    found = order_of(order)
    asked = ["courier", "number", *(f"pieces-{line.code}" for line in found.lines)]
    typed = {name: request.form[name][:80] for name in asked if name in request.form}
    typed = {"courier": "", "number": "", **typed}
    wrong = Complaints()
    if found.delivery is DeliveryKind.COURIER and typed["number"].strip() and not typed["courier"].strip():
        courier = suggest_courier(typed["number"])
        if courier is not None:
            wrong.add(
                "courier",
                _(
                    "This looks like a number of %(courier)s. If that is right, press the button once more.",
                    courier=courier,
                ),
            )
            return sheet(found, {**typed, "courier": courier}, wrong), 422
    try:
        pieces = _pieces(typed)
        with attempt():
            services.ship(found, Actor.SELLER, typed["courier"], typed["number"], visit.user, pieces)
    except (Invalid, Conflict) as error:
        wrong.take(error)
        return sheet(order_of(order), typed, wrong), error.status
    visit.tell("success", _("Well done. The buyer gets a mail."))
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/shipments/<shipment>")
def update(seller: str, order: str, shipment: str) -> Response:
    """Correct the number of a parcel that is on the road."""
    parcel = find_shipment(order_of(order), shipment)
    if parcel is None:
        raise NotFound(N_("There is nothing here."))
    typed = {name: request.form.get(name, "")[:80] for name in ("courier", "number")}
    try:
        with attempt():
            services.relabel(parcel, typed["courier"], typed["number"])
    except (Invalid, Conflict) as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("Corrected. The buyer sees the new number."))
    return redirect(url_for("seller.orders.show", code=order), 303)


def _pieces(typed: dict[str, str]) -> dict[str, int] | None:
    """How many of each line lie in the parcel; None for everything. Several names every number that is none."""
    given = {name.removeprefix("pieces-"): text for name, text in typed.items() if name.startswith("pieces-")}
    numbers = {code: whole(text or "0") for code, text in given.items()}
    wrong = [
        Invalid(N_("Write a whole number, for example 3."), field=f"pieces-{code}")
        for code, number in numbers.items()
        if number is None
    ]
    if wrong:
        raise Several([*wrong])
    return {code: number or 0 for code, number in numbers.items()} or None
