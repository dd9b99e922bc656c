"""How many of the wanted pieces there are, and when what is made to order is ready; over all lines of a variant together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from catalog.inventory import promises
from catalog.products.models import Fulfilment
from marketplace.carts.models import Cart, CartLine

MADE = Fulfilment.MADE_TO_ORDER


def countable(rows: Sequence[Any]) -> tuple[dict[str, int], set[str]]:
    """Of what is wanted that which is there, in the order of the lines; the wish where none is, and which those are. What
    is made to order is never short: when it is ready is said by its maker's queue (see `ready_days`)."""
    left = {row.variant_id: int(row.available or 0) for row in rows if row.fulfilment is not MADE}
    counts, short = {}, set()
    for row in rows:
        if row.fulfilment is MADE:
            counts[row.line_code] = row.quantity
            continue
        there = left[row.variant_id]
        if there <= 0:
            short.add(row.line_code)
        counts[row.line_code] = there if 0 < there < row.quantity else row.quantity
        left[row.variant_id] = there - counts[row.line_code]
    return counts, short


def together(rows: Sequence[Any], counts: dict[str, int], short: set[str]) -> Counter[int]:
    """Per variant id how many pieces its lines have together; what is short is none."""
    found: Counter[int] = Counter()
    for row in rows:
        if row.line_code not in short:
            found[row.variant_id] += counts[row.line_code]
    return found


def ready_days(rows: Sequence[Any], today: date) -> dict[int, date | None]:
    """Per variant id of what is made to order the day on which its maker's queue has it ready; None: no room for it.

    In the order in which checkout takes the places, so that a cart with several such pieces is promised what it gets;
    places that others keep at the checkout are taken.
    """
    wanted: Counter[int] = Counter()
    for row in rows:
        wanted[row.variant_id] += row.quantity
    made = sorted({row.variant_id: row for row in rows if row.fulfilment is MADE}.items())
    demands = [
        promises.Demand(one.maker_id, one.lead_days or 0, wanted[variant_id], one.calendar) for variant_id, one in made
    ]
    planned = promises.plan(demands, today, rows[0].cart_code) if demands else []
    return {variant_id: max(days) if days else None for (variant_id, _one), days in zip(made, planned, strict=True)}


def pieces_of(column: str, owner: Any) -> Select[int]:
    """How many pieces lie in the cart whose `column` names this owner; what is set aside does not count."""
    carts, lines = Cart.__table__, CartLine.__table__
    lying = select(func.coalesce(func.sum(lines.c.quantity), 0)).join_from(lines, carts, carts.c.id == lines.c.cart_id)
    return lying.where(carts.c[column] == owner, lines.c.saved_at.is_(None))


def pieces_of_guest(session_id: Any) -> Any:
    """The same of a guest, as a column of a statement that reads their session."""
    return pieces_of("session_id", session_id).scalar_subquery()
