"""Both books on the operator's desk: a reading that shows itself going on, and what was recognised wrongly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.banking.clearing import explain
from marketplace.banking.models import BankLine, LineState, MatchKind
from marketplace.payments.services import add_account
from marketplace.reconciliation.models import Reading, ReadingState
from tests.cast import Cast
from tests.marketplace.banking.lines import line

PAGE = "/en/operator/ledger/reconciliation"


def test_a_reading_shows_itself_going_on_and_what_came_of_it(
    cast: Cast, tono: FlaskClient, count_queries: Callable[..., Any]
) -> None:
    with transaction() as session:
        reading = Reading(source="card", since=clock.now() - timedelta(days=3), until=clock.now(), lines=300)
        session.add(reading)
        session.flush()
        key = reading.id
    with count_queries(at_most=32):
        page = tono.get(PAGE).text
    assert "It is being read: 300 lines so far." in page
    assert 'hx-trigger="every 3s"' in page and "Look again" in page, "by itself, or by a link"
    with transaction() as session:
        row = session.get_one(Reading, key)
        row.state, row.ended_at = ReadingState.COMPARED, clock.now()
    asked = tono.get(PAGE, headers={"HX-Request": "true"}).text
    assert 'id="reading-now"' in asked and "every 3s" not in asked and "Look at it" in asked
    assert 'id="reading-now"' not in tono.get(PAGE).text


def test_what_was_recognised_wrongly_is_found_and_undone(cast: Cast, tono: Any) -> None:
    with transaction():
        account = add_account("Bank Contoh", "123-456-789", "Kriyaloka")
        made = line(cast, Money(-50_000), clock.today(), account_id=account.id)
        made.state = LineState.OPEN
        explain(made, MatchKind.PAYOUT, "k7f2m9qd")
        code, path = made.code, f"/en/operator/statements/lines/{made.code}"
    page = tono.get(PAGE).text
    assert "Recognised by the sum" in page and path in page and "k7f2m9qd" in page
    assert "Taken for a payout to a shop" in tono.get(path).text
    told = {"deed": "again", "form_token": tono.form_token}
    assert [tono.post(path, data=told).status_code for _ in range(2)] == [303, 409]
    db.session.rollback()
    row = db.session.scalars(db.select(BankLine).where(BankLine.code == code)).one()
    assert (row.state, row.never) == (LineState.OPEN, ["k7f2m9qd"])
    assert "Book what it was" in tono.get(path).text
