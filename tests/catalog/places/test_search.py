"""Finding places by what people type."""

from __future__ import annotations

import pytest
from flask import Flask

from catalog.places.gazetteer import Level
from catalog.places.queries import search_places

UPPER = (Level.PROVINCE, Level.REGENCY, Level.DISTRICT)


def first(text: str, **options: object) -> str | None:
    found = search_places(text, **options)  # type: ignore[arg-type]
    return found[0].code if found else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Pangkal Pinang", "19.71"),
        ("pangkalpinang", "19.71"),
        ("PANGKAL-PINANG", "19.71"),
        ("  pangkal   pinang ", "19.71"),
        ("Mentok", "19.05.01"),
        ("Muntok", "19.05.01"),
        ("munt", "19.05.01"),
        ("air gegas", "19.03.03"),
        ("Airgegas", "19.03.03"),
        ("tanjung pandan", "19.02.01"),
        ("beltim", "19.06"),
        ("Belitong", "19.02"),
        ("belitong timur", "19.06"),
        ("babel", "19"),
        ("bangka belitung", "19"),
        ("ntb", "52"),
        ("30 ilir", "16.71.01.1003"),
        ("tiga puluh ilir", "16.71.01.1003"),
        ("19.05.04.2005", "19.05.04.2005"),
        ("19.05", "19.05"),
        ("jakarta sel", "31.74"),
    ],
)
def test_knows_spellings_aliases_and_codes(loaded: Flask, text: str, code: str) -> None:
    assert first(text) == code


def test_dendang_is_a_village_and_a_district(loaded: Flask) -> None:
    found = search_places("Dendang", within="19")
    assert [(place.code, place.label) for place in found[:2]] == [
        ("19.06.03", "Dendang, Belitung Timur"),
        ("19.05.04.2005", "Dendang, Kelapa, Bangka Barat"),
    ]
    assert first("dendang", levels=[Level.VILLAGE], within="19") == "19.05.04.2005"


def test_sukarara_is_told_apart_by_its_path(loaded: Flask) -> None:
    labels = [place.label for place in search_places("sukarara", [Level.VILLAGE])]
    assert labels == ["Sukarara, Jonggat, Lombok Tengah", "Sukarara, Sakra Barat, Lombok Timur"]


@pytest.mark.parametrize(
    "text",
    [
        "Dendang, Kelapa",
        "dendang kelapa",
        "dendang bangka barat",
        "desa dendang, kab. bangka barat",
        "dendang, babar",
    ],
)
def test_a_wider_place_behind_narrows(loaded: Flask, text: str) -> None:
    assert [place.code for place in search_places(text)] == ["19.05.04.2005"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kota bandung", "32.73"),
        ("kab. bandung", "32.04"),
        ("Kabupaten Bandung", "32.04"),
        ("kec. kelapa", "19.05.04"),
        ("desa dendang", "19.05.04.2005"),
        ("kota agung", "16.04.07"),  # a district's own name, not the kind
    ],
)
def test_a_word_for_the_kind_narrows(loaded: Flask, text: str, code: str) -> None:
    assert first(text) == code


def test_the_whole_name_comes_before_beginnings_words_and_insides(loaded: Flask) -> None:
    names = [place.name for place in search_places("koba", limit=500)]
    assert names[0] == "Koba"
    beginnings = [n for n, name in enumerate(names) if name.lower().startswith("koba")]
    insides = [n for n, name in enumerate(names) if n not in beginnings]
    assert len(beginnings) > 1 and insides and max(beginnings) < min(insides)


def test_a_postal_code_finds_its_district_and_villages(loaded: Flask) -> None:
    found = search_places("33364", limit=20)
    assert found[0].code == "19.05.04"
    assert "19.05.04.2005" in [place.code for place in found]


def test_a_wrong_letter_still_finds(loaded: Flask) -> None:
    assert first("pangkalpinag") == "19.71"
    assert first("tobuali") == "19.03.01"


def test_levels_limit_and_within_are_kept(loaded: Flask) -> None:
    assert len(search_places("su", limit=3)) == 3
    assert search_places("pangkal pinang", within="32") == []
    assert {place.level for place in search_places("bangka", [Level.REGENCY])} == {Level.REGENCY}
    assert search_places("19.05.04", [Level.PROVINCE]) == []


@pytest.mark.parametrize("text", ["", "   ", "%", "_", ",", "'; --", "99.99", "00000", "ab," * 60, "a " * 60, "𝕏"])
def test_odd_input_is_harmless(loaded: Flask, text: str) -> None:
    assert isinstance(search_places(text), list)
