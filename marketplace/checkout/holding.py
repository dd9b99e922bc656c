"""A buyer does something at the checkout: what they buy is kept for them a little longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace.carts import holding
from marketplace.carts import services as carts
from marketplace.carts.models import Owner


def keep(owner: Owner, span: timedelta, cap: timedelta, may_begin: Callable[[], bool]) -> datetime | None:
    """Until when the owner's pieces are held now; None when they are not (see `carts.holding.hold`)."""
    cart = carts.hold(owner)
    return holding.hold(cart, span, cap, may_begin) if cart is not None else None


def leave(owner: Owner) -> None:
    """Leave the pieces to others."""
    cart = carts.hold(owner)
    if cart is not None:
        holding.let_go(cart)
