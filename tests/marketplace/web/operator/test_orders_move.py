"""What the operator may do with orders."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.inventory.queries import available
from marketplace.notifications.models import Notification
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import ship
from marketplace.sellers.models import DeliveryKind
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.web.operator.conftest import post


@pytest.mark.parametrize("name", ["deliver", "complete", "cancel", "explode"])
def test_an_order_that_is_not_there_is_not_found(tono: FlaskClient, name: str) -> None:
    assert post(tono, f"/operator/orders/zzzzzzzzzz/moves/{name}", reason="Pembeli minta batal").status_code == 404


@pytest.mark.parametrize(("form", "level"), [({}, 2), ({"back": "y"}, 3)])
def test_what_is_on_its_way_is_sold_again_only_when_it_is_back(
    cast: Cast, tono: FlaskClient, form: dict[str, str], level: int
) -> None:
    order = orders_of(buy(of(cast.sari), (cast.shawl, 1), method="cash").purchase)[0]
    variant = order.lines[0].variant_id
    with transaction():
        ship(order, Actor.SELLER)
    assert "What was sent is back at the shop" in tono.get(f"/en/operator/orders/{order.code}").text
    post(tono, f"/operator/orders/{order.code}/moves/cancel", reason="Hilang di jalan", **form)
    db.session.rollback()
    assert available([variant]) == {variant: level}


def test_the_rest_that_does_not_come_is_paid_back_from_the_page_of_the_order(cast: Cast, tono: FlaskClient) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 2)).purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    line = order.lines[0].code
    page, form = f"/en/operator/orders/{order.code}", f"/operator/orders/{order.code}/moves/refund-rest"
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.OWN
    assert "Refund the rest" not in tono.get(page).text
    with transaction():
        ship(order, Actor.SELLER, pieces={line: 1})
    assert "Refund the rest" in tono.get(page).text
    post(tono, form, reason="pendek")
    assert "Refund the rest" in tono.get(page).text, "a reason is asked for"
    post(tono, form, reason="Toko tidak menjawab lagi")
    shown = tono.get(page).text
    assert "Refund the rest" not in shown and "these pieces do not come" in shown
    (letter,) = db.session.scalars(db.select(Notification).where(Notification.kind == "return-moved"))
    assert letter.params["event"] == "rule" and letter.params["pieces"][0]["reason"] == "missing"


def test_nobody_else_moves_orders(others: list[FlaskClient]) -> None:
    for client in others:
        assert post(client, "/operator/orders/zzzzzzzzzz/moves/cancel", reason="Pembeli minta batal").status_code == 404


def test_a_job_that_is_not_there_is_not_found(tono: FlaskClient) -> None:
    assert post(tono, "/operator/jobs/zzzzzzzzzz/retry").status_code == 404
