"""Several parcels at the desk: a part now, the rest later, a wrong number put right, and the buyer sees each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from marketplace.accounts.models import User
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.notifications.models import Notification
from marketplace.orders.access import access_token
from marketplace.orders.models import Order, OrderState
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.rates import save_service
from tests import factories
from tests.cast import Cast
from tests.marketplace.shipping.test_rates import SERVICE
from tests.marketplace.web.seller.conftest import Desk

COURIER = {"courier": "J&T", "number": "JX1234567890"}


@pytest.fixture
def order(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> Order:
    """Three shawls, accepted, to go by courier."""
    found = buy(cast.shawl, quantity=3)
    with transaction() as session:
        session.get_one(Order, found.id).delivery = DeliveryKind.COURIER
        save_service(None, {**SERVICE, "courier": "j&t", "tracking_url": "https://lacak.contoh.example/{number}"})
    ratnas.post(f"orders/{found.code}/confirmation")
    return found


def now(order: Order) -> Order:
    db.session.expire_all()
    return db.session.get_one(Order, order.id)


@pytest.fixture
def two_sizes(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> Order:
    """A shawl in each of two sizes, accepted, to go by courier."""
    with transaction() as session:
        shawl = session.merge(factories.product(cast.ratnas, "Kain bertaut", variants=2))
        carts.add(Owner(user=session.get_one(User, cast.sari.id)), shawl.variants[1].code, 1)
    found = buy(shawl)
    with transaction() as session:
        session.get_one(Order, found.id).delivery = DeliveryKind.COURIER
    ratnas.post(f"orders/{found.code}/confirmation")
    return found


def part(order: Order, quantity: Any, **more: str) -> dict[str, Any]:
    return {**COURIER, f"pieces-{now(order).lines[0].code}": quantity, **more}


def test_a_part_now_and_the_rest_later(
    app: Flask, cast: Cast, ratnas: Desk, order: Order, sign_in: Callable[[Any], FlaskClient]
) -> None:
    assert "berapa dari 3?" in ratnas.get(f"orders/{order.code}").text
    assert ratnas.post(f"orders/{order.code}/shipment", part(order, "2")).status_code == 303
    page = ratnas.get(f"orders/{order.code}").text
    assert "Kirim sisanya" in page and "JX1234567890" in page and "berapa dari" not in page
    assert now(order).state is OrderState.PROCESSING
    seen = sign_in(cast.sari).get(f"/purchases/{order.purchase.code}").text
    assert 'href="https://lacak.contoh.example/JX1234567890"' in seen
    assert "Sebagian dalam perjalanan" in seen and "2 × Selendang cual" in seen
    assert ratnas.post(f"orders/{order.code}/shipment", {**COURIER, "number": "JX0000000002"}).status_code == 303
    assert now(order).state is OrderState.SHIPPED
    letters = db.session.scalars(
        db.select(Notification.params).where(Notification.kind == "order-shipped").order_by(Notification.id)
    )
    assert [(one["pieces"][0]["quantity"], one["more"]) for one in letters] == [(2, True), (1, False)]
    link = access_token(app.extensions["house"].settings.secret_key, order.purchase.code)
    arrival = f"/purchases/{order.purchase.code}/orders/{order.code}/shipments/{now(order).shipments[0].code}/receipt"
    guest = app.test_client()
    assert guest.post(arrival).status_code == 404
    assert guest.post(arrival, data={"token": link}).status_code == 303
    assert now(order).shipments[0].delivered_at is not None
    assert now(order).state is OrderState.SHIPPED


def test_two_sizes_of_one_piece_are_told_apart_on_every_paper(
    cast: Cast, ratnas: Desk, two_sizes: Order, sign_in: Callable[[Any], FlaskClient]
) -> None:
    sheet = f"orders/{two_sizes.code}"
    large, small = now(two_sizes).lines  # the second size was put into the cart first
    page = ratnas.get(sheet).text
    assert "Kain bertaut (Ukuran 2): berapa dari 1?" in page and "Kain bertaut (Ukuran 1): berapa dari 1?" in page
    sent = {**COURIER, f"pieces-{large.code}": "1", f"pieces-{small.code}": "0"}
    asked = ratnas.post(f"{sheet}/shipment", {**sent, "courier": "", "number": "003123456789"})
    assert asked.status_code == 422 and '<details class="more-words" open>' in asked.text, "what was split is in view"
    assert ratnas.post(f"{sheet}/shipment", sent).status_code == 303
    assert "Kain bertaut (Ukuran 2)" in sign_in(cast.sari).get(f"/purchases/{two_sizes.purchase.code}").text
    labels = ratnas.get(f"labels?order={two_sizes.code}").text
    assert "1 × Kain bertaut (Ukuran 1)" in labels and "1 × Kain bertaut (Ukuran 2)" in labels
    slip = ratnas.get(f"{sheet}/slip").text
    assert "Ukuran 1" in slip and "Ukuran 2" not in slip, "what has left lies in no parcel that is packed now"
    assert "JX1234567890" not in slip
    page = ratnas.get(sheet).text
    assert "Yang dikemas" in page and "sudah dikirim" in page
    assert ratnas.post(f"{sheet}/shipment", {**COURIER, "number": "JX0000000002"}).status_code == 303
    page, slip = ratnas.get(sheet).text, ratnas.get(f"{sheet}/slip").text
    assert "Yang dipesan" in page and "Yang dikemas" not in page
    assert "Ukuran 1" in slip and "Ukuran 2" in slip and "Isi pesanan ini" in slip
    letter = db.session.scalars(
        db.select(Notification.params).where(Notification.kind == "order-shipped").order_by(Notification.id).limit(1)
    ).one()
    assert letter["pieces"][0]["choices"] == "Ukuran 2"


@pytest.mark.parametrize(("quantity", "said"), [("4", "dari 0 sampai 3"), ("x", "angka bulat"), ("-1", "angka bulat")])
def test_a_number_that_cannot_be_is_told_at_its_line(ratnas: Desk, order: Order, quantity: str, said: str) -> None:
    answer = ratnas.post(f"orders/{order.code}/shipment", part(order, quantity))
    assert answer.status_code == 422 and said in answer.text
    assert f'value="{quantity}"' in answer.text and 'value="JX1234567890"' in answer.text
    assert now(order).shipments == []


def test_an_empty_parcel_is_refused(ratnas: Desk, order: Order) -> None:
    assert ratnas.post(f"orders/{order.code}/shipment", part(order, "0")).status_code == 422
    assert ratnas.post(f"orders/{order.code}/shipment", {**COURIER, "pieces-zzzzzzzzzzzz": "1"}).status_code == 303
    assert now(order).state is OrderState.SHIPPED


def test_a_number_is_put_right_by_its_own_shop_alone(ratnas: Desk, budis: Desk, order: Order) -> None:
    ratnas.post(f"orders/{order.code}/shipment", COURIER)
    parcel = now(order).shipments[0].code
    right = {"courier": "JNE", "number": "TG12345678"}
    assert budis.post(f"orders/{order.code}/shipments/{parcel}", right).status_code == 404
    assert ratnas.post(f"orders/{order.code}/shipments/zzzzzzzzzz", right).status_code == 404
    ratnas.post(f"orders/{order.code}/shipments/{parcel}", {**right, "number": "1"})
    assert now(order).shipments[0].number == "JX1234567890"
    assert ratnas.post(f"orders/{order.code}/shipments/{parcel}", right).status_code == 303
    assert (now(order).shipments[0].courier, now(order).shipments[0].number) == ("JNE", "TG12345678")
