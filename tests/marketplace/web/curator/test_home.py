"""The curator's first page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from marketplace.reviews import services as reviews
from marketplace.reviews.models import ReviewCase
from tests.cast import Cast
from tests.marketplace.returns.coming import came


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


def test_shows_reviews_that_somebody_pointed_at_until_they_are_decided(cast: Cast, dewi: FlaskClient) -> None:
    assert "/curator/reviews/" not in dewi.get("/curator/").text
    order = came(cast, (cast.shawl, 1))
    with transaction():
        review = reviews.write(order.lines[0], cast.sari, 2, "Warnanya lain sekali.")
    with clock.frozen(clock.now() + timedelta(days=22)), transaction():
        reviews.reveal_due()
        case = reviews.report(review, cast.budi, "insult").code
    page = dewi.get("/curator/").text
    assert f"/curator/reviews/{case}" in page and "Warnanya lain sekali." in page
    with transaction() as session:
        reviews.decide(session.scalars(db.select(ReviewCase)).one(), cast.dewi, "published", "")
    assert f"/curator/reviews/{case}" not in dewi.get("/curator/").text


def test_keeps_its_query_budget(dewi: FlaskClient, submission: str, collection: str, count_queries: Any) -> None:
    with count_queries(at_most=17):
        dewi.get("/curator/")
