"""The craft archive: what it lacks, writing, adding, removing, and who may."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.crafts.queries import find_craft, find_motif, find_technique
from catalog.crafts.services import digest
from catalog.db import db, transaction
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post

MOTIF = "/curator/crafts/motifs/kembang-setaman"
GOOD = {
    "name": "Kembang setaman",
    "name_en": "Garden of flowers",
    "meaning": "Taman yang selalu berbunga.",
    "meaning_en": "A garden always in bloom.",
    "origin": "Mentok",
    "told_by": "Nenek Aminah",
    "sources": "https://contoh.example/motif",
}


def seen(model: Any = Motif) -> str:
    db.session.rollback()
    return digest(db.session.scalars(db.select(model).order_by(model.id)).first())


def write(client: FlaskClient, address: str = MOTIF, **fields: Any) -> Any:
    return post(client, address, **{**GOOD, "seen": seen(), **fields})


def test_a_curator_tells_a_motif_and_visitors_read_it_at_once(dewi: FlaskClient, client: FlaskClient) -> None:
    assert "belum diceritakan" in client.get("/motifs/kembang-setaman").text
    answer = write(dewi)
    assert (answer.status_code, answer.location) == (303, f"{MOTIF}/edit")
    text = client.get("/motifs/kembang-setaman").text
    for told in ("Taman yang selalu berbunga.", "Nenek Aminah", "https://contoh.example/motif"):
        assert told in text
    assert "A garden always in bloom." in client.get("/en/motifs/kembang-setaman").text


def test_a_new_name_stands_on_every_kept_page_and_no_address_changes(
    dewi: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    pages = (
        f"/products/{cast.shawl.slug}-{cast.shawl.code}",
        "/motifs/kembang-setaman",
        "/motifs",
        "/products?motif=kembang-setaman",
    )
    for page in pages:
        assert "Kembang setaman" in client.get(page).text
    write(dewi, name="Taman bunga")
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200 and "Taman bunga" in answer.text, page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("name", "x", "Write a name of 2 to 80 letters."),
        ("name_en", "x" * 81, "At most 80 characters"),
        ("meaning", "x" * 6_001, "At most 6000 characters"),
        ("told_by", "x" * 161, "At most 160 characters"),
        ("sources", "https://contoh.example\nBuku lama", "Line 2 is no web address: “Buku lama”."),
        ("sources", "javascript:alert(1)", "Line 1 is no web address"),
    ],
)
def test_names_the_field_that_is_wrong_and_keeps_what_was_typed(
    dewi: FlaskClient, field: str, value: str, sentence: str
) -> None:
    answer = post(dewi, f"/en{MOTIF}", **{**GOOD, "seen": seen(), field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="{field}-error"' in answer.text
    assert GOOD["origin"] in answer.text
    assert find_motif("kembang-setaman").meaning == ""  # type: ignore[union-attr]


def test_a_meaning_from_nowhere_is_refused(dewi: FlaskClient) -> None:
    answer = post(dewi, f"/en{MOTIF}", **{**GOOD, "seen": seen(), "sources": "", "told_by": ""})
    assert answer.status_code == 422
    assert "Say where the meaning comes from" in answer.text


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_lost(dewi: FlaskClient) -> None:
    opened = seen()
    write(dewi, origin="Belinyu")
    answer = post(dewi, f"/en{MOTIF}", **{**GOOD, "seen": opened, "origin": "Mentok"})
    assert answer.status_code == 409
    assert "Somebody changed this in the meantime" in answer.text
    assert "<p>Belinyu</p>" in answer.text and "<p>Mentok</p>" in answer.text
    assert find_motif("kembang-setaman").origin == "Belinyu"  # type: ignore[union-attr]
    held = re.search(r'name="seen" value="(\w+)"', answer.text)
    assert held and held[1] == seen()
    assert post(dewi, MOTIF, **{**GOOD, "seen": held[1]}).status_code == 303
    assert find_motif("kembang-setaman").origin == "Mentok"  # type: ignore[union-attr]


@pytest.mark.parametrize("given", ["", "0000000000000000"])
def test_a_form_that_does_not_say_what_it_saw_changes_nothing(dewi: FlaskClient, given: str) -> None:
    assert write(dewi, seen=given).status_code == 409
    assert find_motif("kembang-setaman").meaning == ""  # type: ignore[union-attr]


def test_a_craft_keeps_its_techniques_and_gets_others(dewi: FlaskClient) -> None:
    page = dewi.get("/curator/crafts/crafts/tenun-cual/edit").text
    assert 'value="tenun-gedogan"' in page and "checked" not in page.split('id="techniques"')[1].split("</fieldset>")[0]
    words = {
        "name": "Tenun cual",
        "techniques": ["tenun-gedogan"],
        "materials": ["benang-sutra"],
        "measure": "size",
        "position": "2",
    }
    assert post(dewi, "/curator/crafts/crafts/tenun-cual", **words, seen=seen(Craft)).status_code == 303
    craft = find_craft("tenun-cual")
    assert craft and [one.slug for one in craft.techniques] == ["tenun-gedogan"]
    assert "checked" in dewi.get("/curator/crafts/crafts/tenun-cual/edit").text
    for wrong in ({"techniques": ["tidak-ada"]}, {"measure": "warna"}, {"position": "-1"}):
        answer = post(dewi, "/curator/crafts/crafts/tenun-cual", **{**words, **wrong}, seen=seen(Craft))
        assert answer.status_code == 422, wrong


class TestTheArchive:
    def test_says_of_everything_what_is_missing_and_how_many_pieces_name_it(
        self, dewi: FlaskClient, cast: Cast
    ) -> None:
        text = dewi.get("/en/curator/crafts").text
        tile = text.split('href="/en/curator/crafts/motifs/kembang-setaman/edit"')[1].split("</li>")[0]
        assert "2 pieces on sale" in tile
        assert re.findall(r'archive-tile__gap">(\w+)<', tile) == ["meaning", "source", "picture"]
        for slug in ("crafts/tenun-cual", "techniques/tenun-gedogan", "materials/benang-sutra"):
            assert f"/curator/crafts/{slug}/edit" in text

    def test_can_show_only_what_is_incomplete(self, dewi: FlaskClient, cast: Cast) -> None:
        with transaction() as session:
            motif = session.scalars(db.select(Motif)).one()
            for name, value in GOOD.items():
                setattr(motif, name, value)
            motif.image = factories.image()
        assert "kembang-setaman" in dewi.get("/curator/crafts").text
        assert "kembang-setaman" not in dewi.get("/curator/crafts?show=incomplete").text

    def test_leads_from_one_gap_to_the_next(self, dewi: FlaskClient, cast: Cast) -> None:
        with transaction():
            craft = find_craft("tenun-cual")
            factories.add(Motif(slug="burung-hong", name="Burung hong", craft=craft))
        page = dewi.get(f"{MOTIF}/edit").text
        assert 'next-gap__link" href="/curator/crafts/motifs/burung-hong/edit"' in page

    def test_costs_few_queries(self, dewi: FlaskClient, cast: Cast, count_queries: Any) -> None:
        dewi.get("/curator/crafts")
        with transaction():
            craft = find_craft("tenun-cual")
            for number in range(12):
                factories.add(
                    Motif(slug=f"motif-{number}", name=f"Motif {number}", craft=craft, image=factories.image())
                )
        with count_queries(at_most=16):
            dewi.get("/curator/crafts")


class TestAdding:
    @pytest.mark.parametrize("kind", ["crafts", "techniques", "materials"])
    def test_puts_something_new_into_the_archive(self, dewi: FlaskClient, client: FlaskClient, kind: str) -> None:
        answer = post(dewi, f"/curator/crafts/{kind}", name="Sulam kasab")
        assert (answer.status_code, answer.location) == (303, f"/curator/crafts/{kind}/sulam-kasab/edit")
        assert "Sulam kasab" in client.get(f"/{kind}/sulam-kasab").text

    def test_a_motif_belongs_to_the_craft_of_its_address(self, dewi: FlaskClient) -> None:
        assert post(dewi, "/curator/crafts/motifs?craft=tenun-cual", name="Burung hong").status_code == 303
        motif = find_motif("burung-hong")
        assert motif and motif.craft.slug == "tenun-cual"

    @pytest.mark.parametrize("query", ["", "?craft=", "?craft=tidak-ada"])
    def test_a_motif_without_a_craft_is_not_found(self, dewi: FlaskClient, query: str) -> None:
        assert dewi.get(f"/curator/crafts/motifs/new{query}").status_code == 404
        assert post(dewi, f"/curator/crafts/motifs{query}", name="Burung hong").status_code == 404
        assert find_motif("burung-hong") is None

    def test_two_of_one_name_in_one_craft_are_refused(self, dewi: FlaskClient) -> None:
        answer = post(dewi, "/en/curator/crafts/motifs?craft=tenun-cual", name="KEMBANG setaman")
        assert answer.status_code == 422
        assert "“KEMBANG setaman” is here already." in answer.text
        assert post(dewi, "/curator/crafts/motifs?craft=pewter", name="Kembang setaman").status_code == 303

    @pytest.mark.parametrize("kind", ["collections", "makers", "Motif", ""])
    def test_there_are_no_other_kinds(self, dewi: FlaskClient, kind: str) -> None:
        assert post(dewi, f"/curator/crafts/{kind}", name="Burung hong").status_code in (404, 405)


class TestRemoving:
    @pytest.mark.parametrize(
        "path", ["crafts/tenun-cual", "motifs/kembang-setaman", "techniques/tenun-gedogan", "materials/benang-sutra"]
    )
    def test_what_pieces_name_stays_and_the_number_is_told(self, dewi: FlaskClient, cast: Cast, path: str) -> None:
        answer = post(dewi, f"/en/curator/crafts/{path}/removal")
        assert answer.status_code == 409
        assert f"drafts among them: {1 if 'crafts/' in path else 2}" in answer.text

    def test_what_nothing_names_goes(self, dewi: FlaskClient, client: FlaskClient) -> None:
        post(dewi, "/curator/crafts/techniques", name="Sulam kasab")
        assert client.get("/techniques/sulam-kasab").status_code == 200
        assert post(dewi, "/curator/crafts/techniques/sulam-kasab/removal").status_code == 303
        assert client.get("/techniques/sulam-kasab").status_code == 404

    def test_what_is_not_there_is_not_found(self, dewi: FlaskClient) -> None:
        for path in ("", "/removal", "/picture", "/picture/focus", "/picture/removal"):
            assert post(dewi, f"/curator/crafts/motifs/tidak-ada{path}").status_code == 404
        assert dewi.get("/curator/crafts/motifs/tidak-ada/edit").status_code == 404


def test_nobody_else_touches_them(cast: Cast, sign_in: Any, client: FlaskClient) -> None:
    before = seen()
    for other in [sign_in(one) for one in (cast.sari, cast.ratna, cast.hasan, cast.tono)]:
        for path in ("", "/motifs/new?craft=tenun-cual", "/motifs/kembang-setaman/edit"):
            assert other.get(f"/curator/crafts{path}").status_code == 404
        assert write(other).status_code == 404
        assert post(other, "/curator/crafts/techniques", name="Sulam").status_code == 404
        for path in ("/removal", "/picture", "/picture/focus", "/picture/removal"):
            assert post(other, f"{MOTIF}{path}").status_code == 404
    assert client.post(MOTIF, data=GOOD).status_code == 403
    assert seen() == before and find_technique("sulam") is None
    assert db.session.scalars(db.select(Material)).one() and db.session.scalars(db.select(Technique)).one()
