"""Looking at a waiting piece."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.cast import Cast


def test_the_queue_shows_the_oldest_first(dewi: FlaskClient, submission: str) -> None:
    page = dewi.get("/curator/submissions")
    assert "Kain cual pucuk rebung" in page.text
    assert f"/curator/submissions/{submission}" in page.text


def test_shows_the_piece_the_checklist_and_one_beside_it(dewi: FlaskClient, submission: str, cast: Cast) -> None:
    page = dewi.get(f"/curator/submissions/{submission}")
    assert page.status_code == 200
    assert "Kain cual pucuk rebung" in page.text
    assert "Motif dari nenek saya" in page.text
    assert cast.shawl.title in page.text, "the piece of the same craft that went on sale last"
    assert 'class="checklist"' in page.text


def test_names_the_regency_in_the_readers_language(dewi: FlaskClient, submission: str) -> None:
    english = dewi.get(f"/en/curator/submissions/{submission}").text
    assert "Bangka Barat Regency" in english and "Kabupaten" not in english
    assert "Kabupaten Bangka Barat" in dewi.get(f"/curator/submissions/{submission}").text


def test_the_preview_is_the_buyers_page_and_not_for_search_engines(dewi: FlaskClient, submission: str) -> None:
    page = dewi.get(f"/curator/submissions/{submission}/preview")
    assert page.status_code == 200
    assert "product__title" in page.text
    assert "noindex" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_code_that_is_not_there_is_not_found(dewi: FlaskClient) -> None:
    assert dewi.get("/curator/submissions/zzzzzzzzzz").status_code == 404
    assert dewi.get("/curator/submissions/zzzzzzzzzz/preview").status_code == 404


def test_nobody_else_sees_it(cast: Cast, sign_in: Any, submission: str) -> None:
    for client in [sign_in(one) for one in (cast.sari, cast.ratna, cast.budi, cast.hasan, cast.tono)]:
        assert client.get(f"/curator/submissions/{submission}").status_code == 404
        assert client.get(f"/curator/submissions/{submission}/preview").status_code == 404


def test_keeps_its_query_budget(dewi: FlaskClient, submission: str, count_queries: Any) -> None:
    with count_queries(at_most=32):
        dewi.get(f"/curator/submissions/{submission}")
