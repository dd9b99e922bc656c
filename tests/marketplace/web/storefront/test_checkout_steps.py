"""The checkout on a phone: what is still missing is said, and each step leads to the part that it changed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask

from catalog.db import db, transaction
from catalog.money import Money
from catalog.products.models import Variant
from marketplace.carts import services as carts
from marketplace.carts.models import CartLine, Owner
from marketplace.orders.models import Purchase
from tests import factories
from tests.cast import Cast


def test_what_is_still_to_be_chosen_is_said_and_each_step_leads_to_its_part(app: Flask, cast: Cast) -> None:
    browser = app.test_client()
    for piece in (cast.shawl, cast.plaque):
        browser.post("/cart", data={"variant": piece.variants[0].code})
    for at, leads_to in (("where", "#where"), ("total", "#total"), ("", ""), ("//evil", "")):
        assert browser.post(f"/checkout/draft?at={at}", data={"recipient": "Tamu"}).location == f"/checkout{leads_to}"
    page = browser.get("/checkout").text
    for shop in (cast.ratnas, cast.budis):
        assert f'<a href="#from-{shop.code}">cara karya {shop.name} sampai kepada Anda</a>' in page
        assert f'id="from-{shop.code}"' in page
    assert "Pesan dan bayar" not in page
    browser.post("/checkout/draft?at=total", data={f"deliveries-{cast.ratnas.code}": "pickup"})
    page = browser.get("/en/checkout").text
    assert f"how the pieces of {cast.budis.name} reach you" in page and f'href="#from-{cast.ratnas.code}"' not in page
    browser.post("/checkout/draft", data={f"deliveries-{one.code}": "pickup" for one in (cast.ratnas, cast.budis)})
    page = browser.get("/checkout").text
    assert 'id="total"' in page and "mohon pilih" not in page and "Pesan dan bayar" in page
    with transaction() as session:
        session.get_one(Variant, cast.plaque.variants[0].id).is_active = False
    page = browser.get("/checkout").text
    assert f"“{cast.plaque.title}”: Kriya ini sudah tidak dijual." in page and "Kembali ke keranjang" in page


def test_who_signs_in_at_the_checkout_loses_nothing_and_comes_back(app: Flask, cast: Cast) -> None:
    browser = app.test_client()
    browser.post("/cart", data={"variant": cast.plaque.variants[0].code})
    browser.post("/checkout/draft", data={"recipient": "Ibu Sari", "phone": "0812 3456 7890"})
    for page in ("/cart", "/checkout"):
        assert f'href="/account/session/new?next={page}"' in browser.get(page).text
    proof = {"email": cast.sari.email, "password": factories.PASSWORD, "next": "/checkout"}
    assert browser.post("/account/session", data=proof).location == "/checkout"
    page = browser.get("/checkout").text
    assert 'value="Ibu Sari"' in page and 'value="0812 3456 7890"' in page
    assert "Sudah punya? Masuk" not in page + browser.get("/cart").text


def test_a_page_that_was_open_before_the_sign_in_is_told_so_and_opened_again(
    app: Flask, cast: Cast, sign_in: Any
) -> None:
    sari = sign_in(cast.sari)
    door = {"email": cast.sari.email, "password": factories.PASSWORD, "next": "/cart"}
    assert sari.post("/account/session", data=door).location == "/cart", "who is in already goes on"
    came = {"Referer": "http://localhost/products/kain-x", "Origin": "http://localhost"}
    answer = sari.post("/cart", data={"variant": cast.plaque.variants[0].code}, headers=came)
    assert answer.status_code == 403 and db.session.scalars(db.select(CartLine)).all() == []
    assert "Halaman ini sudah lama terbuka" in answer.text and 'href="/products/kain-x"' in answer.text
    assert "Ruang ini bukan untuk Anda" not in answer.text
    far = sari.post("/cart", data={}, headers={"Referer": "http://evil.example/x"}).text
    assert "evil" not in far and 'href="/x"' not in far


def test_what_changed_meanwhile_is_said_once_and_in_the_readers_language(app: Flask, cast: Cast) -> None:
    browser = app.test_client()
    browser.post("/cart", data={"variant": cast.plaque.variants[0].code, "quantity": "2"})
    typed = {
        "recipient": "Tamu Contoh", "phone": "0812 3456 7890", "email": "tamu@contoh.example",
        "payment_method": "cash", f"deliveries-{cast.budis.code}": "pickup",
    }  # fmt: skip
    browser.post("/checkout/draft", data=typed)

    def form() -> dict[str, str]:
        page = unescape(browser.get("/en/checkout").text)
        hidden = re.findall(r'<input type="hidden" name="(key|digest|shown)" value="([^"]*)"', page)
        shown = page.split('name="shown" value="', 1)[1].split('">', 1)[0]
        return typed | dict(hidden) | {"shown": shown}

    seen = form()
    with transaction() as session:
        session.get_one(Variant, cast.plaque.variants[0].id).price = Money(350_000)
    answer = browser.post("/en/checkout", data=seen)
    page = unescape(answer.text)
    assert answer.status_code == 409 and cast.plaque.title_en not in ("", cast.plaque.title)
    assert f"“{cast.plaque.title_en}” now costs Rp350,000 instead of Rp325,000." in page
    assert 'value="Tamu Contoh"' in page

    seen = form()
    with transaction() as session:
        session.get_one(Variant, cast.plaque.variants[0].id).is_active = False
    page = unescape(browser.post("/en/checkout", data=seen).text)
    assert page.count(f"“{cast.plaque.title_en}”: it can no longer be bought as it was shown.") == 1
    assert cast.plaque.title not in page
    with transaction() as session:
        session.get_one(Variant, cast.plaque.variants[0].id).is_active = True

    seen = form()
    assert browser.post("/en/checkout", data=seen).status_code == 303
    again = browser.post("/en/checkout", data=seen | {"recipient": "Nama Lain"})
    code = db.session.scalars(db.select(Purchase.code)).one()
    assert again.location.startswith(f"/en/purchases/{code}?token=")
    assert "You have placed this order already, in another tab." in browser.get(again.location).text


def test_at_sign_in_the_cart_tells_in_english_how_many_are_left(app: Flask, cast: Cast) -> None:
    with transaction():
        carts.add(Owner(user=cast.sari), cast.plaque.variants[0].code, 4)
    browser = app.test_client()
    browser.post("/cart", data={"variant": cast.plaque.variants[0].code, "quantity": "4"})
    proof = {"email": cast.sari.email, "password": factories.PASSWORD, "next": "/en/cart"}
    page = unescape(browser.get(browser.post("/en/account/session", data=proof).location).text)
    assert f"Only 5 of “{cast.plaque.title_en}” are left" in page
