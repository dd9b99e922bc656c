"""The pieces leave the workshop: with a courier and its number, ready to be picked up, or on the seller's own way."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid
from marketplace.orders import services
from marketplace.orders.models import Actor
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.tracking import suggest_courier
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Complaints
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
    typed = {name: request.form.get(name, "")[:80] for name in ("courier", "number")}
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
        with attempt():
            services.ship(found, Actor.SELLER, typed["courier"], typed["number"], visit.user)
    except (Invalid, Conflict) as error:
        wrong.take(error)
        return sheet(order_of(order), typed, wrong), error.status
    visit.tell("success", _("Well done. The buyer gets a mail."))
    return redirect(url_for("seller.orders.show", code=order), 303)
