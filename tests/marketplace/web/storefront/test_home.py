"""The front door changes with what curators put forward, with the season, and with the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog import clock
from catalog.collections.services import create_collection, place
from catalog.db import db, transaction
from catalog.products.models import Product
from catalog.products.queries import list_newest
from catalog.search.cards import list_cards
from marketplace.web.pieces import show
from marketplace.web.storefront import home
from tests import factories

CHRISTMAS = datetime(2027, 12, 10, 5, tzinfo=UTC)
JUNE = datetime(2027, 6, 20, 5, tzinfo=UTC)


@pytest.fixture
def shelves(cast: Any) -> Any:
    with transaction():
        for number in range(4):
            craft = factories.craft("rajutan-renda", "Rajutan renda")
            factories.product((cast.ratnas, cast.budis)[number % 2], f"Renda nomor {number}", craft=craft)
    return cast


def hero(text: str) -> str:
    return text.partition('class="hero"')[2].partition("</section>")[0]


def test_without_curators_and_season_a_piece_opens_and_takes_turns_at_the_shops_midnight(
    client: FlaskClient, shelves: Any
) -> None:
    openings = []
    for day in range(12):
        noon, late = JUNE + timedelta(days=day), JUNE + timedelta(days=day, hours=11, minutes=59)
        with clock.frozen(noon):
            openings.append(hero(client.get("/").text))
        with clock.frozen(late):
            assert hero(client.get("/").text) == openings[-1]
        with clock.frozen(late + timedelta(minutes=2)):
            tomorrows = hero(client.get("/").text)
        with clock.frozen(noon + timedelta(days=1)):
            assert hero(client.get("/").text) == tomorrows
    assert all("Karya hari ini" in one and "hero__label-title" in one for one in openings)
    assert all("picture--none" not in one for one in openings)
    assert len(set(openings)) > 1


def test_the_piece_of_the_day_stays_when_another_comes_or_goes(app: Flask, shelves: Any) -> None:
    with app.test_request_context("/"):
        pieces = [show(card) for card in list_cards(list_newest(12))]
        chosen = home.of_the_day(pieces)
        assert chosen is not None
        for gone in pieces:
            if gone != chosen:
                assert home.of_the_day([one for one in pieces if one != gone]) == chosen
        assert home.of_the_day([replace(one, sold_out=True) for one in pieces]) is None
        assert home.of_the_day([replace(one, image=None) for one in pieces]) is None


def test_in_its_season_the_home_shows_what_belongs_to_it(client: FlaskClient, shelves: Any) -> None:
    with clock.frozen(CHRISTMAS):
        text = client.get("/").text
        english = client.get("/en/").text
    assert "Hadiah Natal" in hero(text) and "Gifts for Christmas" in hero(english)
    assert "/products?craft=rajutan-renda&amp;craft=batok-kelapa&amp;craft=madu" in text
    assert all(f"Renda nomor {number}" in text for number in range(4))


def test_a_season_with_too_little_stays_away(client: FlaskClient, cast: Any) -> None:
    with clock.frozen(CHRISTMAS):
        assert "Hadiah Natal" not in client.get("/").text


def test_curators_come_before_the_season_with_their_words_and_only_in_their_window(
    client: FlaskClient, shelves: Any
) -> None:
    with clock.frozen(CHRISTMAS):
        assert "Hadiah Natal" in hero(client.get("/").text)
        with transaction():
            collection = create_collection(
                "Benang dan timah",
                CHRISTMAS - timedelta(days=3),
                lead="Dua tangan.",
                ends_at=CHRISTMAS + timedelta(days=3),
            )
            for product in (shelves.shawl, shelves.plaque):
                placed = place(collection, db.session.get_one(Product, product.id))
            placed.note, placed.note_en = "Tepinya dipilin tangan.", "Its edge is twisted by hand."
            place(collection, db.session.scalars(select(Product).where(Product.title == "Renda nomor 0")).one())
        text, english = client.get("/").text, client.get("/en/").text
    assert "Benang dan timah" in hero(text) and "Pilihan Dekranasda · sampai 13 Des" in hero(text)
    assert 'lang="id">Benang dan timah</h1>' in english and 'lang="id">Dua tangan.</p>' in english
    assert "Hadiah Natal" in text and "Hadiah Natal" not in hero(text)
    assert "“Tepinya dipilin tangan.”" in text and "“Its edge is twisted by hand.”" in english
    for days in (-4, 4):
        with clock.frozen(CHRISTMAS + timedelta(days=days)):
            assert "Benang dan timah" not in client.get("/").text, days


def test_a_sold_out_piece_is_not_put_forward_for_the_season(client: FlaskClient, shelves: Any) -> None:
    with transaction():
        factories.product(shelves.ratnas, "Renda habis", stock=0, craft=factories.craft("rajutan-renda"))
    with clock.frozen(CHRISTMAS):
        season = client.get("/").text.partition("Untuk hari-hari ini")[2].partition("</section>")[0]
    assert "Renda nomor" in season and "Renda habis" not in season


def test_the_hands_are_those_of_the_newest_pieces(client: FlaskClient, shelves: Any) -> None:
    text = client.get("/").text
    assert text.count('class="maker-card"') == 2


def test_an_empty_shop_says_what_comes(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "Karya pertama" in text and "Karya hari ini" not in text


def test_the_season_costs_no_query_of_its_own(
    client: FlaskClient, shelves: Any, count_queries: Callable[..., Any]
) -> None:
    with clock.frozen(CHRISTMAS):
        client.get("/?seen=before")
        with count_queries(at_most=6):
            client.get("/")
