"""A piece begins small: a name, perhaps a photo."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db
from catalog.products.models import Product, ProductState
from tests.marketplace.web.seller.conftest import Desk, jpeg


def _count() -> int:
    return len(db.session.scalars(db.select(Product.id)).all())


def _newest() -> Product | None:
    return db.session.scalar(db.select(Product).order_by(Product.id.desc()).limit(1))


def test_a_name_is_enough(ratnas: Desk) -> None:
    answer = ratnas.post("products", {"title": "Dompet cual", "craft": ""})
    piece = _newest()
    assert piece is not None and piece.title == "Dompet cual" and piece.state is ProductState.DRAFT
    assert answer.status_code == 303 and answer.location.endswith(f"/products/{piece.code}")


def test_a_button_that_is_pressed_twice_begins_one_piece(ratnas: Desk) -> None:
    before = _count()
    first, second = (
        ratnas.post("products", {"title": " Dompet  cual ", "pictures": [(jpeg(seed=1), "a.jpg")]}) for _tap in range(2)
    )
    assert second.status_code == 303 and first.location == second.location
    piece = _newest()
    assert _count() == before + 1 and piece is not None and len(piece.pictures) == 1
    more = ratnas.post("products", {"title": "Dompet cual", "pictures": [(jpeg(seed=2), "b.jpg")]})
    piece = _newest()
    assert more.location == first.location and piece is not None and len(piece.pictures) == 2, (
        "a photo that is new is not lost"
    )
    assert ratnas.post("products", {"title": "Dompet cual merah"}).location != first.location
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert ratnas.post("products", {"title": "Dompet cual"}).location != first.location


def test_another_shop_begins_its_own_piece_of_the_same_name(ratnas: Desk, budis: Desk) -> None:
    codes = [desk.post("products", {"title": "Dompet"}).location.rsplit("/", 1)[1] for desk in (ratnas, budis)]
    assert codes[0] != codes[1]
    assert [desk.get(f"products/{code}").status_code for desk, code in zip((ratnas, budis), codes, strict=True)] == [
        200,
        200,
    ]


def test_photos_come_along(ratnas: Desk) -> None:
    files = [(jpeg(seed=1), "a.jpg"), (jpeg(seed=9), "b.jpg")]
    assert (
        ratnas.post("products", {"title": "Dompet cual", "craft": "tenun-cual", "pictures": files}).status_code == 303
    )
    piece = _newest()
    assert piece is not None and len(piece.pictures) == 2
    assert {one.image.owner for one in piece.pictures} == {ratnas.seller}


def test_a_missing_name_is_told_at_its_field_and_the_craft_is_kept(ratnas: Desk) -> None:
    assert "novalidate" in ratnas.get("products/new").text  # else browsers answer first, in a language of their own
    before = _count()
    answer = ratnas.post("products", {"title": "  ", "craft": "tenun-cual"})
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text and 'value="tenun-cual" selected' in answer.text
    assert '<a href="#title">Apa namanya? Tulis judul sepanjang 3 sampai 120 huruf.</a>' in answer.text
    assert _count() == before


def test_a_name_that_is_too_long_stays_in_its_box(ratnas: Desk) -> None:
    answer = ratnas.post("products", {"title": "k" * 121})
    assert answer.status_code == 422 and "k" * 121 in answer.text and 'id="title-error"' in answer.text


@pytest.mark.parametrize("body", [b"", b"not a picture", b"<svg onload=alert(1)>", b"\xff\xd8\xff broken"])
def test_a_file_that_is_no_picture_makes_no_piece(ratnas: Desk, body: bytes) -> None:
    before = _count()
    answer = ratnas.post("products", {"title": "Dompet cual", "pictures": [(io.BytesIO(body), "foto.jpg")]})
    assert answer.status_code == 422
    assert 'id="pictures-error"' in answer.text and "Dompet cual" in answer.text
    assert _count() == before


def test_an_unknown_craft_is_refused(ratnas: Desk) -> None:
    answer = ratnas.post("products", {"title": "Dompet cual", "craft": "nothing-such"})
    assert answer.status_code == 422 and 'id="craft-error"' in answer.text


def test_a_doubled_name_is_refused(ratnas: Desk) -> None:
    assert ratnas.post("products", {"title": ["Satu", "Dua"]}).status_code == 422
