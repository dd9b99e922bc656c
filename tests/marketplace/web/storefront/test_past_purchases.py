"""A purchase's link is no key for ever: once nothing can be asked for any more, it names nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from marketplace.conversations.models import Conversation
from marketplace.orders import services as orders
from marketplace.orders.access import access_token
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.payments.models import Refund, RefundAccount, RefundState
from marketplace.returns.queries import is_past
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

PERSONAL = ("Jalan Contoh 2", "+62 812-3456-7890", "sari@contoh.example", "Untuk Ibu", "Melati Suri", "Alamat saya")


@pytest.fixture
def purchase(cast: Cast) -> Purchase:
    """Sari's, from two shops, paid: one came, the other was called off."""
    ways = {cast.ratnas.code: "own", cast.budis.code: "pickup"}
    found = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1), deliveries=ways, recipient="Melati Suri").purchase
    pay(found, cast.tono)
    came, off = orders_of(found)
    with transaction() as session:
        first, second = session.get_one(Order, came.id), session.get_one(Order, off.id)
        first.gift_message = "Untuk Ibu"
        orders.ship(first, Actor.SELLER)
        orders.complete(first, Actor.BUYER)
        orders.cancel(second, Actor.BUYER, "Alamat saya berubah")
    return found


@pytest.fixture
def link(app: Flask, purchase: Purchase) -> Callable[[str], str]:
    token = access_token(app.extensions["house"].settings.secret_key, purchase.code)
    return lambda rest="": f"/purchases/{purchase.code}{rest}?token={token}"


def refunds_are_sent() -> None:
    with transaction() as session:
        for one in session.scalars(db.select(Refund).where(Refund.state == RefundState.OWED)):
            one.state, one.sent_at, one.reference = RefundState.SENT, clock.now(), "BCA 1"


def test_the_link_of_a_purchase_that_is_past_names_nobody(
    app: Flask, client: FlaskClient, cast: Cast, purchase: Purchase, link: Any, sign_in: Callable[[Any], FlaskClient]
) -> None:
    refunds_are_sent()
    with clock.frozen(clock.after(timedelta(days=179))):
        page = client.get(link()).text
        assert not [one for one in PERSONAL if one not in page]
    with clock.frozen(clock.after(timedelta(days=181))):
        pages = [client.get(link()), client.get("/en" + link()), client.get(link("/documents/receipt"))]
        for page in pages:
            assert page.status_code == 200
            assert not [one for one in PERSONAL if one in page.text]
        assert "Selendang" in pages[0].text and str(purchase.total) in pages[0].text
        order = orders_of(purchase)[0]
        line = order.lines[0].code
        for rest in ("/payback", f"/lines/{line}/file", f"/lines/{line}/review", f"/orders/{order.code}/returns/new"):
            assert client.get(link(rest)).headers["Location"] == link(), rest
        answer = {"bank": "BCA", "number": "1234567890", "holder": "Orang Lain"}
        assert client.post(link("/payback"), data=answer).headers["Location"] == link()
        assert client.get(f"/purchases/{purchase.code}").status_code == 404, "without the link"
        budi = sign_in(cast.budi)
        token = link().partition("=")[2]
        assert budi.get(f"/account/conversations/new?order={order.code}&token={token}").status_code == 404
        assert "Jalan Contoh 2" in sign_in(cast.sari).get(f"/purchases/{purchase.code}").text
    assert (
        not db.session.scalars(db.select(Conversation)).all() and not db.session.scalars(db.select(RefundAccount)).all()
    )


@both_databases
def test_money_that_is_owed_and_a_return_that_is_open_keep_a_purchase_alive(cast: Cast, purchase: Purchase) -> None:
    with clock.frozen(clock.after(timedelta(days=181))):
        assert not is_past(purchase), "a refund is owed"
        refunds_are_sent()
        assert is_past(purchase)
        with transaction() as session:
            session.get_one(Order, orders_of(purchase)[0].id).open_returns = 1
        assert not is_past(purchase)
