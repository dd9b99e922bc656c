"""Calling an order off, with a reason that the buyer reads."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Forbidden, Invalid
from marketplace.orders import services
from marketplace.orders.models import Actor
from marketplace.orders.wishes import WISHED, keep_on
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Complaints
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import sheet
from marketplace.web.visits import visit

pages = Blueprint("cancellations", __name__)


@pages.get("/orders/<order>/cancellation")
def show(seller: str, order: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/cancellation")
def create(seller: str, order: str) -> Response | tuple[str, int]:
    reason = WISHED if "agree" in request.form else request.form.get("reason", "")[:600]
    try:
        with attempt():
            services.cancel(order_of(order), Actor.SELLER, reason, visit.user)
    except (Invalid, Conflict, Forbidden) as error:
        wrong = Complaints()
        wrong.take(error)
        return sheet(order_of(order), {"reason": reason}, wrong), error.status
    visit.tell("success", _("The order is called off. The buyer gets your reason by mail."))
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/cancellation/refusal")
def refuse(seller: str, order: str) -> Response | tuple[str, int]:
    """The buyer wishes to cancel, and the shop goes on with it."""
    reason = request.form.get("keep", "")[:600]
    try:
        with attempt():
            keep_on(order_of(order), Actor.SELLER, reason, visit.user)
    except (Invalid, Conflict, Forbidden) as error:
        wrong = Complaints()
        wrong.take(error, {"reason": "keep"})
        return sheet(order_of(order), {"keep": reason}, wrong), error.status
    visit.tell("success", _("The buyer is told that you go on with it."))
    return redirect(url_for("seller.orders.show", code=order), 303)
