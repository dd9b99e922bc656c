"""What the shop says about the buyer of a delivered order; hidden until the buyer has spoken as well."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.orders.models import Order
from marketplace.reviews import services
from marketplace.reviews.queries import find_buyer_review, find_exchange
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.reviews import stars_named
from marketplace.web.seller.desk import order_of, page
from marketplace.web.visits import visit

pages = Blueprint("buyers", __name__)


def _page(order: Order, error: DomainError | None = None) -> str:
    exchange = find_exchange(order)
    if exchange is None:
        raise NotFound(N_("A review can be written once the order has arrived."))
    said = find_buyer_review(order)
    errors: dict[str, list[str]] = {}
    for one in error.errors if isinstance(error, Several) else [error] if error else []:
        errors.setdefault(one.field or "", []).append(sentence(one))
    typed = request.form.get("stars", "")
    return page(
        "seller/buyers/edit.html", "reviews",
        order=order, exchange=exchange, said=said, errors=errors, stars_named=stars_named(),
        stars=int(typed) if error and typed in ("1", "2", "3", "4", "5") else said.stars if said and not error else None,
        text=request.form.get("text", "") if error else said.text if said else "", text_max=services.BUYER_TEXT_MAX,
    )  # fmt: skip


@pages.get("/orders/<order>/buyer-review")
def edit(seller: str, order: str) -> str:
    return _page(order_of(order))


@pages.post("/orders/<order>/buyer-review")
def update(seller: str, order: str) -> Response | tuple[str, int]:
    found = order_of(order)
    typed = request.form.get("stars", "")
    try:
        with attempt():
            stars = int(typed) if typed in ("1", "2", "3", "4", "5") else None
            services.rate_buyer(found, visit.person, stars, request.form.get("text", ""))
    except (Invalid, Conflict) as error:
        if find_exchange(found) is None:
            raise
        return _page(order_of(order), error), error.status
    visit.tell("success", _("Kept. It appears together with what the buyer says about the piece."))
    return redirect(url_for("seller.reviews.index"), 303)
