"""Every list promises what the page of the piece does: the day of its maker's queue, and what is ready first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory import promises
from catalog.inventory.models import Stock
from catalog.inventory.queue import HORIZON, next_month
from catalog.inventory.services import set_level
from catalog.makers.models import Maker
from catalog.products.models import Fulfilment, Product
from catalog.search import upkeep
from catalog.search.cards import list_cards
from marketplace.sellers.closures import close
from marketplace.sellers.models import Seller
from marketplace.web.filters import day_short
from marketplace.web.pieces import choices, shown
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)  # a Monday


@pytest.fixture
def cloth(app: Flask, cast: Cast) -> Any:
    """Woven to order in twenty working days by a maker who makes one a month."""
    with clock.frozen(NOW):
        with transaction():
            piece = factories.product(cast.ratnas, "Kain pesanan", stock=None, title_en="Ordered cloth")
            factories.product(cast.ratnas, "Kain kedua", title_en="Second cloth")
            promises.set_pace(piece.maker, 1)
        reindex(app)
        yield piece


@pytest.fixture
def both(app: Flask, cast: Cast) -> Product:
    """Small and there, large and made to order in nine working days."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kain dua ukuran", stock=5, variants=2, title_en="Cloth of two sizes")
        large = piece.variants[1]
        db.session.execute(db.update(Stock).where(Stock.variant_id == large.id).values(on_hand=0))
        large.fulfilment, large.lead_days = Fulfilment.MADE_TO_ORDER, 9
    reindex(app)
    return piece


def reindex(app: Flask) -> None:
    with transaction():
        upkeep.rebuild(app.extensions["house"].ports.search)


def lists_with(piece: Product, beside: Product) -> list[str]:
    """Wherever it stands in a row: list, search, home, its maker, the page of another piece."""
    maker = piece.maker
    return [
        "/products", "/search?q=kain", "/", f"/makers/{maker.slug}-{maker.code}", f"/products/{beside.slug}-{beside.code}",
    ]  # fmt: skip


def note(client: FlaskClient, address: str, piece: Product) -> str:
    """What the card of the piece says there."""
    cards = client.get(address).text.split('<article class="card')[1:]
    own = next(one for one in cards if f'{piece.slug}-{piece.code}"' in one.partition("</h")[0])
    found = re.search(r'card__note">([^<]+)<', own)
    assert found is not None
    return found[1]


def page(client: FlaskClient, piece: Product, prefix: str = "") -> str:
    return client.get(f"{prefix}/products/{piece.slug}-{piece.code}").text


def order(piece: Product, reference: str) -> date:
    variant = next(one for one in piece.variants if one.is_made_to_order)
    with transaction():
        return promises.book({reference: {variant.id: 1}})[reference][variant.id]


def maker_of(piece: Product) -> Maker:
    return db.session.get_one(Maker, piece.maker_id)


def test_every_list_says_the_day_of_the_page_in_both_languages(client: FlaskClient, cast: Cast, cloth: Product) -> None:
    for number in range(4):
        order(cloth, f"order-{number}")
    assert "Made for you, shipped by Thu, 1 Apr 2027" in page(client, cloth, "/en")
    for address in lists_with(cloth, cast.shawl):
        assert note(client, address, cloth) == "Dibuat sesuai pesanan · siap 1 Apr", address
        assert note(client, f"/en{address}", cloth) == "Made to order · ready 1 Apr", address


