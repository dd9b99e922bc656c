"""Lists of orders, sorted as their reader chooses: whole, page by page, while the orders move, each by an index."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from catalog.db import db, transaction
from catalog.money import Money
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.queries import list_inbox, list_orders
from marketplace.orders.services import cancel, confirm
from marketplace.orders.sorting import Listed, Sorting
from marketplace.payments.services import ask_less
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of


@pytest.fixture
def codes(cast: Cast) -> dict[str, str]:
    """Orders of Ratna's by what became of them, in the order in which they were placed."""
    with transaction():
        cloth = factories.product(cast.ratnas, "Kain panjang", 250_000, stock=9)
    found = {}
    for name in ("waits", "paid", "taken", "gone", "cash"):
        method = "cash" if name == "cash" else "bank-transfer"
        purchase = buy(of(cast.sari), (cloth, 1), method=method).purchase
        if name in ("paid", "taken"):
            pay(purchase, cast.tono)
        (order,) = orders_of(purchase)
        with transaction():
            if name == "taken":
                confirm(order, Actor.SELLER)
            if name == "gone":
                cancel(order, Actor.BUYER, "")
        found[name] = order.code
    db.session.rollback()
    return found


def walk(sorting: Sorting, size: int, **values: Any) -> list[Listed]:
    rows: list[Listed] = []
    while page := list_orders(
        after=rows[-1].code if rows else None, at=rows[-1].at if rows else "", limit=size, sorting=sorting, **values
    ):
        rows.extend(page)
    return rows


EXPECTED = {
    Sorting.NEWEST: ["cash", "gone", "taken", "paid", "waits"],
    Sorting.STATE: ["waits", "cash", "paid", "taken", "gone"],
    Sorting.PAYMENT: ["cash", "waits", "taken", "paid", "gone"],
}


@both_databases
def test_every_order_stands_once_in_its_place_however_long_the_pages_are(cast: Cast, codes: dict[str, str]) -> None:
    names = {code: name for name, code in codes.items()}
    for sorting, expected in EXPECTED.items():
        for size in (1, 2, 9):
            assert [names[one.code] for one in walk(sorting, size)] == expected, (sorting, size)
    by_deadline = [one.order for one in walk(Sorting.DEADLINE, 2)]
    assert (
        sorted(by_deadline, key=lambda one: (one.due_at is None, one.due_at)) == by_deadline and len(by_deadline) == 5
    )
    assert [names[one.code] for one in walk(Sorting.STATE, 1, states=[OrderState.TO_CONFIRM, OrderState.CANCELLED])] == [
        "cash", "paid", "gone",
    ]  # fmt: skip
    inbox = list_inbox(cast.ratnas, sorting=Sorting.STATE)
    assert [names[one.code] for one in inbox] == ["cash", "paid", "taken", "gone"] and not list_inbox(cast.budis)
    odd = (
        "",
        "soon",
        "2026-13-01",
        "2026-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "paid:",
        "x:paid",
    )
    for nonsense in odd:  # the beginning, and no error
        for sorting in Sorting:
            assert list_orders(after=codes["paid"], at=nonsense, sorting=sorting)


def test_an_order_that_moves_on_between_two_pages_hides_no_other(cast: Cast, codes: dict[str, str]) -> None:
    first = list_orders(limit=2, sorting=Sorting.STATE)
    assert [one.code for one in first] == [codes["waits"], codes["cash"]]
    with transaction():
        cancel(db.session.scalars(db.select(Order).where(Order.code == codes["cash"])).one(), Actor.BUYER, "")
    after, at = first[-1].code, first[-1].at
    rest = [one.code for one in list_orders(after=after, at=at, sorting=Sorting.STATE)]
    assert rest[:3] == [codes["paid"], codes["taken"], codes["cash"]]
    without = [one.code for one in list_orders(after=after, at=OrderState.CANCELLED, sorting=Sorting.STATE)]
    assert codes["paid"] not in without, "the control: its place of now would hide two"


def test_a_payment_that_is_asked_for_anew_between_two_pages_shows_no_order_twice(
    cast: Cast, codes: dict[str, str]
) -> None:
    first = list_orders(limit=2, sorting=Sorting.PAYMENT)
    assert [(one.code, one.state) for one in first] == [(codes["cash"], "pending"), (codes["waits"], "pending")]
    with transaction():
        payment = payment_of(first[-1].order.purchase)
        ask_less(payment, payment.due - Money(50_000))
    rest = list_orders(after=first[-1].code, at=first[-1].at, sorting=Sorting.PAYMENT)
    assert [one.code for one in rest] == [codes["taken"], codes["paid"], codes["gone"]]


@pytest.mark.parametrize(
    ("sorting", "index"), [(Sorting.STATE, "ix_orders_state"), (Sorting.PAYMENT, "ix_payments_state"), (Sorting.DEADLINE, "ix_orders_due")]
)  # fmt: skip
def test_sorting_walks_an_index_and_sorts_no_table(codes: dict[str, str], sorting: Sorting, index: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        asked.append((statement, parameters))

    first = list_orders(limit=1, sorting=sorting)[0]
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        list_orders(limit=1, sorting=sorting, after=first.code, at=first.at)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    raw = db.session.connection().connection.dbapi_connection
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked[0][0]}", asked[0][1])]
    assert any(index in step for step in plan), plan
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in plan), plan
