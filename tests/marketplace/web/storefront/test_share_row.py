"""The link that shows a page to somebody: the same row on every page that has something to tell."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from catalog import clock
from catalog.collections.services import create_collection, place
from catalog.db import db, transaction
from catalog.products.models import Product


def said(client: FlaskClient, path: str) -> str:
    """What WhatsApp is given to send."""
    (link,) = re.findall(r'href="https://wa\.me/\?text=([^"]+)"', client.get(path).text)
    return unquote(link)


@pytest.mark.parametrize(
    ("path", "indonesian", "english"),
    [
        ("/crafts/tenun-cual", "Tenun cual – kerajinan di Kriyaloka", "Cual weaving – a craft on Kriyaloka"),
        (
            "/motifs/kembang-setaman",
            "Kembang setaman – motif Tenun cual",
            "Garden of flowers – a motif of Cual weaving",
        ),
        ("/places/19.05", "Kriya dari Kabupaten Bangka Barat", "Crafts from Bangka Barat Regency"),
    ],
)
def test_terms_and_places_are_shown_to_others(
    client: FlaskClient, cast: Any, path: str, indonesian: str, english: str
) -> None:
    assert said(client, path) == f"{indonesian} http://localhost{path}"
    assert said(client, f"/en{path}") == f"{english} http://localhost/en{path}"


def test_a_collection_is_shown_to_others_in_their_language(client: FlaskClient, cast: Any) -> None:
    with transaction():
        made = create_collection("Benang & timah", clock.now() - timedelta(days=1), title_en="Thread & tin")
        place(made, db.session.get_one(Product, cast.shawl.id))
    path = f"/collections/{made.slug}-{made.code}"
    assert said(client, path) == f"Benang & timah – pilihan Dekranasda http://localhost{path}"
    assert said(client, f"/en{path}") == f"Thread & tin – chosen by Dekranasda http://localhost/en{path}"


def test_a_narrowed_list_is_shown_as_the_page_that_it_belongs_to(client: FlaskClient, cast: Any) -> None:
    assert said(client, "/crafts/tenun-cual?fulfilment=ready").endswith(" http://localhost/crafts/tenun-cual")
