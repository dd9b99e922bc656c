"""The cart and the checkout tell what keeps the buyer from going on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.money import Money
from marketplace.carts import services as carts
from marketplace.sellers.models import Seller
from tests.cast import Cast
from tests.marketplace.checkout.shopping import of


def test_both_tell_what_is_missing_to_a_shops_least_order(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction() as session:
        session.get_one(Seller, cast.budis.id).minimum_order = Money(400_000)
        carts.add(of(cast.sari), cast.plaque.variants[0].code, 1)
    sari = sign_in(cast.sari)
    page = sari.get("/cart").text
    assert "Kurang Rp75.000 lagi" in page and 'href="/checkout"' not in page
    assert "Masih kurang Rp75.000" in sari.get("/checkout").text
