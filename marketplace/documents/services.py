"""Giving numbers. A number is drawn inside the transaction of the deed that needs it, last of all locks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_on_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_on_sqlite

from catalog import clock
from catalog.db import db
from catalog.places.queries import find_place
from marketplace.bookkeeping.taxes import PPN
from marketplace.bookkeeping.withholding import taxable_number
from marketplace.documents.models import Document, DocumentKind, Series
from marketplace.orders.models import Order
from marketplace.sellers.models import Seller


def issue(kind: DocumentKind, orders: Sequence[Order]) -> None:
    """Number a paper of this kind for each of the orders that has none."""
    ids = [one.id for one in orders]
    query = select(Document.order_id).where(Document.order_id.in_(ids), Document.kind == kind)
    known = set(db.session.scalars(query))
    wanted = [one for one in sorted(orders, key=lambda one: one.id) if one.id not in known]
    if not wanted:
        return
    today = clock.today()
    last = _draw(kind, today.year, len(wanted))
    for place, order in enumerate(wanted, 1):
        seller = db.session.get_one(Seller, order.seller_id)
        number = taxable_number(seller.id, today)
        db.session.add(
            Document(
                kind=kind, year=today.year, number=last - len(wanted) + place, order_id=order.id,
                seller_name=seller.name, seller_address=seller.address, seller_place=_place(seller), tax_number=number,
                ppn=PPN if number else 0,
            )
        )  # fmt: skip
    db.session.flush()


def _draw(kind: DocumentKind, year: int, count: int) -> int:
    """The last of `count` numbers that nobody else gets."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert: Any = insert_on_sqlite if is_sqlite else insert_on_postgresql
    row = insert(Series).values(kind=kind, year=year, last=count)
    row = row.on_conflict_do_update(index_elements=["kind", "year"], set_={"last": Series.last + count})
    return int(db.session.execute(row.returning(Series.last)).scalar_one())


def _place(seller: Seller) -> str:
    """`Tanjung, Muntok, Kabupaten Bangka Barat`: as far as its place is known."""
    code, names = seller.village_code or seller.district_code, []
    while code.count(".") >= 1:
        place = find_place(code)
        if place is not None:
            names.append(place.full_name)
        code = code.rpartition(".")[0]
    return ", ".join(names)
