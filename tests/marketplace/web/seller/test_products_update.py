"""The words of a piece: every error at its field, everything typed kept, two open forms never overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.products import services
from catalog.products.models import Product
from marketplace.curation.queries import latest_submission
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post
from tests.marketplace.web.seller.conftest import Desk
from tests.marketplace.web.seller.test_variants import FIGURES


@pytest.fixture
def words(cast: Cast) -> dict[str, Any]:
    return {
        "version": "1", "title": "Selendang cual baru", "craft": "tenun-cual", "description": "Ditenun tangan di Mentok dengan benang sutra dan emas.",
        "materials": ["benang-sutra"], "techniques": ["tenun-gedogan"], "motifs": ["kembang-setaman"], "animal_material": "silk",
        "care": "Angin-anginkan.",
    }  # fmt: skip


@pytest.fixture
def dewis(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> FlaskClient:
    return sign_in(cast.dewi)


def _piece(code: str) -> Product:
    piece = db.session.scalar(db.select(Product).where(Product.code == code).execution_options(populate_existing=True))
    assert piece is not None
    return piece


def test_saves_and_counts_the_version(ratnas: Desk, words: dict[str, Any]) -> None:
    assert ratnas.post(f"products/{ratnas.product}", words).status_code == 303
    piece = _piece(ratnas.product)
    assert piece.care == "Angin-anginkan." and piece.version == 2


def test_an_answer_about_the_dye_can_be_taken_back(ratnas: Desk, words: dict[str, Any]) -> None:
    with transaction():
        services.edit(_piece(ratnas.product), {"dye": "natural"}, None)
    page = ratnas.get(f"products/{ratnas.product}/edit").text
    assert re.search(r'name="dye" value="natural" checked', page) and re.search(r'name="dye" value="">', page)
    assert ratnas.post(f"products/{ratnas.product}", {**words, "version": "2", "dye": ""}).status_code == 303
    assert re.search(r'name="dye" value="" checked', ratnas.get(f"products/{ratnas.product}/edit").text)


def test_what_matters_of_a_piece_on_sale_waits_and_the_form_goes_on_with_it(
    ratnas: Desk, dewis: FlaskClient, client: FlaskClient, words: dict[str, Any], cast: Cast
) -> None:
    before = _piece(ratnas.product).title
    assert ratnas.post(f"products/{ratnas.product}", words).status_code == 303
    hub = ratnas.get(f"products/{ratnas.product}").text
    assert "<ins>baru</ins>" in hub and "Perubahan Anda ada pada kurator" in hub
    assert "Selendang cual baru" in ratnas.get(f"products/{ratnas.product}/edit").text
    piece = _piece(ratnas.product)
    assert piece.title == before
    shown = client.get(f"/products/{piece.slug}-{piece.code}")
    assert shown.status_code == 200 and before in shown.text and "Selendang cual baru" not in shown.text
    assert "Selendang cual baru" not in client.get("/search?q=selendang").text
    submission = latest_submission(piece)
    assert submission is not None
    address = f"/curator/submissions/{submission.code}"
    assert "<ins>baru</ins>" in dewis.get(address).text
    preview = dewis.get(f"{address}/preview").text
    assert "Selendang cual baru" in preview
    assert _piece(ratnas.product).title == before
    assert post(dewis, f"{address}/decision", decision="approved").status_code == 409
    seen = re.search(r'name="seen" value="(\w+)"', dewis.get(address).text)
    assert seen
    assert post(dewis, f"{address}/decision", decision="approved", seen=seen[1]).status_code == 303
    piece = _piece(ratnas.product)
    assert piece.title == "Selendang cual baru"
    assert "Selendang cual baru" in client.get(f"/products/{piece.slug}-{piece.code}").text


def test_what_is_live_at_once_is_said_to_be_while_another_change_waits(ratnas: Desk, words: dict[str, Any]) -> None:
    waits, live = "sampai mereka setuju", "Tersimpan, dan langsung berlaku di toko."

    def told() -> tuple[bool, bool]:
        page = ratnas.get(f"products/{ratnas.product}").text
        return waits in page, live in page

    ratnas.post(f"products/{ratnas.product}", words)
    assert told() == (True, False)
    later = {**words, "version": "2", "care": "Cuci kering."}
    assert ratnas.post(f"products/{ratnas.product}", later).status_code == 303
    assert _piece(ratnas.product).care == "Cuci kering." and told() == (False, True)
    figures = {**FIGURES, "version": "3", "variants-0-price": "1.800.000"}
    assert ratnas.post(f"products/{ratnas.product}/variants", figures).status_code == 303
    assert _piece(ratnas.product).variants[0].price.rupiah == 1_800_000 and told() == (False, True)
    dearer = {**FIGURES, "version": "4", "variants-0-price": "9.800.000"}
    assert ratnas.post(f"products/{ratnas.product}/variants", dearer).status_code == 303
    assert told() == (True, False)
    assert ratnas.post(f"products/{ratnas.product}", {**later, "version": "5", "title": "Selendang lain"}).status_code
    assert told() == (True, False)


def test_a_change_that_was_given_back_shows_its_reason_and_can_be_dropped(
    ratnas: Desk, dewis: FlaskClient, words: dict[str, Any]
) -> None:
    ratnas.post(f"products/{ratnas.product}", words)
    submission = latest_submission(_piece(ratnas.product))
    assert submission is not None
    reason = "Tulis motifnya juga, supaya pembeli tahu."
    post(dewis, f"/curator/submissions/{submission.code}/decision", decision="refused", reason=reason)
    for path in ("", "/edit"):
        assert reason in ratnas.get(f"products/{ratnas.product}{path}").text
    assert ratnas.get(f"products/{ratnas.product}/change").status_code == 303
    assert ratnas.post(f"products/{ratnas.product}/change", {}).status_code == 303
    assert "Perubahan Anda ada pada kurator" in ratnas.get(f"products/{ratnas.product}").text
    assert ratnas.post(f"products/{ratnas.product}/change/removal", {}).status_code == 303
    assert "kurator" not in ratnas.get(f"products/{ratnas.product}").text.split("<main", 1)[1].split("</main", 1)[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "ab"), ("title_en", "x" * 121), ("craft", "none-such"), ("materials", ["gold-of-fools"]), ("dye", "glitter"),
     ("animal_material", "dragon"), ("description", "x" * 6001), ("care", "x" * 2001), ("set_pieces", "Kain"), ("set_pieces", "Kain\n/ x"), ("variation_note", "x" * 301)],
)  # fmt: skip
def test_names_the_field_that_is_wrong_and_keeps_the_rest(
    ratnas: Desk, words: dict[str, Any], field: str, value: Any
) -> None:
    answer = ratnas.post(f"products/{ratnas.product}", {**words, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Angin-anginkan." in answer.text or field == "care"
    assert _piece(ratnas.product).version == 1


def test_a_piece_on_sale_must_stay_complete(ratnas: Desk, words: dict[str, Any]) -> None:
    answer = ratnas.post(f"products/{ratnas.product}", {**words, "care": "", "title": "Judul yang diketik"})
    assert answer.status_code == 422
    assert 'id="care-error"' in answer.text and "Judul yang diketik" in answer.text
    assert _piece(ratnas.product).care


def test_says_that_print_is_not_batik(ratnas: Desk, words: dict[str, Any]) -> None:
    answer = ratnas.post(f"products/{ratnas.product}", {**words, "title": "Kain batik cual"})
    assert answer.status_code == 422 and 'id="techniques-error"' in answer.text


def test_shows_both_versions_when_somebody_was_faster(
    app: Flask, cast: Cast, ratnas: Desk, words: dict[str, Any]
) -> None:
    with transaction():
        services.edit(_piece(ratnas.product), {"title": "Judul orang lain", "care": "Cuci kering."}, None)
    answer = ratnas.post(f"products/{ratnas.product}", words)
    assert answer.status_code == 409
    assert "Judul orang lain" in answer.text and "Selendang cual baru" in answer.text
    assert "Cuci kering." in answer.text and "Angin-anginkan." in answer.text
    assert 'name="version" value="2"' in answer.text
    assert _piece(ratnas.product).title == "Judul orang lain"
    assert ratnas.post(f"products/{ratnas.product}", {**words, "version": "2"}).status_code == 303
    assert _piece(ratnas.product).care == "Angin-anginkan."
    assert "Selendang cual baru" in ratnas.get(f"products/{ratnas.product}/edit").text


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "٣", "9" * 40])
def test_a_version_that_is_none_is_an_old_one(ratnas: Desk, words: dict[str, Any], version: str) -> None:
    assert ratnas.post(f"products/{ratnas.product}", {**words, "version": version}).status_code == 409


def test_shows_what_was_typed_as_text(ratnas: Desk, words: dict[str, Any]) -> None:
    answer = ratnas.post(
        f"products/{ratnas.product}", {**words, "title": "<script>alert(1)</script>", "craft": "none-such"}
    )
    assert "<script>alert(1)</script>" not in answer.text and "&lt;script&gt;" in answer.text


def test_while_curators_look_nothing_changes(app: Flask, cast: Cast, ratnas: Desk, words: dict[str, Any]) -> None:
    with transaction():
        from marketplace.sellers.models import Seller

        draft = factories.product(db.session.get_one(Seller, cast.ratnas.id), "Kain yang diajukan", live=False)
        services.submit(draft, {draft.variants[0].id})
        code = draft.code
    assert ratnas.get(f"products/{code}/edit").status_code == 303
    answer = ratnas.post(f"products/{code}", words)
    assert answer.status_code == 409 and "Selendang cual baru" in answer.text
