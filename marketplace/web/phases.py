"""What the state of an order is called by its buyer and by operators; the desk of a shop has words of its own."""

from __future__ import annotations

from flask_babel import gettext as _

from marketplace.orders.models import Order, OrderState


def phase_names() -> dict[OrderState, str]:
    return {
        OrderState.AWAITING_PAYMENT: _("Waiting for payment"),
        OrderState.TO_CONFIRM: _("Waiting for the maker"),
        OrderState.PROCESSING: _("Being prepared"),
        OrderState.SHIPPED: _("On its way"),
        OrderState.DELIVERED: _("Arrived"),
        OrderState.COMPLETED: _("Completed"),
        OrderState.CANCELLED: _("Cancelled"),
    }


def phase(order: Order) -> str:
    """Where an order is. What is picked up is never on its way: it is ready, and then it has been picked up."""
    if order.waits_for_balance:
        return _("Ready, the balance is awaited")
    if order.is_partly_sent:
        return _("Partly on its way")
    collected = {OrderState.SHIPPED: _("Ready to be picked up"), OrderState.DELIVERED: _("Picked up")}
    return (collected if order.is_collected else {}).get(order.state) or phase_names()[order.state]
