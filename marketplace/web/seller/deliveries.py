"""Handed over by the seller's own hand: picked up, or brought."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Invalid
from marketplace.orders import services
from marketplace.orders.models import Actor
from marketplace.orders.queries import list_codes_at_hand
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.seller.answers import Complaints
from marketplace.web.seller.counter import TOO_MANY_CODES, pickup_key, pickup_limit, was_wrong
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import PAID_BY_QRIS, sheet
from marketplace.web.visits import visit

pages = Blueprint("deliveries", __name__)


@pages.get("/orders/<order>/delivery")
def show(seller: str, order: str) -> Response:
    """The address of a refused form, opened again."""
    return redirect(url_for("seller.orders.show", code=order), 303)


@pages.post("/orders/<order>/delivery")
@limiter.limit(pickup_limit, key_func=pickup_key, deduct_when=was_wrong, error_message=TOO_MANY_CODES)
def create(seller: str, order: str) -> Response | tuple[str, int]:
    """What is picked up needs the buyer's code; what is brought, the seller's word."""
    found = order_of(order)
    by_qris = request.form.get("paid") == "qris" and bool(list_codes_at_hand([found]))
    note = PAID_BY_QRIS if by_qris else ""
    if not found.is_collected:
        services.mark_delivered(found, Actor.SELLER, visit.user, note)
    else:
        code = request.form.get("code", "")[:20]
        try:
            with attempt():
                services.hand_out(found, code, house().settings.secret_key, visit.user, note)
        except Invalid as error:
            wrong = Complaints()
            wrong.take(error)
            return sheet(order_of(order), {"code": code}, wrong), error.status
    visit.tell("success", _("Noted. The piece is with its buyer."))
    return redirect(url_for("seller.orders.show", code=order), 303)
