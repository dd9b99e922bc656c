"""Another day for an order: proposed to the buyer, taken back."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid
from marketplace.orders.days import propose_day, withdraw_day
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Complaints
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import sheet
from marketplace.web.visits import visit

pages = Blueprint("days", __name__)


@pages.get("/orders/<order>/day")
def show(seller: str, order: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/day")
def create(seller: str, order: str) -> Response | tuple[str, int]:
    typed = {"day": request.form.get("day", "")[:10], "why": request.form.get("why", "")[:600]}
    day: date | None
    try:
        day = date.fromisoformat(typed["day"])
    except ValueError:
        day = None
    try:
        with attempt():
            propose_day(order_of(order), day, typed["why"], visit.user)
    except (Invalid, Conflict) as error:
        wrong = Complaints()
        wrong.take(error, {"reason": "why"})
        return sheet(order_of(order), typed, wrong), error.status
    visit.tell("success", _("The buyer is asked. Until there is an answer, the first day holds."))
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/day/removal")
def destroy(seller: str, order: str) -> Response:
    try:
        with attempt():
            withdraw_day(order_of(order), visit.user)
    except Conflict as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("The first day holds."))
    return redirect(url_for("seller.orders.show", code=order), 303)
