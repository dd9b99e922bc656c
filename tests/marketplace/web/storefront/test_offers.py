"""What each choice of a piece costs, and which one a page begins with."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.crafts.models import Measure
from catalog.db import db, transaction
from catalog.inventory.models import Stock
from catalog.money import Money
from catalog.products.measures import ContentUnit, Measures
from catalog.products.models import Fulfilment, PriceSpan, Product, ProductPicture, Variant
from catalog.products.prices import set_breaks
from tests import factories

SMALL, LARGE = ((5, 16_500), (10, 15_000)), ((5, 21_000), (10, 19_500))


def plate(cast: Any, **values: Any) -> Product:
    with transaction():
        piece = factories.product(cast.ratnas, "Piring lidi nipah", variants=2, **values)
        for variant, price, steps in zip(piece.variants, (18_000, 23_000), (SMALL, LARGE), strict=True):
            variant.price = Money(price)
            set_breaks(variant, [(quantity, Money(each)) for quantity, each in steps])
        db.session.flush()
        db.session.execute(db.delete(PriceSpan).where(PriceSpan.until.is_not(None)))  # it never cost anything else
    return piece


def page(client: FlaskClient, piece: Any, query: str = "", start: str = "") -> str:
    return client.get(f"{start}/products/{piece.slug}-{piece.code}{query}").text


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def headline(text: str) -> str:
    """What stands above the picker before anything is chosen."""
    return plain(re.split(r"<template|</price-of-choice", text.partition("<price-of-choice")[2])[0].partition(">")[2])


def templates(text: str) -> dict[str, str]:
    return {
        code: plain(html) for code, html in re.findall(r'<template data-choice="(\w+)">(.*?)</template>', text, re.S)
    }


def options(text: str) -> list[str]:
    return [
        plain(one.partition("</label>")[0].partition(">")[2])
        for one in text.split('<label class="variant-picker__option')[1:]
    ]


class TestPriceOfChoice:
    def test_it_begins_with_the_lowest_and_each_choice_tells_its_own(self, client: FlaskClient, cast: Any) -> None:
        text = page(client, plate(cast))
        assert headline(text) == "mulai Rp18.000"
        small, large = options(text)
        assert "Rp18.000" in small and "5–9 buah: Rp16.500 · 10 atau lebih: Rp15.000" in small
        assert "Rp23.000" in large and "5–9 buah: Rp21.000 · 10 atau lebih: Rp19.500" in large
        assert "Rp21.000" not in small

    def test_the_words_for_each_wait_in_the_page(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        told = templates(page(client, piece, start="/en"))
        assert list(told) == [one.code for one in piece.variants]
        assert told[piece.variants[0].code] == "Rp18,000 1–4 pieces Rp18,000 5–9 pieces Rp16,500 10 or more Rp15,000"
        assert told[piece.variants[1].code] == "Rp23,000 1–4 pieces Rp23,000 5–9 pieces Rp21,000 10 or more Rp19,500"

    def test_who_asks_for_one_sees_what_that_one_costs(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        told = headline(page(client, piece, f"?variant={piece.variants[1].code}"))
        assert told.startswith("Rp23.000") and "Rp19.500" in told and "Rp18.000" not in told

    def test_what_is_alike_for_all_stands_once_above(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        with transaction():
            piece = db.session.merge(piece)
            piece.variants[1].price = Money(18_000)
            set_breaks(piece.variants[1], [(quantity, Money(each)) for quantity, each in SMALL])
            db.session.flush()
            db.session.execute(db.delete(PriceSpan))
        text = page(client, piece)
        assert "<price-of-choice" not in text and "mulai Rp18.000" not in plain(text)
        assert text.count("price-breaks__step--current") == 1 and "Rp16.500" not in "".join(options(text))

    def test_the_lowest_of_what_can_be_bought(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        with transaction():
            db.session.get_one(Stock, piece.variants[0].id).on_hand = 0
        text = page(client, piece)
        assert headline(text).startswith("Rp23.000 1–4 buah")
        assert list(templates(text)) == [piece.variants[1].code]

    def test_a_reduced_choice_shows_what_it_cost(self, client: FlaskClient, cast: Any) -> None:
        with clock.frozen(clock.now() - timedelta(days=60)):
            piece = plate(cast)
        with transaction():
            db.session.merge(piece).variants[1].price = Money(22_000)
        text = page(client, piece)
        small, large = options(text)
        assert "Harga semula Rp23.000" in large and "Harga semula" not in small
        assert headline(text).startswith("mulai Rp18.000") and "Harga semula" not in headline(text)
        small_told, large_told = templates(text).values()
        assert "Harga semula Rp23.000" in large_told and "Harga semula" not in small_told

    def test_a_deposit_is_that_of_its_choice(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        with transaction():
            large = db.session.merge(piece).variants[1]
            large.fulfilment, large.lead_days, large.deposit_percent = Fulfilment.MADE_TO_ORDER, 20, 50
            large.price = Money(1_000_000)
        text = page(client, piece, start="/en")
        small_line, large_line = options(text)
        assert "Deposit of 50 percent: Rp500,000 when you order, Rp500,000 when it is ready" in large_line
        assert "eposit" not in small_line + headline(text)
        assert "Uang muka 50 persen: Rp500.000 saat memesan" in options(page(client, piece))[1]
        told = templates(text)
        assert "a deposit of 50 percent" in told[piece.variants[1].code]
        assert "deposit" not in told[piece.variants[0].code]

    def test_a_unit_price_stands_above_only_where_it_is_that_of_all(self, client: FlaskClient, cast: Any) -> None:
        with transaction():
            pepper = factories.product(cast.ratnas, "Lada putih butir", price=50_000, variants=2)
            pepper.craft.measure = Measure.CONTENT
            for variant, content in zip(pepper.variants, (500, 2000), strict=True):
                variant.measures = Measures(content, ContentUnit.GRAM)
        text = page(client, pepper)
        assert headline(text) == "mulai Rp50.000"
        assert [told.partition(" ")[2] for told in templates(text).values()] == ["Rp100.000 per kg", "Rp50.000 per kg"]

    def test_as_many_can_be_asked_for_as_there_are_of_any(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        with transaction():
            db.session.get_one(Stock, piece.variants[0].id).on_hand = 1
            db.session.get_one(Stock, piece.variants[1].id).on_hand = 40
        assert re.search(r'name="quantity"[^>]* max="99"', page(client, piece))


def renamed(cast: Any, stock: int = 1) -> Product:
    """A piece whose first variant is no longer sold; it alone was made to order and had no option."""
    with transaction():
        piece = factories.product(cast.ratnas, "Songkok resam", variants=2, stock=stock)
        old = piece.variants[0]
        old.is_active, old.values = False, []
        old.fulfilment, old.lead_days = Fulfilment.MADE_TO_ORDER, 20
        piece.options[0].key = "head-size"
    return piece


class TestAnInactiveVariant:
    def test_says_nothing_of_what_is_sold(self, client: FlaskClient, cast: Any) -> None:
        text = page(client, renamed(cast))
        assert "promise--ready" in text and "promise--made" not in text
        assert 'class="head-guide"' in text
        assert "Kabari saya saat ada lagi" in page(client, renamed(cast, stock=0))

    def test_names_no_picker(self, client: FlaskClient, cast: Any) -> None:
        with transaction():
            piece = factories.product(cast.ratnas, "Songkok resam", variants=3)
            piece.variants[0].is_active, piece.variants[0].values = False, []
        assert re.search(r"variant-picker__legend\">Ukuran<", page(client, piece))

    def test_cannot_be_asked_for(self, client: FlaskClient, cast: Any) -> None:
        piece = plate(cast)
        with transaction():
            old = Variant(
                seller_id=piece.seller_id, sku="OLD", price=Money(9_000), weight=400, box_length=30, box_width=20,
                box_height=6, position=9, is_active=False,
            )  # fmt: skip
            db.session.merge(piece).variants.append(old)
        assert headline(page(client, piece, f"?variant={old.code}")) == "mulai Rp18.000"


def test_a_choice_with_several_photos_shows_its_first(client: FlaskClient, cast: Any) -> None:
    piece = plate(cast)
    with transaction():
        piece = db.session.merge(piece)
        shown = [factories.image(owner=cast.ratnas.code) for _ in range(2)]
        for place, image in enumerate(shown, 1):
            piece.pictures.append(ProductPicture(image=image, position=place, variant_id=piece.variants[1].id))
    label = page(client, piece).split('<label class="variant-picker__option')[2].partition("</label>")[0]
    assert 'data-slide="gallery-2"' in label


@pytest.mark.parametrize("start", ["", "/en"])
def test_an_old_address_keeps_what_it_asks_for(client: FlaskClient, cast: Any, start: str) -> None:
    piece = plate(cast)
    query = f"?variant={piece.variants[1].code}&from=a%20b%0D%0AX:y"
    answer = client.get(f"{start}/products/nama-lama-{piece.code}{query}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{start}/products/{piece.slug}-{piece.code}{query}"
