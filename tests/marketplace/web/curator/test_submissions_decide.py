"""Answering a maker: once, with a reason, and never about one's own shop."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.products.models import ProductState
from catalog.search.query import Query
from marketplace.curation.queries import find_submission
from marketplace.sellers.models import MemberRole, Membership
from tests.cast import Cast
from tests.marketplace.web.curator.conftest import post

REASON = "Foto ketiga terlalu gelap, tolong ambil di dekat jendela."


def state(code: str) -> ProductState:
    db.session.rollback()
    submission = find_submission(code)
    assert submission is not None
    return submission.product.state


def test_puts_the_piece_on_sale_where_the_search_finds_it(
    dewi: FlaskClient, submission: str, app: Any, work: Any
) -> None:
    answer = post(dewi, f"/curator/submissions/{submission}/decision", decision="approved")
    assert answer.status_code == 303
    assert state(submission) is ProductState.LIVE
    work()
    found = app.extensions["house"].ports.search.search(Query(text="pucuk rebung"))
    assert found.total == 1


def test_gives_it_back_with_a_reason_that_reaches_the_maker(
    dewi: FlaskClient, submission: str, work: Any, settings: Any
) -> None:
    answer = post(dewi, f"/curator/submissions/{submission}/decision", decision="refused", reason=REASON)
    assert answer.status_code == 303
    assert state(submission) is ProductState.DRAFT
    work()
    mails = "".join(path.read_text() for path in settings.mails_dir.glob("*.eml"))
    assert "ratna@contoh.example" in mails
    assert "terlalu gelap" in mails


@pytest.mark.parametrize("reason", ["", "   ", "kurang bagus"])
def test_refuses_a_refusal_without_a_reason_and_keeps_the_words(
    dewi: FlaskClient, submission: str, reason: str
) -> None:
    answer = post(dewi, f"/en/curator/submissions/{submission}/decision", decision="refused", reason=reason)
    assert answer.status_code == 422
    assert "at least 15 characters" in answer.text
    assert reason in answer.text
    assert state(submission) is ProductState.SUBMITTED


@pytest.mark.parametrize("decision", [None, "", "maybe"])
def test_refuses_an_answer_that_is_none(dewi: FlaskClient, submission: str, decision: str | None) -> None:
    fields = {} if decision is None else {"decision": decision}
    assert post(dewi, f"/curator/submissions/{submission}/decision", **fields).status_code == 422
    assert state(submission) is ProductState.SUBMITTED


@pytest.mark.parametrize("second", [{"decision": "approved"}, {"decision": "refused", "reason": REASON}])
def test_nothing_is_decided_twice(dewi: FlaskClient, submission: str, second: dict[str, str]) -> None:
    post(dewi, f"/curator/submissions/{submission}/decision", decision="approved")
    assert post(dewi, f"/curator/submissions/{submission}/decision", **second).status_code == 409
    assert state(submission) is ProductState.LIVE


def test_a_curator_does_not_decide_about_a_piece_of_the_own_shop(
    dewi: FlaskClient, submission: str, cast: Cast
) -> None:
    with transaction() as session:
        session.add(Membership(user_id=cast.dewi.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
    assert 'name="decision"' not in dewi.get(f"/curator/submissions/{submission}").text
    assert post(dewi, f"/curator/submissions/{submission}/decision", decision="approved").status_code == 403
    assert state(submission) is ProductState.SUBMITTED


def test_refuses_a_form_of_another_visit(dewi: FlaskClient, submission: str) -> None:
    answer = post(dewi, f"/curator/submissions/{submission}/decision", decision="approved", form_token="x")
    assert answer.status_code == 403
    assert state(submission) is ProductState.SUBMITTED


def test_nobody_else_decides(cast: Cast, sign_in: Any, submission: str) -> None:
    for client in [sign_in(one) for one in (cast.sari, cast.ratna, cast.budi, cast.hasan, cast.tono)]:
        answer = post(client, f"/curator/submissions/{submission}/decision", decision="approved")
        assert answer.status_code == 404
    assert state(submission) is ProductState.SUBMITTED
