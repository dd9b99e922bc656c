"""Taking an order on."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.orders import services
from marketplace.orders.models import Actor
from marketplace.web.seller.desk import order_of
from marketplace.web.visits import visit

pages = Blueprint("confirmations", __name__)


@pages.post("/orders/<order>/confirmation")
def create(seller: str, order: str) -> Response:
    services.confirm(order_of(order), Actor.SELLER, visit.user)
    visit.tell("success", _("Accepted. The buyer knows that you are at work."))
    return redirect(url_for("seller.orders.show", code=order), 303)