def test_a_kept_list_follows_the_queue(client: FlaskClient, cast: Cast, cloth: Product) -> None:
    def says(day: str) -> None:
        assert f"Made for you, shipped by {day}<" in page(client, cloth, "/en")
        short = day.partition(", ")[2].removesuffix(" 2027")
        for address in lists_with(cloth, cast.shawl):
            assert note(client, f"/en{address}", cloth) == f"Made to order · ready {short}", address

    says("Wed, 23 Dec")
    order(cloth, "first")
    says("Sat, 2 Jan 2027")
    order(cloth, "second")
    says("Mon, 1 Feb 2027")
    with transaction():
        promises.release("first")
    says("Wed, 23 Dec")
    with transaction():
        promises.postpone("second", date(2027, 3, 1))
        promises.set_month(maker_of(cloth), date(2026, 12, 1), 0)
    says("Sat, 2 Jan 2027")
    with transaction():
        promises.set_pace(maker_of(cloth), None)
    says("Wed, 23 Dec")


def test_a_queue_without_room_is_no_day(client: FlaskClient, cast: Cast, cloth: Product) -> None:
    with transaction():
        month = date(2026, 12, 1)
        for _ in range(HORIZON + 1):
            promises.set_month(maker_of(cloth), month, 0)
            month = next_month(month)
    assert "The maker takes no more orders at the moment" in page(client, cloth, "/en")
    for address in lists_with(cloth, cast.shawl):
        assert note(client, f"/en{address}", cloth) == "The maker takes no more orders at the moment", address
        assert note(client, address, cloth) == "Perajin sedang tidak menerima pesanan lagi", address


def test_what_is_there_is_said_before_what_is_made(client: FlaskClient, cast: Cast, both: Product) -> None:
    large = both.variants[0]
    for left, says, sagt in (
        (5, "Ready to ship", "Siap kirim"),
        (2, "Ready to ship · 2 left", "Siap kirim · 2 tersisa"),
        (1, "Ready to ship · only one", "Siap kirim · 1 tersisa"),
    ):
        with transaction():
            set_level(db.session.get_one(type(large), large.id), left, "count")
        for address in lists_with(both, cast.shawl):
            assert note(client, f"/en{address}", both) == says, address
            assert note(client, address, both) == sagt, address
    with transaction():
        set_level(db.session.get_one(type(large), large.id), 0, "count")
    assert note(client, "/en/products", both).startswith("Made to order · ready ")


@pytest.mark.parametrize(
    ("takes_orders", "pace", "says"),
    [
        (False, None, "Closed until 5 Dec"),
        (True, None, "Made to order · ready 16 Dec"),
        (True, 24, "Made to order · ready 16 Dec"),
    ],
)
def test_a_shop_that_is_away_says_what_can_be_bought(
    client: FlaskClient, cast: Cast, both: Product, takes_orders: bool, pace: int | None, says: str
) -> None:
    with clock.frozen(NOW):
        with transaction():
            promises.set_pace(maker_of(both), pace)
            close(db.session.get_one(Seller, cast.ratnas.id), NOW.date(), date(2026, 12, 5), takes_orders=takes_orders)
        assert note(client, "/en/products", both) == says
        text = page(client, both, "/en")
        assert "Closed until 5 Dec" in text
        assert ("Made for you, shipped by Wed, 16 Dec" in text) == takes_orders
        assert note(client, "/en/products", cast.shawl) == "Closed until 5 Dec", "nothing of it is made to order"


@both_databases
@pytest.mark.parametrize("orders", [0, 1, 3])
def test_a_card_and_the_picker_have_one_day(
    app: Flask, cast: Cast, both: Product, orders: int, count_queries: Callable[..., Any]
) -> None:
    with clock.frozen(NOW), app.test_request_context("/"):
        with transaction():
            promises.set_pace(maker_of(both), 3)
            set_level(db.session.merge(both).variants[0], 0, "count")
        for number in range(orders):
            order(both, f"order-{number}")
        with transaction():
            promises.set_month(maker_of(both), date(2027, 1, 1), 2)
        db.session.expunge_all()
        with count_queries(at_most=1):
            (card,) = list_cards([both.code])
        made = choices(db.session.get_one(Product, both.id), None)[1]
        assert made.available and card.queue is not None
        assert shown([both.code])[0].note == f"Dibuat sesuai pesanan · siap {day_short(made.ready_on)}"
