"""What the operator may do with orders."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.marketplace.web.operator.conftest import post


@pytest.mark.parametrize("name", ["deliver", "complete", "cancel", "explode"])
def test_an_order_that_is_not_there_is_not_found(tono: FlaskClient, name: str) -> None:
    assert post(tono, f"/operator/orders/zzzzzzzzzz/moves/{name}", reason="Pembeli minta batal").status_code == 404


def test_nobody_else_moves_orders(others: list[FlaskClient]) -> None:
    for client in others:
        assert post(client, "/operator/orders/zzzzzzzzzz/moves/cancel", reason="Pembeli minta batal").status_code == 404


def test_a_job_that_is_not_there_is_not_found(tono: FlaskClient) -> None:
    assert post(tono, "/operator/jobs/zzzzzzzzzz/retry").status_code == 404
