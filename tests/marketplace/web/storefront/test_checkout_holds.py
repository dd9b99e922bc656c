"""Holding pieces at the checkout as browsers do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory.models import Stock
from marketplace.carts import services as carts
from marketplace.carts.holding import MOST_PIECES
from marketplace.checkout.queries import check_laws
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of


def test_one_address_cannot_empty_a_shop_by_holding(app: Flask, cast: Cast) -> None:
    """Fifty browsers of one address go for forty single pieces: most stay free, and whoever buys buys."""
    with transaction():
        pieces = [factories.product(cast.ratnas, f"Satu {n}", stock=1) for n in range(40)]
        codes = [one.variants[0].code for one in pieces]
    for number in range(12):
        browser = app.test_client()
        for code in codes[(number * 5) % 40 : (number * 5) % 40 + 5]:
            browser.post("/cart", data={"variant": code})
        assert browser.post("/checkout/draft", data={"place_q": ""}).status_code == 303
    held = db.session.scalar(db.select(db.func.sum(Stock.held)))
    assert held == 4 * MOST_PIECES
    free = db.session.scalars(db.select(Stock).join(Stock.variant).where(Stock.held == 0, Stock.on_hand == 1)).all()
    assert len(free) == 40 - held
    assert buy(of(cast.sari), (free[0].variant.product, 1)).purchase.code
    assert check_laws() == []


def kept(variant_id: int) -> int:
    return db.session.scalars(db.select(Stock.held).where(Stock.variant_id == variant_id)).one()


def test_the_checkout_says_until_when_and_lets_go(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    shawl = cast.shawl.variants[0].id
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
        carts.add(of(cast.budi), cast.shawl.variants[0].code, 999)
    sari = sign_in(cast.sari)
    token = {"form_token": getattr(sari, "form_token", "")}
    assert "Kami simpan untuk Anda" not in sari.get("/checkout").text, "no GET holds anything"
    assert kept(shawl) == 0
    with clock.frozen(clock.now().replace(hour=7, minute=22)):
        sari = sign_in(cast.sari)
        token = {"form_token": getattr(sari, "form_token", "")}
        sari.post("/checkout/draft", data={"recipient": "Sari", **token})
        page = sari.get("/checkout").text
        assert "Kami simpan untuk Anda sampai pukul 14.32 WIB" in page
        assert "Held for you until 14:32 WIB" in sari.get("/en/checkout").text
        others = sign_in(cast.budi).get("/cart").text
        assert "Lihat lagi beberapa menit lagi, atau simpan untuk nanti" in others and "Keluarkan dulu" not in others
    assert kept(shawl) == 1
    with clock.frozen(clock.now().replace(hour=7, minute=40)):
        page = sign_in(cast.sari).get("/checkout").text
        assert "Sampai pukul 14.32 WIB karya ini kami simpan untuk Anda" in page, "what is over is said"
    with clock.frozen(clock.now().replace(hour=9, minute=0)):
        assert "Sampai pukul" not in sign_in(cast.sari).get("/checkout").text, "and not for ever"
    assert sari.post("/checkout/hold/removal", data=token).location == "/cart"
    assert kept(shawl) == 0
