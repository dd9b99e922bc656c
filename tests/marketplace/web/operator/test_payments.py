"""Bank transfers and the accounts that they go to."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.db import db
from marketplace.payments.queries import list_accounts
from tests.marketplace.web.operator.conftest import post


@pytest.mark.parametrize(
    ("amount", "reference", "field"),
    [
        ("", "BCA 1", "amount"),
        ("abc", "BCA 1", "amount"),
        ("-5", "BCA 1", "amount"),
        ("1.850.123", "", "reference"),
        ("1.850.123", "x" * 81, "reference"),
    ],
)
def test_names_the_field_that_is_wrong_and_keeps_what_was_typed(
    tono: FlaskClient, amount: str, reference: str, field: str
) -> None:
    answer = post(tono, "/operator/payments", amount=amount, reference=reference)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert amount in answer.text
    assert reference in answer.text


def test_a_sum_that_nobody_owes_settles_nothing(tono: FlaskClient) -> None:
    answer = post(tono, "/operator/payments", amount="1.850.123", reference="BCA 1")
    assert 400 <= answer.status_code < 500
    assert "1.850.123" in answer.text


@pytest.mark.parametrize("missing", ["bank", "number", "holder"])
def test_an_account_needs_all_three(tono: FlaskClient, missing: str) -> None:
    before = len(list_accounts())
    fields = {"bank": "Bank Contoh", "number": "000123", "holder": "Kriyaloka"} | {missing: ""}
    answer = post(tono, "/operator/payments/accounts", **fields)
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in answer.text
    db.session.rollback()
    assert len(list_accounts()) == before


def test_a_refund_that_is_not_there_is_not_found(tono: FlaskClient) -> None:
    assert post(tono, "/operator/payments/refunds/zzzzzzzzzz", reference="x").status_code == 404


def test_nobody_else_confirms_money(others: list[FlaskClient]) -> None:
    for client in others:
        assert post(client, "/operator/payments", amount="1", reference="x").status_code == 404
        assert post(client, "/operator/payments/accounts", bank="a", number="1", holder="b").status_code == 404
