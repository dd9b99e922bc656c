"""What a field officer sees of the own regencies."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from catalog.db import db, transaction
from marketplace.accounts.models import OfficerRegency
from tests import factories
from tests.cast import Cast


def test_counts_the_makers_of_the_own_regencies_only(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.hasan).get("/officer/")
    assert page.status_code == 200
    assert "Bangka Barat" in page.text
    assert "Pangkal Pinang" not in page.text
    assert "/officer/makers?place=19.05.01" in page.text
    assert "19.71" not in page.text


def test_lists_makers_with_pieces_and_shops(cast: Cast, sign_in: Any) -> None:
    with transaction():
        factories.product(cast.ratnas, "Kain yang belum selesai", live=False)
    page = sign_in(cast.hasan).get("/en/officer/makers")
    assert "Sanggar Contoh Ratna" in page.text
    assert "1 on sale" in page.text
    assert "1 draft" in page.text
    assert "Timah Contoh Budi" not in page.text


def test_a_place_outside_shows_nobody_of_it(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.hasan).get("/officer/makers?place=19.71.02")
    assert "Timah Contoh Budi" not in page.text


def test_a_reassigned_officer_loses_at_once(cast: Cast, sign_in: Any) -> None:
    client: FlaskClient = sign_in(cast.hasan)
    assert "Sanggar Contoh Ratna" in client.get("/officer/makers").text
    with transaction() as session:
        row = session.scalar(db.select(OfficerRegency).where(OfficerRegency.regency_code == "19.05"))
        row.regency_code = "19.71"
    page = client.get("/officer/makers").text
    assert "Sanggar Contoh Ratna" not in page
    assert "Timah Contoh Budi" in page


def test_an_officer_without_a_regency_is_told_whom_to_ask(cast: Cast, sign_in: Any) -> None:
    client = sign_in(cast.hasan)
    with transaction() as session:
        session.delete(session.scalar(db.select(OfficerRegency)))
    assert "not bound to a regency" in client.get("/en/officer/").text
    assert "Sanggar Contoh Ratna" not in client.get("/officer/makers").text


def test_does_not_exist_for_others(cast: Cast, sign_in: Any, client: FlaskClient) -> None:
    for other in [sign_in(one) for one in (cast.sari, cast.ratna, cast.dewi, cast.tono)]:
        assert other.get("/officer/").status_code == 404
        assert other.get("/officer/makers").status_code == 404
    assert client.get("/officer/").status_code == 303


def test_lists_keep_their_query_budget(cast: Cast, sign_in: Any, count_queries: Any) -> None:
    client = sign_in(cast.hasan)
    with transaction():
        for number in range(5):
            factories.product(factories.seller(f"Sanggar Contoh {number}"), f"Kain cual nomor {number}")
    with count_queries(at_most=14):
        client.get("/officer/makers")
    with count_queries(at_most=14):
        client.get("/officer/")
