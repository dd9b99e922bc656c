"""Another day: proposed by the seller, answered by the buyer, who may leave without cost; leaving by stage."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid
from catalog.inventory import promises, workdays
from catalog.inventory.models import Booking
from marketplace.checkout.queries import check_laws
from marketplace.orders.days import accept_day, keep_day, propose_day, withdraw_day
from marketplace.orders.models import Actor, DayAnswer, DayProposal, Order, OrderState
from marketplace.orders.services import cancel, confirm, open_moves, ship, sweep_due
from marketplace.orders.states import Leaving, leaving
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
WHY = "Benangnya belum datang"


@pytest.fixture
def order(cast: Cast) -> Order:
    """A cloth woven to order, paid and accepted on NOW."""
    with clock.frozen(NOW):
        with transaction():
            piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
            promises.set_pace(piece.maker, 2)
        purchase = buy(of(cast.sari), (piece, 1)).purchase
        pay(purchase, cast.tono)
        with transaction():
            confirm(orders_of(purchase)[0], Actor.SELLER, cast.ratna)
        return orders_of(purchase)[0]


def later(order: Order, days: int = 10) -> date:
    assert order.ship_by is not None
    return workdays.add(order.ship_by, days)


def propose(order: Order, days: int = 10) -> date:
    day = later(order, days)
    with transaction():
        propose_day(order, day, WHY, None)
    return day


def last() -> DayProposal:
    return db.session.scalars(db.select(DayProposal).order_by(DayProposal.id.desc())).first()  # type: ignore[return-value]


@both_databases
def test_the_buyer_takes_the_new_day_and_the_queue_moves(cast: Cast, order: Order) -> None:
    with clock.frozen(NOW):
        due = order.due_at
        day = propose(order)
        with transaction():
            accept_day(order, cast.sari)
        assert (order.ship_by, last().answer) == (day, DayAnswer.ACCEPTED)
        assert order.due_at is not None and due is not None and order.due_at > due
        assert db.session.scalar(db.select(Booking.due_on)) == day
        assert leaving(order) is Leaving.BEGUN
        with pytest.raises(Conflict), transaction():
            accept_day(order, cast.sari)
    assert check_laws() == []


def test_the_buyer_leaves_without_cost_while_another_day_is_proposed(cast: Cast, order: Order) -> None:
    with clock.frozen(NOW):
        with pytest.raises(Conflict), transaction():
            cancel(order, Actor.BUYER, "berubah pikiran")
        propose(order)
        assert leaving(order) is Leaving.MOVED and "cancel" in open_moves(order, Actor.BUYER)
        with transaction():
            cancel(order, Actor.BUYER, "terlalu lama")
        assert order.state is OrderState.CANCELLED
        assert last().answer is DayAnswer.LAPSED
    assert check_laws() == []


def test_the_first_day_holds_while_nobody_answers_and_after_it_was_kept(cast: Cast, order: Order) -> None:
    with clock.frozen(NOW):
        first, due = order.ship_by, order.due_at
        propose(order)
        assert (order.ship_by, order.due_at) == (first, due)
        with transaction():
            keep_day(order, cast.sari)
        assert (order.ship_by, last().answer) == (first, DayAnswer.DECLINED)
        assert leaving(order) is Leaving.BEGUN
        propose(order)
        with transaction():
            sweep_due(due + timedelta(minutes=1) if due else None)
        assert order.state is OrderState.CANCELLED
        assert last().answer is DayAnswer.LAPSED


def test_refuses_a_second_question_before_the_first_is_answered_or_taken_back(cast: Cast, order: Order) -> None:
    with clock.frozen(NOW):
        propose(order)
        with pytest.raises(Conflict), transaction():
            propose_day(order, later(order, 20), WHY, None)
        with transaction():
            withdraw_day(order)
        assert last().answer is DayAnswer.WITHDRAWN
        propose(order, 20)


@pytest.mark.parametrize("days", [None, 0, -3, 400])
def test_refuses_a_day_that_is_none(order: Order, days: int | None) -> None:
    day = None if days is None or order.ship_by is None else order.ship_by + timedelta(days=days)
    with clock.frozen(NOW), pytest.raises(Invalid) as refusal, transaction():
        propose_day(order, day, WHY, None)
    assert refusal.value.field == "day"


def test_refuses_a_holiday_and_a_question_without_a_reason(order: Order) -> None:
    assert order.ship_by is not None
    sunday = next(day for n in range(1, 9) if (day := order.ship_by + timedelta(days=n)).weekday() == 6)
    with clock.frozen(NOW):
        for day, reason, field in ((sunday, WHY, "day"), (later(order), " ", "reason")):
            with pytest.raises(Invalid) as refusal, transaction():
                propose_day(order, day, reason, None)
            assert refusal.value.field == field


def test_refuses_to_ask_or_answer_when_it_has_been_sent(order: Order) -> None:
    with clock.frozen(NOW):
        propose(order)
        with transaction():
            ship(order, Actor.SELLER, "JNE", "TG12345678")
        assert last().answer is DayAnswer.LAPSED and leaving(order) is Leaving.SENT
        for verb in (accept_day, keep_day, withdraw_day):
            with pytest.raises(Conflict), transaction():
                verb(order)
        with pytest.raises(Conflict), transaction():
            propose_day(order, later(order), WHY, None)


def test_who_waits_past_the_promised_day_leaves_without_cost(order: Order) -> None:
    assert order.ship_by is not None
    late = datetime(order.ship_by.year, order.ship_by.month, order.ship_by.day, 3, tzinfo=UTC) + timedelta(days=1)
    with clock.frozen(late):
        assert leaving(order) is Leaving.LATE
        with transaction():
            cancel(order, Actor.BUYER, "terlalu lama")
    assert order.state is OrderState.CANCELLED


@both_databases
def test_the_database_refuses_two_open_questions(order: Order) -> None:
    assert order.ship_by is not None
    with pytest.raises(IntegrityError), transaction() as session:
        for _ in range(2):
            session.add(DayProposal(order_id=order.id, first_on=order.ship_by, new_on=later(order), reason=WHY))
