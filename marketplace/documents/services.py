"""Giving numbers. A number is drawn inside the transaction of the deed that needs it, last of all locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import bindparam, insert, select

from catalog import clock
from catalog.db import db, dialect, insertion
from catalog.places.gazetteer import Place
from catalog.places.queries import find_places
from marketplace.bookkeeping.taxes import PPN
from marketplace.bookkeeping.withholding import taxable_numbers
from marketplace.documents.models import Document, DocumentKind, Series
from marketplace.orders.models import Order
from marketplace.sellers.models import Seller

_papers: Any = Document.__table__
_series: Any = Series.__table__
_sellers: Any = Seller.__table__.c
_KNOWN = select(_papers.c.order_id).where(
    _papers.c.order_id.in_(bindparam("orders", expanding=True)), _papers.c.kind == bindparam("kind")
)
_LETTERHEADS = select(
    _sellers.id, _sellers.name, _sellers.address, _sellers.village_code, _sellers.district_code
).where(_sellers.id.in_(bindparam("sellers", expanding=True)))
_NUMBERED = insert(_papers)


def issue(kind: DocumentKind, orders: Sequence[Order]) -> None:
    """Number a paper of this kind for each of the orders that has none."""
    known = set(db.session.scalars(_KNOWN, {"orders": [one.id for one in orders], "kind": kind}))
    wanted = [one for one in sorted(orders, key=lambda one: one.id) if one.id not in known]
    if not wanted:
        return
    today = clock.today()
    ids = list({one.seller_id for one in wanted})
    sellers = {one.id: one for one in db.session.execute(_LETTERHEADS, {"sellers": ids})}
    taxed = taxable_numbers(ids, today)
    places = find_places(code for one in sellers.values() for code in _codes(one))
    last = _draw(kind, today.year, len(wanted))
    papers = []
    for place, order in enumerate(wanted, 1):
        seller, number = sellers[order.seller_id], taxed.get(order.seller_id, "")
        papers.append(
            {
                "kind": kind, "year": today.year, "number": last - len(wanted) + place, "order_id": order.id,
                "seller_name": seller.name, "seller_address": seller.address, "seller_place": _place(seller, places),
                "tax_number": number, "ppn": PPN if number else 0,
            }
        )  # fmt: skip
    db.session.execute(_NUMBERED, papers)


def _draw(kind: DocumentKind, year: int, count: int) -> int:
    """The last of `count` numbers that nobody else gets."""
    drawn = db.session.scalar(_drawn(dialect()), {"kind": kind, "year": year, "last": count})
    return int(drawn)


@cache
def _drawn(dialect: str) -> Any:
    row = insertion(_series, dialect)
    after = {"last": _series.c.last + row.excluded.last}
    return row.on_conflict_do_update(index_elements=["kind", "year"], set_=after).returning(_series.c.last)


def _place(seller: Any, places: Mapping[str, Place]) -> str:
    """`Tanjung, Muntok, Kabupaten Bangka Barat`: as far as its place is known."""
    return ", ".join(places[code].full_name for code in _codes(seller) if code in places)


def _codes(seller: Any) -> list[str]:
    """The places that a shop lies in, from the smallest that is known up to its regency."""
    parts = (seller.village_code or seller.district_code).split(".")
    return [".".join(parts[:size]) for size in range(len(parts), 1, -1)]
