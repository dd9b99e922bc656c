"""The shop's QRIS on its pages: named, shown at the handing over with the sum in it, and written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.ledger.queries import balance
from marketplace.orders.access import access_token, pickup_code
from marketplace.orders.models import Order, OrderEvent, OrderState
from marketplace.orders.queries import list_codes_at_hand
from marketplace.payments.models import PaymentState, ShopCode
from marketplace.payments.qris import HIGHEST
from marketplace.payments.shop_codes import name_code
from marketplace.sellers.models import Seller
from marketplace.sellers.services import save_point, set_delivery
from tests.cast import Cast
from tests.factories import PASSWORD, qris_text
from tests.marketplace.checkout import shopping
from tests.marketplace.checkout.shopping import of, orders_of, payment_of
from tests.marketplace.shipping.test_by_hand import GALLERY
from tests.marketplace.web.seller.conftest import Desk

SHOWN = "Tunjukkan QRIS Anda"


def test_the_owner_names_a_code_with_the_password_and_nothing_typed_is_lost(cast: Cast, ratnas: Desk) -> None:
    text = qris_text(t59="TENUN RATNA")
    wrong = ratnas.post("balance/qris", {"qris": text[:-1], "present_password": PASSWORD})
    assert wrong.status_code == 422 and text[:-1] in wrong.text and 'id="qris-error"' in wrong.text
    assert ratnas.post("balance/qris", {"qris": text, "present_password": "tebakan"}).status_code == 422
    assert ratnas.post("balance/qris", {"qris": text, "present_password": PASSWORD}).status_code == 303
    page = ratnas.get("balance/qris").text
    assert "TENUN RATNA" in page and "ID0000000000001" in page and "<svg" in page
    assert ratnas.post("balance/qris/removal").status_code == 303
    db.session.rollback()
    assert db.session.scalars(db.select(ShopCode.closed_at)).one() is not None


@pytest.mark.parametrize("delivery", ["pickup", "own"])
def test_the_code_is_shown_when_it_is_handed_over_and_the_money_is_the_shops(
    cast: Cast, ratnas: Desk, buy: Callable[..., Order], delivery: str
) -> None:
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        name_code(cast.ratnas, qris_text(t59="TENUN RATNA"), PASSWORD, cast.ratna)
    order = buy(cast.shawl, delivery=delivery)
    code, key, sum_, shop = order.code, order.id, order.total, cast.ratnas.code
    purchase = order.purchase.code
    secret = ratnas.client.application.extensions["house"].settings.secret_key
    bought = f"/purchases/{purchase}?token={access_token(secret, purchase)}"
    assert "TENUN RATNA" in ratnas.client.get(bought).text  # so that a buyer can compare
    ratnas.post(f"orders/{code}/confirmation")
    assert SHOWN not in ratnas.get(f"orders/{code}").text  # nobody pays before the piece is there
    ratnas.post(f"orders/{code}/shipment")
    page = ratnas.get(f"orders/{code}").text
    assert SHOWN in page and "<svg" in page
    answer = ratnas.post(f"orders/{code}/delivery", {"paid": "qris", "code": pickup_code(secret, code)})
    assert answer.status_code == 303
    db.session.rollback()
    fresh = db.session.get_one(Order, key)
    assert fresh.state is OrderState.DELIVERED
    assert payment_of(fresh.purchase).state is PaymentState.PAID
    note = db.select(OrderEvent.note).where(OrderEvent.order_id == key, OrderEvent.name == "deliver")
    assert db.session.scalars(note).all() == ["Paid with the shop's QRIS"]
    assert balance(f"cash:{shop}") == sum_ > Money(0)  # as with cash: the shop holds it
    assert "Dibayar dengan QRIS toko" in ratnas.client.get(bought).text
    assert "Dibayar dengan QRIS toko" in ratnas.get(f"orders/{code}").text


def test_without_a_code_that_is_in_force_there_is_cash_alone(
    cast: Cast, ratnas: Desk, buy: Callable[..., Order]
) -> None:
    with transaction():
        name_code(cast.ratnas, qris_text(), PASSWORD, cast.ratna)  # it waits
    order = buy(cast.shawl, delivery="own")
    code, key = order.code, order.id
    for step in ("confirmation", "shipment"):
        ratnas.post(f"orders/{code}/{step}")
    assert SHOWN not in ratnas.get(f"orders/{code}").text
    assert ratnas.post(f"orders/{code}/delivery", {"paid": "qris"}).status_code == 303
    note = db.select(OrderEvent.note).where(OrderEvent.order_id == key, OrderEvent.name == "deliver")
    assert db.session.scalars(note).all() == [""]


def test_where_a_gallery_takes_the_money_nobody_promises_the_shops_code(cast: Cast, ratnas: Desk) -> None:
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        name_code(cast.ratnas, qris_text(), PASSWORD, cast.ratna)
    with transaction() as session:
        point = save_point(None, {**GALLERY, "keeper": cast.budis.code, "takes_cash": True})
        set_delivery(session.get_one(Seller, cast.ratnas.id), "gallery", point=point)
    there = {"method": "cash", "place_code": "", "address": ""}
    placed = shopping.buy(of(cast.sari), (cast.shawl, 1), delivery=f"gallery:{point.code}", **there)
    (order,) = orders_of(placed.purchase)
    assert (order.state, list_codes_at_hand([order])) == (OrderState.TO_CONFIRM, {})
    with db.session.no_autoflush:
        order.point_id = None
        assert list(list_codes_at_hand([order])) == [order.id], "only the gallery stands between"
        order.total = HIGHEST + Money(1)
        assert list_codes_at_hand([order]) == {}
    db.session.rollback()
