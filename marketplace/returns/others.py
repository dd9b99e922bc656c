"""What may come instead of a piece: another variant of the same product that costs the same and lies on the shelf.

A line is exchanged for another variant with all its pieces or not at all, so that it never holds pieces of two kinds:
what the buyer has of it is of the variant that was sent last (`Held`). Later returns go by that one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from catalog.db import db
from catalog.inventory.models import Stock
from catalog.products.models import Fulfilment, Product, ProductState, Variant
from marketplace.carts.naming import list_told
from marketplace.orders.models import OrderLine
from marketplace.returns.models import Return, ReturnLine


@dataclass(frozen=True, slots=True)
class Other:
    """A variant that may come instead, in the words of its options, and how many of it nobody holds."""

    id: int
    code: str
    choices: str
    choices_en: str
    free: int


@dataclass(frozen=True, slots=True)
class Held:
    """Of what variant the pieces of a line are now that they were exchanged."""

    id: int
    choices: str
    choices_en: str


def list_held(lines: Iterable[OrderLine]) -> dict[int, Held]:
    """Per line id what was sent last instead of what was ordered; nothing where it is as ordered."""
    rows: Iterable[Any] = db.session.execute(
        select(ReturnLine.line_id, ReturnLine.wanted_id, ReturnLine.wanted_choices, ReturnLine.wanted_choices_en)
        .join(Return, Return.id == ReturnLine.return_id)
        .where(
            ReturnLine.line_id.in_([one.id for one in lines]),
            ReturnLine.wanted_id.is_not(None),
            Return.anew_at.is_not(None),
        )
        .order_by(ReturnLine.id)
    )
    return {row[0]: Held(*row[1:]) for row in rows}


def list_others(lines: Collection[OrderLine], held: Mapping[int, Held] | None = None) -> dict[int, list[Other]]:
    """Per line id what may come instead of all its pieces, in the shop's order; nothing where there is no choice."""
    whole = [one for one in lines if may_differ(one)]
    if not whole:
        return {}
    held = list_held(whole) if held is None else held
    kinds = {one.id: held[one.id].id if one.id in held else one.variant_id for one in whole}
    mine, other = aliased(Variant), aliased(Variant)
    free = Stock.on_hand - Stock.reserved - Stock.held
    rows = db.session.execute(
        select(mine.id, other.id, other.code, free)
        .join(other, and_(other.product_id == mine.product_id, other.id != mine.id, other.price == mine.price))
        .join(Product, Product.id == mine.product_id)
        .join(Stock, Stock.variant_id == other.id)
        .where(
            mine.id.in_(set(kinds.values())),
            Product.state == ProductState.LIVE,
            other.is_active.is_(True),
            other.fulfilment == Fulfilment.READY,
            free > 0,
        )
        .order_by(other.position, other.id)
    ).all()
    told, _ = list_told([row[1] for row in rows])
    found: dict[int, list[Other]] = defaultdict(list)
    for kind, id_, code, pieces in rows:
        if id_ in told:
            found[kind].append(Other(id_, code, *told[id_], int(pieces)))
    enough = {one.id: [each for each in found[kinds[one.id]] if each.free >= one.quantity] for one in whole}
    return {line_id: some for line_id, some in enough.items() if some}


def may_differ(line: OrderLine) -> bool:
    """Whether all its pieces are with the buyer and as anybody would have them."""
    return not line.is_for_one_person and line.shipped == line.quantity and not line.returned
