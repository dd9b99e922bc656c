"""Cash on delivery: the courier takes the price at the door, holds it for the house, and hands it on less its fee."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Invalid
from catalog.money import ZERO, Money
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.bookings import Typed, approve, make
from marketplace.bookkeeping.laws import check_laws
from marketplace.bookkeeping.models import Deed, OutsideBooking
from marketplace.bookkeeping.outside import remit_cod
from marketplace.bookkeeping.rates import set_rate
from marketplace.bookkeeping.tills import list_holders
from marketplace.checkout import cash
from marketplace.checkout.laws import check_laws as check_orders
from marketplace.checkout.services import names_of
from marketplace.ledger.queries import balance
from marketplace.notifications.models import Notification
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.services import cancel, mark_delivered, relabel, ship, sweep_due
from marketplace.payments.models import PaymentState, Refund
from marketplace.payments.paybacks import owed_by_hand
from marketplace.payments.services import send_refund
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.models import Return
from marketplace.shipping.models import CourierService, ShippingRate
from marketplace.subscribers.tills import remind_of_cash
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import JAKARTA, buy, of, orders_of, payment_of
from tests.marketplace.checkout.test_races import at_once
from tests.marketplace.returns.coming import ask, fresh, over
from tests.together import Meeting


@pytest.fixture
def service(cast: Cast) -> CourierService:
    with transaction() as session:
        set_rate(1000)
        one = CourierService(code="cod00000", courier="JNE", name="REG", takes_cash=True)
        session.add(one)
        session.flush()
        values = {"origin": "19.05", "destination": "31", "price": Money(20_000), "days_min": 2, "days_max": 4}
        session.add(ShippingRate(service_id=one.id, **values))
    return one


def sold(cast: Cast, quantity: int = 1) -> Order:
    placed = buy(of(cast.sari), (cast.shawl, quantity), method="cash", delivery="courier:cod00000", place_code=JAKARTA)
    (order,) = orders_of(placed.purchase)
    return order


def test_only_a_service_that_takes_it_is_paid_at_the_door(cast: Cast, service: CourierService) -> None:
    with transaction() as session:
        session.get_one(CourierService, service.id).takes_cash = False
    with pytest.raises(DomainError) as refusal:
        sold(cast)
    assert refusal.value.field == "payment_method"
    db.session.rollback()
    assert not db.session.scalar(db.select(Order.id))


@both_databases
def test_what_the_courier_takes_is_the_shops_share_and_comes_less_a_fee(cast: Cast, service: CourierService) -> None:
    order = sold(cast, 2)
    assert (order.state, order.cod_service_id) == (OrderState.TO_CONFIRM, service.id)
    for label, pieces, field in (
        (("J&T", "JT12345678"), None, "courier"),
        (("jne", "JNE12345678"), {order.lines[0].code: 1}, "pieces"),
    ):
        with pytest.raises(Invalid) as refusal, transaction():
            ship(fresh(order), Actor.SELLER, *label, pieces=pieces)
        assert refusal.value.field == field
    with transaction():
        ship(fresh(order), Actor.SELLER, "jne", "JNE12345678")
    with pytest.raises(Invalid) as refusal, transaction():  # corrected, it goes by the same courier
        relabel(fresh(order).shipments[0], "J&T", "JT12345678")
    assert refusal.value.field == "courier"
    with pytest.raises(DomainError), transaction():
        mark_delivered(fresh(order), Actor.SELLER)  # the courier or the buyer says so
    with clock.frozen(clock.now() + timedelta(days=30)):
        with transaction():
            sweep_due()
        order = fresh(order)
        assert order.state is OrderState.DELIVERED, "nobody said that it came back"
        assert payment_of(order.purchase).state is PaymentState.PAID
        assert (balance("cod:cod00000"), balance(f"cash:{cast.ratnas.code}")) == (order.total, ZERO)
        order = over(order)
        sold_for = order.items_total
        commission = sold_for.share(1000)
        assert -balance(f"seller:{cast.ratnas.code}") == order.total - commission - commission.share(1100)
        (held,) = list_holders()
        assert (held.name, held.sum, held.is_overdue) == ("JNE REG", order.total, False)
        for sum_, fee, error in (
            (order.total + Money(1), ZERO, Conflict), (order.total, order.total.share(1000) + Money(1), Invalid),
            (order.total, -Money(1), Invalid),
        ):  # fmt: skip
            with pytest.raises(error), transaction():
                remit_cod(service, sum_, "b", "COD 1", fee, cast.tono)
        with transaction():
            remit_cod(service, order.total, "b", "COD 1", Money(9_000), cast.tono)
            assert remit_cod(service, order.total, "b", "COD 1", Money(9_000), cast.tono) is None
    assert (balance("bank:b"), balance("fee:cod00000")) == (order.total - Money(9_000), Money(9_000))
    assert list_holders() == []
    assert check_laws() == [] == check_orders()


@both_databases
@pytest.mark.race
@pytest.mark.parametrize("is_lined_up", [True, False], ids=["lined-up", "control"])
def test_many_who_book_the_same_cash_at_once_book_it_once(
    app: Flask, cast: Cast, service: CourierService, monkeypatch: pytest.MonkeyPatch, is_lined_up: bool
) -> None:
    """The courier brings it once, whatever its references are called and whoever writes it off meanwhile."""
    order = sold(cast)
    with transaction():
        ship(order, Actor.SELLER, "JNE", "JNE12345678")
    with transaction():
        mark_delivered(fresh(order), Actor.BUYER)
        typed = Typed(Deed.LOST_CASH, "cod:cod00000", "Hilang 1", clock.today(), order.total, note="Hilang")
        waiting = make(typed, cast.tono).id
        second = factories.user(roles=(Role.OPERATOR,)).id
        sum_, service_id = order.total, service.id

    has_one_writer = db.engine.dialect.name == "sqlite"
    meeting = Meeting(1 if is_lined_up or has_one_writer else 2)

    def bring(number: int) -> str:
        with transaction() as session:
            remit_cod(session.get_one(CourierService, service_id), sum_, "b", f"COD {number}")
            meeting.wait()
        return "booked"

    def write_off() -> str:
        with transaction() as session:
            approve(session.get_one(OutsideBooking, waiting), session.get_one(User, second))
            meeting.wait()
        return "booked"

    if not is_lined_up:
        for way in ("outside", "bookings"):
            monkeypatch.setattr(f"marketplace.bookkeeping.{way}.take_turns", lambda *accounts: None)
    results = at_once(app, [write_off, *(lambda n=n: bring(n) for n in range(5))], threads=6)
    db.session.rollback()
    if is_lined_up or has_one_writer:
        assert (results["booked"], results["Conflict"], balance("cod:cod00000")) == (1, 5, ZERO), results
    else:
        assert results["booked"] > 1 and balance("cod:cod00000") < ZERO, results


def test_what_is_refused_at_the_door_comes_back_and_is_remembered(cast: Cast, service: CourierService) -> None:
    order = sold(cast)
    with transaction():
        ship(order, Actor.SELLER, "JNE", "JNE12345678")
    with transaction():
        cancel(fresh(order), Actor.SELLER, "Ditolak penerima", cast.ratna)
    assert fresh(order).state is OrderState.CANCELLED
    assert balance("cod:cod00000") == ZERO
    assert list_holders() == []
    names = names_of(of(cast.sari), "sari@contoh.example", "0812 3456 7890")
    assert len(cash.standing(names).refused) == 1
    assert check_laws() == [] == check_orders()


def test_what_goes_back_of_it_is_sent_by_people_and_the_courier_owes_all_the_same(
    cast: Cast, service: CourierService
) -> None:
    order = sold(cast)
    with transaction():
        ship(order, Actor.SELLER, "JNE", "JNE12345678")
    with transaction():
        mark_delivered(fresh(order), Actor.BUYER)
    found = ask(fresh(order), "claim")
    with transaction() as session:
        part = Answer("refund", granted={fresh(order).lines[0].code: Money(100_000)}, words="Bisa ditambal.")
        returns.accept(session.get_one(Return, found.id), part)
    with transaction() as session:
        returns.take(session.get_one(Return, found.id))
    order = over(order)
    purchase = order.purchase.code
    assert owed_by_hand(purchase) == Money(100_000) == -balance(f"refund:{purchase}")
    left = order.items_total - Money(100_000)
    commission = left.share(1000)
    net = left + order.shipping_total - commission - commission.share(1100)
    assert (-balance(f"seller:{cast.ratnas.code}"), balance("cod:cod00000")) == (net, order.total)
    with transaction() as session:
        send_refund(session.scalars(db.select(Refund)).one(), "TRX 77", cast.tono)
    assert balance(f"refund:{purchase}") == ZERO
    assert check_laws() == [] == check_orders()


def test_what_a_courier_never_brings_is_told_and_written_off_by_two(cast: Cast, service: CourierService) -> None:
    order = sold(cast)
    with transaction():
        ship(order, Actor.SELLER, "JNE", "JNE12345678")
    with transaction():
        mark_delivered(fresh(order), Actor.BUYER)
    with clock.frozen(clock.now() + timedelta(days=8)):
        for _ in range(2):  # once for that day
            remind_of_cash()
        kinds = db.session.scalars(db.select(Notification.kind).where(Notification.user_id == cast.tono.id)).all()
        assert kinds.count("cod-overdue") == 1
        db.session.rollback()
        (held,) = list_holders()
        typed = Typed(Deed.LOST_CASH, held.account, "Hilang 1", clock.today(), held.sum, note="Paket hilang di jalan")
        for wrong, field in (
            ({"sum": held.sum + Money(1)}, "sum"), ({"note": ""}, "note"), ({"scope": "bank:b"}, "scope")
        ):  # fmt: skip
            with pytest.raises(DomainError) as refusal, transaction():
                make(replace(typed, **wrong), cast.tono)  # type: ignore[arg-type]
            assert refusal.value.field == field
        with transaction():
            made = make(typed, cast.tono)
            assert (balance("loss"), list_holders()[0].sum) == (ZERO, held.sum), "one person alone writes nothing off"
            with pytest.raises(DomainError):
                approve(made, cast.tono)
            approve(made, factories.user(roles=(Role.OPERATOR,)))
        assert (balance("loss"), list_holders()) == (held.sum, [])
    assert check_laws() == []


@both_databases
def test_the_database_knows_couriers_alone_to_take_it(cast: Cast, service: CourierService) -> None:
    (order,) = orders_of(buy(of(cast.sari), (cast.shawl, 1), method="cash").purchase)
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Order, order.id).cod_service_id = service.id
        session.flush()
