"""What makers promise: places are taken, given back and put off; the database has the last word."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, Invalid
from catalog.inventory import promises, queue, workdays
from catalog.inventory.models import Booking, Capacity
from catalog.makers.models import Maker
from catalog.products.models import Variant
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.together import Meeting

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
FEBRUARY = date(2027, 2, 1)


@pytest.fixture
def cloth(cast: Cast) -> Variant:
    """A cloth that is woven to order in twenty working days."""
    with transaction():
        return factories.product(cast.ratnas, "Kain pesanan", stock=None).variants[0]


@pytest.fixture
def ratna(cloth: Variant) -> Maker:
    return cloth.product.maker


def pace(maker: Maker, pieces: int | None) -> None:
    with transaction():
        promises.set_pace(maker, pieces)


def order(variant: Variant, reference: str, quantity: int = 1) -> date:
    with transaction():
        return promises.book({reference: {variant.id: quantity}})[reference][variant.id]


def open_days() -> Counter[date]:
    db.session.rollback()
    found: Counter[date] = Counter()
    for day, quantity in db.session.execute(
        db.select(Booking.due_on, Booking.quantity).where(Booking.closed_at.is_(None))
    ):
        found[day] += quantity
    return found


def booked(month: date) -> tuple[int, int]:
    db.session.rollback()
    row = db.session.execute(db.select(Capacity.booked, Capacity.pieces).where(Capacity.month == month)).one()
    return row.booked, row.pieces


def test_without_a_pace_everybody_is_promised_the_lead_time(cloth: Variant) -> None:
    with clock.frozen(NOW):
        days = {order(cloth, f"order-{n}", 30) for n in range(3)}
    assert days == {workdays.add(date(2026, 11, 30), 20)}
    assert open_days().total() == 90


@both_databases
def test_with_a_pace_each_order_is_promised_later_and_a_full_month_is_over(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 2)
        before = edition()
        days = [order(cloth, f"order-{n}") for n in range(5)]
        assert edition() == before + 5
    assert days == sorted(set(days))
    assert days[0] == workdays.add(date(2026, 11, 30), 20)
    assert max(Counter(queue.month_of(day) for day in days).values()) <= 2
    assert booked(FEBRUARY)[0] <= 2


@both_databases
def test_a_place_given_back_is_taken_by_the_next_and_given_back_once_only(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 2)
        first, second = order(cloth, "order-1"), order(cloth, "order-2")
        with transaction():
            assert promises.release("order-1") == 1
            assert promises.release("order-1") == 0
        assert order(cloth, "order-3") == first != second
    assert open_days().total() == 2


def test_what_is_shown_is_what_is_booked(cloth: Variant, ratna: Maker, count_queries: Any) -> None:
    with clock.frozen(NOW):
        pace(ratna, 3)
        order(cloth, "order-1", 4)
        with count_queries(at_most=3):
            planned = promises.plan([promises.Demand(ratna.id, 20, 2)])
        assert planned[0] is not None
        assert promises.first_days(ratna.id, {20})[20] == min(planned[0])
        assert order(cloth, "order-2", 2) == max(planned[0])


def test_refuses_more_than_two_years_hold_and_takes_nothing(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 1)
        assert promises.plan([promises.Demand(ratna.id, 20, 60)]) == [None]
        with pytest.raises(Conflict), transaction():
            promises.book({"order-1": {cloth.id: 60}})
    assert not open_days()


@pytest.mark.parametrize("pieces", [0, -1, 1000])
def test_refuses_a_pace_that_is_none(ratna: Maker, pieces: int) -> None:
    with pytest.raises(Invalid) as refusal, transaction():
        promises.set_pace(ratna, pieces)
    assert refusal.value.field == "pieces"


def test_refuses_a_month_that_is_over_or_of_a_maker_without_a_pace(ratna: Maker) -> None:
    with clock.frozen(NOW):
        for month in (date(2026, 10, 1), date(2026, 12, 2), FEBRUARY):
            with pytest.raises(Invalid), transaction():
                promises.set_month(ratna, month, 3)


def test_a_month_cannot_hold_less_than_was_promised(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 4)
        month = queue.month_of(order(cloth, "order-1", 2))
        held = booked(month)[0]
        with pytest.raises(Conflict) as refusal, transaction():
            promises.set_month(ratna, month, held - 1)
        assert refusal.value.field == f"month-{month:%Y-%m}"
        with transaction():
            promises.set_month(ratna, month, held)
        pace(ratna, 9)
        assert booked(month) == (held, held)
        with transaction():
            promises.set_month(ratna, month, None)
        assert booked(month) == (held, 9)


def test_a_slower_pace_keeps_what_was_promised_and_promises_no_more(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        for n in range(3):
            order(cloth, f"order-{n}", 3)
        pace(ratna, 2)
        month = queue.month_of(next(iter(open_days())))
        assert booked(month) == (9, 9)
        assert queue.month_of(order(cloth, "later")) > month
        assert [one.booked for one in promises.list_months(ratna) if one.month == month] == [9]


def test_a_pace_taken_away_takes_on_any_number_again(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 1)
        order(cloth, "order-1", 2)
        pace(ratna, None)
        assert order(cloth, "order-2", 50) == workdays.add(date(2026, 11, 30), 20)
        assert promises.find_pace(ratna) is None


@both_databases
def test_what_is_put_off_moves_to_a_free_day_or_stays_in_its_month(cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 1)
        month = queue.month_of(order(cloth, "order-1"))
        for n in range(2, 7):
            order(cloth, f"order-{n}")
        wanted = max(open_days())
        with transaction():
            promises.postpone("order-1", wanted)
        assert [queue.month_of(day) for day in open_days()].count(month) == 1  # every later month is full
        with transaction():
            promises.release("order-6")
            promises.postpone("order-1", wanted)
        assert open_days()[wanted] == 1 and open_days().total() == 5
        assert booked(month)[0] == 0 and booked(queue.month_of(wanted))[0] == 1


@both_databases
def test_the_database_refuses_a_month_with_more_than_it_holds(ratna: Maker) -> None:
    pace(ratna, 2)
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Capacity(maker_id=ratna.id, month=FEBRUARY, pieces=2, booked=3))
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Capacity(maker_id=ratna.id, month=FEBRUARY, pieces=2, booked=-1))


def _at_once(app: Flask, cloth: Variant, take: Callable[[int, str], None], buyers: int = 8) -> Counter[date]:
    gate, variant_id = threading.Barrier(buyers, timeout=30), cloth.id

    def run(n: int) -> None:
        with app.app_context(), clock.frozen(NOW):
            gate.wait()
            try:
                take(variant_id, f"buyer-{n}")
            finally:
                db.session.remove()

    with ThreadPoolExecutor(buyers) as pool:
        list(pool.map(run, range(buyers)))
    return open_days()


@both_databases
@pytest.mark.race
def test_buyers_at_once_are_never_promised_the_same_working_days(app: Flask, cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 2)

    def take(variant_id: int, reference: str) -> None:
        with transaction():
            promises.book({reference: {variant_id: 1}})

    days = _at_once(app, cloth, take)
    assert len(days) == days.total() == 8
    assert max(Counter(queue.month_of(day) for day in days.elements()).values()) <= 2


@both_databases
@pytest.mark.race
def test_control_looking_before_holding_promises_one_day_twice(app: Flask, cloth: Variant, ratna: Maker) -> None:
    with clock.frozen(NOW):
        pace(ratna, 2)
    maker_id = ratna.id

    meeting = Meeting()

    def take(variant_id: int, reference: str) -> None:
        (days,) = promises.plan([promises.Demand(maker_id, 20, 1)])
        db.session.rollback()
        meeting.wait()
        assert days is not None
        with transaction() as session:
            session.add(
                Booking(maker_id=maker_id, variant_id=variant_id, reference=reference, due_on=max(days), quantity=1)
            )
            session.execute(update(Capacity).values(booked=Capacity.booked))

    days = _at_once(app, cloth, take)
    assert max(days.values()) > 1
