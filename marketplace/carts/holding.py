"""Keeping the pieces of a cart for the few minutes that its buyer spends at the checkout.

Each deed at the checkout lengthens the time by a span, up to a cap from its beginning; then the cart must pause as long
before it may hold again, so that nobody keeps a piece by pressing a button for ever. A cart holds a few pieces at most.
A hold is a courtesy: without one everything can be bought all the same, unless others hold it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from catalog import clock
from catalog.db import db
from catalog.inventory import holds
from catalog.products.models import Fulfilment, Variant
from marketplace.carts.models import Cart, CartLine

MOST_PIECES = 5


def hold(cart: Cart, span: timedelta, cap: timedelta, may_begin: Callable[[], bool]) -> datetime | None:
    """Hold what is in the cart (its row is locked), or hold it longer; until when. None: nothing is held.

    `may_begin` is asked only where a new time begins.
    """
    now = clock.now()
    since = cart.held_since
    if since is None or now >= since + 2 * cap:
        if not may_begin():
            return None
        since = now
    until = min(now + span, since + cap)
    if until <= now:
        return None
    until = max(until, cart.held_until or until)
    held = holds.hold(_wanted(cart), cart.code, until)
    cart.held_since, cart.held_until = since, until if held else None
    return cart.held_until


def trim(cart: Cart) -> None:
    """Let go what the cart does not want any more."""
    if cart.held_until is None:
        return
    wanted = _wanted(cart)
    kept = {one: min(quantity, wanted[one]) for one, quantity in holds.held_by(cart.code).items()}
    if not holds.hold(kept, cart.code, cart.held_until):
        cart.held_until = None


def let_go(cart: Cart) -> None:
    """Leave the pieces to others. The time that has begun goes on: who comes back holds until its end at most."""
    if cart.held_until is not None:
        holds.let_go(cart.code)
        cart.held_until = None
        db.session.flush()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a cart holds, since when and until when."""

    pieces: Mapping[int, int]
    since: datetime
    until: datetime


def hand_over(cart: Cart) -> Kept | None:
    """Let go what the cart holds so that another may go on with it, in the same transaction; None where it holds nothing."""
    since, until = cart.held_since, cart.held_until
    if since is None or until is None:
        return None
    pieces = holds.held_by(cart.code)
    let_go(cart)
    return Kept(pieces, since, until) if pieces and until > clock.now() else None


def go_on(cart: Cart, kept: Kept | None) -> None:
    """Hold what another cart held, beside what this one holds, until the later of their ends; the time has begun with
    the earlier of their beginnings, so that a cap stays a cap."""
    if kept is None:
        return
    is_holding = cart.held_until is not None and cart.held_until > clock.now()
    own = holds.held_by(cart.code) if is_holding else {}
    wanted = _wanted(cart)
    pieces = {one: min(own.get(one, 0) + kept.pieces.get(one, 0), wanted[one]) for one in own.keys() | kept.pieces}
    until = max(kept.until, cart.held_until) if is_holding and cart.held_until else kept.until
    since = min(kept.since, cart.held_since) if is_holding and cart.held_since else kept.since
    held = holds.hold(pieces, cart.code, until)
    cart.held_since, cart.held_until = since, until if held else None
    db.session.flush()


ENDED = {"held_since": None, "held_until": None}
"""A cart after a purchase, which has taken over what was held: the next one begins anew."""


_lines: Any = CartLine.__table__
_variants: Any = Variant.__table__
_WANTED = (
    select(_lines.c.variant_id, _lines.c.quantity)
    .join(_variants, _variants.c.id == _lines.c.variant_id)
    .where(
        _lines.c.cart_id == bindparam("cart"),
        _lines.c.saved_at.is_(None),
        _variants.c.fulfilment == Fulfilment.READY,
    )
    .order_by(_lines.c.id)
)


def _wanted(cart: Cart) -> Counter[int]:
    """What is ready-made in the cart per variant id, in its order, as far as it stays below the most that is held."""
    wanted: Counter[int] = Counter()
    for variant_id, quantity in db.session.execute(_WANTED, {"cart": cart.id}):
        if wanted.total() + quantity <= MOST_PIECES:
            wanted[variant_id] += quantity
    return wanted
