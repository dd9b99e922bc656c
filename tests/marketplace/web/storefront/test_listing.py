"""What a list can be narrowed and sorted by, and what it says when another engine stands in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.money import Money
from catalog.products.models import Dye, Fulfilment, Option, OptionValue
from catalog.products.services import rate
from catalog.search.query import Query, Results
from catalog.search.upkeep import rebuild
from tests import factories


def found(client: FlaskClient, address: str) -> list[str]:
    """The codes of the pieces on a list, in their order."""
    text = client.get(address).text.partition('id="results"')[2]
    return list(dict.fromkeys(re.findall(r'href="/products/[a-z0-9-]+-([0-9A-Za-z]{10})"', text)))


def offered(client: FlaskClient, address: str, name: str) -> dict[str, int]:
    """The values of a facet with their counts."""
    pattern = rf'name="{name}" value="([^"]+)".*?facet__count">(\d+)<'
    return {value: int(count) for value, count in re.findall(pattern, client.get(address).text)}


@pytest.fixture
def shirt(app: Flask, cast: Any) -> Any:
    """Small in red and ready; large in black, made to order and dearer."""
    with transaction() as session:
        shirt = factories.product(cast.ratnas, "Kemeja cual", 200_000, variants=2, dye=Dye.NATURAL)
        size = shirt.options[0]
        size.values[0].key, size.values[1].key = "s", "l"
        colour = Option(key="colour", name="Warna", name_en="Colour", position=1)
        colour.values = [
            OptionValue(key="merah", name="Merah", name_en="Red", position=0),
            OptionValue(key="hitam", name="Hitam", name_en="Black", position=1),
        ]
        shirt.options.append(colour)
        for variant, value, price in zip(shirt.variants, colour.values, (200_000, 900_000), strict=True):
            variant.values.append(value)
            variant.price = Money(price)
        large = shirt.variants[1]
        large.fulfilment, large.lead_days = Fulfilment.MADE_TO_ORDER, 9
        session.flush()
        rebuild(app.extensions["house"].ports.search)
    return shirt


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("?colour=merah&size=s", True),
        ("?colour=merah&size=l", False),
        ("?colour=hitam&price_high=300.000", False),
        ("?colour=hitam&price_low=300.000", True),
        ("?size=l&fulfilment=ready", False),
        ("?size=l&fulfilment=made_to_order", True),
        ("?size=l&in_stock=true", True),
    ],
)
def test_all_that_is_asked_of_a_variant_holds_for_one_and_the_same(
    client: FlaskClient, shirt: Any, address: str, fits: bool
) -> None:
    assert found(client, f"/products{address}") == ([shirt.code] if fits else [])


def test_bounds_that_came_the_wrong_way_round_are_named_as_they_hold(client: FlaskClient, shirt: Any) -> None:
    text = client.get("/en/products?price_low=300.000&price_high=100.000&craft=tenun-cual").text
    boxes = dict(re.findall(r'name="(price_[a-z]+)" value="([^"]*)"', text))
    assert boxes == {"price_low": "100.000", "price_high": "300.000"}
    chips = re.findall(r'class="chips__chip" href="([^"]*)"><span[^>]*>[^<]*</span>([^<]*)', text)
    low, high = (next(url for url, label in chips if label.startswith(word)) for word in ("from", "up to"))
    assert "price_high=300.000" in low and "price_low" not in low
    assert "price_low=100.000" in high and "price_high" not in high


def test_choices_are_offered_under_their_names(client: FlaskClient, shirt: Any) -> None:
    text = client.get("/en/products?colour=merah").text
    assert "Red" in text and 'value="merah" checked' in text
    assert offered(client, "/products?colour=merah", "colour") == {"merah": 1, "hitam": 1}
    assert offered(client, "/products", "size") == {}
    assert offered(client, "/products?craft=tenun-cual", "size") == {"s": 1, "l": 1}
    assert offered(client, "/products?craft=tenun-cual&colour=merah&size=l", "size") == {"s": 1, "l": 0}


def test_the_dye_narrows(client: FlaskClient, shirt: Any) -> None:
    assert found(client, "/products?dye=natural") == [shirt.code]
    assert found(client, "/products?dye=synthetic") == []


def test_the_best_rated_come_first_and_of_equals_what_more_people_rated(
    app: Flask, client: FlaskClient, shirt: Any, cast: Any
) -> None:
    def rated(product: Any, total: int, count: int) -> None:
        with transaction() as session:
            session.add(product)
            rate(product, total, count)

    rated(cast.shawl, 9, 2)
    rated(cast.plaque, 45, 10)
    assert found(client, "/products?sort=rating") == [cast.plaque.code, cast.shawl.code, shirt.code]
    rated(cast.shawl, 10, 2)
    assert found(client, "/products?sort=rating") == [cast.shawl.code, cast.plaque.code, shirt.code]
    rated(cast.shawl, 0, 0)
    assert found(client, "/products?sort=rating")[0] == cast.plaque.code
    assert 'value="rating"' in client.get("/products").text


def test_places_open_one_below_the_other(client: FlaskClient, shirt: Any) -> None:
    assert offered(client, "/products", "place") == {"19.05": 2, "19.71": 1}
    assert offered(client, "/products?place=19.05", "place") == {"19": 3, "19.05": 2, "19.05.01": 2, "19.71": 1}
    assert len(found(client, "/products?place=19&place=19.71")) == 1


def test_the_histogram_shows_what_the_price_leaves(client: FlaskClient, shirt: Any) -> None:
    text = client.get("/products?price_low=300.000").text
    bars = re.findall(r"<rect [^>]*?( class=\"price-range__in\")?><title>([^<]+): (\d+)</title>", text)
    assert sum(int(count) for mark, _, count in bars if mark) == 3
    assert [count for mark, _, count in bars if not mark and count != "0"] == ["1"]
    assert any("Rp200.000" in words for _, words, _ in bars)


def test_a_list_by_a_stand_in_says_so_and_is_not_kept(
    app: Flask, client: FlaskClient, shirt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = app.extensions["house"].ports.search
    search = index.search

    def stand_in(query: Query) -> Results:
        return replace(search(query), by_stand_in=True)

    monkeypatch.setattr(index, "search", stand_in)
    answer = client.get("/products")
    assert 'class="notice' in answer.text and answer.headers["Cache-Control"] == "private, no-store"
    monkeypatch.undo()
    answer = client.get("/products")
    assert 'class="notice' not in answer.text and "public" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "spans"),
    [
        ("?price_low=300.000", True),
        ("?price_high=950.000", True),
        ("?size=l", True),
        ("?colour=hitam", True),
        ("?fulfilment=made_to_order", True),
        ("?in_stock=true", True),
        ("?q=kemeja&price_low=300.000", True),
        ("", False),
        ("?q=kemeja", False),
        ("?dye=natural", False),
        ("?sort=price_low", False),
    ],
)
def test_a_list_that_asks_for_a_price_or_a_choice_tells_all_prices(
    client: FlaskClient, shirt: Any, query: str, spans: bool
) -> None:
    for start, low, high, begins in (
        ("", "Rp200.000", "Rp900.000", "mulai"),
        ("/en", "Rp200,000", "Rp900,000", "from"),
    ):
        text = client.get(f"{start}/{'search' if 'q=' in query else 'products'}{query}").text
        card = text.partition('id="results"')[2].partition(shirt.code)[2].partition('class="card__price">')[2]
        told = re.sub(r"<[^>]+>|\s+", " ", card.partition("</p>")[0]).split()
        assert told == ([low, "–", high] if spans else [begins, low])


def test_a_piece_of_one_price_tells_one(client: FlaskClient, shirt: Any, cast: Any) -> None:
    text = client.get("/products?price_low=300.000").text.partition('id="results"')[2]
    price = text.partition(cast.shawl.code)[2].partition('class="card__price">')[2].partition("</p>")[0]
    assert "–" not in price and "mulai" not in price
