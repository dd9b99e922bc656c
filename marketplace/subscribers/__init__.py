"""Who hears what: signals of both halves connected to those who write rows because of them."""

from __future__ import annotations

from marketplace.banking import subscribers as _statements_hear_payments  # noqa: F401
from marketplace.bookkeeping import subscribers as _books_hear_everything  # noqa: F401
from marketplace.notifications import account
from marketplace.orders import subscribers as _orders_hear_payments  # noqa: F401
from marketplace.ports import Ports
from marketplace.reviews import subscribers as _reviews_hear_orders  # noqa: F401
from marketplace.subscribers import (
    orders,
    outside,
    payouts,
    pictures,
    postcards,
    refunds,
    restocks,
    returns,
    search,
    selling,
)


def connect(ports: Ports) -> None:
    """Connect every subscriber; inside the application context of the house that they serve."""
    account.connect()
    orders.connect()
    returns.connect()
    selling.connect()
    outside.connect()
    payouts.connect()
    refunds.connect()
    pictures.connect()
    postcards.connect()
    restocks.connect()
    search.connect(ports)
