"""The page that follows a purchase: what its buyer reads and can do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import cancel, confirm, ship, sweep_due
from marketplace.orders.wishes import ask_to_cancel
from marketplace.sellers.models import DeliveryKind
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.web.operator.conftest import post

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def order(cast: Cast) -> Order:
    """Three shawls for Sari, paid and accepted, to go by courier."""
    purchase = buy(of(cast.sari), (cast.shawl, 3)).purchase
    pay(purchase, cast.tono)
    (found,) = orders_of(purchase)
    with transaction() as session:
        session.get_one(Order, found.id).delivery = DeliveryKind.COURIER
    with transaction():
        confirm(found, Actor.SELLER)
    return found


def test_the_first_parcel_may_arrive_before_the_rest_has_left(cast: Cast, order: Order, sign_in: SignIn) -> None:
    with transaction():
        ship(order, Actor.SELLER, "J&T", "JX1234567890", pieces={order.lines[0].code: 1})
    page = sign_in(cast.sari).get(f"/en/purchases/{order.purchase.code}").text
    assert page.count("This parcel has arrived") == 1 and "It has arrived, all is well" not in page


def test_what_the_maker_brings_is_not_handed_over_before_it_is_there(cast: Cast, order: Order, sign_in: SignIn) -> None:
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.OWN
    with transaction():
        ship(order, Actor.SELLER)
    page = sign_in(cast.sari).get(f"/en/purchases/{order.purchase.code}").text
    assert "The maker sets off" in page and "Set off " in page and "Handed over" not in page


def test_what_nobody_has_seen_only_counts_as_arrived(cast: Cast, order: Order, sign_in: SignIn) -> None:
    with transaction():
        ship(order, Actor.SELLER, "J&T", "JX1234567890")
    with clock.frozen(clock.now() + timedelta(days=22)), transaction():
        sweep_due()
    assert "Counts as arrived" in sign_in(cast.sari).get(f"/en/purchases/{order.purchase.code}").text


@pytest.mark.parametrize(
    ("delivery", "lost"), [(DeliveryKind.PICKUP, "Not picked up"), (DeliveryKind.OWN, "Did not arrive")]
)
def test_what_was_called_off_under_way_did_not_arrive(
    cast: Cast, order: Order, sign_in: SignIn, delivery: DeliveryKind, lost: str
) -> None:
    with transaction() as session:
        session.get_one(Order, order.id).delivery = delivery
    with transaction():
        ship(order, Actor.SELLER)
    with transaction():
        cancel(order, Actor.OPERATOR, "Hilang di jalan")
    page = sign_in(cast.sari).get(f"/en/purchases/{order.purchase.code}").text
    assert page.count(lost) == 2 and f"at {lost}" not in page and f"up {lost}" not in page


def test_what_is_agreed_to_is_read_in_the_language_of_each(cast: Cast, order: Order, sign_in: SignIn) -> None:
    with transaction():
        ask_to_cancel(order, "")
    assert "otherwise it is cancelled by itself" in sign_in(cast.sari).get(f"/en/purchases/{order.purchase.code}").text
    post(sign_in(cast.ratna), f"/seller/{cast.ratnas.code}/orders/{order.code}/cancellation", agree="y")
    sari = sign_in(cast.sari)
    assert "The buyer wished to cancel." in sari.get(f"/en/purchases/{order.purchase.code}").text
    assert "Pembeli ingin membatalkan." in sari.get(f"/purchases/{order.purchase.code}").text


def test_an_operator_sees_the_wish_and_goes_on_for_a_silent_shop(cast: Cast, order: Order, sign_in: SignIn) -> None:
    with transaction():
        ask_to_cancel(order, "Salah ukuran")
    tono = sign_in(cast.tono)
    assert "Salah ukuran" in tono.get(f"/operator/orders/{order.code}").text
    post(tono, f"/operator/orders/{order.code}/moves/keep", reason="Sudah ditenun separuh.")
    db.session.expire_all()
    assert not db.session.get_one(Order, order.id).is_unwanted
    assert "Sudah ditenun separuh." in sign_in(cast.sari).get(f"/purchases/{order.purchase.code}").text
