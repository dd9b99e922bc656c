"""A shop in Sorong reads, and is read, by the clock of Sorong; a parcel by that of where it goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup

from catalog import clock
from catalog.db import transaction
from catalog.places.models import District, Province, Regency, RegencyKind
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.orders.reminders import sweep_reminders
from marketplace.orders.services import confirm, ship
from marketplace.orders.wishes import ask_to_cancel
from marketplace.sellers.models import DeliveryKind, Seller
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.conversations.talk import answer

SORONG = "92.71.01"
NOON = datetime(2027, 2, 12, 5, 30, tzinfo=UTC)


@pytest.fixture
def sorong(cast: Cast) -> Cast:
    with transaction() as session:
        for row in (
            Province(code="92", name="Papua Barat Daya", search_name="papuabaratdaya"),
            Regency(code="92.71", province_code="92", name="Sorong", search_name="sorong", kind=RegencyKind.CITY),
            District(code=SORONG, regency_code="92.71", name="Sorong", search_name="sorong", postal_codes="98412"),
        ):
            session.add(row)
            session.flush()
        session.get_one(Seller, cast.ratnas.id).district_code = SORONG
    return cast


@pytest.fixture
def sari(sorong: Cast, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(sorong.sari)


@pytest.fixture
def ratna(sorong: Cast, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(sorong.ratna)


def ordered(cast: Cast) -> Order:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    pay(placed.purchase, cast.tono)
    (order,) = orders_of(placed.purchase)
    return order


def news(ratna: FlaskClient) -> str:
    """What Ratna was told last, without its marks."""
    page = ratna.get("/account/notifications").text
    assert "WIB" not in page
    first = page.partition('class="notification__text"')[2].partition("</button>")[0]
    return " ".join(Markup("<p" + first).striptags().split())


def test_the_last_word_of_a_courier_is_told_by_the_clock_of_who_reads_it(
    sorong: Cast, sari: FlaskClient, ratna: FlaskClient
) -> None:
    order = ordered(sorong)
    order_code, purchase_code = order.code, order.purchase.code
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.COURIER
        session.get_one(Purchase, order.purchase_id).place_code = "52.02.02.2010"
    with transaction():
        parcel = ship(order, Actor.SELLER, "JNE", "TG12345678").shipments[0]
        parcel.scans = [{"at": "2026-11-28T01:00:00+00:00", "text": "Diterima"}]
    desk = f"/seller/{sorong.ratnas.code}/orders/{order_code}"
    assert "28 Nov 2026 09.00 WITA: Diterima" in sari.get(f"/purchases/{purchase_code}").text
    assert "28 Nov 2026 10.00 WIT: Diterima" in ratna.get(desk).text


def test_a_conversation_is_told_by_the_clock_of_the_shop(sorong: Cast, sari: FlaskClient, ratna: FlaskClient) -> None:
    with clock.frozen(NOON):
        post = answer(sorong)
    asked = f"/account/posts/{post.code}/reports/new"
    for client, path in (
        (sari, f"/account/conversations/{post.conversation.code}"),
        (ratna, f"/seller/{sorong.ratnas.code}/conversations/{post.conversation.code}"),
        (sari, asked),
    ):
        page = client.get(path).text
        assert "12 Feb 2027 14.30 WIT<" in page and "WIB" not in page, path


def test_what_a_shop_is_told_carries_its_clock(sorong: Cast, ratna: FlaskClient) -> None:
    with clock.frozen(NOON):
        order = ordered(sorong)
    assert "12 Feb 2027 14.30 WIT" in news(ratna)
    with clock.frozen(NOON), transaction() as session:
        confirm(session.get_one(Order, order.id), Actor.SELLER)
    with clock.frozen(NOON), transaction() as session:
        ask_to_cancel(session.get_one(Order, order.id), "")
    assert "Mohon dijawab paling lambat 14 Feb 2027 14.30 WIT." in news(ratna)


def test_a_shop_that_is_reminded_is_told_by_its_clock(sorong: Cast, ratna: FlaskClient) -> None:
    with clock.frozen(NOON):
        order = ordered(sorong)
    assert order.due_at
    with clock.frozen(order.due_at - timedelta(hours=1)), transaction():
        sweep_reminders()
    assert "sampai 16 Feb 2027 02.00 WIT," in news(ratna)


def test_files_of_prices_are_told_by_the_clock_of_the_shop(sorong: Cast, ratna: FlaskClient) -> None:
    rates = f"/seller/{sorong.ratnas.code}/shop/rates"
    file = BytesIO(b"destination,service,price,days_min,days_max\nnowhere,none,1,1,2\n")
    sent = {"form_token": ratna.form_token, "file": (file, "tarif.csv")}  # type: ignore[attr-defined]
    there = ratna.post(f"{rates}/imports", data=sent).location
    for path in (rates, there):
        page = ratna.get(path).text
        assert re.search(r"\d\d\.\d\d WIT · ", page) and "WIB" not in page, path
