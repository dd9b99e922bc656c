"""Photos: added, described, ordered, taken away, and only one's own."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Unavailable
from catalog.media.models import Image
from catalog.products.models import Product, ProductPicture
from marketplace.sellers.models import Seller
from marketplace.web import uploads
from tests import factories
from tests.marketplace.web.seller.conftest import Desk, jpeg


def _codes(desk: Desk) -> list[str]:
    piece = db.session.scalar(
        db.select(Product).where(Product.code == desk.product).execution_options(populate_existing=True)
    )
    assert piece is not None
    return [one.image.code for one in piece.pictures]


@pytest.fixture
def draft(ratnas: Desk) -> Desk:
    """Ratna's desk with a new draft of two photos."""
    files = [(jpeg(seed=1), "a.jpg"), (jpeg(seed=5), "b.jpg")]
    answer = ratnas.post("products", {"title": "Kain dua foto", "pictures": files})
    return Desk(ratnas.client, ratnas.seller, answer.location.rsplit("/", 1)[-1], ratnas.maker)


def test_keeps_the_good_ones_of_a_mixed_sending(draft: Desk) -> None:
    files = [(jpeg(seed=7), "baik.jpg"), (io.BytesIO(b"no picture"), "rusak.jpg")]
    assert draft.post(f"products/{draft.product}/pictures", {"pictures": files}).status_code == 303
    assert len(_codes(draft)) == 3
    assert "rusak.jpg" in draft.get(f"products/{draft.product}/pictures").text


