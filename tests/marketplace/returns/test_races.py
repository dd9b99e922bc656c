"""Two hands at once, on both databases. Every race has a control: a naive version that the same law catches."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.checkout.queries import check_laws as check_laws_of_buying
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderLine
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Reason, RefundLine, Return, ReturnKind, ReturnLine, ReturnState
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.checkout.test_races import at_once
from tests.marketplace.returns.coming import ask, came, fresh, wish
from tests.together import Meeting

pytestmark = [both_databases, pytest.mark.race]


def asking(order: Order) -> Callable[[], str]:
    key = order.id

    def press() -> str:
        with transaction() as session:
            fresh = session.get_one(Order, key)
            returns.ask(fresh, wish(fresh))
        return "asked"

    return press


def test_twelve_windows_return_no_more_than_came(app: Flask, cast: Cast) -> None:
    order = came(cast, (cast.shawl, 2))
    results = at_once(app, [asking(order)] * 12, threads=12)
    assert results["asked"] == 2, results
    assert db.session.scalar(db.select(OrderLine.returned).where(OrderLine.order_id == order.id)) == 2
    assert check_laws() == []


def test_control_looking_first_and_writing_afterwards_returns_too_much(app: Flask, cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    line = order.lines[0]
    keys = order.id, order.seller_id, line.id

    meeting = Meeting()

    def press() -> str:
        held = db.select(db.func.count()).select_from(ReturnLine).where(ReturnLine.line_id == keys[2])
        if db.session.scalar(held):
            return "too late"
        db.session.rollback()
        meeting.wait()
        with transaction() as session:
            one = ReturnLine(
                line_id=keys[2], quantity=1, reason=Reason.LATE, worth_items=Money(1), worth_shipping=Money(0)
            )
            session.add(
                Return(
                    order_id=keys[0], seller_id=keys[1], kind=ReturnKind.CLAIM, state=ReturnState.ASKED,
                    due_at=clock.now(), lines=[one],
                )
            )  # fmt: skip
        return "asked"

    assert at_once(app, [press] * 6, threads=6)["asked"] > 1
    assert any(one.law == "returns" for one in check_laws())


def test_one_return_is_paid_once_however_often_the_button_is_pressed(app: Flask, cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 2)), "claim")
    key = found.id

    def press() -> str:
        with transaction() as session:
            returns.accept(session.get_one(Return, key), Answer("refund"))
        return "accepted"

    results = at_once(app, [press] * 10, threads=10)
    assert results == {"accepted": 1, "Conflict": 9}
    assert db.session.scalars(db.select(Refund.total)).all() == [Money(1_850_000)]
    assert check_laws() == []


def paying_without_a_lock(key: int, seen: Barrier) -> str:
    """Look whether a return is open, and pay for it when everybody has looked."""
    found = db.session.get_one(Return, key)
    is_open, order_id, line_id = found.state is ReturnState.ASKED, found.order_id, found.lines[0].line_id
    before = db.session.get_one(Order, order_id).refunded
    db.session.rollback()
    seen.wait()
    if not is_open:
        return "too late"
    worth = Money(1_850_000)
    with transaction() as session:
        found = session.get_one(Return, key)
        payment = session.scalars(db.select(Payment)).one()
        refund = session.scalar(db.select(Refund).where(Refund.return_code == found.code))
        refund = refund or Refund(payment_id=payment.id, return_code=found.code, total=worth)
        session.add(refund)
        session.flush()
        row = RefundLine(
            refund_id=refund.id, return_line_id=found.lines[0].id, line_id=line_id, quantity=1,
            items_total=worth, shipping_total=Money(0), total=worth,
        )  # fmt: skip
        session.add(row)
        session.execute(db.update(Order).where(Order.id == order_id).values(refunded=before + worth))
        found.state, found.due_at = ReturnState.SETTLED, None
    return "accepted"


def test_control_a_look_before_the_lock_would_pay_twice_and_only_the_database_refuses(app: Flask, cast: Cast) -> None:
    key, seen = ask(came(cast, (cast.shawl, 2)), "claim").id, Barrier(2, timeout=30)

    def press() -> str:
        try:
            return paying_without_a_lock(key, seen)
        except IntegrityError:
            return "refused by the database"

    assert at_once(app, [press] * 2, threads=2) == {"accepted": 1, "refused by the database": 1}


def test_control_two_returns_that_add_to_what_they_saw_forget_a_refund(app: Flask, cast: Cast) -> None:
    order, seen = came(cast, (cast.shawl, 2)), Barrier(2, timeout=30)
    keys = [ask(order, "claim").id for _ in range(2)]
    jobs: list[Callable[[], str]] = [lambda key=key: paying_without_a_lock(key, seen) for key in keys]  # type: ignore[misc]
    assert at_once(app, jobs, threads=2) == {"accepted": 2}
    assert any("count what went back" in one.what for one in check_laws())


def test_control_a_clock_that_looked_before_the_seller_answered_undoes_the_answer(app: Flask, cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 1)), "claim")
    key, later, looked, answered = found.id, found.due_at, Event(), Event()

    def accept() -> str:
        looked.wait(30)
        with transaction() as session:
            returns.accept(session.get_one(Return, key), Answer("refund"))
        answered.set()
        return "accepted"

    def sweep() -> str:
        is_open = db.session.get_one(Return, key).state is ReturnState.ASKED
        db.session.rollback()
        looked.set()
        answered.wait(30)
        with transaction() as session:
            if is_open:
                session.execute(db.update(Return).values(state=ReturnState.ESCALATED, due_at=later))
        return "swept"

    assert at_once(app, [accept, sweep], threads=2) == {"accepted": 1, "swept": 1}
    assert any("not settled" in one.what for one in check_laws())


def test_the_clock_and_the_seller_at_once_leave_one_state(app: Flask, cast: Cast) -> None:
    found = ask(came(cast, (cast.shawl, 1)), "claim")
    key, later = found.id, found.due_at

    def accept() -> str:
        with transaction() as session:
            returns.accept(session.get_one(Return, key), Answer("refund"))
        return "accepted"

    def sweep() -> str:
        with transaction() as session:
            return "swept" if returns.sweep_one(session.get_one(Return, key), later) else "late"

    results = at_once(app, [sweep, accept, sweep, accept], threads=4)
    assert results["accepted"] == 1 and results["OperationalError"] == 0, results
    assert db.session.scalar(db.select(Return.state)) is ReturnState.SETTLED
    assert check_laws() == []


def test_two_returns_of_one_order_never_send_back_more_than_was_paid(app: Flask, cast: Cast) -> None:
    order = came(cast, (cast.shawl, 3))
    keys = [ask(order, "claim").id for _ in range(3)]

    def accepting(key: int) -> Callable[[], str]:
        def press() -> str:
            with transaction() as session:
                returns.accept(session.get_one(Return, key), Answer("refund"))
            return "accepted"

        return press

    results = at_once(app, [accepting(key) for key in keys] * 3, threads=9)
    assert results["accepted"] == 3, results
    order = db.session.get_one(Order, order.id, populate_existing=True)
    assert order.refunded == order.total == Money(3 * 1_850_000)
    assert check_laws() == []


def test_the_database_refuses_more_than_was_paid(app: Flask, cast: Cast) -> None:
    order = came(cast, (cast.shawl, 1))
    for table, values in (
        (Order, {"refunded": order.total + Money(1)}),
        (OrderLine, {"refunded": order.total + Money(1)}),
        (OrderLine, {"returned": 2}),
        (Order, {"open_returns": -1}),
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(db.update(table).values(**values))


@pytest.fixture
def returning(cast: Cast) -> tuple[int, int]:
    """A purchase from two shops: a return of the shawls that came, and the other shop's order, still being prepared."""
    purchase = buy(of(cast.sari), (cast.shawl, 2), (cast.plaque, 1)).purchase
    pay(purchase, cast.tono)
    one, other = orders_of(purchase)
    assert one.seller_id == cast.ratnas.id
    for step in (lambda: orders.ship(one, Actor.SELLER), lambda: orders.mark_delivered(one, Actor.BUYER)):
        with transaction():
            step()
    with transaction():
        found = returns.ask(fresh(one), wish(one, "claim", pieces=2))
    return found.id, other.id


