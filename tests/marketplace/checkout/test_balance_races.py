"""A balance is paid once however often it is said, and paying it and leaving cannot both be true."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.money import ZERO
from marketplace.carts import services as carts
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.orders.balances import finish
from marketplace.orders.models import Actor, Order, OrderEvent, OrderState, ProgressPhoto
from marketplace.orders.services import cancel, confirm, tell
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.queries import find_payment
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import guest, request_for
from tests.marketplace.checkout.test_races import at_once, count

pytestmark = [both_databases, pytest.mark.race]


@pytest.fixture
def waiting(cast: Cast) -> list[int]:
    """Ids of three orders that are ready and wait for their balances."""
    found = []
    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        piece.variants[0].deposit_percent = 50
        for _ in range(3):
            owner = guest()
            carts.add(owner, piece.variants[0].code, 1)
            purchase = place(owner, request_for(owner)).purchase
            first = find_payment(purchase.code)
            assert first is not None
            payments.settle(first, reference=f"TRX {first.code}", operator=cast.tono)
            order = confirm(purchase.orders[0], Actor.SELLER)
            db.session.add(ProgressPhoto(order_id=order.id, files=[], digest="0" * 64))
            db.session.flush()
            finish(order)
            found.append(order.id)
    return found


def settling(order_id: int) -> Callable[[], str]:
    def run() -> str:
        with transaction() as session:
            code = session.get_one(Order, order_id).code
            asked = session.scalars(db.select(Payment).where(Payment.order_code == code)).one()
            return "paid" if payments.settle(asked) else "late or again"

    return run


def leaving(order_id: int) -> Callable[[], str]:
    def run() -> str:
        with transaction() as session:
            cancel(session.get_one(Order, order_id), Actor.BUYER, "Tidak jadi")
            return "left"

    return run


def test_eight_messages_of_one_balance_pay_it_once(app: Flask, waiting: list[int]) -> None:
    results = at_once(app, [settling(waiting[0])] * 8, threads=8)
    assert results == {"paid": 1, "late or again": 7}
    assert count(OrderEvent, OrderEvent.order_id == waiting[0], OrderEvent.name == "balance") == 1
    assert check_laws() == []


def test_the_count_catches_a_naive_settlement(app: Flask, waiting: list[int]) -> None:
    meeting = threading.Barrier(2, timeout=10)

    def naive() -> str:
        waits = db.session.get_one(Order, waiting[0]).waits_for_balance
        db.session.rollback()
        meeting.wait()
        with transaction() as session:
            order = session.get_one(Order, waiting[0])
            if waits:
                order.balance_paid_at = clock.now()
                tell(order, "balance", Actor.SYSTEM, None, "")
        return "paid"

    assert at_once(app, [naive] * 2, threads=2)["paid"] == 2
    assert count(OrderEvent, OrderEvent.order_id == waiting[0], OrderEvent.name == "balance") == 2
    assert "balances" in {one.law for one in check_laws()}


def test_paying_and_leaving_at_once_end_in_one_legal_state(app: Flask, waiting: list[int]) -> None:
    jobs: list[Callable[[], Any]] = [job for one in waiting for job in (settling(one), leaving(one), settling(one))]
    results = at_once(app, jobs, threads=9)
    assert results["OperationalError"] == 0, results
    for order_id in waiting:
        order = db.session.get_one(Order, order_id, populate_existing=True)
        asked = db.session.scalars(db.select(Payment).where(Payment.order_code == order.code)).one()
        back = count(Refund, Refund.payment_id == asked.id)
        if order.state is OrderState.CANCELLED:
            assert (asked.state, back, order.kept) == (PaymentState.LATE, 1, order.deposit)
        else:
            assert (order.state, asked.state, back) == (OrderState.PROCESSING, PaymentState.PAID, 0)
            assert order.balance_paid_at is not None and order.kept == ZERO
    assert check_laws() == []
