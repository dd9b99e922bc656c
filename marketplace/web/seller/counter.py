"""The counter: what waits here for its buyer, also for other shops, and the code that each of them shows."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Invalid, NotFound
from catalog.text import N_
from marketplace.orders import services
from marketplace.orders.models import Order
from marketplace.orders.queries import find_at_counter, list_at_counter
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.paging import after, cut
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("counter", __name__)

PAGE_SIZE = 30
TOO_MANY_CODES = N_(
    "Too many wrong codes for this order. Try again in an hour, or ask the buyer to say on the page of the purchase that it is picked up."
)


def pickup_limit() -> str:
    return str(house().settings.pickup_limit)


def pickup_key() -> str:
    """Wrong codes are counted per order, whoever types them."""
    return f"pickup:{(request.view_args or {}).get('order', '')}"


def was_wrong(response: Response) -> bool:
    return response.status_code == 422


def _find(code: str) -> Order:
    found = find_at_counter(g.seller, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


def _page(order: str = "", typed: str = "", wrong: str = "") -> str:
    found = cut(list_at_counter(g.seller, after(), PAGE_SIZE + 1), PAGE_SIZE)
    return page("seller/counter/show.html", "orders", found=found, wrong_order=order, typed=typed, wrong=wrong)


@pages.get("/counter")
def show(seller: str) -> str:
    return _page()


@pages.post("/counter/<order>")
@limiter.limit(pickup_limit, key_func=pickup_key, deduct_when=was_wrong, error_message=TOO_MANY_CODES)
def create(seller: str, order: str) -> Response | tuple[str, int]:
    found = _find(order)
    code = request.form.get("code", "")[:20]
    try:
        with attempt():
            services.hand_out(found, code, house().settings.secret_key, visit.user)
    except Invalid as error:
        return _page(order, code, sentence(error)), error.status
    visit.tell("success", _("Right. Hand it over to %(name)s.", name=found.purchase.recipient))
    return redirect(url_for("seller.counter.show"), 303)


@pages.get("/counter/<order>")
def index(seller: str, order: str) -> Response:
    """The address of a refused form, opened again."""
    _find(order)
    return redirect(url_for("seller.counter.show"), 303)
