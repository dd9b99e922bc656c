"""Couriers' prices as a file."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.marketplace.web.operator.conftest import post


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\x00nonsense", b"a,b\n1,2\n", b"service,origin,destination,price,days_min,days_max\nx,y,z,w,v,u\n"],
)
def test_refuses_a_file_that_is_not_right_and_writes_nothing(tono: FlaskClient, data: bytes) -> None:
    answer = post(tono, "/operator/rates", file=(BytesIO(data), "harga.csv"))
    assert answer.status_code == 422
    assert "notice--danger" in answer.text


def test_refuses_nothing_at_all(tono: FlaskClient) -> None:
    assert post(tono, "/operator/rates").status_code == 422


def test_nobody_else_brings_prices_in(others: list[FlaskClient]) -> None:
    for client in others:
        assert post(client, "/operator/rates", file=(BytesIO(b"x"), "x.csv")).status_code == 404
