"""Names, parents, clocks and postal codes of places."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from flask import Flask
from sqlalchemy import event

from catalog.db import db
from catalog.places import queries
from catalog.places.gazetteer import Level, aliases, gazetteer, level_of, parent_code, rows
from catalog.places.models import Regency, RegencyKind, VillageKind
from catalog.places.queries import (
    find_by_postal_code,
    find_place,
    list_districts,
    list_provinces,
    list_regencies,
    list_villages,
    place_label,
    place_labels,
    place_path,
    postal_code_fits,
    zone_of,
)
from catalog.text import squeeze


def test_the_nation_is_whole() -> None:
    levels = Counter(place.level for place in gazetteer().values())
    assert levels == {Level.PROVINCE: 38, Level.REGENCY: 514, Level.DISTRICT: 7285}
    assert all(parent_code(code) in gazetteer() for code in gazetteer() if "." in code)
    kinds = Counter(place.kind for place in gazetteer().values() if place.level is Level.REGENCY)
    assert kinds == {RegencyKind.REGENCY: 416, RegencyKind.CITY: 98}
    for place in gazetteer().values():
        assert (place.kind is RegencyKind.CITY) == (place.level is Level.REGENCY and int(place.code[3:]) >= 71)
        assert place.search_name and place.latitude is not None and place.longitude is not None


def test_every_village_has_a_district_that_knows_its_postal_code() -> None:
    number = 0
    for row in rows("villages.csv.gz"):
        number += 1
        assert row["postal_code"] in gazetteer()[row["code"][:8]].postal_codes
    assert number == 83_762


def test_every_alias_stands_for_a_place() -> None:
    names = {place.search_name for place in gazetteer().values()}
    names |= {squeeze(row["name"]) for row in rows("villages.csv.gz")}
    assert [pair for pair in aliases() if pair[1] not in names] == []


def test_the_licence_and_the_decree_travel_with_the_data() -> None:
    folder = files("catalog.places").joinpath("data")
    assert "Copyright (c) 2017-2025 Cahya DSN" in folder.joinpath("LICENSE").read_text("utf-8")
    sources = folder.joinpath("SOURCES.md").read_text("utf-8")
    assert "300.2.2-2430 Tahun 2025" in sources and "23 June 2025" in sources
    assert f"| {sum(1 for _ in rows('aliases.csv'))} |" in sources


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("19", Level.PROVINCE),
        ("19.05", Level.REGENCY),
        ("19.05.04", Level.DISTRICT),
        ("19.05.04.2005", Level.VILLAGE),
        ("", None),
        ("1", None),
        ("19.5", None),
        ("1905", None),
        ("19.05.04.205", None),
        ("19.05.04.2005\n", None),
        ("１９", None),
    ],
)
def test_a_code_says_its_level(code: str, level: Level | None) -> None:
    assert level_of(code) is level


def test_finds_a_place_of_any_level(loaded: Flask) -> None:
    village = find_place("19.05.04.2005")
    assert village and (village.name, village.kind) == ("Dendang", VillageKind.RURAL)
    assert village.parent and village.parent.name == "Kelapa"
    city = find_place("19.71")
    assert city and (city.name, city.full_name) == ("Pangkal Pinang", "Kota Pangkal Pinang")
    assert city.parent and city.parent.name == "Kepulauan Bangka Belitung"
    assert find_place("99") is find_place("nowhere") is find_place("19.05.04.9999") is None


def test_lists_go_down_by_name(loaded: Flask) -> None:
    provinces = list_provinces()
    assert len(provinces) == 38 and provinces[0].name == "Aceh"
    assert len(list_regencies("19")) == 7
    assert len(list_districts("19.05")) == 6
    assert sum(len(list_districts(regency.code)) for regency in list_regencies("19")) == 47
    villages = list_villages("19.05.04")
    assert len(villages) == 14 and villages[0].name == "Air Bulin"
    assert list_regencies("00") == list_regencies("") == list_districts("") == list_villages("00") == ()


def test_names_a_place_with_its_path(loaded: Flask) -> None:
    assert place_path("19.05.04.2005") == ("Dendang", "Kelapa", "Bangka Barat", "Kepulauan Bangka Belitung")
    assert place_path("19") == ("Kepulauan Bangka Belitung",)
    assert place_label("19.05.04.2005") == "Dendang, Kelapa, Bangka Barat"
    assert place_label("19.06.03") == "Dendang, Belitung Timur"
    assert place_label("19.71") == "Kota Pangkal Pinang, Kepulauan Bangka Belitung"
    assert place_label("32.73.01") == "Sukasari, Kota Bandung"
    assert place_label("51") == "Bali"
    assert place_label("nowhere") == "" and place_path("nowhere") == ()


def test_a_village_that_is_not_loaded_is_named_by_its_district(loaded: Flask) -> None:
    assert find_place("11.01.01.2001") is None
    assert place_label("11.01.01.2001") == "Bakongan, Aceh Selatan"


def test_regencies_are_named_as_the_decree_does(loaded: Flask) -> None:
    assert db.session.get_one(Regency, "19.05").full_name == "Kabupaten Bangka Barat"
    assert db.session.get_one(Regency, "31.74").full_name == "Kota Administrasi Jakarta Selatan"
    for regency in db.session.query(Regency):
        place = find_place(regency.code)
        assert place and (place.name, place.full_name) == (regency.name, regency.full_name)


def test_many_labels_cost_one_query_and_then_none(loaded: Flask) -> None:
    queries.forget_villages()
    codes = [place.code for place in list_villages("19.05.04")]
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    labels = place_labels([*codes, "19.06.03", "nowhere"])
    assert len(labels) == 15 and labels["19.05.04.2005"] == "Dendang, Kelapa, Bangka Barat"
    assert len(asked) == 1
    place_labels(codes)
    assert find_place("19.05.04.2005") and len(asked) == 1


def test_the_clock_follows_the_province() -> None:
    noon = datetime(2026, 11, 22, 5, tzinfo=UTC)
    hours = {code: noon.astimezone(zone_of(code)).strftime("%H %Z") for code in ("19.05.04.2005", "52.02", "91")}
    assert hours == {"19.05.04.2005": "12 WIB", "52.02": "13 WITA", "91": "14 WIT"}
    zones = Counter(zone_of(place.code).key for place in list_provinces())
    assert zones == {"Asia/Jakarta": 18, "Asia/Makassar": 12, "Asia/Jayapura": 8}


def test_a_postal_code_says_where(loaded: Flask) -> None:
    area = find_by_postal_code("33364")
    assert area and [place.code for place in area.districts] == ["19.05.04"]
    assert len(area.villages) == 14
    shared = find_by_postal_code("33123")  # used on both sides of a district's border
    assert shared and {place.code for place in shared.districts} == {"19.71.02", "19.71.05"}
    assert find_by_postal_code("00000") is None


@pytest.mark.parametrize(
    ("place", "postal_code", "fits"),
    [
        ("19.05.04.2005", "33364", True),
        ("19.05.04", " 33364 ", True),
        ("19.05", "33364", True),
        ("19", "33364", True),
        ("19.05.04.2005", "33311", False),
        ("19.06", "33364", False),
        ("32", "33364", False),
        ("19", "", False),
        ("nowhere", "33364", False),
        ("11.01.01.2001", "23773", True),  # not loaded: the district's codes count
    ],
)
def test_a_postal_code_fits_or_not(loaded: Flask, place: str, postal_code: str, fits: bool) -> None:
    assert postal_code_fits(place, postal_code) is fits
