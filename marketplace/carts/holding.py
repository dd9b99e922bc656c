"""Keeping the pieces of a cart for the few minutes that its buyer spends at the checkout.

Each deed at the checkout lengthens the time by a span, up to a cap from its beginning; then the cart must pause as long
before it may hold again, so that nobody keeps a piece by pressing a button for ever. A cart holds a few pieces at most,
and of what is made to order as many places in its maker's queue.
A hold is a courtesy: without one everything can be bought all the same, unless others hold it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from catalog import clock
from catalog.db import db
from catalog.inventory import held_days, holds, promises
from catalog.products.models import Fulfilment, Product, Variant
from marketplace.carts.models import Cart, CartLine
from marketplace.sellers.models import Seller

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
    wanted, made = _lying(cart)
    held = holds.hold(wanted, cart.code, until)
    kept = held_days.keep(made, cart.code, until) if made else 0
    cart.held_since, cart.held_until = since, until if held or kept else None
    return cart.held_until


def trim(cart: Cart) -> None:
    """Let go what the cart does not want any more."""
    if cart.held_until is None:
        return
    wanted, made = _lying(cart)
    kept = {one: min(quantity, wanted[one]) for one, quantity in holds.held_by(cart.code).items()}
    held = holds.hold(kept, cart.code, cart.held_until)
    places = held_days.kept_by(cart.code)
    within = _within(made, places)
    if sum(one.quantity for one in within) < places.total():
        held_days.keep(within, cart.code, cart.held_until)
    if not held and not within:
        cart.held_until = None


def let_go(cart: Cart) -> None:
    """Leave the pieces to others. The time that has begun goes on: who comes back holds until its end at most."""
    if cart.held_until is not None:
        holds.let_go(cart.code)
        held_days.let_go(cart.code)
        cart.held_until = None
        db.session.flush()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a cart holds, since when and until when; `places`: how many in makers' queues."""

    pieces: Mapping[int, int]
    places: int
    since: datetime
    until: datetime


def hand_over(cart: Cart) -> Kept | None:
    """Let go what the cart holds so that another may go on with it, in the same transaction; None where it holds nothing."""
    since, until = cart.held_since, cart.held_until
    if since is None or until is None:
        return None
    pieces, places = holds.held_by(cart.code), held_days.kept_by(cart.code).total()
    let_go(cart)
    return Kept(pieces, places, since, until) if (pieces or places) and until > clock.now() else None


def go_on(cart: Cart, kept: Kept | None) -> None:
    """Hold what another cart held, beside what this one holds, until the later of their ends; the time has begun with
    the earlier of their beginnings, so that a cap stays a cap."""
    if kept is None:
        return
    is_holding = cart.held_until is not None and cart.held_until > clock.now()
    own = holds.held_by(cart.code) if is_holding else {}
    wanted, made = _lying(cart)
    pieces = {one: min(own.get(one, 0) + kept.pieces.get(one, 0), wanted[one]) for one in own.keys() | kept.pieces}
    until = max(kept.until, cart.held_until) if is_holding and cart.held_until else kept.until
    since = min(kept.since, cart.held_since) if is_holding and cart.held_since else kept.since
    held = holds.hold(pieces, cart.code, until)
    places = held_days.keep(made, cart.code, until) if kept.places or held_days.kept_by(cart.code) else 0
    cart.held_since, cart.held_until = since, until if held or places else None
    db.session.flush()


LATELY = timedelta(hours=1)


def times_of(until: datetime | None) -> dict[str, datetime]:
    """Until when a cart's pieces are kept, or since when, of late, they no longer are: told to who was away meanwhile."""
    now = clock.now()
    if until is None or until < now - LATELY:
        return {}
    return {"held_until": until} if until > now else {"let_go_at": until}


ENDED = {"held_since": None, "held_until": None}
"""A cart after a purchase, which has taken over what was held: the next one begins anew."""


_lines: Any = CartLine.__table__
_variants: Any = Variant.__table__
_products: Any = Product.__table__
_sellers: Any = Seller.__table__
_LYING = (
    select(
        _lines.c.variant_id, _lines.c.quantity, _variants.c.fulfilment, _variants.c.lead_days, _products.c.maker_id,
        _sellers.c.calendar,
    )
    .join(_variants, _variants.c.id == _lines.c.variant_id)
    .join(_products, _products.c.id == _variants.c.product_id)
    .join(_sellers, _sellers.c.id == _variants.c.seller_id)
    .where(_lines.c.cart_id == bindparam("cart"), _lines.c.saved_at.is_(None))
    .order_by(_lines.c.id)
)  # fmt: skip


def _within(made: Iterable[promises.Demand], places: Mapping[int, int]) -> list[promises.Demand]:
    """Of these demands as much as there are places kept with their makers."""
    left, found = Counter(places), []
    for one in made:
        if quantity := min(one.quantity, left[one.maker_id]):
            found.append(replace(one, quantity=quantity))
            left[one.maker_id] -= quantity
    return found


def _lying(cart: Cart) -> tuple[Counter[int], list[promises.Demand]]:
    """What is ready-made in the cart per variant id, and what is made to order as demands of its makers in the order of
    the checkout; of both, in the order of the lines, as far as it stays below the most that is held."""
    wanted: Counter[int] = Counter()
    made: Counter[int] = Counter()
    makers: dict[int, Any] = {}
    for row in db.session.execute(_LYING, {"cart": cart.id}):
        part = wanted if row.fulfilment is Fulfilment.READY else made
        if part.total() + row.quantity <= MOST_PIECES:
            part[row.variant_id] += row.quantity
            makers[row.variant_id] = row
    return wanted, [
        promises.Demand(makers[one].maker_id, makers[one].lead_days or 0, quantity, makers[one].calendar)
        for one, quantity in sorted(made.items())
    ]
