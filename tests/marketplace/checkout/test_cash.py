"""Cash is a promise: how much of it one buyer may make, and that two browsers of one buyer count each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError, Invalid
from catalog.money import Money
from marketplace.accounts.models import Session
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.checkout import cash
from marketplace.checkout.queries import prepare
from marketplace.checkout.services import place
from marketplace.orders.models import Actor, Purchase
from marketplace.orders.services import cancel, mark_delivered, ship, sweep_due
from marketplace.payments.models import PaymentMethod
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import MENTOK, buy, guest, of, orders_of, request_for
from tests.marketplace.checkout.test_races import at_once, carts_of, checkout_of, count
from tests.together import Meeting


@pytest.fixture(autouse=True)
def rule(app: Flask, cast: Cast) -> Iterator[None]:  # the first cast of a process builds a house of its own
    before = cash.limits()
    cash.use(cash.CashLimits(Money(400_000), 2, Money(500_000), 3, 180))
    yield
    cash.use(before)


@pytest.fixture
def basket(cast: Cast) -> Any:
    with transaction():
        return factories.product(cast.ratnas, "Bakul contoh", 200_000, stock=40)


def refused(wanted: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as error:
        wanted()
    first = getattr(error.value, "errors", [error.value])[0]
    assert first.field == "payment_method"
    return str(first.message)


def in_cash(cast: Cast, basket: Any, pieces: int = 1, **values: Any) -> Purchase:
    return buy(of(cast.sari), (basket, pieces), method="cash", **values).purchase


def test_the_rule_sentence_by_sentence(cast: Cast, basket: Any) -> None:
    assert "at once" in refused(lambda: in_cash(cast, basket, 3))  # 1: 600.000 at once
    first = in_cash(cast, basket)
    assert "together" in refused(lambda: in_cash(cast, basket, 2))  # 2: 200.000 + 400.000
    in_cash(cast, basket)
    assert "under way" in refused(lambda: in_cash(cast, basket))  # 2: the third
    (order,) = orders_of(first)
    with transaction():
        ship(order, Actor.SELLER)
        mark_delivered(order, Actor.BUYER)
    assert db.session.get(Purchase, in_cash(cast, basket).id)  # handed over: counts no more


def test_what_was_not_taken_halves_the_sums_and_is_forgotten(cast: Cast, basket: Any) -> None:
    names = ["mail:sari@contoh.example"]
    for times in range(1, 4):
        (order,) = orders_of(in_cash(cast, basket, email=f"sari+{times}@contoh.example", phone=f"08{times}2 3456 7890"))
        with transaction():
            ship(order, Actor.SELLER)
        with transaction():
            cancel(order, Actor.SELLER, "Tidak ada orang di rumah")
        why = cash.standing(names).why_not(Money(400_000 >> times))
        assert (why is None) is (times < 3), times
        if times == 1:
            assert cash.standing(names).why_not(Money(200_001)) is not None
            cash.use(cash.CashLimits(Money(1_600_000), 2, Money(2_000_000), 3, 180))
    assert "beforehand" in refused(lambda: in_cash(cast, basket))
    with transaction():
        carts.add(of(cast.sari), basket.variants[0].code, 1)
    shown = prepare(of(cast.sari), place_code=MENTOK, names=names, deliveries={cast.ratnas.code: "pickup"}).methods
    assert not next(one for one in shown if one.method is PaymentMethod.CASH).is_open  # the page says so beforehand
    with clock.frozen(clock.now() + timedelta(days=181)):
        assert cash.standing(names).why_not(Money(200_000)) is None


def test_what_the_operator_calls_off_is_nobodys_fault_and_what_is_not_collected_is(cast: Cast, basket: Any) -> None:
    (one,) = orders_of(in_cash(cast, basket))
    (other,) = orders_of(in_cash(cast, basket))
    with transaction():
        ship(one, Actor.SELLER)
        ship(other, Actor.SELLER)
    with transaction():
        cancel(one, Actor.OPERATOR, "Bakul rusak di jalan")
    with clock.frozen(clock.now() + timedelta(days=30)), transaction():
        sweep_due()
    assert len(cash.standing([f"user:{cast.sari.id}"]).refused) == 1


def test_another_account_with_the_same_telephone_is_nobody_new(cast: Cast, basket: Any) -> None:
    for n in range(2):
        with transaction():
            someone = guest()
        buy(someone, (basket, 1), method="cash", email=f"tamu{n}@contoh.example")
    assert "under way" in refused(lambda: in_cash(cast, basket, email="lain@contoh.example"))
    assert in_cash(cast, basket, email="lain@contoh.example", phone="0813 9999 0000").id


@both_databases
@pytest.mark.race
def test_two_browsers_of_one_buyer_count_each_other(app: Flask, cast: Cast, basket: Any) -> None:
    sessions = carts_of([[basket.variants[0].id]] * 12)
    results = at_once(app, [checkout_of(one, method="cash") for one in sessions])
    assert results["placed"] == 2 == count(Purchase), results
    assert results["OperationalError"] == 0, results


@both_databases
@pytest.mark.race
def test_control_looking_first_and_placing_afterwards_promises_too_much(
    app: Flask, cast: Cast, basket: Any, monkeypatch: Any
) -> None:
    taken: list[Any] = []
    monkeypatch.setattr(cash, "take", lambda names, wanted: taken.append(names))

    meeting = Meeting(3)

    def naive(session_id: int) -> Callable[[], str]:
        def press() -> str:
            owner = Owner(session=db.session.get_one(Session, session_id))
            asked = request_for(owner, method="cash")
            if cash.standing(["mail:sari@contoh.example"]).why_not(Money(200_000)) is not None:
                raise Invalid("too much", field="payment_method")
            db.session.rollback()
            meeting.wait()
            monkeypatch.setattr(cash.Standing, "why_not", lambda *_: None)
            with transaction():
                return "placed" if place(owner, asked) else ""

        return press

    results = at_once(app, [naive(one) for one in carts_of([[basket.variants[0].id]] * 6)])
    assert results["placed"] > 2, results
