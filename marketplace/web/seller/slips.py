"""The packing slip: what lies in the parcel and where it goes, on paper."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from catalog.errors import Conflict
from catalog.text import N_
from marketplace.payments.models import PaymentMethod
from marketplace.sellers.models import DeliveryKind
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import shows_buyer
from marketplace.web.seller.words import delivery_name

pages = Blueprint("slips", __name__)


@pages.get("/orders/<order>/slip")
def show(seller: str, order: str) -> str:
    found = order_of(order)
    if not shows_buyer(found):
        raise Conflict(N_("A packing slip can be printed while an order is being prepared or under way."))
    return render_template(
        "seller/slips/show.html", order=found, delivery=delivery_name(found), purchase=found.purchase, shop=g.seller,
        is_cash=found.purchase.payment_method is PaymentMethod.CASH, is_pickup=found.delivery is DeliveryKind.PICKUP,
    )  # fmt: skip
