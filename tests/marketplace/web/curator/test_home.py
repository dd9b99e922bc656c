"""The curator's first page."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.cast import Cast


def test_shows_the_oldest_waiting_piece_and_open_collections(
    dewi: FlaskClient, submission: str, collection: str
) -> None:
    page = dewi.get("/curator/")
    assert page.status_code == 200
    assert "Kain cual pucuk rebung" in page.text
    assert f"/curator/submissions/{submission}" in page.text
    assert "Hari raya" in page.text


def test_says_what_to_do_when_nothing_waits(dewi: FlaskClient) -> None:
    page = dewi.get("/en/curator/")
    assert "No piece waits for you." in page.text
    assert "/en/curator/collections/new" in page.text


def test_does_not_exist_for_others(cast: Cast, sign_in: Any, client: FlaskClient) -> None:
    for other in [sign_in(one) for one in (cast.sari, cast.ratna, cast.hasan, cast.tono)]:
        assert other.get("/curator/").status_code == 404
    assert client.get("/curator/").status_code == 303


def test_keeps_its_query_budget(dewi: FlaskClient, submission: str, collection: str, count_queries: Any) -> None:
    with count_queries(at_most=16):
        dewi.get("/curator/")
