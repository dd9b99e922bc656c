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
from tests.marketplace.checkout.shopping import buy, of


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


def test_what_is_said_to_a_shop_is_kept_shown_and_printed(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.plaque.variants[0].code, 1)
    sari = sign_in(cast.sari)
    token = {"form_token": getattr(sari, "form_token", "")}
    said = {**token, "note": "Rumah <b>hijau</b>", "gift_message": "Untuk Ibu"}
    assert sari.post(f"/cart/sellers/{cast.budis.code}/words", data=said).status_code == 303
    for page in ("/cart", "/checkout"):
        text = sari.get(page).text
        assert "Rumah &lt;b&gt;hijau&lt;/b&gt;" in text and "Untuk Ibu" in text
    typed = {**token, "note": "n" * 501, "gift_message": "Lain"}
    long = sari.post(f"/cart/sellers/{cast.budis.code}/words", data=typed)
    assert long.status_code == 422
    assert "n" * 501 in long.text and "Lain" in long.text and "500" in long.text
    assert "Untuk Ibu" in sari.get("/cart").text
    order = buy(of(cast.sari), method="cash").purchase.orders[0].code
    budi, code = sign_in(cast.budi), cast.budis.code
    for page in (f"/seller/{code}/orders/{order}", f"/seller/{code}/orders/{order}/slip"):
        text = budi.get(page).text
        assert "Rumah &lt;b&gt;hijau&lt;/b&gt;" in text and "Untuk Ibu" in text
