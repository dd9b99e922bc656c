"""The counter of a gallery: its keeper hands over for other shops, sees no address, and wrong codes come to an end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from marketplace.orders.access import pickup_code
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.services import ship
from marketplace.sellers.models import Seller
from marketplace.sellers.services import save_point, set_delivery
from marketplace.settings import Settings
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.shipping.test_by_hand import GALLERY
from tests.marketplace.web.seller.conftest import Desk


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, pickup_limit="3 per hour")


@pytest.fixture
def order(cast: Cast) -> Order:
    """Ratna's shawl, paid, waiting at the gallery that Budi keeps."""
    with transaction() as session:
        point = save_point(None, {**GALLERY, "keeper": cast.budis.code})
        set_delivery(session.get_one(Seller, cast.ratnas.id), "gallery", point=point)
    placed = buy(of(cast.sari), (cast.shawl, 1), delivery=f"gallery:{point.code}", place_code="", address="")
    pay(placed.purchase, cast.tono)
    (found,) = orders_of(placed.purchase)
    with transaction():
        ship(found, Actor.SELLER, user=cast.ratna)
    return found


@pytest.fixture
def code(app: Flask, order: Order) -> str:
    return pickup_code(app.extensions["house"].settings.secret_key, order.code)


def state(order: Order) -> OrderState:
    db.session.expire_all()
    return db.session.get_one(Order, order.id).state


def test_the_keeper_hands_over_against_the_code(
    cast: Cast, budis: Desk, order: Order, code: str, sign_in: Callable[[Any], FlaskClient]
) -> None:
    seen = sign_in(cast.sari).get(f"/purchases/{order.purchase.code}").text
    assert code in seen and "Galeri Dekranasda Contoh" in seen
    page = budis.get("counter").text
    assert "Selendang cual" in page and order.code in page and "+6281234567890" not in page and code not in page
    assert "counter" in budis.get("orders").text
    answer = budis.post(f"counter/{order.code}", {"code": "000000"})
    assert answer.status_code == 422 and f'id="code-{order.code}-error"' in answer.text
    assert state(order) is OrderState.SHIPPED
    assert budis.post(f"counter/{order.code}", {"code": code.lower()}).status_code == 303
    assert state(order) is OrderState.DELIVERED
    assert budis.post(f"counter/{order.code}", {"code": code}).status_code == 404
    assert code not in sign_in(cast.sari).get(f"/purchases/{order.purchase.code}").text


def test_the_maker_sees_where_it_waits_and_the_counter_of_others_is_closed(
    ratnas: Desk, order: Order, code: str
) -> None:
    page = ratnas.get(f"orders/{order.code}").text
    assert "menunggu di Galeri Dekranasda Contoh" in page and 'name="code"' not in page
    assert ratnas.post(f"counter/{order.code}", {"code": code}).status_code == 404
    assert ratnas.get("counter").status_code == 200


def test_wrong_codes_come_to_an_end(budis: Desk, order: Order, code: str) -> None:
    answers = [budis.post(f"counter/{order.code}", {"code": f"00000{n}"}).status_code for n in range(4)]
    assert answers == [422, 422, 422, 429]
    refused = budis.post(f"counter/{order.code}", {"code": code})
    assert refused.status_code == 429 and "Terlalu banyak kode yang salah" in refused.text
    assert state(order) is OrderState.SHIPPED


def test_an_unpaid_order_shows_no_code(
    app: Flask, cast: Cast, order: Order, sign_in: Callable[[Any], FlaskClient]
) -> None:
    (unpaid,) = orders_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)
    secret = app.extensions["house"].settings.secret_key
    assert pickup_code(secret, unpaid.code) not in sign_in(cast.sari).get(f"/purchases/{unpaid.purchase.code}").text


def test_at_the_workshop_the_seller_types_the_code_at_the_order(
    app: Flask, cast: Cast, ratnas: Desk, buy: Callable[..., Order]
) -> None:
    order = buy(cast.shawl)
    ratnas.post(f"orders/{order.code}/shipment")
    assert 'id="pickup"' in ratnas.get(f"orders/{order.code}").text
    answer = ratnas.post(f"orders/{order.code}/delivery", {"code": "nope"})
    assert answer.status_code == 422 and 'id="code-error"' in answer.text and 'value="nope"' in answer.text
    code = pickup_code(app.extensions["house"].settings.secret_key, order.code)
    assert ratnas.post(f"orders/{order.code}/delivery", {"code": code}).status_code == 303
    assert state(order) is OrderState.DELIVERED
