"""The whole way of a piece that is paid in two parts, through the doors of both sides; and who sees photos of the work."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pixels

from catalog.db import db, transaction
from marketplace.accounts.models import User
from marketplace.orders.access import access_token
from marketplace.orders.models import Actor, Order, OrderState, ProgressPhoto
from marketplace.orders.services import confirm
from marketplace.payments import services as payments
from marketplace.payments.models import Payment
from marketplace.payments.queries import find_payment
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, guest, orders_of
from tests.marketplace.web.seller.conftest import Desk


def jpeg(colour: int = 90) -> tuple[BytesIO, str]:
    body = BytesIO()
    Pixels.new("RGB", (900, 700), (colour, 120, 60)).save(body, "JPEG")
    body.seek(0)
    return body, "karya.jpg"


@pytest.fixture
def order(cast: Cast) -> Order:
    """A cloth that a guest has ordered with a deposit, paid and accepted."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        piece.variants[0].deposit_percent = 50
        visitor = guest()
    purchase = buy(visitor, (piece, 1)).purchase
    with transaction():
        first = find_payment(purchase.code)
        assert first is not None
        payments.settle(first, reference="TRX 1", operator=cast.tono)
        confirm(orders_of(purchase)[0], Actor.SELLER, cast.ratna)
    return orders_of(purchase)[0]


def test_from_the_loom_to_the_parcel_on_a_guests_link(
    app: Any, cast: Cast, order: Order, ratnas: Desk, budis: Desk
) -> None:
    secret = app.extensions["house"].settings.secret_key
    purchase = order.purchase
    link = f"/en/purchases/{purchase.code}?token={access_token(secret, purchase.code)}"
    visitor, tono, order_id = app.test_client(), cast.tono.id, order.id
    sheet = f"orders/{order.code}"

    def desk() -> str:
        return ratnas.client.get(f"/en/seller/{ratnas.seller}/{sheet}").text

    page = desk()
    assert "Show the work" in page and "Have you handed it" not in page
    for form in ({}, {"deed": "ready"}, {"photo": (BytesIO(b"no picture"), "karya.jpg")}):
        assert ratnas.post(f"{sheet}/progress", form).status_code == 422
    assert budis.post(f"{sheet}/progress", {"photo": jpeg()}).status_code == 404
    assert ratnas.post(f"{sheet}/shipment").status_code == 409
    assert ratnas.post(f"{sheet}/progress", {"photo": jpeg(), "words": "Lungsi terpasang"}).status_code == 303
    page = visitor.get(link).text
    assert "Lungsi terpasang" in page and "stays with the maker" in page
    photo = db.session.scalars(db.select(ProgressPhoto)).one()
    address = f"/en/purchases/{purchase.code}/progress/{photo.code}"
    assert visitor.get(address).status_code == 404, "without the link's token"
    seen = visitor.get(f"{address}?token={access_token(secret, purchase.code)}&size=small")
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")
    assert budis.get(f"{sheet}/progress/{photo.code}").status_code == 404
    assert ratnas.post(f"{sheet}/progress", {"photo": jpeg(140), "deed": "ready"}).status_code == 303
    assert "Waits for the balance" in desk()
    page = visitor.get(link).text
    asked = db.session.scalars(db.select(Payment).where(Payment.order_code == order.code)).one()
    assert "Pay the balance" in page and f"{asked.due.rupiah:,}" in page
    with transaction():
        payments.confirm_transfer(asked.due, "TRX SISA", db.session.get_one(User, tono))
    assert "Pay the balance" not in visitor.get(link).text
    assert ratnas.post(f"{sheet}/shipment").status_code == 303
    assert db.session.get_one(Order, order_id, populate_existing=True).state is OrderState.SHIPPED


def test_nobody_loses_more_than_the_page_had_told(app: Any, cast: Cast, order: Order) -> None:
    secret = app.extensions["house"].settings.secret_key
    token = access_token(secret, order.purchase.code)
    visitor = app.test_client()
    address = f"/en/purchases/{order.purchase.code}/orders/{order.code}/cancellation"
    for kept in ("", "0", "-1", "462499", "1e9"):
        visitor.post(address, data={"token": token, "kept": kept})
        assert db.session.get_one(Order, order.id, populate_existing=True).state is OrderState.PROCESSING
    visitor.post(address, data={"token": token, "way": "ask", "kept": "462500"})
    assert db.session.get_one(Order, order.id, populate_existing=True).is_unwanted, "asking costs nothing"
    visitor.post(address, data={"token": token, "kept": "462500"})
    order = db.session.get_one(Order, order.id, populate_existing=True)
    assert (order.state, order.kept.rupiah) == (OrderState.CANCELLED, 462_500)
