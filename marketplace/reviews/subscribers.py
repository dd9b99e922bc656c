"""What reviews hear: an order that has arrived."""

from __future__ import annotations

from typing import Any

from marketplace.orders.models import Order
from marketplace.reviews import services
from marketplace.signals import order_moved


@order_moved.connect
def open_exchange(order: Order, event: str, **_: Any) -> None:
    if event == "deliver":
        services.open_exchange(order)
