"""Buyers who would like to cancel, and reminders before the clock does something: each said once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid
from marketplace.checkout.queries import check_laws
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.reminders import sweep_reminders
from marketplace.orders.services import cancel, confirm, ship, sweep_due
from marketplace.orders.wishes import ask_to_cancel, keep_on, may_ask
from marketplace.payments.models import Refund
from marketplace.sellers.models import DeliveryKind
from marketplace.signals import order_moved
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay


def preparing(cast: Cast, product: object = None) -> Order:
    purchase = buy(of(cast.sari), (product or cast.shawl, 1), (cast.plaque, 1)).purchase
    pay(purchase, cast.tono)
    order = next(one for one in orders_of(purchase) if one.seller_id == cast.ratnas.id)
    with transaction():
        confirm(order, Actor.SELLER)
    return order


def now(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


def sweep(days: float) -> list[str]:
    """What is announced when everything due in some days is done."""
    heard: list[str] = []
    listener = lambda order, event, **_: heard.append(event)  # noqa: E731
    with clock.frozen(clock.now() + timedelta(days=days)), order_moved.connected_to(listener):
        for one in (sweep_reminders, sweep_due):
            with transaction():
                one()
    return heard


@both_databases
def test_what_is_being_prepared_is_cancelled_when_the_seller_is_silent_and_siblings_go_on(cast: Cast) -> None:
    order = preparing(cast)
    sibling = next(one for one in orders_of(order.purchase) if one.id != order.id)
    with transaction():
        confirm(sibling, Actor.SELLER)  # its own deadline must not end it within these two days
    with pytest.raises(Conflict), transaction():
        cancel(order, Actor.BUYER, "")
    assert may_ask(now(order))
    with transaction():
        ask_to_cancel(order, "Salah pilih warna", cast.sari)
    with pytest.raises(Conflict), transaction():
        ask_to_cancel(order, "Sekali lagi", cast.sari)
    assert now(order).due_at <= clock.now() + timedelta(hours=48)
    assert "cancel" in sweep(2.1)
    assert now(order).state is OrderState.CANCELLED
    assert db.session.scalars(db.select(Refund)).one().order_code == order.code
    assert now(sibling).state is OrderState.PROCESSING
    assert check_laws() == []


def test_a_seller_goes_on_with_a_reason_and_the_deadline_is_as_before(cast: Cast) -> None:
    order = preparing(cast)
    due = now(order).due_at
    with pytest.raises(Conflict), transaction():
        keep_on(order, Actor.SELLER, "Sudah ditenun separuh.")
    with transaction():
        ask_to_cancel(order, "")
    with pytest.raises(Invalid), transaction():
        keep_on(order, Actor.SELLER, " ")
    with pytest.raises(Forbidden), transaction():
        keep_on(order, Actor.BUYER, "Sudah ditenun separuh.")
    with transaction():
        keep_on(order, Actor.SELLER, "Sudah ditenun separuh.", cast.ratna)
    assert (now(order).state, now(order).due_at) == (OrderState.PROCESSING, due)
    with pytest.raises(Conflict), transaction():
        ask_to_cancel(order, "")


def test_sending_it_is_an_answer_too(cast: Cast) -> None:
    order = preparing(cast)
    with transaction():
        ask_to_cancel(order, "")
    with transaction():
        ship(order, Actor.SELLER)
    assert (now(order).state, now(order).is_unwanted) == (OrderState.SHIPPED, False)


def test_silence_does_not_throw_away_what_is_made_to_order_and_an_operator_may_answer(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    order = preparing(cast, made)
    with transaction():
        ask_to_cancel(order, "Salah ukuran")
    assert "wish_unanswered" in sweep(2.1)
    assert (now(order).state, now(order).events[-1].name) == (OrderState.PROCESSING, "unanswered")
    assert "wish_unanswered" not in sweep(9)
    with transaction():
        keep_on(order, Actor.OPERATOR, "Sudah ditenun separuh, kata perajinnya.", cast.tono)
    assert (now(order).state, now(order).is_unwanted) == (OrderState.PROCESSING, False)


def test_who_does_not_come_for_it_is_reminded_half_way(cast: Cast) -> None:
    order = preparing(cast)
    with transaction():
        ship(order, Actor.SELLER)
    assert "remind_pickup" not in sweep(10)
    assert sweep(11).count("remind_pickup") == 1
    assert "remind_pickup" not in sweep(12)


def test_nobody_asks_before_it_is_prepared_or_after_it_has_left(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    (order,) = orders_of(purchase)
    with pytest.raises(Conflict), transaction():
        ask_to_cancel(order, "")
    pay(purchase, cast.tono)
    with transaction():
        ship(order, Actor.SELLER)
    with pytest.raises(Conflict), transaction():
        ask_to_cancel(order, "")


@both_databases
def test_a_shop_is_reminded_once_before_its_order_is_called_off(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    assert now(order).remind_at < now(order).due_at
    days = (now(order).remind_at - clock.now()).total_seconds() / 86_400 + 0.01
    assert sweep(days) == ["remind"]
    assert sweep(days) == []
    with transaction():
        confirm(order, Actor.SELLER)
    assert clock.now() < now(order).remind_at < now(order).due_at
    assert sweep(20) == ["remind", "cancel"]
    assert now(order).remind_at is None


def test_a_parcel_that_no_courier_has_seen_is_asked_about_once(cast: Cast) -> None:
    order = preparing(cast)
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.COURIER
    with transaction():
        ship(order, Actor.SELLER, "JNE", "TG12345678")
    assert "unseen" not in sweep(4)
    assert sweep(6).count("unseen") == 1
    assert "unseen" not in sweep(7)


def test_a_parcel_that_was_scanned_is_not_asked_about(cast: Cast) -> None:
    order = preparing(cast)
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.COURIER
    with transaction():
        ship(order, Actor.SELLER, "JNE", "TG12345678").shipments[0].scans = [
            {"at": "2026-11-28T01:00:00+00:00", "text": "Diterima"}
        ]
    assert "unseen" not in sweep(6)
