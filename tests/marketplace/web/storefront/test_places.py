"""Maps and lists agree: every number on them is the total of the list behind it, and what counting by hand gives."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from itertools import combinations
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.places.gazetteer import children, codes_down_to, gazetteer
from catalog.places.models import District, Province, Regency, Village, VillageKind
from catalog.search.upkeep import rebuild
from catalog.text import squeeze
from marketplace.web.storefront import maps
from tests import factories

CRAFTS = ("tenun-cual", "pewter", "anyaman")


@dataclass
class Land:
    """What stands in the database, counted by hand: (place path, craft) of every piece on sale."""

    pieces: list[tuple[str, str]]

    def counts(self, craft: str | None = None) -> Counter[str]:
        found: Counter[str] = Counter()
        for place, made in self.pieces:
            if craft in (None, made):
                found.update(codes_down_to(place))
        return found


def settle(chance: Random) -> Land:
    """Shops all over the islands and a few elsewhere, with pieces of several crafts, some of them not on sale."""
    districts = chance.sample([place for one in children("19") for place in children(one.code)], 14)
    districts += [gazetteer()[code] for code in ("31.74.04", "52.02.02")]
    pieces = []
    for code in sorted({code for one in districts for code in codes_down_to(one.code)}, key=len):
        row = gazetteer()[code]
        names = {"code": code, "name": row.name, "search_name": squeeze(row.name)}
        model: Any = {2: Province, 5: Regency, 8: District}[len(code)]
        if db.session.get(model, code) is None:
            above = (
                {} if len(code) == 2 else {"province_code": code[:2]} if len(code) == 5 else {"regency_code": code[:5]}
            )
            factories.add(model(**names, **above, **({"kind": row.kind} if len(code) == 5 else {})))
    for number, district in enumerate(districts * 2):
        shop = factories.seller(f"Bengkel {number}", district_code=district.code)
        place = district.code
        if chance.random() < 0.6:
            place = f"{district.code}.200{chance.randint(1, 3)}"
            if db.session.get(Village, place) is None:
                factories.add(Village(code=place, district_code=district.code, name=f"Desa {place}", search_name=squeeze(f"Desa {place}"), kind=VillageKind.RURAL, postal_code="33311"))  # fmt: skip
            db.session.query(Maker).filter_by(name=f"Bengkel {number}").update({"village_code": place})
        for _ in range(chance.randint(0, 4)):
            made, live = chance.choice(CRAFTS), chance.random() < 0.8
            factories.product(
                shop,
                f"Karya {len(pieces)}",
                live=live,
                stock=chance.choice((None, 0, 2)),
                craft=factories.craft(made, made),
            )
            if live:
                pieces.append((place, made))
    return Land(pieces)


MAPPED = re.compile(r'href="(?:/en)?/places/([\d.]+)" aria-label="([^"]+): (\d+) [^"]+"><path')
LISTED = re.compile(
    r'class="place-list__link" href="(?:/en)?/places/([\d.]+)".*?class="place-list__name">([^<]+)<'
    r'.*?aria-hidden="true">([\d.,]+)<'
)
TOTAL = re.compile(r'class="listing__count" role="status">(\d+) ')


def numbers(pattern: re.Pattern[str], text: str) -> dict[str, int]:
    return {code: int(count) for code, _, count in pattern.findall(text)}


def expected(counts: Counter[str], above: str) -> dict[str, int]:
    return {code: count for code, count in counts.items() if code.rpartition(".")[0] == above}


@pytest.mark.parametrize("seed", range(3))
def test_map_list_and_total_are_one_count_at_every_level(app: Flask, client: FlaskClient, seed: int) -> None:
    with transaction():
        land = settle(Random(seed))
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    counts = land.counts()
    for path in ("/", "/places"):
        assert numbers(MAPPED, client.get(path).text) == expected(counts, "19")
    assert numbers(LISTED, client.get("/places").text) == {
        **expected(counts, "19"),
        **{code: count for code, count in expected(counts, "").items() if code != "19"},
    }
    for code, count in counts.items():
        text = client.get(f"/places/{code}").text
        assert TOTAL.findall(text) == [str(count)], code
        assert numbers(LISTED, text) == expected(counts, code), code
        if code.startswith("19"):
            assert numbers(MAPPED, text) == expected(counts, "19" if code == "19" else code[:5]), code
    for code in ("19", *(one for one in expected(counts, "19"))):
        narrow = land.counts(CRAFTS[seed])
        text = client.get(f"/places/{code}?craft={CRAFTS[seed]}").text
        assert TOTAL.findall(text) == [str(narrow[code])]
        assert numbers(LISTED, text) == numbers(MAPPED, text) == expected(narrow, code), code


def test_a_place_without_pieces_says_so_and_stays_out_of_search_engines(client: FlaskClient, cast: Any) -> None:
    text = client.get("/places/52.02.02").text
    assert '<meta name="robots" content="noindex, follow">' in text
    assert "place-list" not in text
    assert client.get("/places/19.99").status_code == client.get("/places/nowhere").status_code == 404


def test_english_pages_name_places_in_english(app: Flask, client: FlaskClient, cast: Any) -> None:
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    text = unescape(client.get("/en/places/19.05").text)
    assert "Bangka Barat Regency" in text and "Bangka Belitung Islands" in text
    assert "Kabupaten" not in text and "Kepulauan" not in text
    assert "Kota Pangkal Pinang" in client.get("/products?place=19").text
    assert "Pangkal Pinang City" in client.get("/en/products?place=19").text


def test_a_place_page_asks_little(client: FlaskClient, cast: Any, count_queries: Callable[..., Any]) -> None:
    client.get("/places/19.05?seen=before")
    with count_queries(at_most=6):
        client.get("/places/19.05")


def test_every_regency_has_its_name_on_the_map_of_the_province(client: FlaskClient, cast: Any) -> None:
    labels = re.findall(r'__text" x="(\d+)" y="(\d+)"[^>]*>([^<]+)<', client.get("/places/19").text)
    assert {name for _x, _y, name in labels} == {one.name for one in children("19")}
    rows = [(int(x), int(y), len(name) * maps.LETTER / 2) for x, y, name in labels]
    for (x, y, half), (other_x, other_y, other_half) in combinations(rows, 2):
        assert abs(y - other_y) >= maps.LINE or abs(x - other_x) >= half + other_half
