"""What a variant costs: at one quantity, over time, and compared with what it cost before.

**At a quantity.** A variant has a price and may have a few price breaks ("from 5 pieces Rp92.000 each"). One unit price
holds for the whole line: that of the break with the greatest quantity not above the line's. Breaks rise in quantity and
fall in price, so more pieces never cost more each.

**Before.** A price may only be called reduced against the lowest price that was really asked in the 30 days before the
present one began, and only for 30 days (the reading of Directive (EU) 2019/2161 art. 2; a raise before a sale shows
nothing). The piece must have been on sale through all of these days: what is new, or was away, was asked by nobody. It
is computed from the history and never typed. The history is written with every change, by whichever way it comes: a
flush that changes a price, takes a variant or its piece off sale or puts it back closes the open span and opens the next.
Of a piece that was on sale once, nothing is open while it is away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Session

from catalog import clock
from catalog.db import db
from catalog.errors import DomainError, Invalid
from catalog.money import Money
from catalog.products.models import PriceBreak, PriceSpan, Product, Variant
from catalog.text import N_

BREAKS_MAX = 4
QUANTITY_MAX = 999
LOOK_BACK = timedelta(days=30)

Break = tuple[int, Money]
"""From how many pieces, at which price each."""


def unit_price(price: Money, breaks: Iterable[Break], quantity: int) -> Money:
    """What one piece costs among `quantity` of its variant in one cart."""
    reached = [one for one in breaks if one[0] <= quantity]
    return max(reached)[1] if reached else price


def next_break(breaks: Iterable[Break], quantity: int) -> Break | None:
    """The nearest break that `quantity` pieces have not reached."""
    return min((one for one in breaks if one[0] > quantity), default=None)


def wrong_breaks(price: Money, breaks: Sequence[Break], at: str) -> list[DomainError]:
    """What is wrong with the breaks of one variant; fields are `<at>-break_quantity_<n>` and `<at>-break_price_<n>`."""
    errors: list[DomainError] = []
    if len(breaks) > BREAKS_MAX:
        errors.append(
            Invalid(
                N_("At most %(limit)s price breaks are possible."), field=f"{at}-break_quantity_1", limit=BREAKS_MAX
            )
        )
    last_quantity, last_price = 1, price
    for number, (quantity, each) in enumerate(breaks[:BREAKS_MAX], 1):
        if not last_quantity < quantity <= QUANTITY_MAX:
            errors.append(
                Invalid(
                    N_("Write a quantity from %(low)s to %(high)s: each break begins later than the one before."),
                    field=f"{at}-break_quantity_{number}", low=last_quantity + 1, high=QUANTITY_MAX,
                )
            )  # fmt: skip
        if not Money(0) < each < last_price:
            errors.append(
                Invalid(
                    N_("Write a price below %(price)s: more pieces cost less each."),
                    field=f"{at}-break_price_{number}", price=last_price,
                )
            )  # fmt: skip
        last_quantity, last_price = max(last_quantity, quantity), min(last_price, each)
    return errors


def set_breaks(variant: Variant, breaks: Sequence[Break]) -> None:
    """Let exactly these breaks hold; check them with `wrong_breaks` first."""
    known = {one.quantity: one for one in variant.breaks}
    variant.breaks[:] = [known.get(quantity) or PriceBreak(quantity=quantity, price=each) for quantity, each in breaks]
    for one, (_, each) in zip(variant.breaks, breaks, strict=True):
        one.price = each


def before(spans: Sequence[PriceSpan], on_sale_since: datetime | None, now: datetime | None = None) -> Money | None:
    """What a variant with this history may be said to have cost before; None unless it is cheaper now.

    `spans` from the oldest; `on_sale_since` is `Product.on_sale_since`.
    """
    now = now or clock.now()
    present = next((span for span in spans if span.until is None), None)
    if present is None or on_sale_since is None or _day(now) >= _day(present.since + LOOK_BACK):
        return None  # whole days: what a page says in the morning is kept until the evening
    start = present.since - LOOK_BACK
    if on_sale_since > start:
        return None
    asked: list[Money] = []
    since = present.since
    for span in reversed([one for one in spans if one.until is not None]):
        if since <= start or span.until != since:  # an end that is no beginning: it was off sale in between
            break
        asked.append(span.price)
        since = span.since
    lowest = min(asked, default=None)
    return lowest if since <= start and lowest is not None and present.price < lowest else None


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.WIB).date()


def list_spans(variant_ids: Iterable[int]) -> dict[int, list[PriceSpan]]:
    """The history of each variant, the oldest first, in one query."""
    found: dict[int, list[PriceSpan]] = {}
    for span in db.session.scalars(
        select(PriceSpan).where(PriceSpan.variant_id.in_(list(variant_ids))).order_by(PriceSpan.since, PriceSpan.id)
    ):
        found.setdefault(span.variant_id, []).append(span)
    return found


def _is_asked(variant: Variant) -> bool:
    """Whether buyers are asked its price; before a piece first goes on sale, whether they will be."""
    product = variant.product
    awaited = product is None or product.published_at is None or product.is_live
    return awaited and variant.is_active is not False


@event.listens_for(Session, "before_flush")
def _write_history(session: Session, context: object, instances: object) -> None:
    now = clock.now()
    for variant in session.new:
        if isinstance(variant, Variant) and variant.price is not None and _is_asked(variant):
            session.add(PriceSpan(variant=variant, price=variant.price, since=now))
    changed = {one.id: one for one in _changed(session)}
    if not changed:
        return
    is_open = (PriceSpan.variant_id.in_(changed), PriceSpan.until.is_(None))
    held = {
        one.variant_id: one.price
        for one in session.execute(select(PriceSpan.variant_id, PriceSpan.price).where(*is_open))
    }
    asked = {id_: one.price for id_, one in changed.items() if _is_asked(one)}
    if ended := [id_ for id_, price in held.items() if asked.get(id_) != price]:
        session.execute(
            update(PriceSpan).where(PriceSpan.variant_id.in_(ended), PriceSpan.until.is_(None)).values(until=now),
            execution_options={"synchronize_session": False},
        )
    for id_, price in asked.items():
        if held.get(id_) != price:
            session.add(PriceSpan(variant_id=id_, price=price, since=now))


def _changed(session: Session) -> Iterator[Variant]:
    """The kept variants whose price, or whose being on sale, may be another now."""
    for one in session.dirty:
        if isinstance(one, Variant) and (_differs(one, "price") or _differs(one, "is_active")):
            yield one
        elif isinstance(one, Product) and one.published_at is not None and _differs(one, "state"):
            yield from (variant for variant in one.variants if variant.id is not None)


def _differs(thing: Any, name: str) -> bool:
    history = inspect(thing).attrs[name].history
    return bool(history.has_changes() and history.deleted != history.added)
