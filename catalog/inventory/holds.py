"""Pieces kept for a few minutes for a buyer at the checkout, before any order.

A hold takes nothing from the level that pages show; it only keeps others from buying the very piece meanwhile. Whoever
moves holds takes the rows of the levels first, in the order of their ids, so that two never wait for each other. One
that has run out is let go by the sweep, and by the next buyer who would be refused because of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm.util import identity_key

from catalog import clock
from catalog.db import change, db, lock
from catalog.inventory.models import Hold, Stock


def held_by(reference: str) -> dict[int, int]:
    """Pieces held for `reference` per variant id."""
    rows = db.session.execute(select(Hold.variant_id, Hold.quantity).where(Hold.reference == reference))
    return {row.variant_id: row.quantity for row in rows}


def held_by_others(variant_ids: Collection[int], reference: str) -> dict[int, int]:
    """Pieces that all other references hold now per variant id; what has run out does not count."""
    rows = db.session.execute(
        select(Hold.variant_id, func.sum(Hold.quantity))
        .where(Hold.variant_id.in_(set(variant_ids)), Hold.reference != reference, Hold.expires_at > clock.now())
        .group_by(Hold.variant_id)
    )
    return {variant_id: int(quantity) for variant_id, quantity in rows}


def hold(demands: Mapping[int, int], reference: str, until: datetime) -> dict[int, int]:
    """Hold `demands` (variant id → quantity) and nothing else for `reference` until then; what is held afterwards.

    Each wholly or, where others are faster, no more than before. Made-to-order variants have nothing to hold.
    """
    present = held_by(reference)
    ids = {*present, *demands}
    line_up(ids)
    present = held_by(reference)  # as it stands now that nobody else can move it
    after = {}
    for variant_id in sorted(ids):
        have, want = present.get(variant_id, 0), max(demands.get(variant_id, 0), 0)
        if want > have and not _take(variant_id, want - have, reference):
            want = have
        elif want < have:
            _give_back(variant_id, have - want)
        if want:
            after[variant_id] = want
    gone = set(present) - set(after)
    if gone:
        change(delete(Hold).where(Hold.reference == reference, Hold.variant_id.in_(gone)))
    for variant_id, quantity in after.items():
        if variant_id in present:
            row = update(Hold).where(Hold.reference == reference, Hold.variant_id == variant_id)
            change(row.values(quantity=quantity, expires_at=until))
        else:
            values = {"reference": reference, "variant_id": variant_id, "quantity": quantity, "expires_at": until}
            db.session.execute(insert(Hold).values(values))
    return after


def let_go(reference: str, also: Collection[int] = ()) -> int:
    """Hold nothing more for `reference`; how many pieces came free. `also`: levels that the caller will move next."""
    present = held_by(reference)
    if not present:
        return 0
    line_up({*present, *also})
    return _drop(Hold.reference == reference)


def let_go_expired(limit: int = 200) -> int:
    """Holds that have run out, `limit` at most; how many pieces came free."""
    found = select(Hold.variant_id).where(Hold.expires_at <= clock.now()).order_by(Hold.variant_id).limit(limit)
    ids = set(db.session.scalars(found))
    if not ids:
        return 0
    line_up(ids)
    return _drop(Hold.expires_at <= clock.now(), Hold.variant_id.in_(ids))


def let_go_expired_of(variant_id: int, but: str = "") -> int:
    """The same of one variant whose level the caller is about to move; not those of the reference `but`."""
    line_up([variant_id])
    return _drop(Hold.expires_at <= clock.now(), Hold.variant_id == variant_id, Hold.reference != but)


def line_up(variant_ids: Collection[int]) -> None:
    """Take the rows of these levels in the order of their ids, before several references move in one transaction."""
    if variant_ids:
        db.session.execute(
            lock(select(Stock.variant_id).where(Stock.variant_id.in_(set(variant_ids))).order_by(Stock.variant_id))
        ).all()


def _drop(*where: object) -> int:
    gone = delete(Hold).where(*where).returning(Hold.variant_id, Hold.quantity)  # type: ignore[arg-type]
    rows = db.session.execute(gone, execution_options={"synchronize_session": False}).all()
    for variant_id, quantity in sorted((row.variant_id, row.quantity) for row in rows):
        _give_back(variant_id, quantity)
    return sum(row.quantity for row in rows)


def _take(variant_id: int, quantity: int, reference: str) -> bool:
    free = Stock.on_hand - Stock.reserved - Stock.held
    taken = update(Stock).where(Stock.variant_id == variant_id, free >= quantity).values(held=Stock.held + quantity)
    done = change(taken) or (let_go_expired_of(variant_id, but=reference) and change(taken))
    forget(variant_id)
    return bool(done)


def _give_back(variant_id: int, quantity: int) -> None:
    given = update(Stock).where(Stock.variant_id == variant_id, Stock.held >= quantity)
    if not change(given.values(held=Stock.held - quantity)):
        raise RuntimeError(f"a hold of variant {variant_id} is not in its stock")
    forget(variant_id)


def forget(variant_id: int) -> None:
    """What this session knows of a level is no longer so."""
    session = db.session()
    known = session.identity_map.get(identity_key(Stock, variant_id))
    if known is not None:
        session.expire(known)
