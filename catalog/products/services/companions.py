"""Which products go together, as the marketplace counted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select

from catalog.db import db
from catalog.edition import raise_edition
from catalog.products.models import COMPANIONS_MAX, Companion


def pair_up(found: Mapping[int, Sequence[int]]) -> int:
    """Let the companions be exactly these: the ids that go with each id, the closest first, as many as there is room for.

    Answers for how many products something changed; where nothing did, nothing is written and the edition stays.
    """
    wanted = {one: list(others[:COMPANIONS_MAX]) for one, others in found.items() if others}
    present: dict[int, list[int]] = {}
    rows = select(Companion.product_id, Companion.other_id).order_by(Companion.product_id, Companion.position)
    for product_id, other_id in db.session.execute(rows):
        present.setdefault(product_id, []).append(other_id)
    changed = sorted(one for one in {*wanted, *present} if wanted.get(one) != present.get(one))
    if not changed:
        return 0
    for start in range(0, len(changed), 500):
        some = changed[start : start + 500]
        db.session.execute(delete(Companion).where(Companion.product_id.in_(some)))
        fresh = [
            {"product_id": one, "other_id": other, "position": place}
            for one in some
            for place, other in enumerate(wanted.get(one, ()), 1)
        ]
        if fresh:
            db.session.execute(insert(Companion), fresh)
    raise_edition()
    return len(changed)
