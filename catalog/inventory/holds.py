"""Pieces kept for a few minutes for a buyer at the checkout, before any order.

A hold takes nothing from the level that pages show; it only keeps others from buying the very piece meanwhile. Whoever
moves holds takes the rows of the levels first, in the order of their ids, so that two never wait for each other. One
that has run out is let go by the sweep, and by the next buyer who would be refused because of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm.util import identity_key

from catalog import clock
from catalog.db import change, db, lock
from catalog.inventory.models import Hold, Stock

# Composed once and past the ORM: writing a statement costs several times what carrying it out does.
_h: Any = Hold.__table__
_s: Any = Stock.__table__
_OWN = _h.c.reference == bindparam("owner")
_SOME: Any = bindparam("variants", expanding=True)
_ONE = _s.c.variant_id == bindparam("variant")
_PIECES: Any = bindparam("pieces")
_HELD = select(_h.c.variant_id, _h.c.quantity).where(_OWN)
_HELD_BY_OTHERS = (
    select(_h.c.variant_id, func.sum(_h.c.quantity))
    .where(_h.c.variant_id.in_(_SOME), _h.c.reference != bindparam("owner"), _h.c.expires_at > bindparam("now"))
    .group_by(_h.c.variant_id)
)
_LINED_UP = lock(select(_s.c.variant_id).where(_s.c.variant_id.in_(_SOME)).order_by(_s.c.variant_id))
_FREE = _s.c.on_hand - _s.c.reserved - _s.c.held
_TAKEN = update(_s).where(_ONE, _FREE >= _PIECES).values(held=_s.c.held + _PIECES)
_GIVEN_BACK = update(_s).where(_ONE, _s.c.held >= _PIECES).values(held=_s.c.held - _PIECES)
_DROPPED = delete(_h).where(_OWN).returning(_h.c.variant_id, _h.c.quantity)
_NEW = insert(_h)


def held_by(reference: str) -> dict[int, int]:
    """Pieces held for `reference` per variant id."""
    rows = db.session.execute(_HELD, {"owner": reference})
    return {row.variant_id: row.quantity for row in rows}


def held_by_others(variant_ids: Collection[int], reference: str) -> dict[int, int]:
    """Pieces that all other references hold now per variant id; what has run out does not count."""
    asked = {"variants": list(set(variant_ids)), "owner": reference, "now": clock.now()}
    rows = db.session.execute(_HELD_BY_OTHERS, asked)
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
    new = []
    for variant_id, quantity in after.items():
        if variant_id in present:
            row = update(Hold).where(Hold.reference == reference, Hold.variant_id == variant_id)
            change(row.values(quantity=quantity, expires_at=until))
        else:
            new.append({"reference": reference, "variant_id": variant_id, "quantity": quantity, "expires_at": until})
    if new:
        db.session.execute(_NEW, new)
    return after


def let_go(reference: str, also: Collection[int] = ()) -> int:
    """Hold nothing more for `reference`; how many pieces came free. `also`: levels that the caller will move next."""
    present = held_by(reference)
    if not present:
        return 0
    line_up({*present, *also})
    return _drop(_DROPPED, {"owner": reference})


def let_go_expired(limit: int = 200) -> int:
    """Holds that have run out, `limit` at most; how many pieces came free."""
    found = select(Hold.variant_id).where(Hold.expires_at <= clock.now()).order_by(Hold.variant_id).limit(limit)
    ids = set(db.session.scalars(found))
    if not ids:
        return 0
    line_up(ids)
    return _drop(_gone(Hold.expires_at <= clock.now(), Hold.variant_id.in_(ids)))


def let_go_expired_of(variant_id: int, but: str = "") -> int:
    """The same of one variant whose level the caller is about to move; not those of the reference `but`."""
    line_up([variant_id])
    return _drop(_gone(Hold.expires_at <= clock.now(), Hold.variant_id == variant_id, Hold.reference != but))


def line_up(variant_ids: Collection[int]) -> None:
    """Take the rows of these levels in the order of their ids, before several references move in one transaction."""
    if variant_ids:
        db.session.execute(_LINED_UP, {"variants": list(set(variant_ids))}).all()


def _gone(*where: object) -> Any:
    return delete(Hold).where(*where).returning(Hold.variant_id, Hold.quantity)  # type: ignore[arg-type]


def _drop(gone: Any, values: Mapping[str, Any] | None = None) -> int:
    rows = db.session.execute(gone, values, execution_options={"synchronize_session": False}).all()
    for variant_id, quantity in sorted((row.variant_id, row.quantity) for row in rows):
        _give_back(variant_id, quantity)
    return sum(row.quantity for row in rows)


def _take(variant_id: int, quantity: int, reference: str) -> bool:
    wanted = {"variant": variant_id, "pieces": quantity}
    done = change(_TAKEN, wanted) or (let_go_expired_of(variant_id, but=reference) and change(_TAKEN, wanted))
    forget(variant_id)
    return bool(done)


def _give_back(variant_id: int, quantity: int) -> None:
    if not change(_GIVEN_BACK, {"variant": variant_id, "pieces": quantity}):
        raise RuntimeError(f"a hold of variant {variant_id} is not in its stock")
    forget(variant_id)


def forget(variant_id: int) -> None:
    """What this session knows of a level is no longer so."""
    session = db.session()
    known = session.identity_map.get(identity_key(Stock, variant_id))
    if known is not None:
        session.expire(known)
