"""The pages of collections: the curators' words, whose hands, how many, and until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.collections.models import Collection
from catalog.collections.services import create_collection, place
from catalog.db import db, transaction
from catalog.products.models import Product
from catalog.products.services import withdraw
from tests import factories

NOW = datetime(2027, 6, 20, 5, tzinfo=UTC)


@pytest.fixture
def collection(cast: Any) -> Collection:
    """Three pieces of two makers, one of them no longer on sale, until midnight of the 10th of July."""
    with transaction():
        gone = factories.product(cast.ratnas, "Kain yang pergi")
        made = create_collection(
            "Benang dan timah",
            NOW - timedelta(days=3),
            lead="Dua tangan.",
            ends_at=datetime(2027, 7, 10, 17, tzinfo=UTC),
        )
        made.story = "Kami memilihnya pelan-pelan."
        for product in (cast.shawl, cast.plaque, gone):
            place(made, db.session.get_one(Product, product.id), "Tepinya dipilin.", "Its edge is twisted.")
        withdraw(db.session.get_one(Product, gone.id))
    return made


def address(collection: Collection) -> str:
    return f"/collections/{collection.slug}-{collection.code}"


def test_the_index_says_how_many_whose_and_until_when(client: FlaskClient, collection: Collection) -> None:
    with clock.frozen(NOW):
        text = client.get("/collections").text
        english = client.get("/en/collections").text
    assert "2 karya · 2 perajin · sampai 10 Jul" in text
    assert "2 pieces · 2 makers · until 10 Jul" in english
    assert text.count('class="faces__one"') == 2
    assert "Sanggar Contoh Ratna, Timah Contoh Budi" in text
    assert '<p class="story-band__lead" lang="id">Dua tangan.</p>' in english


def test_one_collection_tells_its_words_its_notes_and_its_hands(client: FlaskClient, collection: Collection) -> None:
    with clock.frozen(NOW):
        text = client.get(address(collection)).text
        english = client.get(f"/en{address(collection)}").text
    assert "2 karya · 2 perajin · sampai 10 Jul" in text
    assert "Kata kurator" in text and "Kami memilihnya pelan-pelan." in text
    assert text.count("“Tepinya dipilin.”") == 2 and english.count("“Its edge is twisted.”") == 2
    assert text.count('class="maker-card"') == 2 and "Kain yang pergi" not in text
    assert 'lang="id">Benang dan timah</h1>' in english
    assert "So far this is written in Indonesian only." in english


def test_what_stays_open_names_no_day(client: FlaskClient, collection: Collection) -> None:
    with transaction() as session:
        session.get_one(Collection, collection.id).ends_at = None
    with clock.frozen(NOW):
        assert "2 karya · 2 perajin<" in client.get(address(collection)).text


def test_the_last_day_is_the_one_that_ends_at_midnight(client: FlaskClient, collection: Collection) -> None:
    last = datetime(2027, 7, 10, 17, tzinfo=UTC)  # midnight in Bangka
    with clock.frozen(last - timedelta(seconds=1)):
        assert client.get(address(collection)).status_code == 200
    with clock.frozen(last):
        assert client.get(address(collection)).status_code == 404


def test_pages_of_collections_cost_little(
    client: FlaskClient, collection: Collection, count_queries: Callable[..., Any]
) -> None:
    with clock.frozen(NOW):
        for path in ("/collections", address(collection)):
            client.get(f"{path}?seen=before")
            with count_queries(at_most=6):
                assert client.get(path).status_code == 200
