"""The parcels of an order as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from marketplace.orders.models import Order, OrderState, Shipment
from marketplace.sellers.models import BROUGHT, DeliveryKind
from marketplace.shipping.queries import tracking_link, tracking_pages
from marketplace.web.chosen import named
from marketplace.web.filters import instant


def _scan(shipment: Shipment, place: str | None) -> str:
    if not shipment.scans:
        return ""
    last = shipment.scans[-1]
    return f"{instant(datetime.fromisoformat(last['at']), place)}: {last['text']}"


def parcel_pages(orders: Iterable[Order]) -> dict[str, str]:
    """The pages on which the couriers of these orders show a parcel, in one query; none when nothing has left."""
    return tracking_pages({one.courier for order in orders for one in order.shipments if one.number})


@dataclass(frozen=True)
class Parcel:
    """One parcel. `pieces` is empty where it holds the whole order; `link` is the courier's page for it, if it is known;
    `is_open` while it is on the road."""

    code: str
    title: str
    courier: str
    number: str
    pieces: list[str]
    sent: str
    arrived: str
    lost: str = ""
    """What became of it where the order was called off before it arrived."""
    unsent: str = ""
    """Since when it is known that these pieces do not come: they never left."""
    link: str = ""
    scan: str = ""
    """The last thing that the courier said of it."""
    is_collected: bool = False
    """Whether the buyer comes for it."""
    is_brought: bool = False
    """Whether the shop brings it."""

    @property
    def is_open(self) -> bool:
        return not self.arrived and not self.lost and not self.unsent


def _by_hand(order: Order, is_there: bool) -> str:
    """What is not given to a courier."""
    if order.is_collected:
        return _("Picked up") if is_there else _("Ready to be picked up")
    return _("Brought by the maker") if is_there else _("On the way with the maker")


def lost_words(order: Order) -> str:
    """What did not happen to an order that was called off when it was under way, or ready."""
    return _("Not picked up") if order.is_collected else _("Did not arrive")


def arrived_words(order: Order) -> str:
    """What the arrival of an order is called, honestly where it is only counted as such."""
    if order.is_collected:
        return _("Counts as picked up") if order.is_counted else _("Picked up")
    return _("Counts as arrived") if order.is_counted else _("Arrived")


def list_parcels(order: Order, pages: dict[str, str] | None = None, place: str | None = None) -> list[Parcel]:
    """What has left, the first first, by the clock of `place`. `pages` are the couriers' (see `parcel_pages`), asked
    for unless given."""
    pages = parcel_pages([order]) if pages is None else pages
    lines = {line.id: line for line in order.lines}
    is_whole = len(order.shipments) == 1 and not order.is_partly_sent
    is_over = order.state is OrderState.CANCELLED
    by_courier = order.delivery is DeliveryKind.COURIER
    found = []
    for number, one in enumerate(order.shipments, 1):
        pieces = [f"{held.quantity} × {named(lines[held.line_id])}" for held in one.lines]
        title = _("Parcel %(number)s", number=number) if by_courier else _by_hand(order, one.delivered_at is not None)
        arrived = instant(one.delivered_at, place) if one.delivered_at and not one.unsent_at else ""
        if one.unsent_at:
            title = _("Not sent")
        found.append(
            Parcel(
                code=one.code,
                title=_("Parcel") if is_whole and by_courier else title,
                courier=one.courier,
                number=one.number,
                pieces=[] if is_whole else pieces,
                sent=instant(one.shipped_at, place),
                arrived=arrived,
                lost=lost_words(order) if is_over and not arrived else "",
                unsent=instant(one.unsent_at, place) if one.unsent_at else "",
                is_collected=order.is_collected,
                is_brought=order.delivery in BROUGHT,
                scan=_scan(one, place),
                link=tracking_link(one.courier, one.number, pages) if one.number else "",
            )
        )
    return found
