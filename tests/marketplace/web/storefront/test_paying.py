"""How a purchase is paid, on its own page."""

from __future__ import annotations

from flask import Flask

from catalog.db import transaction
from marketplace.orders.access import access_token
from marketplace.payments.services import add_qris
from tests.cast import Cast
from tests.factories import qris_text
from tests.marketplace.checkout.shopping import buy, of, pay


def test_the_purchases_page_shows_the_code_until_it_is_paid(cast: Cast, app: Flask) -> None:
    client = app.test_client()
    with transaction():
        add_qris(qris_text())
    purchase = buy(of(cast.sari), (cast.shawl, 1), method="qris").purchase
    secret = app.extensions["house"].settings.secret_key
    address = f"/purchases/{purchase.code}?token={access_token(secret, purchase.code)}"
    page = client.get(address).text
    assert 'class="payment-box__qr"' in page
    assert "KRIYALOKA CONTOH" in page
    assert "payment-box__qr" not in client.get(f"/purchases/{purchase.code}").text  # 404 without the link
    pay(purchase, cast.tono)
    assert "payment-box__qr" not in client.get(address).text
