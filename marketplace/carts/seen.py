"""What a piece cost when the buyer looked last (`CartLine.seen_price`), so that a change by others can be told.

With a price for many, who takes more or fewer changes the price too. That is no news: what buyers do themselves moves what
they have seen along, and a change that has not been seen yet stays as large as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import select

from catalog.db import db
from catalog.money import Money
from catalog.products.models import PriceBreak, Variant
from catalog.products.personal import extra
from catalog.products.prices import Break, unit_price
from marketplace.carts.models import Cart, CartLine

Key = tuple[int, str]
"""Of a line: its variant, and how it was made personal."""


class Asked(NamedTuple):
    """What is asked for a piece of a line today: among as many as are wanted, and for a single one."""

    each: Money
    single: Money


@contextmanager
def own_deed(cart: Cart, variant_ids: Collection[int], brought: dict[Key, Asked] | None = None) -> Iterator[None]:
    """The buyer changes how many pieces of these variants are wanted; `brought` is what was asked for lines that come
    from another cart."""
    breaks = _breaks(variant_ids)
    before = (brought or {}) | _asked(cart, breaks)
    yield
    if not breaks:
        return
    db.session.flush()
    lines = {_key(line): line for line in _lines(cart, breaks)}
    for key, now in _asked(cart, breaks).items():
        line, then = lines[key], before.get(key)
        if then is None or line.seen_price in then:
            line.seen_price = now.each
        else:
            line.seen_price = line.seen_price + now.each - then.each
    db.session.flush()


def asked_today(cart: Cart, variant_ids: Collection[int]) -> dict[Key, Asked]:
    """What is asked for the lines of those variants that have a price for many."""
    return _asked(cart, _breaks(variant_ids))


def _asked(cart: Cart, breaks: dict[int, list[Break]]) -> dict[Key, Asked]:
    if not breaks:
        return {}
    lines = _lines(cart, breaks)
    prices = dict(db.session.execute(select(Variant.id, Variant.price).where(Variant.id.in_(breaks))).tuples().all())
    together: Counter[int] = Counter()
    for line in lines:
        together[line.variant_id] += line.quantity if line.saved_at is None else 0
    found = {}
    for line in lines:
        single, more = prices[line.variant_id], extra(line.answers)
        among = together[line.variant_id] if line.saved_at is None else line.quantity
        found[_key(line)] = Asked(unit_price(single, breaks[line.variant_id], among) + more, single + more)
    return found


def _lines(cart: Cart, variant_ids: Collection[int]) -> list[CartLine]:
    query = select(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id.in_(variant_ids))
    return list(db.session.scalars(query.order_by(CartLine.id).execution_options(populate_existing=True)))


def _breaks(variant_ids: Collection[int]) -> dict[int, list[Break]]:
    found: dict[int, list[Break]] = defaultdict(list)
    query = select(PriceBreak.variant_id, PriceBreak.quantity, PriceBreak.price)
    for variant_id, quantity, price in db.session.execute(query.where(PriceBreak.variant_id.in_(variant_ids))):
        found[variant_id].append((quantity, price))
    return dict(found)


def _key(line: CartLine) -> Key:
    return line.variant_id, line.personal_key
