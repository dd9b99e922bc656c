"""What stands beside a piece."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from catalog.db import transaction
from tests import factories


def page(client: FlaskClient, piece: Any) -> str:
    return client.get(f"/products/{piece.slug}-{piece.code}").text


def test_few_pieces_make_one_row(client: FlaskClient, cast: Any) -> None:
    text = page(client, cast.shawl)
    assert text.count('product-grid"') == 1
    assert cast.plaque.title in text


def test_enough_pieces_make_rows_by_motif_and_maker(client: FlaskClient, cast: Any) -> None:
    with transaction():
        mine = [factories.product(cast.ratnas, f"Kain Ratna {number}") for number in range(4)]
        others = [factories.product(cast.budis, f"Kain Budi {number}") for number in range(3)]
        titles = [piece.title for piece in (*mine, *others)]
    text = page(client, cast.shawl)
    assert text.count('product-grid"') == 2
    assert all(text.count(f">{title}</a>") == 1 for title in titles)


def test_facts_lead_to_technique_and_material(client: FlaskClient, cast: Any) -> None:
    text = page(client, cast.shawl)
    for path in (
        "/techniques/tenun-gedogan",
        "/materials/benang-sutra",
        "/motifs/kembang-setaman",
        "/crafts/tenun-cual",
    ):
        assert f'href="{path}"' in text
        assert client.get(path).status_code == 200


def test_unknown_terms_are_not_found(client: FlaskClient, cast: Any) -> None:
    for path in ("/techniques/sulap", "/materials/angin"):
        assert client.get(path).status_code == 404
