"""The crafts, techniques, materials and motifs that come with the shop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from catalog.crafts.models import Craft, Material, Motif, Technique, craft_materials, craft_techniques
from catalog.crafts.queries import (
    find_craft,
    find_material,
    find_motif,
    find_technique,
    list_crafts,
    list_materials,
    list_motifs,
    list_techniques,
)
from catalog.crafts.services import load_taxonomy, supplied
from catalog.db import db, transaction
from catalog.edition import Edition, edition
from catalog.media.models import Image
from catalog.products.batik import calls_print_batik

CRAFTS = [
    "tenun-cual",
    "pewter",
    "kopiah-resam",
    "batu-satam",
    "batik",
    "anyaman",
    "batok-kelapa",
    "rajutan-renda",
    "gula-aren",
    "lada-putih-muntok",
    "madu",
    "kain-cetak",
]
CLAIMS = re.compile(
    r"\b(heal\w*|cure\w*|health\w*|medicin\w*|therap\w*|magic\w*|mystic\w*|amulet\w*|lucky|powers?|energy|aura"
    r"|obat|berobat|mengobati|pengobatan|menyembuhkan|penyembuh\w*|sembuh|khasiat|berkhasiat|sehat|kesehatan|jimat"
    r"|gaib|magis|mistis|sakti|kesaktian|tuah|bertuah|keberuntungan|energi|penangkal)\b",
    re.IGNORECASE,
)
TABLES = [model.__table__ for model in (Edition, Image, Craft, Technique, Material, Motif)]
TABLES += [craft_techniques, craft_materials]
DATA = supplied()
THINGS: list[dict[str, Any]] = [
    *DATA["techniques"],
    *DATA["materials"],
    *DATA["crafts"],
    *(motif for craft in DATA["crafts"] for motif in craft["motifs"]),
]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask("crafts")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'crafts.db'}"
    db.init_app(app)
    with app.app_context():
        with transaction() as session:
            db.metadata.create_all(session.connection(), tables=TABLES)
        yield app


@pytest.fixture
def loaded(app: Flask) -> Flask:
    with transaction():
        load_taxonomy()
    return app


def test_holds_the_twelve_crafts_in_order() -> None:
    assert [craft["slug"] for craft in DATA["crafts"]] == CRAFTS
    assert [craft["position"] for craft in DATA["crafts"]] == list(range(1, 13))


def test_every_craft_is_told_in_both_languages() -> None:
    for craft in DATA["crafts"]:
        for field in ("name", "summary", "story", "care"):
            for key in (field, f"{field}_en"):
                assert craft[key].strip() == craft[key] != "", (craft["slug"], key)
        assert len(craft["summary"]) <= 240 and len(craft["summary_en"]) <= 240
        for key in ("story", "story_en"):
            assert 2 <= len(re.findall(r"[.;:]? ?[^.]+\.", craft[key])) <= 5, (craft["slug"], key)
        assert craft["sources"] and craft["materials"]


def test_every_thing_has_both_names_and_a_slug_of_its_own() -> None:
    for kind in ("techniques", "materials", "crafts"):
        slugs = [thing["slug"] for thing in DATA[kind]]
        assert len(slugs) == len(set(slugs))
    motifs = [motif["slug"] for craft in DATA["crafts"] for motif in craft["motifs"]]
    assert len(motifs) == len(set(motifs)) == 18 + 7 + 23
    for thing in THINGS:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", thing["slug"]) and len(thing["slug"]) <= 60
        assert 0 < len(thing["name"]) <= 80 and 0 < len(thing["name_en"]) <= 80
        assert len(thing.get("origin", "")) <= 160


def test_what_is_told_in_one_language_is_told_in_the_other() -> None:
    for thing in THINGS:
        for field in ("story", "meaning"):
            assert bool(thing.get(field)) == bool(thing.get(f"{field}_en")), thing["slug"]


def test_every_motif_names_its_source() -> None:
    for craft in DATA["crafts"]:
        for motif in craft["motifs"]:
            assert motif["sources"], motif["slug"]


def test_claims_nothing_for_body_or_luck() -> None:
    for thing in THINGS:
        for key, value in thing.items():
            if isinstance(value, str):
                assert not CLAIMS.search(value), (thing["slug"], key, value)


def test_uses_every_technique_and_material_that_it_names() -> None:
    for kind in ("techniques", "materials"):
        known = {thing["slug"] for thing in DATA[kind]}
        assert {slug for craft in DATA["crafts"] for slug in craft[kind]} == known


def test_batik_is_only_what_the_standard_calls_so() -> None:
    batik = next(craft for craft in DATA["crafts"] if craft["slug"] == "batik")
    assert batik["techniques"] == ["batik-tulis", "batik-cap", "batik-kombinasi", "cap-colet"]


def test_printed_cloth_has_a_craft_and_a_technique_that_say_it_is_no_batik() -> None:
    printed = next(craft for craft in DATA["crafts"] if craft["slug"] == "kain-cetak")
    assert printed["techniques"] == ["sablon"]
    sablon = next(one for one in DATA["techniques"] if one["slug"] == "sablon")
    for told, no in (
        (printed["summary"], "Bukan batik"),
        (printed["summary_en"], "not batik"),
        (sablon["story"], "bukan batik"),
        (sablon["story_en"], "not batik"),
    ):
        assert no in told
    assert not calls_print_batik(
        *(thing[key] for thing in (printed, sablon) for key in ("name", "name_en", "story", "story_en"))
    )


def test_a_shop_that_is_there_gets_what_is_new_and_keeps_its_words(loaded: Flask) -> None:
    with transaction() as session:
        craft, technique = find_craft("kain-cetak"), find_technique("sablon")
        assert craft and technique
        craft.techniques.clear()
        session.flush()
        session.delete(craft)
        session.delete(technique)
    with transaction():
        assert load_taxonomy(overwrite=False).added == 2
    craft = find_craft("kain-cetak")
    assert craft and [one.slug for one in craft.techniques] == ["sablon"]


def test_loads_once_and_again(app: Flask) -> None:
    with transaction():
        first = load_taxonomy()
    assert first.crafts == 12 and first.motifs == 48
    assert first.added == len(THINGS)
    counts = [db.session.scalar(select(func.count()).select_from(m)) for m in (Craft, Technique, Material, Motif)]
    assert counts == [12, first.techniques, first.materials, 48]
    number = edition()
    with transaction():
        assert load_taxonomy().added == 0
    assert edition() == number


def test_corrects_what_differs(loaded: Flask) -> None:
    with transaction():
        craft = find_craft("pewter")
        assert craft
        craft.name = "Piuter"
        craft.techniques.clear()
        motif = find_motif("merak")
        assert motif
        motif.craft = craft
    with transaction():
        assert load_taxonomy().added == 0
    craft, motif = find_craft("pewter"), find_motif("merak")
    assert craft and craft.name == "Pewter" and craft.techniques
    assert motif and motif.craft.slug == "tenun-cual"


def test_leaves_curators_words_alone_when_asked(loaded: Flask) -> None:
    with transaction() as session:
        craft = find_craft("madu")
        assert craft
        craft.story = "Dari kurator."
        session.delete(session.scalars(select(Motif).where(Motif.slug == "merak")).one())
    with transaction():
        assert load_taxonomy(overwrite=False).added == 1
    craft = find_craft("madu")
    assert craft and craft.story == "Dari kurator."
    assert find_motif("merak")


def test_finds_by_slug(loaded: Flask) -> None:
    craft = find_craft("tenun-cual")
    assert craft and craft.name_en == "Cual weaving"
    assert {technique.slug for technique in craft.techniques} >= {"ikat-pakan", "songket"}
    assert len(craft.motifs) == 18
    motif = find_motif("naga-bertarung")
    assert motif and (motif.name_en, motif.craft.slug) == ("Fighting dragons", "tenun-cual")
    technique, material = find_technique("cor-cetakan"), find_material("serat-resam")
    assert technique and technique.name == "Cor cetakan"
    assert material and material.name_en == "Resam fern fibre"
    assert find_craft("x") is find_motif("x") is find_technique("x") is find_material("x") is None


def test_lists_in_order(loaded: Flask) -> None:
    assert [craft.slug for craft in list_crafts()] == CRAFTS
    assert len(list_motifs()) == 48 and len(list_motifs("batik")) == 23 and not list_motifs("x")
    assert list_motifs("batik")[0].name == "Balok timah"
    assert [technique.slug for technique in list_techniques("anyaman")] == ["anyam"]
    assert len(list_techniques()) == len(DATA["techniques"])
    assert [material.slug for material in list_materials("pewter")] == ["timah"]
    assert len(list_materials()) == len(DATA["materials"])


def test_a_craft_page_costs_four_queries(loaded: Flask) -> None:
    db.session.remove()
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    craft = find_craft("batik")
    assert craft and craft.techniques and craft.materials and craft.motifs
    assert [motif.craft.slug for motif in list_motifs("batik")] == ["batik"] * 23
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 5
