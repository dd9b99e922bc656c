"""Opening shops, or saying why not."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db
from marketplace.sellers.models import SellerState
from marketplace.sellers.queries import find_application
from tests.marketplace.web.operator.conftest import post

REASON = "Alamat bengkel belum lengkap, tolong tulis nama jalannya."


def state(code: str) -> SellerState:
    db.session.rollback()
    found = find_application(code)
    assert found is not None
    return found.seller.state


def test_opens_a_shop_and_tells_the_applicant(tono: FlaskClient, application: str, work: Any, settings: Any) -> None:
    assert "Tenun Contoh Sari" in tono.get("/operator/applications").text
    assert post(tono, f"/operator/applications/{application}/decision", decision="approved").status_code == 303
    assert state(application) is SellerState.OPEN
    work()
    assert "sari@contoh.example" in "".join(path.read_text() for path in settings.mails_dir.glob("*.eml"))


def test_refuses_with_a_reason(tono: FlaskClient, application: str) -> None:
    answer = post(tono, f"/operator/applications/{application}/decision", decision="refused", reason=REASON)
    assert answer.status_code == 303
    assert state(application) is SellerState.REFUSED
    assert "nama jalannya" in tono.get(f"/operator/applications/{application}").text


@pytest.mark.parametrize("reason", ["", "tidak"])
def test_refuses_a_refusal_without_a_reason_and_keeps_the_words(
    tono: FlaskClient, application: str, reason: str
) -> None:
    answer = post(tono, f"/en/operator/applications/{application}/decision", decision="refused", reason=reason)
    assert answer.status_code == 422
    assert "at least 15 characters" in answer.text
    assert f">{reason}</textarea>" in answer.text
    assert state(application) is SellerState.APPLIED


@pytest.mark.parametrize("decision", ["", "perhaps"])
def test_refuses_an_answer_that_is_none(tono: FlaskClient, application: str, decision: str) -> None:
    assert post(tono, f"/operator/applications/{application}/decision", decision=decision).status_code == 422
    assert state(application) is SellerState.APPLIED


def test_nothing_is_decided_twice(tono: FlaskClient, application: str) -> None:
    post(tono, f"/operator/applications/{application}/decision", decision="approved")
    answer = post(tono, f"/operator/applications/{application}/decision", decision="refused", reason=REASON)
    assert answer.status_code == 409
    assert state(application) is SellerState.OPEN


def test_a_code_that_is_not_there_is_not_found(tono: FlaskClient) -> None:
    assert tono.get("/operator/applications/zzzzzzzzzz").status_code == 404
    assert post(tono, "/operator/applications/zzzzzzzzzz/decision", decision="approved").status_code == 404


def test_refuses_a_form_of_another_visit(tono: FlaskClient, application: str) -> None:
    answer = post(tono, f"/operator/applications/{application}/decision", decision="approved", form_token="")
    assert answer.status_code == 403
    assert state(application) is SellerState.APPLIED


def test_nobody_else_decides(others: list[FlaskClient], application: str) -> None:
    for client in others:
        assert client.get(f"/operator/applications/{application}").status_code == 404
        assert post(client, f"/operator/applications/{application}/decision", decision="approved").status_code == 404
    assert state(application) is SellerState.APPLIED
