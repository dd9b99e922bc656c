"""The pieces of a collection."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.collections.queries import find_collection
from catalog.db import db, transaction
from catalog.search import upkeep
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post


def order(code: str) -> list[str]:
    db.session.rollback()
    found = find_collection(code)
    assert found is not None
    return [one.product.code for one in found.placements]


@pytest.mark.parametrize(
    "typed", ["{code}", "http://localhost/products/{slug}-{code}", "/en/products/{slug}-{code}?variant=x"]
)
def test_puts_a_piece_in_by_its_code_or_address(dewi: FlaskClient, collection: str, cast: Cast, typed: str) -> None:
    with transaction():
        bowl = factories.product(cast.budis, "Mangkuk pewter polos")
        code, slug = bowl.code, bowl.slug
    answer = post(dewi, f"/curator/collections/{collection}/placements", piece=typed.format(code=code, slug=slug))
    assert answer.status_code == 303
    assert order(collection)[-1] == code


def test_the_search_offers_live_pieces_that_are_not_in_yet(
    dewi: FlaskClient, collection: str, cast: Cast, app: Any
) -> None:
    with transaction():
        bowl = factories.product(cast.budis, "Mangkuk pewter polos").code
        upkeep.rebuild(app.extensions["house"].ports.search)
    page = dewi.get(f"/curator/collections/{collection}?q=pewter")
    assert f'name="piece" value="{bowl}"' in page.text
    assert f'name="piece" value="{cast.plaque.code}"' not in page.text


def test_says_when_the_search_finds_nothing(dewi: FlaskClient, collection: str) -> None:
    page = dewi.get(f"/en/curator/collections/{collection}?q=zzzzqqqq")
    assert "No piece on sale is found" in page.text


@pytest.mark.parametrize("typed", ["", "   ", "zzzzzzzzzz", "https://lain.example/barang", "'; drop table--"])
def test_refuses_what_names_no_piece_and_keeps_it(dewi: FlaskClient, collection: str, typed: str) -> None:
    before = order(collection)
    answer = post(dewi, f"/curator/collections/{collection}/placements", piece=typed)
    assert answer.status_code == 422
    assert 'id="piece-error"' in answer.text
    assert order(collection) == before


def test_refuses_a_piece_that_is_not_on_sale_or_is_in_already(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    with transaction():
        draft = factories.product(cast.ratnas, "Rahasia Ratna", live=False).code
    for code in (draft, cast.shawl.code):
        assert post(dewi, f"/curator/collections/{collection}/placements", piece=code).status_code == 409
    assert draft not in order(collection)


def test_moves_a_piece_and_stops_at_the_ends(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    shawl, plaque = cast.shawl.code, cast.plaque.code
    base = f"/curator/collections/{collection}/placements"
    post(dewi, f"{base}/{plaque}/position", direction="up")
    assert order(collection) == [plaque, shawl]
    post(dewi, f"{base}/{plaque}/position", direction="up")
    assert order(collection) == [plaque, shawl]
    post(dewi, f"{base}/{plaque}/position", direction="down")
    assert order(collection) == [shawl, plaque]


def test_refuses_a_direction_that_is_none(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    base = f"/curator/collections/{collection}/placements/{cast.shawl.code}"
    assert post(dewi, f"{base}/position", direction="sideways").status_code == 422
    assert post(dewi, f"{base}/position").status_code == 422


def test_keeps_a_note_in_both_languages(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    base = f"/curator/collections/{collection}/placements/{cast.shawl.code}"
    assert post(dewi, base, note="Dipakai pengantin", note_en="Worn by brides").status_code == 303
    db.session.rollback()
    found = find_collection(collection)
    assert found is not None
    assert (found.placements[0].note, found.placements[0].note_en) == ("Dipakai pengantin", "Worn by brides")


@pytest.mark.parametrize("field", ["note", "note_en"])
def test_refuses_a_note_that_is_too_long_and_keeps_it(
    dewi: FlaskClient, collection: str, cast: Cast, field: str
) -> None:
    base = f"/curator/collections/{collection}/placements/{cast.shawl.code}"
    answer = post(dewi, base, **{"note": "a", "note_en": "b", field: "x" * 201})
    assert answer.status_code == 422
    assert "x" * 201 in answer.text


def test_takes_a_piece_out_once(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    base = f"/curator/collections/{collection}/placements/{cast.shawl.code}/removal"
    assert post(dewi, base).status_code == 303
    assert order(collection) == [cast.plaque.code]
    assert post(dewi, base).status_code == 404


@pytest.mark.parametrize("path", ["", "/position", "/removal"])
def test_a_piece_that_is_not_in_is_not_found(dewi: FlaskClient, collection: str, cast: Cast, path: str) -> None:
    with transaction():
        other = factories.product(cast.budis, "Mangkuk pewter polos").code
    answer = post(dewi, f"/curator/collections/{collection}/placements/{other}{path}", direction="up")
    assert answer.status_code == 404
