"""Labels for parcels on A6: whom it goes to, whom it comes from, what lies in it. Several at once.

Only what the way of delivery needs stands on it: no address and no phone of a buyer who comes for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from marketplace.orders.models import Order, OrderLine
from marketplace.orders.queries import list_for_labels
from marketplace.payments.models import PaymentMethod
from marketplace.web.chosen import named
from marketplace.web.filters import weight
from marketplace.web.lifecycle import house
from marketplace.web.seller.orders import shows_buyer
from marketplace.web.seller.words import delivery_name

pages = Blueprint("labels", __name__)

MOST = 40


@dataclass(frozen=True)
class Label:
    """One sticker. `part` says which of several parcels it is."""

    order: Order
    courier: str
    number: str
    weight: str
    contents: list[str]
    part: str
    qr: Markup


@pages.get("/labels")
def index(seller: str) -> str:
    """Of the orders that are named (`order`, several), or of everything that wants to be sent."""
    orders = [one for one in list_for_labels(g.seller, request.args.getlist("order")[:MOST], MOST) if shows_buyer(one)]
    labels = [label for order in orders for label in _labels(order)]
    return render_template(
        "seller/labels/index.html", labels=labels, shop=g.seller, cash=PaymentMethod.CASH, delivery_name=delivery_name
    )


def _labels(order: Order) -> Iterator[Label]:
    """One for every parcel on the road, and one for what still wants to be packed."""
    lines = {line.id: line for line in order.lines}
    parcels = [
        (
            one.courier,
            one.number,
            [(lines[held.line_id], held.quantity) for held in one.lines],
            one.delivered_at is None,
        )
        for one in order.shipments
    ]
    rest = [(line, line.left) for line in order.lines if line.left]
    if rest:
        parcels.append(("", "", rest, True))
    for place, (courier, tracking, pieces, is_open) in enumerate(parcels, 1):
        if is_open:
            part = _("Parcel %(number)s", number=place) if len(parcels) > 1 else ""
            grams = sum(line.weight * quantity for line, quantity in pieces)
            yield Label(order, courier, tracking, weight(grams), _contents(pieces), part, _qr(order))


def _contents(pieces: list[tuple[OrderLine, int]]) -> list[str]:
    return [f"{quantity} × {named(line)}" for line, quantity in pieces]


def _qr(order: Order) -> Markup:
    """Leads the shop's own people to the order; it tells a stranger nothing."""
    import segno  # as in `web.qris`

    address = house().settings.public_url + url_for("seller.orders.show", seller=g.seller.code, code=order.code)
    drawing = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=0, svgclass="label__qr")
    return Markup(drawing)  # noqa: S704  our own drawing, which holds no text
