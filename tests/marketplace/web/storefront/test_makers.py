"""The makers and one maker's page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.money import Money
from catalog.search.upkeep import rebuild
from marketplace.sellers.models import SellerState
from tests import factories


def address(piece: Any) -> str:
    return f"/makers/{piece.maker.slug}-{piece.maker.code}"


def tell(cast: Any) -> None:
    with transaction():
        maker = db.session.get(Maker, cast.shawl.maker_id)
        assert maker
        maker.village_code, maker.founded, maker.people = "19.05.01.1003", 2009, 4
        maker.story, maker.story_en = "Ratna belajar dari bibinya.", "Ratna learned from her aunt."
        maker.crafts = [cast.shawl.craft]
        cast.ratnas.minimum_order = Money(50_000)
        db.session.add(cast.ratnas)


def test_a_maker_is_told_with_people_place_work_and_how_they_sell(app: Flask, client: FlaskClient, cast: Any) -> None:
    tell(cast)
    with transaction():
        rebuild(app.extensions["house"].ports.search)
    text = client.get(address(cast.shawl)).text
    for words in ("Ratna belajar dari bibinya.", "sejak 2009", "4 orang", "Pesanan mulai Rp50.000", "Ambil di bengkel"):
        assert words in text, words
    for path in ("/places/19.05.01.1003", "/places/19.05.01", "/places/19.05", "/motifs/kembang-setaman"):
        assert f'href="{path}"' in text, path
    assert 'class="district-map__mark"' in text
    assert "https://wa.me/?text=" in text
    english = client.get(f"/en{address(cast.shawl)}").text
    assert "Ratna learned from her aunt." in english and "Bangka Barat Regency" in english


def test_what_is_not_known_leaves_no_gap(client: FlaskClient, cast: Any) -> None:
    with transaction():
        cast.ratnas.state = SellerState.SUSPENDED
        db.session.add(cast.ratnas)
    text = client.get(address(cast.shawl)).text
    assert "sejak" not in text and "maker-shop" not in text and "orang</dd>" not in text


def test_programs_read_who_the_maker_is(client: FlaskClient, cast: Any) -> None:
    tell(cast)
    text = client.get(address(cast.shawl)).text
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    node = {one["@type"]: one for one in json.loads(found[0])["@graph"]}["Organization"]
    assert node["name"] == "Sanggar Contoh Ratna"
    assert node["address"]["addressLocality"] == "Sungai Baru"
    assert node["foundingDate"] == "2009"


def test_makers_are_listed_by_craft_and_place_with_their_pieces(client: FlaskClient, cast: Any) -> None:
    tell(cast)
    text = client.get("/makers").text
    assert "Sanggar Contoh Ratna" in text and "Timah Contoh Budi" in text and "1 karya" in text
    here = client.get("/makers?place=19.71").text
    assert "Timah Contoh Budi" in here and "Sanggar Contoh Ratna" not in here and "Kota Pangkal Pinang" in here
    assert "noindex, follow" in here
    assert "Timah Contoh Budi" not in client.get("/makers?craft=tenun-cual").text
    assert client.get("/makers?place=nowhere&after=x").status_code == 200


def test_a_hidden_maker_is_not_found_and_an_old_name_leads_on(client: FlaskClient, cast: Any) -> None:
    code = cast.shawl.maker.code
    assert client.get(f"/makers/nama-lama-{code}").location.endswith(address(cast.shawl))
    with transaction():
        db.session.get_one(Maker, cast.shawl.maker_id).is_shown = False
    assert client.get(f"/makers/nama-lama-{code}").status_code == 404


def test_a_maker_page_asks_little(client: FlaskClient, cast: Any, count_queries: Callable[..., Any]) -> None:
    with transaction():
        for number in range(8):
            factories.product(cast.ratnas, f"Kain {number}")
    client.get(f"{address(cast.shawl)}?seen=before")
    with count_queries(at_most=7):
        client.get(address(cast.shawl))
