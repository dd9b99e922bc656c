"""What is written in one language only is shown in that one: it says so, for eyes and for screen readers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import transaction
from catalog.products.models import Product
from catalog.search.projection import document_of
from catalog.search.upkeep import rebuild
from catalog.text import told
from tests.cast import Cast

ONLY_INDONESIAN = "So far this is written in Indonesian only."
PARTLY_INDONESIAN = "So far part of this is written in Indonesian only."
TEXTS = {
    "title": ("Selendang cual kembang setaman", "Cual shawl"),
    "description": ("Ditenun di Mentok dengan benang sutra dan emas.", "Woven in Mentok with silk and gold thread."),
    "care": ("Angin-anginkan di tempat teduh.", "Air it in the shade."),
    "variation_note": ("Merahnya dapat berbeda.", "The red may differ."),
}


def write(product: Product, indonesian: Any = TEXTS, english: Any = TEXTS) -> None:
    with transaction() as session:
        piece = session.get_one(Product, product.id)
        for name, (text, text_en) in TEXTS.items():
            setattr(piece, name, text if name in indonesian else "")
            setattr(piece, f"{name}_en", text_en if name in english else "")


def page(client: FlaskClient, product: Product, prefix: str = "") -> str:
    return client.get(f"{prefix}/products/x-{product.code}", follow_redirects=True).text


def test_a_piece_in_both_languages_says_nothing_of_languages(client: FlaskClient, cast: Cast) -> None:
    write(cast.shawl)
    for prefix in ("", "/en"):
        text = page(client, cast.shawl, prefix)
        assert "told-note" not in text
        assert 'lang="id"' not in text.split("<main", 1)[1].split("</main>")[0]


def test_without_english_the_indonesian_stands_in_and_says_so(client: FlaskClient, cast: Cast) -> None:
    write(cast.shawl, english=())
    text = page(client, cast.shawl, "/en")
    assert ONLY_INDONESIAN in text
    assert '<h1 class="product__title" lang="id">' in text
    assert f'<div class="told" lang="id"><p>{TEXTS["description"][0]}' in text
    assert f'<p lang="id"><em>{TEXTS["variation_note"][0]}' in text
    assert "told-note" not in page(client, cast.shawl)


@pytest.mark.parametrize("missing", TEXTS)
def test_one_missing_text_is_told_as_a_part(client: FlaskClient, cast: Cast, missing: str) -> None:
    write(cast.shawl, english=set(TEXTS) - {missing})
    text = page(client, cast.shawl, "/en")
    assert PARTLY_INDONESIAN in text
    assert TEXTS[missing][0] in text


def test_without_indonesian_the_english_stands_in_and_says_so(client: FlaskClient, cast: Cast) -> None:
    write(cast.shawl, indonesian={"title"})
    text = page(client, cast.shawl)
    assert "Sejauh ini sebagian hanya ditulis dalam bahasa Inggris." in text
    assert f'<div class="told" lang="en"><p>{TEXTS["description"][1]}' in text
    assert "told-note" not in page(client, cast.shawl, "/en").replace(PARTLY_INDONESIAN, "")


def test_cards_say_the_language_of_a_title_that_stands_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    write(cast.shawl, english=())
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    text = client.get("/en/products").text
    assert f'lang="id">{TEXTS["title"][0]}</a>' in text
    assert 'lang="id">Pewter plaque' not in text


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("written", ["indonesian", "english"])
def test_search_finds_a_piece_by_the_language_that_it_has(
    app: Flask, client: FlaskClient, cast: Cast, prefix: str, written: str
) -> None:
    write(cast.shawl, **{"english" if written == "indonesian" else "indonesian": {"title"}})
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    found = document_of(cast.shawl)
    assert found is not None
    word = "ditenun" if written == "indonesian" else "woven"
    assert cast.shawl.code in client.get(f"{prefix}/search?q={word}").text
    assert (
        TEXTS["description"][0] if written == "indonesian" else TEXTS["description"][1]
    ) in f"{found.text}\n{found.text_en}"


def test_a_maker_s_story_says_its_language(client: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        maker = session.merge(cast.shawl.maker)
        maker.story = "Menenun sejak kecil."
    text = client.get(f"/en/makers/{maker.slug}-{maker.code}").text
    assert '<div class="told" lang="id"><p>Menenun sejak kecil.' in text
    assert ONLY_INDONESIAN in text


class TestTheRule:
    """Asked for in one language: that one, else the other, else nothing, and never with a false language."""

    class Thing:
        note, note_en = "Catatan", ""
        line, line_en = "", "Line"
        bare = "Saja"
        empty, empty_en = "", ""

    @pytest.mark.parametrize(
        ("name", "asked", "text", "locale", "is_other"),
        [
            ("note", "id", "Catatan", "id", False), ("note", "en", "Catatan", "id", True),
            ("line", "id", "Line", "en", True), ("line", "en", "Line", "en", False),
            ("bare", "en", "Saja", "id", True), ("empty", "en", "", "id", False), ("empty", "id", "", "id", False),
        ],
    )  # fmt: skip
    def test_holds(self, name: str, asked: str, text: str, locale: str, is_other: bool) -> None:
        found = told(self.Thing(), name, asked)
        assert (found.text, found.locale, found.is_other) == (text, locale, is_other)
        assert found.other == (locale if is_other else "")
