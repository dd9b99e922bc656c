"""What is closed stays closed, whoever writes: the database refuses, and later journals go into the next open day."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid
from catalog.money import Money
from marketplace.accounts.models import User
from marketplace.ledger.days import close, flaws, list_closed, next_to_close, stood
from marketplace.ledger.models import ClosedDay, Journal
from marketplace.ledger.queries import balance, verify
from marketplace.ledger.services import closed_until
from tests import factories
from tests.conftest import both_databases
from tests.marketplace.ledger.test_post import move, raw

pytestmark = both_databases
DAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)


@pytest.fixture
def tono(app: Flask) -> int:
    with transaction():
        return factories.user().id


def shut(by: int, day: date = DAY, **values: object) -> None:
    with clock.frozen(NOW), transaction() as session:
        close(day, session.get_one(User, by), **values)  # type: ignore[arg-type]


def test_a_closed_day_takes_nothing_in_and_says_what_it_came_to(app: Flask, tono: int) -> None:
    assert next_to_close() is None
    with transaction():
        move("before", 50, at=clock.start_of(DAY) - timedelta(hours=1))
        move("a", 100, at=clock.start_of(DAY))
        move("b", 7, credit="commission", at=clock.start_of(DAY) + timedelta(hours=23, minutes=59))
        move("after", 1_000, at=clock.start_of(DAY + timedelta(days=1)))
    with clock.frozen(NOW):
        assert next_to_close() == DAY
    shut(tono)
    (row,) = list_closed()
    assert row.lines == [["bank", 107, 0, 157], ["escrow", 0, 100, -150], ["commission", 0, 7, -7]]
    assert (row.journal_count, row.day, closed_until()) == (2, DAY, clock.start_of(DAY + timedelta(days=1)))
    with transaction():
        late = move("late", 5, at=clock.start_of(DAY))
        assert late is not None and late.at == closed_until(), "it goes into the next open day"
        with clock.frozen(clock.start_of(DAY) + timedelta(hours=23)):
            assert move("slow clock", 5) is not None
    with pytest.raises(IntegrityError):
        raw([["bank:main", 5, ""], ["escrow:one", -5, ""]])  # dated before the end of the closed day
    assert balance("escrow:one") == Money(-1_160)
    assert verify() == flaws() == []
    with clock.frozen(NOW):
        assert next_to_close() is None
    with clock.frozen(NOW + timedelta(days=1)):
        assert next_to_close() == DAY + timedelta(days=1)
        assert stood(DAY + timedelta(days=1)) == {
            "bank": Money(1_167),
            "escrow": Money(-1_160),
            "commission": Money(-7),
        }
    assert stood(DAY) == {"bank": Money(157), "escrow": Money(-150), "commission": Money(-7)}


def test_refuses_to_close_what_is_not_over_twice_backwards_or_without_a_reason(app: Flask, tono: int) -> None:
    with transaction():
        move("a", 100, at=clock.start_of(DAY))
    for day in (DAY + timedelta(days=1), DAY + timedelta(days=9)):
        with pytest.raises(Conflict):
            shut(tono, day)
    with pytest.raises(Invalid) as refusal:
        shut(tono, differences=2, note=" ")
    assert refusal.value.field == "note"
    shut(tono, differences=2, note="Menunggu bank")
    for day in (DAY, DAY - timedelta(days=1)):
        with pytest.raises(Conflict):
            shut(tono, day)
    assert db.session.scalars(db.select(ClosedDay.day)).all() == [DAY]


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE closed_days SET note = 'x'",
        "DELETE FROM closed_days",
        "INSERT INTO closed_days (day, ends_at, journal_count, lines, differences, note, closed_by_id, closed_at) "
        "SELECT '2026-11-01', '2026-11-02 00:00:00', 0, '[]', 0, '', closed_by_id, closed_at FROM closed_days",
    ],
)
def test_the_database_lets_nobody_open_it_again(app: Flask, tono: int, deed: str) -> None:
    shut(tono)
    with pytest.raises(IntegrityError, match="ledger"), transaction() as session:
        session.execute(text(deed))


def test_whoever_closes_waits_for_who_is_writing(app: Flask, tono: int) -> None:
    """A journal of yesterday's last second that commits after midnight is in the day, or in the next one: never lost."""
    written, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        with app.app_context(), transaction():
            move("slow", 100, at=clock.start_of(DAY))
            written.set()
            may_commit.wait(5)

    worker = threading.Thread(target=write)
    worker.start()
    assert written.wait(5)
    closer = threading.Thread(target=lambda: _in(app, tono))
    closer.start()
    time.sleep(0.2)
    may_commit.set()
    worker.join(10)
    closer.join(10)
    db.session.rollback()
    (row,) = list_closed()
    assert row.journal_count == 1 and flaws() == []
    assert db.session.scalars(db.select(Journal.at)).one() == clock.start_of(DAY)


def _in(app: Flask, tono: int) -> None:
    with app.app_context():
        shut(tono)


def test_verify_sees_what_came_past_the_triggers(app: Flask, tono: int, database: str) -> None:
    shut(tono, DAY - timedelta(days=2))  # before there was any journal
    assert flaws() == []
    with transaction() as session:
        if database == "sqlite":
            session.execute(text("DROP TRIGGER journals_in_open_days"))
        else:
            session.execute(text("ALTER TABLE journals DISABLE TRIGGER journals_in_open_days"))
    five: list[list[object]] = [["bank:main", 5, ""], ["escrow:one", -5, ""]]
    raw(five, "into an empty day", "2026-11-25 00:00:00")
    assert [one.examples for one in flaws()] == [["into an empty day"], ["2026-11-25"]]
    with transaction():
        move("a", 100, at=clock.start_of(DAY))
    shut(tono)
    assert [one.examples for one in flaws()] == [["into an empty day"], ["2026-11-27"]], (
        "each day follows from the last"
    )
    raw(five, "sneaked in")
    with clock.frozen(NOW), transaction():
        move("afterwards", 5)
    assert [one.examples for one in flaws()] == [["into an empty day", "sneaked in"], ["2026-11-27"]]
    assert [one.what for one in verify()] == ["a trigger of the ledger is missing or switched off"]
