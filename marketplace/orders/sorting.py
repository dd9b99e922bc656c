"""Lists of orders in the order that their reader chooses, page by page.

States are walked one after the other as an order and a payment live, each by its index: nothing is sorted that is not
shown. A page begins after the last row as it stood when it was shown: besides the row its address carries the row's place
(`at`: a state, a deadline, or a payment of a state), so that an order which moves on between two pages hides no other and
shows none twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, null, or_, select
from sqlalchemy.orm import aliased

from catalog.db import db
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.payments.models import Payment, PaymentState, Purpose


class Sorting(StrEnum):
    NEWEST = "newest"
    DEADLINE = "deadline"
    """What must be done next, then what is over, newest first."""
    STATE = "state"
    """From what waits for its payment to what is over; in each state the newest first."""
    PAYMENT = "payment"
    """By the state of the purchase's own payment; in each the newest first. Balances are no concern of it."""


_NOTHING: Any = null()
_DUE: Any = Order.due_at

OVER = "over"
"""The place of orders that have no deadline any more."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An order in its list; `at` is its place, from which the next page goes on."""

    order: Order
    at: str

    @property
    def code(self) -> str:
        return self.order.code

    @property
    def state(self) -> str:
        """The state of the order, or of its payment, by which it is listed."""
        return self.at.partition(":")[0]


def list_sorted(
    desk: Select[Order],
    where: Sequence[ColumnElement[bool]],
    sorting: Sorting,
    after: str | None = None,
    at: str = "",
    limit: int = 50,
) -> list[Listed]:
    """The orders that `where` lets through, loaded as `desk` says; `after` is the code of the last row seen and `at` its
    place then (nonsense is the beginning)."""
    found: list[tuple[int, str]] = []
    for name, walk in _walks(sorting, after, at):
        rows = db.session.execute(walk.where(*where).limit(limit - len(found))).all()
        found.extend((row[0], _place(name, row[1])) for row in rows)
        if len(found) == limit:
            break
    known = {one.id: one for one in db.session.scalars(desk.where(Order.id.in_([id_ for id_, _ in found])))}
    return [Listed(known[id_], place) for id_, place in found]


def _place(name: str, mark: datetime | str | None) -> str:
    """Of a row in this walk: its deadline, its payment, or the walk itself."""
    if isinstance(mark, datetime):
        return mark.isoformat()
    return f"{name}:{mark}" if mark else name


def _walks(sorting: Sorting, after: str | None, at: str) -> Iterator[tuple[str, Select[Any]]]:
    """(name, its orders as rows of id and of what marks their place) in turn, from where the reader stands."""
    last = select(Order.id).where(Order.code == after).scalar_subquery()
    if sorting is Sorting.NEWEST:
        yield "", _by_id(last if after else None)
        return
    if sorting is Sorting.DEADLINE:
        yield from _by_deadline(last if after else None, at)
        return
    by_payment = sorting is Sorting.PAYMENT
    states: list[str] = [*(PaymentState if by_payment else OrderState)]
    seen, _, payment = at.partition(":")
    here = states.index(seen) if after and seen in states and bool(payment) is by_payment else None
    for place, state in enumerate(states[here or 0 :], here or 0):
        since = last if place == here else None
        if by_payment:
            yield state, _by_payment(state, since, payment)
        else:
            yield state, _by_id(since).where(Order.state == state)


def _by_id(last: Any) -> Select[Any]:
    query = select(Order.id, _NOTHING).order_by(Order.id.desc())
    return query if last is None else query.where(Order.id < last)


def _by_deadline(last: Any, at: str) -> Iterator[tuple[str, Select[Any]]]:
    is_open = select(Order.id, _DUE).order_by(Order.due_at, Order.id.desc())
    due = _instant(at) if last is not None else None
    if last is None or (due is None and at != OVER):
        yield "", is_open.where(Order.due_at.is_not(None))
    elif due is not None:
        yield "", is_open.where(or_(Order.due_at > due, and_(Order.due_at == due, Order.id < last)))
    yield OVER, _by_id(last if at == OVER else None).where(Order.due_at.is_(None))


def _by_payment(state: str, last: Any, seen: str) -> Select[Any]:
    """Orders whose purchase's own newest payment is in this state, by that payment; `seen` is the code of the one by which
    the `last` was listed."""
    own, newer = aliased(Payment), aliased(Payment)

    def is_own(one: Any) -> ColumnElement[bool]:
        return and_(one.order_code.is_(None), one.purpose != Purpose.EXTRA)

    is_newest = (
        ~select(newer.id).where(newer.purchase_code == own.purchase_code, newer.id > own.id, is_own(newer)).exists()
    )
    code: Any = own.code
    query = (
        select(Order.id, code)
        .select_from(own)
        .join(Purchase, Purchase.code == own.purchase_code)
        .join(Order, Order.purchase_id == Purchase.id)
        .where(own.state == state, is_own(own), is_newest)
        .order_by(own.id.desc(), Order.id.desc())
    )
    if last is None:
        return query
    paid = aliased(Payment)
    paid_by = select(paid.id).where(paid.code == seen).scalar_subquery()
    return query.where(or_(own.id < paid_by, and_(own.id == paid_by, Order.id < last)))


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):  # no instant, or one that no calendar of UTC has
        return None
