"""The frame around every page of a shop's desk, and finding things through the shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import NotFound
from catalog.makers.models import Maker
from catalog.products.models import Product
from catalog.products.queries import find_of_seller
from catalog.products.states import EDITABLE
from catalog.text import N_
from marketplace.conversations.queries import count_unread_of
from marketplace.orders.models import Order, OrderState
from marketplace.orders.queries import count_by_state, find_order_of

TO_DO = (OrderState.TO_CONFIRM, OrderState.PROCESSING)


@dataclass(frozen=True)
class Way:
    """One entry of the desk's navigation."""

    endpoint: str
    label: str
    icon: str
    active: bool
    count: int | None = None


def order_counts() -> dict[OrderState, int]:
    """How many orders the shop has per state, asked once per request."""
    if "order_counts" not in g:
        g.order_counts = count_by_state(g.seller)
    return g.order_counts  # type: ignore[no-any-return]


def unread_conversations() -> int:
    """In how many conversations something waits for the shop, asked once per request."""
    if "unread_conversations" not in g:
        g.unread_conversations = count_unread_of(g.seller)
    return g.unread_conversations  # type: ignore[no-any-return]


def frame(active: str) -> dict[str, Any]:
    """Title and navigation for layouts/desk.html."""
    waiting = sum(order_counts()[state] for state in TO_DO)
    ways = [
        ("home", "seller.home.show", _("Today"), "house", None),
        ("orders", "seller.orders.index", _("Orders"), "package", waiting or None),
        (
            "conversations",
            "seller.conversations.index",
            _("Messages"),
            "message-circle",
            unread_conversations() or None,
        ),
        ("balance", "seller.balance.show", _("Money"), "wallet", None),
        ("reviews", "seller.reviews.index", _("Reviews"), "award", None),
        ("products", "seller.products.index", _("Your pieces"), "layout-grid", None),
        ("stock", "seller.stock.edit", _("Stock"), "boxes", None),
        ("shop", "seller.shop.show", _("Shop"), "store", None),
    ]
    return {
        "title": g.seller.name,
        "nav": [Way(url_for(end), label, icon, name == active, count) for name, end, label, icon, count in ways],
    }


def page(template: str, active: str, **values: Any) -> str:
    """A page of the desk; `active` is the part of the navigation that it belongs to."""
    return render_template(template, desk=frame(active), shop=g.seller, **values)


def piece_of(code: str) -> Product:
    """A piece of this shop; another's does not exist."""
    product = find_of_seller(g.seller.id, code)
    if product is None:
        raise NotFound(N_("There is nothing here."))
    return product


def way_back(piece: Product) -> Response | None:
    """To the overview, for the forms of a piece that curators look at: nothing of it can be changed meanwhile."""
    return None if piece.state in EDITABLE else redirect(url_for("seller.products.show", code=piece.code), 303)


def maker_of(code: str) -> Maker:
    """A maker for whom this shop sells; any other does not exist."""
    maker = next((one for one in g.seller.makers if one.code == code), None)
    if maker is None:
        raise NotFound(N_("There is nothing here."))
    return maker


def order_of(code: str) -> Order:
    """An order of this shop; another's does not exist."""
    order = find_order_of(g.seller, code)
    if order is None:
        raise NotFound(N_("There is nothing here."))
    return order
