"""What is made or sent anew: a place on the shelf, or in the queue of its maker, so that no promise overlaps another."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import select

from catalog.db import db
from catalog.errors import Invalid
from catalog.inventory import promises
from catalog.inventory import services as inventory
from catalog.products.models import Product, Variant
from catalog.text import N_
from marketplace.returns.models import Remedy, Return

FULL = N_("The maker has no room until then. The first free day is %(day)s; more pieces a month make room, too.")
NEVER = N_("The maker has no room for it within two years. Please choose something else.")


def set_aside(found: Return) -> None:
    """Hold what was offered or decided, and nothing else. Conflict when it is not on the shelf; Invalid (`promised_on`) when
    its maker has no room until the promised day."""
    let_go(found)
    if found.remedy is Remedy.REPLACEMENT:
        wanted: Counter[int] = Counter()
        for one in found.lines:
            wanted[one.anew_id] += one.quantity
        inventory.reserve(wanted, found.code)
        return
    until = found.promised_on if found.remedy is Remedy.REMAKE else None
    if until and not promises.book_by(found.code, _pieces(found), until, found.order.seller.calendar):
        day = first_day(found)
        raise Invalid(FULL if day else NEVER, field="promised_on", day=day or "")


def let_go(found: Return) -> None:
    """Hold nothing more for it."""
    inventory.release(found.code)
    promises.release(found.code)


def first_day(found: Return) -> date | None:
    """The day on which all its pieces would be ready if they were begun today; None where there is no room for them."""
    pieces = _pieces(found)
    rows = db.session.execute(
        select(Variant.id, Product.maker_id, Variant.lead_days)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id.in_(pieces))
        .order_by(Variant.id)
    )
    calendar = found.order.seller.calendar
    demands = [promises.Demand(row.maker_id, row.lead_days or 0, pieces[row.id], calendar) for row in rows]
    days = promises.plan(demands, holder=promises.NOBODY)
    return max((max(one) for one in days if one), default=None) if all(days) else None


def _pieces(found: Return) -> Counter[int]:
    """How many of each variant."""
    pieces: Counter[int] = Counter()
    for one in found.lines:
        pieces[one.line.variant_id] += one.quantity
    return pieces