def test_a_photo_that_found_no_room_is_named_with_the_reason_and_not_kept(
    draft: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it put a second time inside of the write transaction."""
    laid = []

    def lay_down(storage: Any, picture: Any) -> None:
        if laid:
            raise Unavailable("There is no room left on the shelf.")
        laid.append(picture)

    monkeypatch.setattr(uploads, "lay_down", lay_down)
    files = [(jpeg(seed=7), "baik.jpg"), (jpeg(seed=8), "penuh.jpg")]
    assert draft.post(f"products/{draft.product}/pictures", {"pictures": files}).status_code == 303
    assert len(_codes(draft)) == 3
    assert "penuh.jpg: There is no room left on the shelf." in draft.get(f"products/{draft.product}/pictures").text


def test_refuses_a_sending_without_any(draft: Desk) -> None:
    assert draft.post(f"products/{draft.product}/pictures").status_code == 422
    answer = draft.post(f"products/{draft.product}/pictures", {"pictures": [(io.BytesIO(b"GIF89a"), "a.gif")]})
    assert answer.status_code == 422 and 'id="pictures-error"' in answer.text
    assert len(_codes(draft)) == 2


def test_keeps_what_was_typed_whichever_button_was_pressed(draft: Desk) -> None:
    first, second = _codes(draft)
    typed = {f"alt-{first}": "Kain dari depan", f"alt-{second}": "Kain dari dekat", "to": "later"}
    assert draft.post(f"products/{draft.product}/pictures/{first}/position", typed).status_code == 303
    assert _codes(draft) == [second, first]
    page = draft.get(f"products/{draft.product}/pictures").text
    assert "Kain dari depan" in page and "Kain dari dekat" in page


def test_the_first_cannot_go_earlier(draft: Desk) -> None:
    before = _codes(draft)
    assert draft.post(f"products/{draft.product}/pictures/{before[0]}/position", {"to": "earlier"}).status_code == 303
    assert _codes(draft) == before


def test_a_description_that_is_too_long_is_told_at_its_photo(draft: Desk) -> None:
    first, second = _codes(draft)
    typed = {f"alt-{first}": "x" * 301, f"alt-{second}": "Kain dari dekat"}
    answer = draft.post(f"products/{draft.product}/pictures/descriptions", typed)
    assert answer.status_code == 422
    assert f'id="alt-{first}-error"' in answer.text and "Kain dari dekat" in answer.text


def test_the_focal_point_is_one_of_nine(draft: Desk) -> None:
    first = _codes(draft)[0]
    path = f"products/{draft.product}/pictures/{first}/focus"
    assert draft.post(path, {"point": "15-85"}).status_code == 303
    assert 'value="15-85" formaction' in draft.get(f"products/{draft.product}/pictures").text
    for point in ("", "1-1", "101-50", "50", "-50-50", "x-y", "٥٠-٥٠"):
        assert draft.post(path, {"point": point}).status_code == 422, point


def test_takes_one_away(draft: Desk) -> None:
    first, second = _codes(draft)
    assert draft.post(f"products/{draft.product}/pictures/{first}/removal").status_code == 303
    assert _codes(draft) == [second]
    assert draft.post(f"products/{draft.product}/pictures/{first}/removal").status_code == 404


def test_the_last_photo_of_a_piece_on_sale_stays(ratnas: Desk) -> None:
    only = _codes(ratnas)[0]
    assert ratnas.post(f"products/{ratnas.product}/pictures/{only}/removal").status_code == 422
    assert _codes(ratnas) == [only]


def test_another_shops_photo_does_not_exist(ratnas: Desk, budis: Desk) -> None:
    theirs = _codes(ratnas)[0]
    for verb in ("position", "removal"):
        assert budis.post(f"products/{budis.product}/pictures/{theirs}/{verb}", {"to": "later"}).status_code == 404


def test_the_order_that_the_form_carries_is_kept(draft: Desk) -> None:
    first, second = _codes(draft)
    assert (
        draft.post(
            f"products/{draft.product}/pictures/descriptions", {f"order-{second}": "y", f"order-{first}": "y"}
        ).status_code
        == 303
    )
    assert _codes(draft) == [second, first]


@pytest.mark.parametrize("order", [["one"], ["one", "foreign"], ["foreign", "one", "one"], []])
def test_an_order_that_is_none_changes_nothing(draft: Desk, order: list[str]) -> None:
    before = _codes(draft)
    sent = [{"one": before[1]}.get(one, one) for one in order]
    assert (
        draft.post(f"products/{draft.product}/pictures/descriptions", {f"order-{one}": "y" for one in sent}).status_code
        == 303
    )
    assert _codes(draft) == before


class TestVariants:
    @pytest.fixture
    def choices(self, ratnas: Desk) -> Desk:
        """Ratna's desk with a piece on sale in two sizes, which has two photos."""
        with transaction():
            shop = db.session.scalars(db.select(Seller).where(Seller.code == ratnas.seller)).one()
            piece = factories.product(shop, "Kain dua ukuran", variants=2)
            piece.pictures.append(ProductPicture(image=factories.image(owner=shop.code), position=1))
        return Desk(ratnas.client, ratnas.seller, piece.code, ratnas.maker)

    def _piece(self, desk: Desk) -> Product:
        return db.session.scalars(
            db.select(Product).where(Product.code == desk.product).execution_options(populate_existing=True)
        ).one()

    def test_choosing_one_shows_its_photo_first(self, choices: Desk) -> None:
        second = _codes(choices)[1]
        large = self._piece(choices).variants[1].code
        assert (
            choices.post(f"products/{choices.product}/pictures/descriptions", {f"variant-{second}": large}).status_code
            == 303
        )
        piece = self._piece(choices)
        assert [one.variant_id for one in piece.pictures] == [None, piece.variants[1].id]
        paths = [one.image.ways().url for one in piece.pictures]
        address = f"/products/{piece.slug}-{piece.code}"
        plain, chosen = (
            choices.client.get(f"{address}{query}").text.split("gallery__slides")[1]
            for query in ("", f"?variant={large}")
        )
        places = [[text.index(path) for path in paths] for text in (plain, chosen)]
        assert places[0][0] < places[0][1] and places[1][1] < places[1][0]
        assert 'data-slide="gallery-2"' in plain and 'data-slide="gallery-1"' in chosen

    def test_a_photo_may_be_of_all_again(self, choices: Desk) -> None:
        second = _codes(choices)[1]
        for typed in (self._piece(choices).variants[1].code, ""):
            choices.post(f"products/{choices.product}/pictures/descriptions", {f"variant-{second}": typed})
        assert [one.variant_id for one in self._piece(choices).pictures] == [None, None]

    def test_refuses_a_variant_of_another_piece(self, choices: Desk, cast: Any) -> None:
        second = _codes(choices)[1]
        answer = choices.post(
            f"products/{choices.product}/pictures/descriptions", {f"variant-{second}": cast.plaque.variants[0].code}
        )
        assert answer.status_code == 404
        assert [one.variant_id for one in self._piece(choices).pictures] == [None, None]


class TestOnSale:
    """What a photo shows is said as long as buyers see it."""

    def _alt(self, code: str) -> str:
        db.session.rollback()
        return db.session.scalars(db.select(Image.alt).where(Image.code == code)).one()

    @pytest.mark.parametrize("path", ["pictures/descriptions", "pictures/{0}/focus", "pictures/{0}/position"])
    @pytest.mark.parametrize("typed", ["", "  \n "])
    def test_its_words_cannot_be_emptied(self, ratnas: Desk, path: str, typed: str) -> None:
        only = _codes(ratnas)[0]
        before = self._alt(only)
        sent = {f"alt-{only}": typed, f"alt_en-{only}": "The shawl on a loom", "point": "15-85", "to": "later"}
        answer = ratnas.post(f"products/{ratnas.product}/{path.format(only)}", sent)
        assert answer.status_code == 422
        assert f'id="alt-{only}-error"' in answer.text and "Foto 1: tulis apa yang terlihat" in answer.text
        assert "The shawl on a loom" in answer.text
        assert before and self._alt(only) == before

    def test_nor_at_a_draft_that_shares_the_photo(self, ratnas: Desk, draft: Desk, cast: Any) -> None:
        shared = _codes(ratnas)[0]
        with transaction():
            piece = db.session.scalars(db.select(Product).where(Product.code == draft.product)).one()
            image = db.session.scalars(db.select(Image).where(Image.code == shared)).one()
            piece.pictures.append(ProductPicture(image=image, position=2))
        answer = draft.post(f"products/{draft.product}/pictures/descriptions", {f"alt-{shared}": ""})
        assert answer.status_code == 422 and "Foto 3: tulis" in answer.text and self._alt(shared)

    def test_a_draft_may_say_it_later(self, draft: Desk) -> None:
        first = _codes(draft)[0]
        for typed in ("Kain dari depan", ""):
            sent = {f"alt-{first}": typed}
            assert draft.post(f"products/{draft.product}/pictures/descriptions", sent).status_code == 303
        assert self._alt(first) == ""

    def test_a_new_photo_without_words_is_told_at_once_and_until_it_has_them(self, ratnas: Desk) -> None:
        told = "1 foto baru belum diberi keterangan"
        sent = {"pictures": [(jpeg(seed=3), "baru.jpg")]}
        assert ratnas.post(f"products/{ratnas.product}/pictures", sent).status_code == 303
        page = ratnas.get(f"products/{ratnas.product}/pictures").text
        assert "baru setuju setelah setiap foto diberi keterangan" in page
        assert told in ratnas.get(f"products/{ratnas.product}").text
        new = next(code for code in re.findall(r'name="alt-(\w+)"', page) if code not in _codes(ratnas))
        path = f"products/{ratnas.product}/pictures/descriptions"
        answer = ratnas.post(path, {f"alt-{new}": ""})
        assert answer.status_code == 422 and f'id="alt-{new}-error"' in answer.text and "Foto 2: tulis" in answer.text
        assert ratnas.post(path, {f"alt-{new}": "Selendang, dilipat"}).status_code == 303
        assert told not in ratnas.get(f"products/{ratnas.product}").text


def test_an_iphone_is_asked_for_jpeg(ratnas: Desk) -> None:
    """It turns its HEIC into JPEG only where HEIC is not named as taken."""
    asked = re.findall(r'accept="([^"]+)"', ratnas.get(f"products/{ratnas.product}/pictures").text)
    assert asked and all("image/jpeg" in one and "hei" not in one for one in asked)
