"""The picture of a motif or technique at the curator's desk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.crafts.queries import find_technique
from catalog.db import db
from tests.marketplace.web.curator.conftest import post
from tests.marketplace.web.curator.test_pictures import jpeg

PICTURE = "/curator/crafts/techniques/tenun-gedogan/picture"


def image() -> Any:
    db.session.rollback()
    technique = find_technique("tenun-gedogan")
    assert technique
    return technique.image


def test_takes_a_picture_its_words_and_its_point_and_visitors_see_it(dewi: FlaskClient, client: FlaskClient) -> None:
    answer = post(dewi, PICTURE, picture=(jpeg(), "x.jpg"), alt="Alat tenun di teras", alt_en="A loom on a porch")
    assert answer.status_code == 303
    assert (image().alt, image().alt_en, image().owner) == ("Alat tenun di teras", "A loom on a porch", "crafts")
    assert 'alt="Alat tenun di teras"' in client.get("/techniques/tenun-gedogan").text
    assert post(dewi, f"{PICTURE}/focus", point="15-85").status_code == 303
    assert image().focal == "15% 85%"
    assert "picture--bottom-left" in client.get("/techniques/tenun-gedogan").text
    assert post(dewi, f"{PICTURE}/removal").status_code == 303
    assert image() is None
    assert "Alat tenun di teras" not in client.get("/techniques/tenun-gedogan").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"alt": "Alat tenun"}, "Choose a picture."),
        (
            {"picture": (BytesIO(b"MZ this is a program"), "x.jpg"), "alt": "Alat tenun"},
            "not a picture that can be used",
        ),
        ({"alt": "Al"}, "Say in a few words what the picture shows"),
        ({"alt": "x" * 301}, "Describe the picture in at most 300 characters."),
    ],
)
def test_refuses_and_keeps_the_words(dewi: FlaskClient, fields: dict[str, Any], sentence: str) -> None:
    if sentence[:3] in ("Say", "Des"):
        fields = {**fields, "picture": (jpeg(), "x.jpg")}
    answer = post(dewi, f"/en{PICTURE}", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields["alt"]}"' in answer.text
    assert image() is None


@pytest.mark.parametrize("point", ["", "50", "10-10", "15-85-50", "-1-50", "١٥-٨٥"])
def test_refuses_a_point_that_is_none_of_the_nine(dewi: FlaskClient, point: str) -> None:
    post(dewi, PICTURE, picture=(jpeg(), "x.jpg"), alt="Alat tenun")
    assert post(dewi, f"{PICTURE}/focus", point=point).status_code == 422
    assert image().focal == "50% 50%"


def test_without_a_picture_there_is_no_point(dewi: FlaskClient) -> None:
    assert post(dewi, f"{PICTURE}/focus", point="15-85").status_code == 404
