"""What the operator may do with orders."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.inventory.queries import available
from marketplace.orders.models import Actor
from marketplace.orders.services import ship
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of
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


def test_nobody_else_moves_orders(others: list[FlaskClient]) -> None:
    for client in others:
        assert post(client, "/operator/orders/zzzzzzzzzz/moves/cancel", reason="Pembeli minta batal").status_code == 404


def test_a_job_that_is_not_there_is_not_found(tono: FlaskClient) -> None:
    assert post(tono, "/operator/jobs/zzzzzzzzzz/retry").status_code == 404
