"""The cart and the checkout tell what keeps the buyer from going on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory import workdays
from catalog.inventory.services import adjust
from catalog.money import Money
from catalog.products.models import Variant
from marketplace.carts import services as carts
from marketplace.carts.models import CartLine
from marketplace.checkout.queries import check_laws
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
        budis = session.get_one(Seller, cast.budis.id)
        budis.minimum_order, (maker,) = Money(400_000), budis.makers
        pieces = f"/makers/{maker.slug}-{maker.code}#listing"
        carts.add(of(cast.sari), cast.plaque.variants[0].code, 1)
    sari = sign_in(cast.sari)
    page = sari.get("/cart").text
    assert "Kurang Rp75.000 lagi" in page and 'href="/checkout"' not in page
    assert f'<a href="{pieces}">Karya lain dari' in page
    assert f"{cast.budis.name} menerima pesanan mulai Rp400.000. Masih kurang Rp75.000." in page
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


def stock_of(product: Any, delta: int) -> None:
    with transaction() as session:
        adjust(session.get_one(Variant, product.variants[0].id), delta, "count")


def test_the_page_does_it_without_a_script_for_guests_too(
    app: Flask, cast: Cast, sign_in: Callable[[Any], FlaskClient]
) -> None:
    browser = app.test_client()
    for product in (cast.shawl, cast.plaque):
        browser.post("/cart", data={"variant": product.variants[0].code, "quantity": "1"})
    line = db.session.scalars(db.select(CartLine.code).order_by(CartLine.id)).first()
    assert f'action="/cart/lines/{line}/saving"' in browser.get("/cart").text
    stranger = sign_in(cast.budi)
    token = {"form_token": getattr(stranger, "form_token", "")}
    assert stranger.post(f"/cart/lines/{line}/saving", data=token).status_code == 404
    assert browser.post(f"/cart/lines/{line}/saving").location == "/cart#saved"
    page = browser.get("/cart").text
    assert "Disimpan untuk nanti" in page and f'action="/cart/lines/{line}/saving/removal"' in page
    stock_of(cast.shawl, -3)
    page = browser.get("/cart").text
    assert "/watches/new?variant=" in page and f"/cart/lines/{line}/saving/removal" not in page
    assert browser.post(f"/cart/lines/{line}/saving/removal").location == "/cart"
    page = browser.get("/cart").text
    (part,) = (one for one in page.split('<li class="cart-line') if f"/cart/lines/{line}/removal" in one)
    assert "Habis" in part and "Siap, dikirim" not in part, "no day is named for what is sold out"
    stock_of(cast.shawl, 1)
    browser.post(f"/cart/lines/{line}/saving/removal")
    assert f'action="/cart/lines/{line}/saving"' in browser.get("/cart").text
    stock_of(cast.plaque, -5)
    assert "Lihat baris yang ditandai" in browser.get("/cart").text or "berubah" in browser.get("/cart").text
    browser.post("/cart/prices")
    assert "/cart/prices" not in browser.get("/cart").text, "told once"
    assert check_laws() == []
