"""The picture of a collection."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image as Drawing

from catalog.collections.queries import find_collection
from catalog.db import db, transaction
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post


def picture_of(code: str) -> Any:
    db.session.rollback()
    found = find_collection(code)
    assert found is not None
    return found.image


def jpeg(size: tuple[int, int] = (640, 512)) -> BytesIO:
    file = BytesIO()
    Drawing.new("RGB", size, (120, 20, 30)).save(file, "JPEG")
    file.seek(0)
    return file


def test_takes_one_of_the_pieces_pictures(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    image = cast.shawl.pictures[0].image.code
    assert post(dewi, f"/curator/collections/{collection}/picture", image=image).status_code == 303
    assert picture_of(collection).code == image


def test_refuses_a_picture_of_something_else(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    with transaction():
        foreign = factories.image(owner=cast.budis.code).code
    assert post(dewi, f"/curator/collections/{collection}/picture", image=foreign).status_code == 404
    assert picture_of(collection) is None


def test_takes_a_sent_picture_with_its_words(dewi: FlaskClient, collection: str) -> None:
    answer = post(
        dewi, f"/curator/collections/{collection}/picture", picture=(jpeg(), "x.jpg"), alt="Kain di jemuran", alt_en=""
    )
    assert answer.status_code == 303
    image = picture_of(collection)
    assert (image.width, image.alt) == (640, "Kain di jemuran")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"alt": "Kain"}, "Choose a picture."),
        ({"picture": (BytesIO(b"MZ this is a program"), "kain.jpg"), "alt": "Kain"}, "not a picture that can be used"),
        ({"picture": (BytesIO(b""), "kain.jpg"), "alt": "Kain"}, "Choose a picture."),
    ],
)
def test_refuses_what_is_no_picture(dewi: FlaskClient, collection: str, fields: dict[str, Any], sentence: str) -> None:
    answer = post(dewi, f"/en/curator/collections/{collection}/picture", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Kain"' in answer.text
    assert picture_of(collection) is None


def test_refuses_a_picture_without_words(dewi: FlaskClient, collection: str) -> None:
    answer = post(dewi, f"/en/curator/collections/{collection}/picture", picture=(jpeg(), "x.jpg"), alt=" ")
    assert answer.status_code == 422
    assert "Say in a few words what the picture shows" in answer.text


def test_takes_the_picture_away(dewi: FlaskClient, collection: str, cast: Cast) -> None:
    post(dewi, f"/curator/collections/{collection}/picture", image=cast.shawl.pictures[0].image.code)
    assert post(dewi, f"/curator/collections/{collection}/picture/removal").status_code == 303
    assert picture_of(collection) is None
