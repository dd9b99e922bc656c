"""Invoices and receipts for whoever bought: signed in, or by the link of the purchase. Once that is past they no longer
name the buyer to who has the link alone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.billing import paper
from marketplace.web.storefront.purchases import find_record, link_token, shows_record_alone

pages = Blueprint("documents", __name__)


@pages.get("/purchases/<code>/documents/<kind>")
def index(code: str, kind: str) -> Any:
    """Of the whole purchase: one sheet per shop."""
    purchase = find_record(code)
    return paper(purchase.orders, kind, shows_buyer=not shows_record_alone(purchase), token=link_token(purchase))


@pages.get("/purchases/<code>/orders/<order>/documents/<kind>")
def show(code: str, order: str, kind: str) -> Any:
    purchase = find_record(code)
    found = [one for one in purchase.orders if one.code == order]
    if not found:
        raise NotFound(N_("There is no such order."))
    return paper(found, kind, shows_buyer=not shows_record_alone(purchase), token=link_token(purchase))
