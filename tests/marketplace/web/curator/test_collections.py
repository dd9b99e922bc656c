"""Making, changing, showing and deleting collections."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.collections.queries import find_collection, list_collections
from catalog.db import db
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post

GOOD = {
    "title": "Kain untuk hari raya",
    "title_en": "Cloth for the feast",
    "lead": "Yang ditenun pelan-pelan.",
    "lead_en": "",
    "story": "Ibu-ibu di Mentok\n\nmenenun sejak pagi.",
    "story_en": "",
    "starts_at": "2026-01-02T09:30",
    "ends_at": "",
    "on_home": "y",
    "position": "3",
}


def test_creates_one_with_dates_in_local_time(dewi: FlaskClient) -> None:
    answer = post(dewi, "/curator/collections", **GOOD)
    assert answer.status_code == 303
    [(made, count)] = list_collections()
    assert answer.location.endswith(made.code)
    assert (made.title, made.title_en, made.on_home, made.position, count) == (
        GOOD["title"],
        GOOD["title_en"],
        True,
        3,
        0,
    )
    assert made.starts_at.isoformat() == "2026-01-02T02:30:00+00:00", "09.30 WIB"
    assert made.ends_at is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Please fill this in."),
        ("title", "x" * 121, "At most 120 characters"),
        ("lead", "x" * 301, "At most 300 characters"),
        ("starts_at", "", "Please fill this in."),
        ("starts_at", "besok", "Write a day and a time, for example"),
        ("starts_at", "2026-02-30T10:00", "Write a day and a time, for example"),
        ("starts_at", "0026-02-03T10:00", "Write a year from"),
        ("ends_at", "2026-01-02T09:30", "The end lies after the beginning."),
        ("ends_at", "2025-12-31T09:30", "The end lies after the beginning."),
        ("position", "-1", "whole number from 0"),
        ("position", "eleven", "whole number from 0"),
        ("position", "10001", "whole number from 0"),
    ],
)
def test_names_the_field_that_is_wrong_and_keeps_what_was_typed(
    dewi: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = post(dewi, "/en/curator/collections", **{**GOOD, field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text
    if field != "title":
        assert GOOD["title"] in answer.text
    assert value in answer.text
    assert list_collections() == []


def test_refuses_a_doubled_field(dewi: FlaskClient) -> None:
    answer = post(dewi, "/curator/collections", **{**GOOD, "title": ["Satu", "Dua"]})
    assert answer.status_code == 422
    assert list_collections() == []


def test_a_change_stands_on_the_home_page_at_once(dewi: FlaskClient, collection: str, client: FlaskClient) -> None:
    assert "Hari raya" in client.get("/").text
    answer = post(dewi, f"/curator/collections/{collection}", **{**GOOD, "title": "Musim pulang kampung"})
    assert answer.status_code == 303
    home = client.get("/").text
    assert "Musim pulang kampung" in home
    assert "Hari raya" not in home


def test_an_unticked_box_takes_it_off_the_home_page(dewi: FlaskClient, collection: str, client: FlaskClient) -> None:
    fields = {key: value for key, value in GOOD.items() if key != "on_home"}
    post(dewi, f"/curator/collections/{collection}", **fields)
    assert GOOD["title"] not in client.get("/").text
    assert GOOD["title"] in client.get("/collections").text


def test_a_refused_change_changes_nothing(dewi: FlaskClient, collection: str) -> None:
    assert post(dewi, f"/curator/collections/{collection}", **{**GOOD, "ends_at": "x"}).status_code == 422
    db.session.rollback()
    found = find_collection(collection)
    assert found is not None
    assert found.title == "Hari raya"


def test_the_edit_form_shows_what_there_is(dewi: FlaskClient, collection: str) -> None:
    page = dewi.get(f"/curator/collections/{collection}/edit")
    assert 'value="Hari raya"' in page.text
    assert 'type="datetime-local"' in page.text


def test_the_preview_shows_one_that_is_not_open(
    dewi: FlaskClient, collection: str, cast: Cast, client: FlaskClient
) -> None:
    post(dewi, f"/curator/collections/{collection}", **{**GOOD, "starts_at": "2099-01-01T09:00"})
    page = dewi.get(f"/curator/collections/{collection}/preview")
    assert cast.shawl.title in page.text
    assert "noindex" in page.text
    assert client.get(f"/collections/kain-untuk-hari-raya-{collection}").status_code == 404


def test_deleting_one_leaves_its_pieces_on_sale(
    dewi: FlaskClient, collection: str, cast: Cast, client: FlaskClient
) -> None:
    assert post(dewi, f"/curator/collections/{collection}/removal").status_code == 303
    assert list_collections() == []
    assert client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").status_code == 200
    assert dewi.get(f"/curator/collections/{collection}").status_code == 404


@pytest.mark.parametrize("path", ["", "/edit", "/preview"])
def test_a_collection_that_is_not_there_is_not_found(dewi: FlaskClient, path: str) -> None:
    assert dewi.get(f"/curator/collections/zzzzzzzz{path}").status_code == 404


def test_nobody_else_touches_them(cast: Cast, sign_in: Any, collection: str) -> None:
    for client in [sign_in(one) for one in (cast.sari, cast.ratna, cast.hasan, cast.tono)]:
        assert client.get(f"/curator/collections/{collection}").status_code == 404
        for path in ("", "/removal", "/placements", "/picture"):
            assert post(client, f"/curator/collections/{collection}{path}", **GOOD).status_code == 404
    assert len(list_collections()) == 1
