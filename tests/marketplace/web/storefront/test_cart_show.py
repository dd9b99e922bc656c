"""The cart and the checkout tell what keeps the buyer from going on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from catalog import clock
from catalog.db import transaction
from catalog.inventory import workdays
from catalog.money import Money
from marketplace.carts import services as carts
from marketplace.sellers.models import Seller
from marketplace.web.filters import weekday
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import of


def test_every_line_says_by_which_day_it_leaves(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain cual pengantin", stock=None)
        for piece in (cast.shawl, made):
            carts.add(of(cast.sari), piece.variants[0].code, 1)
    page = sign_in(cast.sari).get("/cart").text
    ready, later = (weekday(workdays.add(clock.today(), days)) for days in (2, 20))
    assert f"Siap, dikirim paling lambat {ready}" in page
    assert f"Dibuatkan untuk Anda, dikirim paling lambat {later}" in page


def test_both_tell_what_is_missing_to_a_shops_least_order(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction() as session:
        session.get_one(Seller, cast.budis.id).minimum_order = Money(400_000)
        carts.add(of(cast.sari), cast.plaque.variants[0].code, 1)
    sari = sign_in(cast.sari)
    page = sari.get("/cart").text
    assert "Kurang Rp75.000 lagi" in page and 'href="/checkout"' not in page
    assert "Masih kurang Rp75.000" in sari.get("/checkout").text
