"""Places in makers' queues kept for a few minutes for a buyer at the checkout, before any order.

As with pieces (`holds`), this changes no page: it only keeps others at the checkout from being promised the same working
days meanwhile. Whoever keeps places has the makers' rows first (`promises.hold`), after every level of stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select

from catalog import clock
from catalog.db import change, db
from catalog.inventory import promises
from catalog.inventory.models import HeldDay, Pace


def keep(demands: Sequence[promises.Demand], reference: str, until: datetime) -> int:
    """Keep the places of `demands` and no others for `reference` until then; how many. Where a maker takes on any number,
    or the queue has no room, there is nothing to keep."""
    makers = {one.maker_id for one in demands}
    if makers:
        promises.hold(makers)
    let_go(reference)
    paced = set(db.session.scalars(select(Pace.maker_id).where(Pace.maker_id.in_(makers)))) if makers else set()
    wanted = [one for one in demands if one.maker_id in paced]
    kept: Counter[tuple[int, date]] = Counter()
    for one, days in zip(wanted, promises.plan(wanted, holder=reference), strict=True):
        for day, quantity in (days or {}).items():
            kept[one.maker_id, day] += quantity
    if kept:
        row = {"reference": reference, "expires_at": until}
        rows = [{**row, "maker_id": maker, "due_on": day, "quantity": n} for (maker, day), n in sorted(kept.items())]
        db.session.execute(insert(HeldDay), rows)
    return kept.total()


def kept_by(reference: str) -> Counter[int]:
    """The places that are kept for `reference`, per maker id."""
    rows = db.session.execute(
        select(HeldDay.maker_id, func.sum(HeldDay.quantity))
        .where(HeldDay.reference == reference)
        .group_by(HeldDay.maker_id)
    )
    return Counter({maker_id: int(quantity) for maker_id, quantity in rows})


def let_go(reference: str) -> None:
    """Keep nothing more for `reference`."""
    change(delete(HeldDay).where(HeldDay.reference == reference))


def let_go_expired() -> int:
    """Forget the places whose time is over; they count no more already."""
    return change(delete(HeldDay).where(HeldDay.expires_at <= clock.now()))
