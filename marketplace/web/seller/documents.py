"""The invoice and the receipt that the shop's buyer has. Who bought stands on them while that may be seen."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from marketplace.web.billing import paper
from marketplace.web.seller.desk import order_of
from marketplace.web.seller.orders import shows_buyer

pages = Blueprint("documents", __name__)


@pages.get("/orders/<order>/documents/<kind>")
def show(seller: str, order: str, kind: str) -> Any:
    found = order_of(order)
    return paper([found], kind, shows_buyer=shows_buyer(found))