def test_a_return_and_a_cancellation_at_once_send_back_the_payment_and_no_rupiah_more(
    app: Flask, returning: tuple[int, int]
) -> None:
    key, other = returning

    def accept() -> str:
        with transaction() as session:
            returns.accept(session.get_one(Return, key), Answer("refund"))
        return "accepted"

    def cancel() -> str:
        with transaction() as session:
            orders.cancel(session.get_one(Order, other), Actor.SELLER, "Timahnya habis.")
        return "cancelled"

    results = at_once(app, [accept, cancel] * 3, threads=6)
    assert results == {"accepted": 1, "cancelled": 1, "Conflict": 4}
    (payment,) = db.session.scalars(db.select(Payment))
    assert sum(one.rupiah for one in db.session.scalars(db.select(Refund.total))) == payment.due.rupiah
    assert check_laws() == check_laws_of_buying() == []


def test_control_looking_at_what_is_left_before_the_lock_sends_back_more_than_was_paid(
    app: Flask, returning: tuple[int, int]
) -> None:
    seen = Barrier(3, timeout=30)
    (payment,) = db.session.scalars(db.select(Payment))
    key, whole = payment.id, payment.due

    def send(n: int) -> Callable[[], str]:
        def press() -> str:
            left = payments.left_of(db.session.get_one(Payment, key))
            db.session.rollback()
            seen.wait()
            if whole > left:
                return "too much"
            with transaction() as session:
                session.add(Refund(payment_id=key, return_code=f"return{n}", total=whole))
            return "owed"

        return press

    assert at_once(app, [send(n) for n in range(3)], threads=3) == {"owed": 3}
    assert any(one.law == "L4" for one in check_laws_of_buying())
