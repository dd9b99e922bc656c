"""Closing a shop for a reason, and opening it again."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.marketplace.web.operator.conftest import post

REASON = "Tidak menjawab pembeli selama sebulan."


def test_its_pieces_leave_the_shop_and_come_back(tono: FlaskClient, cast: Cast, client: FlaskClient) -> None:
    code, page = cast.ratnas.code, f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    assert client.get(page).status_code == 200
    assert post(tono, f"/operator/sellers/{code}/suspension", reason=REASON).status_code == 303
    assert client.get(page).status_code == 404
    assert post(tono, f"/operator/sellers/{code}/reopening").status_code == 303
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("reason", ["", "nakal"])
def test_refuses_to_without_a_reason(tono: FlaskClient, cast: Cast, client: FlaskClient, reason: str) -> None:
    code, page = cast.ratnas.code, f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    post(tono, f"/en/operator/sellers/{code}/suspension", reason=reason)
    assert client.get(page).status_code == 200
    assert "at least 15 characters" in tono.get(f"/en/operator/sellers/{code}").text


def test_an_open_shop_cannot_be_opened_again(tono: FlaskClient, cast: Cast) -> None:
    code = cast.ratnas.code
    post(tono, f"/operator/sellers/{code}/reopening")
    assert (
        "notice--danger" in tono.get(f"/operator/sellers/{code}").text
        or "flash" in tono.get(f"/operator/sellers/{code}").text
    )


def test_nobody_else_does(others: list[FlaskClient], cast: Cast, client: FlaskClient) -> None:
    code, page = cast.ratnas.code, f"/products/{cast.shawl.slug}-{cast.shawl.code}"
    for other in others:
        assert post(other, f"/operator/sellers/{code}/suspension", reason=REASON).status_code == 404
    assert client.get(page).status_code == 200
