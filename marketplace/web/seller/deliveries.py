"""Handed over by the seller's own hand: picked up, or brought."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.orders import services
from marketplace.orders.models import Actor
from marketplace.web.seller.desk import order_of
from marketplace.web.visits import visit

pages = Blueprint("deliveries", __name__)


@pages.post("/orders/<order>/delivery")
def create(seller: str, order: str) -> Response:
    services.mark_delivered(order_of(order), Actor.SELLER, visit.user)
    visit.tell("success", _("Noted. The piece is with its buyer."))
    return redirect(url_for("seller.orders.show", code=order), 303)
