"""A promise that is put off takes no day that a buyer at the checkout keeps, in any order and at the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict
from catalog.inventory import held_days, promises, queue
from catalog.inventory.models import Booking, HeldDay
from catalog.makers.models import Maker
from catalog.products.models import Variant
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
SPAN = timedelta(minutes=10)


@pytest.fixture
def cloth(cast: Cast) -> Variant:
    """A cloth that is woven to order in twenty working days, by a maker who weaves one a month."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        promises.set_pace(piece.maker, 1)
        return piece.variants[0]


@pytest.fixture
def ratna(cloth: Variant) -> Maker:
    return cloth.product.maker


def order(variant_id: int, reference: str, quantity: int = 1) -> date:
    return promises.book({reference: {variant_id: quantity}})[reference][variant_id]


def keep(maker_id: int, reference: str, quantity: int = 1, days: int = 20) -> int:
    return held_days.keep([promises.Demand(maker_id, days, quantity)], reference, clock.now() + SPAN)


def taken() -> Counter[date]:
    """What is promised or kept, per day."""
    found: Counter[date] = Counter()
    for rows in (
        db.select(Booking.due_on, Booking.quantity).where(Booking.closed_at.is_(None)),
        db.select(HeldDay.due_on, HeldDay.quantity),
    ):
        for day, quantity in db.session.execute(rows).tuples():
            found[day] += quantity
    return found


def day_of(reference: str) -> date:
    return db.session.scalars(db.select(Booking.due_on).where(Booking.reference == reference)).one()


def is_kept(pieces: int) -> bool:
    days = taken()
    return all(queue.keeps(month, pieces, days) for month in {queue.month_of(day) for day in days})


@both_databases
def test_a_day_that_somebody_keeps_is_not_free_until_its_time_is_over(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW), transaction():
        first, second = order(cloth.id, "order-1"), order(cloth.id, "order-2")
        promises.release("order-2")
        keep(ratna.id, "cart")
        promises.postpone("order-1", second)
        assert taken()[second] == 1 and is_kept(1), "the place is kept for somebody"
        assert first <= day_of("order-1") < second.replace(day=1), "it moves within its month at most"
        promises.book({"order-3": {cloth.id: 1}}, holder="cart")
        assert day_of("order-3") == second, "who kept it is promised it"
        promises.release("order-3")
        keep(ratna.id, "cart")
    with clock.frozen(NOW + SPAN), transaction():
        held_days.let_go_expired()
        promises.postpone("order-1", second)
        assert taken() == {second: 1}, "what has run out is free"


deeds = st.lists(
    st.tuples(
        st.sampled_from(["book", "keep", "keep", "leave", "postpone", "postpone", "release"]),
        st.integers(0, 2),
        st.integers(1, 2),
        st.integers(0, 90),
    ),
    min_size=6,
    max_size=10,
)


@pytest.mark.parametrize("looks", [True, False])
def test_what_is_promised_kept_and_put_off_in_any_order_never_overlaps_capacity(
    cloth: Variant, ratna: Maker, monkeypatch: pytest.MonkeyPatch, looks: bool
) -> None:
    """Control: putting off without a look at what is kept, as it once was, overlaps."""
    variant_id, maker_id, results = cloth.id, ratna.id, Counter[bool]()
    if not looks:
        monkeypatch.setattr(promises, "NOBODY", None)

    @settings(max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(deeds=deeds)
    def do(deeds: list[tuple[str, int, int, int]]) -> None:
        session = db.session()
        with transaction(), suppress(Undone), session.begin_nested():
            for deed, n, quantity, days in [("book", 0, 1, 0), ("keep", 0, 1, 15), *deeds]:
                with suppress(Conflict):
                    match deed:
                        case "book":
                            promises.release(f"order-{n}")
                            order(variant_id, f"order-{n}", quantity)
                        case "keep":
                            keep(maker_id, f"cart-{n}", quantity, 5 + days % 20)
                        case "leave":
                            held_days.let_go(f"cart-{n}")
                        case "postpone":
                            promises.postpone(f"order-{n}", clock.today() + timedelta(days=30 + days))
                        case _:
                            promises.release(f"order-{n}")
                if deed in {"keep", "postpone"}:
                    results[is_kept(1)] += 1
            raise Undone

    with clock.frozen(NOW):
        do()
    assert results[True] and bool(results[False]) is not looks, results


class Undone(Exception):
    """Takes back what an example did."""


@both_databases
@pytest.mark.race
@pytest.mark.parametrize("locked", [True, False])
def test_putting_off_and_keeping_at_once_never_meet_on_one_day(
    app: Flask, cloth: Variant, ratna: Maker, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Control: without the maker's row they do (where writers do not wait for each other anyhow)."""
    variant_id, maker_id, people = cloth.id, ratna.id, 6
    with clock.frozen(NOW), transaction():
        days = [order(variant_id, f"order-{n}") for n in range(people)]
        for n in range(people // 2, people):
            promises.release(f"order-{n}")
    if not locked:
        monkeypatch.setattr(promises, "hold", lambda makers: None)
    gate = threading.Barrier(people, timeout=30)

    def run(n: int) -> None:
        with app.app_context(), clock.frozen(NOW):
            gate.wait()
            try:
                with transaction():
                    if n % 2:
                        promises.postpone(f"order-{n // 2}", days[-1])
                    else:
                        keep(maker_id, f"cart-{n}")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(people) as pool:
        list(pool.map(run, range(people)))
    db.session.rollback()
    assert is_kept(1) is (locked or db.engine.dialect.name == "sqlite")
