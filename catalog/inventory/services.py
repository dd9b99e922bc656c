"""Levels move here and nowhere else.

Every change is one conditional UPDATE per stock row, rows in the order of their ids, so that two buyers are never
promised one piece and two carts that cross never wait for each other. What was refused half-way is undone by the
caller's transaction, which a raised error always rolls back. Made-to-order variants have no stock and are skipped.

Buyers move levels all day long. What they take from plenty and leave plenty of changes nothing that the public sees
(`PLENTY`), so it is not announced: pages and the index stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from catalog import clock
from catalog.db import db, lock
from catalog.edition import raise_edition
from catalog.errors import Conflict, Invalid
from catalog.inventory import holds
from catalog.inventory.holds import forget
from catalog.inventory.models import PLENTY, MovementKind, Reservation, Stock, StockMovement
from catalog.products.models import Fulfilment, Product, Variant
from catalog.signals import stock_changed, stock_refilled
from catalog.text import N_


def open_stock(variant: Variant, quantity: int, reference: str = "opening") -> Stock:
    """Give a ready-made variant its stock row with `quantity` pieces (0 or more)."""
    if variant.is_made_to_order:
        raise Invalid(N_("A piece that is made to order has no stock."), field="stock")
    if quantity < 0:
        raise Invalid(N_("Stock cannot be below zero."), field="stock")
    if variant.id is None:
        db.session.flush()
    stock = Stock(variant_id=variant.id, on_hand=quantity, reserved=0)
    db.session.add(stock)
    if quantity:
        _record(variant.id, MovementKind.OPENING, quantity, reference)
    db.session.flush()
    _announce([variant.id], [variant.id] if quantity else [])
    return stock


def adjust(variant: Variant, delta: int, reference: str) -> Stock:
    """Add `delta` pieces (or take them away); Conflict when fewer would be left than buyers hold."""
    if delta:
        changed = _update(
            variant.id, Stock.on_hand + delta >= Stock.reserved + Stock.held, on_hand=Stock.on_hand + delta
        )
        if changed is None:
            held = db.session.scalar(select(Stock.reserved + Stock.held).where(Stock.variant_id == variant.id))
            raise Conflict(
                N_("Buyers are holding %(held)s of these pieces; the stock cannot go below that."),
                field="stock",
                held=held or 0,
            )
        _record(variant.id, MovementKind.ADJUSTED, delta, reference)
        db.session.flush()
        _announce([variant.id], _refilled({variant.id: changed}, {variant.id: delta}))
    return db.session.get_one(Stock, variant.id)


def set_level(variant: Variant, on_hand: int, reference: str) -> Stock:
    """Bring a variant to `on_hand` pieces, opening its stock when it has none."""
    if on_hand < 0:
        raise Invalid(N_("Stock cannot be below zero."), field="stock")
    present = db.session.scalar(lock(select(Stock.on_hand).where(Stock.variant_id == variant.id)))
    if present is None:
        return open_stock(variant, on_hand, reference)
    return adjust(variant, on_hand - present, reference)


_variants: Any = Variant.__table__.c
_FULFILMENTS = select(_variants.id, _variants.fulfilment).where(_variants.id.in_(bindparam("variants", expanding=True)))
_reservations: Any = Reservation.__table__
_HELD = insert(_reservations)
_stocks: Any = Stock.__table__
_PIECES: Any = bindparam("pieces")
_TAKEN = (
    update(_stocks)
    .where(
        _stocks.c.variant_id == bindparam("variant"),
        _stocks.c.on_hand - _stocks.c.reserved - _stocks.c.held >= _PIECES,
    )
    .values(reserved=_stocks.c.reserved + _PIECES)
    .returning(_stocks.c.on_hand - _stocks.c.reserved)
)
"""Composed once and past the ORM: writing them costs more than carrying them out."""


def reserve(demands: Mapping[int, int], reference: str, expires_at: datetime | None = None) -> int:
    """Hold pieces for `reference`: all of `demands` (variant id → quantity) or a Conflict that names the product; how many
    rows are held.

    The Conflict's params carry `product`, `product_en`, `variant` (its code) and `available`.
    """
    return reserve_all({reference: demands}, expires_at)


def reserve_all(demands: Mapping[str, Mapping[int, int]], expires_at: datetime | None = None) -> int:
    """The same for several references at once (reference → variant id → quantity): rows in id order across all."""
    wanted = sorted((id_, reference, quantity) for reference, part in demands.items() for id_, quantity in part.items())
    if any(quantity <= 0 for _, _, quantity in wanted):
        raise ValueError("a demand is a positive quantity")
    ids = {variant_id for variant_id, _, _ in wanted}
    fulfilments: dict[int, Fulfilment] = dict(db.session.execute(_FULFILMENTS, {"variants": list(ids)}).tuples().all())
    if len(fulfilments) != len(ids):
        raise ValueError("a demand names a variant that does not exist")
    held: list[dict[str, Any]] = []
    seen = []
    for variant_id, reference, quantity in wanted:
        if fulfilments[variant_id] is Fulfilment.MADE_TO_ORDER:
            continue
        free = _take(variant_id, quantity)
        if free is None and holds.let_go_expired_of(variant_id):
            free = _take(variant_id, quantity)
        if free is None:
            raise _sold_out(variant_id)
        if free < PLENTY:
            seen.append(variant_id)
        held.append({"variant_id": variant_id, "quantity": quantity, "reference": reference, "expires_at": expires_at})
    if held:
        db.session.execute(_HELD, held)
    _announce(seen)
    return len(held)


def release(reference: str) -> int:
    """Give up what `reference` holds; how many pieces became free. Doing it again changes nothing."""
    return sum(quantity for _, quantity in _close(reference, sold=False))


def consume(reference: str) -> int:
    """What `reference` holds is sold and leaves the stock; how many pieces. Doing it again changes nothing."""
    closed = _close(reference, sold=True)
    for variant_id, quantity in closed:
        _record(variant_id, MovementKind.SOLD, -quantity, reference)
    db.session.flush()
    return sum(quantity for _, quantity in closed)


def put_back(reference: str, quantities: Mapping[int, int] | None = None) -> int:
    """Return what was sold under `reference` to the stock: `quantities` per variant id, or all that is still out.

    Conflict when more would come back than went out. Returning everything twice changes nothing the second time.
    """
    rows = db.session.execute(
        select(StockMovement.variant_id, func.sum(StockMovement.quantity))
        .where(
            StockMovement.reference == reference,
            StockMovement.kind.in_([MovementKind.SOLD, MovementKind.RETURNED]),
        )
        .group_by(StockMovement.variant_id)
    )
    out = {variant_id: -int(moved) for variant_id, moved in rows}
    back = {variant_id: out[variant_id] for variant_id in out} if quantities is None else dict(quantities)
    free: dict[int, int | None] = {}
    for variant_id, quantity in sorted(back.items()):
        if quantity < 0 or quantity > out.get(variant_id, 0):
            raise Conflict(N_("More pieces would come back than were sold."))
        if quantity:
            free[variant_id] = _update(variant_id, Stock.on_hand >= 0, on_hand=Stock.on_hand + quantity)
            _record(variant_id, MovementKind.RETURNED, quantity, reference)
    db.session.flush()
    _announce(list(free), _refilled(free, back))
    return sum(back.values())


def take_in(quantities: Mapping[int, int], reference: str) -> int:
    """Pieces that a buyer sent back go on the shelf again (variant id → quantity), under the return's code; how many.

    Whoever calls this knows that they came back and that it is said once. Made-to-order variants have no shelf.
    """
    put: dict[int, int | None] = {}
    for variant_id, quantity in sorted(quantities.items()):
        if quantity <= 0:
            continue
        free = _update(variant_id, Stock.on_hand >= 0, on_hand=Stock.on_hand + quantity)
        if free is not None:
            _record(variant_id, MovementKind.RETURNED, quantity, reference)
            put[variant_id] = free
    db.session.flush()
    _announce(list(put), _refilled(put, quantities))
    return sum(quantities[one] for one in put)


def _close(reference: str, sold: bool) -> list[tuple[int, int]]:
    reservations = db.session.scalars(
        lock(
            select(Reservation)
            .where(Reservation.reference == reference, Reservation.closed_at.is_(None))
            .order_by(Reservation.variant_id)
            .execution_options(populate_existing=True)
        )
    ).all()
    closed, seen = [], []
    freed: dict[int, int | None] = {}
    for one in reservations:
        one.closed_at = clock.now()
        levels = {"reserved": Stock.reserved - one.quantity}
        if sold:
            levels["on_hand"] = Stock.on_hand - one.quantity
        free = _update(one.variant_id, Stock.reserved >= one.quantity, **levels)
        if free is None:
            raise RuntimeError(f"reservation {one.code} is not in its stock")
        closed.append((one.variant_id, one.quantity))
        if not sold:
            freed[one.variant_id] = free
        if not sold and free - one.quantity < PLENTY:  # what is sold was held before: nothing changes for other buyers
            seen.append(one.variant_id)
    db.session.flush()
    _announce(seen, _refilled(freed, dict(closed)))
    return closed


def _take(variant_id: int, quantity: int) -> int | None:
    free = db.session.scalar(_TAKEN, {"variant": variant_id, "pieces": quantity})
    forget(variant_id)
    return None if free is None else int(free)


def _update(variant_id: int, condition: object, **levels: object) -> int | None:
    """One conditional UPDATE of one stock row: how many pieces are free after it, None when it did not take place."""
    free = db.session.scalar(
        update(Stock)
        .where(Stock.variant_id == variant_id, condition)  # type: ignore[arg-type]
        .values(**levels)
        .returning(Stock.on_hand - Stock.reserved),
        execution_options={"synchronize_session": False},
    )
    forget(variant_id)
    return None if free is None else int(free)


def _record(variant_id: int, kind: MovementKind, quantity: int, reference: str) -> None:
    db.session.add(StockMovement(variant_id=variant_id, kind=kind, quantity=quantity, reference=reference))


def _refilled(free: Mapping[int, int | None], added: Mapping[int, int]) -> list[int]:
    """Of which there was nothing before so many were added, and now there is something."""
    return [one for one, left in free.items() if left is not None and left > 0 >= left - added[one]]


def _announce(variant_ids: Collection[int], refilled: Collection[int] = ()) -> None:
    if variant_ids:
        raise_edition()
        stock_changed.send(tuple(variant_ids))
    if refilled:
        stock_refilled.send(tuple(refilled))


def _sold_out(variant_id: int) -> Conflict:
    row = db.session.execute(
        select(Product.title, Product.title_en, Variant.code, Stock.on_hand - Stock.reserved, Stock.held)
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Stock, Stock.variant_id == Variant.id)
        .where(Variant.id == variant_id)
    ).one()
    title, title_en, code, there, held = row
    free = (there or 0) - (held or 0)
    message = N_("“%(product)s” has just been sold out.")
    if there and there > 0 and free <= 0:
        message = N_("Others are at the checkout with the last of “%(product)s”. Please look again in a few minutes.")
    elif free > 0:
        message = N_("Only %(available)s of “%(product)s” are left.")
    return Conflict(message, product=title, product_en=title_en or title, variant=code, available=free or 0)
