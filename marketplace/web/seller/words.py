"""What states are called at the desk, and the kind of badge that they wear."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from catalog import clock
from catalog.products.models import Product, ProductState
from catalog.text import localized
from marketplace.orders.models import Order, OrderState
from marketplace.sellers.models import DeliveryKind
from marketplace.web.filters import day_short
from marketplace.web.locale import current_locale


def piece_states() -> dict[ProductState, tuple[str, str]]:
    return {
        ProductState.DRAFT: (_("Draft"), "quiet"),
        ProductState.SUBMITTED: (_("With the curators"), "info"),
        ProductState.LIVE: (_("On sale"), "success"),
        ProductState.HELD: (_("Paused with the shop"), "warning"),
        ProductState.WITHDRAWN: (_("Withdrawn"), "quiet"),
    }


def order_states() -> dict[OrderState, tuple[str, str]]:
    return {
        OrderState.AWAITING_PAYMENT: (_("Not paid yet"), "quiet"),
        OrderState.TO_CONFIRM: (_("To accept"), "warning"),
        OrderState.PROCESSING: (_("To send"), "warning"),
        OrderState.SHIPPED: (_("Under way"), "info"),
        OrderState.DELIVERED: (_("Arrived"), "info"),
        OrderState.COMPLETED: (_("Completed"), "success"),
        OrderState.CANCELLED: (_("Cancelled"), "danger"),
    }


def state_name(order: Order) -> str:
    if order.waits_for_balance:
        return _("Waits for the balance")
    if order.is_collected and order.state is OrderState.SHIPPED:
        return _("Ready to be picked up")
    if order.is_collected and order.state in (OrderState.PROCESSING, OrderState.DELIVERED):
        return _("To make ready") if order.state is OrderState.PROCESSING else _("Picked up")
    return _("Partly under way") if order.is_partly_sent else order_states()[order.state][0]


def title_of(product: Product) -> str:
    return localized(product, "title", current_locale())


def pieces_in(order: Order) -> str:
    """ "2 × Selendang cual · Plakat pewter": what the order is about, in one line."""
    locale = current_locale()
    names = [f"{line.quantity} × {localized(line, 'title', locale)}" for line in order.lines]
    return " · ".join(names)


def last_day(due_at: datetime) -> date:
    """The day that a deadline at midnight closes."""
    return (due_at - timedelta(minutes=1)).astimezone(clock.WIB).date()


def deadline(order: Order) -> tuple[str, str]:
    """What the seller has until when, and the badge's kind: danger on the last day, warning on the one before."""
    if order.waits_for_balance:
        return _("Waits for the balance"), "info"
    if order.due_at is None or order.state not in (OrderState.TO_CONFIRM, OrderState.PROCESSING):
        return state_name(order), order_states()[order.state][1]
    by = last_day(order.due_at)
    if order.state is OrderState.PROCESSING and order.ship_by is not None:
        by = order.ship_by
    left = (by - clock.today()).days
    kind = "danger" if left <= 0 else "warning" if left == 1 else "quiet"
    if left < 0:
        return _("Late since %(day)s", day=day_short(by)), kind
    when = _("today") if left == 0 else _("tomorrow") if left == 1 else day_short(by)
    if order.state is OrderState.TO_CONFIRM:
        return _("Accept by %(day)s", day=when), kind
    if order.is_partly_sent:
        return _("Send the rest by %(day)s", day=when), kind
    return _("Ready by %(day)s", day=when) if order.is_collected else _("Send by %(day)s", day=when), kind


def ship_words(order: Order) -> tuple[str, str]:
    """(question, button) of the step in which the pieces leave the workshop."""
    match order.delivery:
        case DeliveryKind.PICKUP:
            return _("Is it ready to be picked up?"), _("Ready to be picked up")
        case DeliveryKind.GALLERY:
            return _("Is it at the gallery?"), _("It is at the gallery")
        case DeliveryKind.HOTEL:
            return _("Are you on your way to the hotel?"), _("On the way to the hotel")
        case DeliveryKind.OWN:
            return _("Are you on your way with it?"), _("On the way to the buyer")
    return _("Have you handed it to the courier?"), _("Sent")


def delivery_name(order: Order) -> str:
    """The way that the buyer chose, in the reader's language; a courier's service keeps its own name."""
    names = {
        DeliveryKind.PICKUP: _("Pick-up at the workshop"),
        DeliveryKind.OWN: _("You bring it"),
        DeliveryKind.HOTEL: _("You bring it to the hotel"),
    }
    return names.get(order.delivery) or order.delivery_name


def deliver_words(order: Order) -> str:
    return _("Picked up") if order.is_collected else _("Handed over to the buyer")
