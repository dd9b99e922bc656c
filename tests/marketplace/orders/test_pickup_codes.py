"""The code that proves who comes: short, readable on the phone, nobody else's."""

from __future__ import annotations

import pytest

from catalog.codes import new_code
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden, Invalid
from marketplace.orders.access import pickup_code, pickup_code_fits
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.services import hand_out, mark_delivered, receive, ship
from marketplace.payments.models import PaymentState
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, payment_of

SECRET = "rahasia-toko"


@pytest.fixture
def order(cast: Cast) -> Order:
    """To be picked up and paid in cash, ready."""
    (found,) = orders_of(buy(of(cast.sari), (cast.shawl, 1), method="cash").purchase)
    with transaction():
        ship(found, Actor.SELLER)
    return found


def test_it_is_six_symbols_that_cannot_be_misread_and_another_one_per_order() -> None:
    codes = {pickup_code(SECRET, new_code(10)) for _ in range(300)}
    assert len(codes) == 300
    assert all(len(one) == 7 and one[3] == " " and not set(one) & set("ILOU") for one in codes)


@pytest.mark.parametrize("change", [str.lower, lambda one: one.replace(" ", "-"), lambda one: f"  {one[:2]} {one[2:]} ", lambda one: one.replace("0", "O").replace("1", "l")])  # fmt: skip
def test_however_it_is_typed_it_fits(change: object) -> None:
    for _ in range(50):
        order = new_code(10)
        assert pickup_code_fits(SECRET, order, change(pickup_code(SECRET, order)))  # type: ignore[operator]


@pytest.mark.parametrize("typed", ["", "      ", "000000", "é" * 6, "1" * 500])
def test_anything_else_does_not(typed: str) -> None:
    order = "0123456789"
    assert not pickup_code_fits(SECRET, order, typed)
    assert not pickup_code_fits("other", order, pickup_code(SECRET, order))
    assert not pickup_code_fits(SECRET, "9876543210", pickup_code(SECRET, order))


def test_with_it_the_order_is_handed_out_and_the_cash_is_in(cast: Cast, order: Order) -> None:
    with transaction():
        hand_out(order, pickup_code(SECRET, order.code).lower(), SECRET, cast.ratna)
    (order,) = orders_of(order.purchase)
    assert order.state is OrderState.DELIVERED
    assert order.shipments[0].delivered_at is not None
    assert payment_of(order.purchase).state is PaymentState.PAID


def test_without_it_the_seller_hands_out_nothing(cast: Cast, order: Order) -> None:
    with pytest.raises(Invalid) as error, transaction():
        hand_out(order, "000 000", SECRET, cast.ratna)
    assert error.value.field == "code"
    with pytest.raises(Forbidden), transaction():
        mark_delivered(order, Actor.SELLER, cast.ratna)
    with pytest.raises(Forbidden), transaction():
        receive(order.shipments[0], Actor.SELLER, cast.ratna)
    assert orders_of(order.purchase)[0].state is OrderState.SHIPPED


def test_it_opens_an_order_once(cast: Cast, order: Order) -> None:
    code = pickup_code(SECRET, order.code)
    with transaction():
        hand_out(order, code, SECRET)
    with pytest.raises(Conflict), transaction():
        hand_out(order, code, SECRET)


def test_what_is_brought_has_no_code(cast: Cast) -> None:
    (order,) = orders_of(buy(of(cast.sari), (cast.shawl, 1), method="cash", delivery="own").purchase)
    with transaction():
        ship(order, Actor.SELLER)
    with pytest.raises(Conflict), transaction():
        hand_out(order, pickup_code(SECRET, order.code), SECRET)
    db.session.rollback()
    with transaction():
        mark_delivered(order, Actor.SELLER)
