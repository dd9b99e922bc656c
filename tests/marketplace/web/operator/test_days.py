"""Closing a day on the operator's desk: looked at quickly, checked wholly before it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.ledger.models import ClosedDay, Kind
from marketplace.ledger.services import Entry, post
from marketplace.orders.breaches import LawBreach
from marketplace.reconciliation import closing
from tests.cast import Cast

PAGE = "/en/operator/ledger/days"


def test_the_laws_are_asked_when_somebody_says_so_and_before_a_day_is_closed(
    cast: Cast, tono: Any, monkeypatch: pytest.MonkeyPatch, count_queries: Callable[..., Any]
) -> None:
    broken = [LawBreach("L1", "money is not made", 1, ["order x"])]
    asked: list[int] = []

    def check() -> list[LawBreach]:
        asked.append(1)
        return broken

    monkeypatch.setattr(closing, "check_everything", check)
    on = clock.today() - timedelta(days=1)
    with transaction():
        post("given", Kind.CORRECTION, [Entry("bank:b", Money(5)), Entry("seller:x", Money(-5))], at=clock.start_of(on))
    with count_queries(at_most=30):
        page = tono.get(PAGE).text
    assert not asked and "Check everything" in page and "They hold" not in page
    assert "money is not made" in tono.get(PAGE, query_string={"verify": "1"}).text
    told = {"day": on.isoformat(), "note": "Seperti biasa", "form_token": tono.form_token}
    answer = tono.post(PAGE, data=told)
    assert answer.status_code == 409
    assert "money is not made" in answer.text and "Check everything" not in answer.text
    assert len(asked) == 2
    broken.clear()
    assert "They hold" in tono.get(PAGE, query_string={"verify": "1"}).text
    assert tono.post(PAGE, data=told).status_code == 303
    db.session.rollback()
    assert db.session.scalars(db.select(ClosedDay.day)).all() == [on]
