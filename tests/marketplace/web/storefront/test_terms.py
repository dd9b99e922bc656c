"""Crafts, motifs, techniques and materials: what they tell, who makes them, and pieces of several makers side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db, transaction
from catalog.search.upkeep import rebuild
from tests import factories

TERMS = ("/crafts/tenun-cual", "/motifs/kembang-setaman", "/techniques/tenun-gedogan", "/materials/benang-sutra")


@pytest.fixture(autouse=True)
def indexed(app: Flask, cast: Any) -> None:
    with transaction():
        for number in range(2):
            factories.product(cast.ratnas, f"Kain Ratna {number}")
        motif = db.session.query(Motif).one()
        motif.meaning, motif.meaning_en = "Taman yang selalu berbunga.", "A garden that is always in bloom."
        motif.origin, motif.sources = "Mentok", "contoh.example/motif\ncontoh.example/lain"
        db.session.query(Technique).one().story = "Tegangan benang diatur oleh tubuh penenun."
    with transaction():
        rebuild(app.extensions["house"].ports.search)


@pytest.mark.parametrize("path", TERMS)
def test_a_term_leads_to_its_makers_and_pieces(client: FlaskClient, cast: Any, path: str) -> None:
    text = client.get(path).text
    for shop in ("Sanggar Contoh Ratna", "Timah Contoh Budi")[: 1 if "crafts" in path else 2]:
        assert f'class="maker-card__link" href="/makers/{"-".join(shop.lower().split())}' in text, shop
    assert "Kain Ratna 1" in text


def test_a_motif_tells_its_meaning_where_it_comes_from_and_who_says_so(client: FlaskClient) -> None:
    text = client.get("/motifs/kembang-setaman").text
    assert "Taman yang selalu berbunga." in text
    assert "<dd>Mentok</dd>" in text
    assert "<li>contoh.example/lain</li>" in text
    assert 'aria-label="Bangka Barat: 3 karya"' in text
    assert "A garden that is always in bloom." in client.get("/en/motifs/kembang-setaman").text


def test_who_told_a_meaning_is_named_and_pages_are_linked(client: FlaskClient) -> None:
    with transaction():
        motif = db.session.query(Motif).one()
        motif.told_by, motif.sources = "Nenek Aminah", "https://contoh.example/motif\ncontoh.example/lain"
    text = client.get("/motifs/kembang-setaman").text
    assert "<dt>Penutur</dt><dd>Nenek Aminah</dd>" in text
    assert 'href="https://contoh.example/motif" rel="noopener nofollow external">contoh.example/motif</a>' in text
    assert "<li>contoh.example/lain</li>" in text


@pytest.mark.parametrize(("model", "path"), [(Technique, TERMS[2]), (Material, TERMS[3])])
def test_techniques_and_materials_show_their_own_picture_and_who_tells_of_them(
    client: FlaskClient, model: Any, path: str
) -> None:
    text = client.get(path).text
    assert "craft-head__label" in text, "without one, that of a piece and its name"
    assert "Sumber cerita" not in text
    with transaction():
        term = db.session.query(model).one()
        term.image, term.sources = factories.image(), "https://contoh.example/alat"
        term.image.alt = "Alat tenun di teras"
    text = client.get(path).text
    assert 'alt="Alat tenun di teras"' in text
    assert "craft-head__label" not in text
    assert '<meta property="og:image:alt" content="Alat tenun di teras">' in text
    assert ">contoh.example/alat</a>" in text


def test_a_motif_without_a_told_meaning_says_so(client: FlaskClient, cast: Any) -> None:
    with transaction():
        motif = db.session.query(Motif).one()
        motif.meaning = motif.meaning_en = ""
    assert "belum diceritakan" in client.get("/motifs/kembang-setaman").text


def test_few_pieces_stand_side_by_side_maker_after_maker_without_filters(client: FlaskClient) -> None:
    text = client.get("/motifs/kembang-setaman").text
    order = [text.index(f">{name}</a></h2>") for name in ("Kain Ratna 1", "Plakat pewter tepi tali", "Kain Ratna 0")]
    assert order[1] < max(order[0], order[2]), "the other maker's piece is not the last of a newest-first list"
    assert "<filter-form" not in text
    assert "<filter-form" in client.get("/motifs/kembang-setaman?fulfilment=ready").text


@pytest.mark.parametrize(("path", "name"), [
    ("/motifs", "Kembang setaman"), ("/techniques", "Tenun gedogan"), ("/materials", "Benang sutra"), ("/crafts", "Tenun cual"),
])  # fmt: skip
def test_indexes_name_everything_with_its_number_of_pieces(client: FlaskClient, path: str, name: str) -> None:
    text = client.get(path).text
    assert name in text
    assert f"{3 if path == '/crafts' else 4} karya" in text


@pytest.mark.parametrize("path", TERMS)
def test_pages_of_terms_ask_little(client: FlaskClient, count_queries: Callable[..., Any], path: str) -> None:
    client.get(f"{path}?seen=before")
    with count_queries(at_most=9):
        assert client.get(path).status_code == 200


def test_a_craft_without_pieces_is_told_all_the_same(client: FlaskClient) -> None:
    with transaction():
        factories.add(Craft(slug="gula-aren", name="Gula aren", summary="Nira yang dimasak."))
    text = client.get("/crafts/gula-aren").text
    assert "Nira yang dimasak." in text
    assert "place-list" not in text and "maker-card" not in text
