"""The ledger takes what adds up, once; everything else is refused by the database itself, whoever writes."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.money import ZERO, Money
from marketplace.ledger import triggers
from marketplace.ledger.accounts import Side
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.ledger.queries import balance, balances, net_worth, trial_balance, verify
from marketplace.ledger.services import Entry, KeyUsedOtherwise, Overdrawn, post
from tests.conftest import both_databases
from tests.together import Meeting

pytestmark = both_databases


def move(key: str, sum_: int, debit: str = "bank:main", credit: str = "escrow:one", **values: Any) -> Any:
    entries = [Entry(debit, Money(sum_)), Entry(credit, Money(-sum_))]
    return post(key, Kind.CAPTURE, entries, **values)


def raw(entries: Any, key: str = "raw", at: str = "2026-11-27 00:00:00") -> None:
    """Past the services."""
    with transaction() as session:
        session.execute(
            text("INSERT INTO journals (key, kind, reference, note, at, entries) VALUES (:k, 'capture', '', '', :at, :e)"),
            {"k": key, "at": at, "e": json.dumps(entries)},
        )  # fmt: skip


def test_a_journal_moves_sums_and_stands_once(app: Flask) -> None:
    with transaction():
        journal = move("a", 100, reference="paid")
        assert journal is not None
        assert move("a", 100) is None
        assert post("nothing", Kind.REFUND, [Entry("bank:main", ZERO)]) is None
        entries = [Entry("seller:s", Money(-70), "goods"), Entry("seller:s", Money(-5), "shipping")]
        post("b", Kind.RELEASE, [Entry("escrow:one", Money(50)), Entry("escrow:one", Money(25)), *entries])
    assert balance("escrow:one") == Money(-25)
    assert balances("seller") == {"seller:s": Money(-75)}
    found = trial_balance()
    assert found.debit == found.credit == Money(175)
    assert found.side(Side.ASSET) == Money(100) == found.side(Side.LIABILITY)
    assert net_worth() == ZERO
    now = clock.now()
    assert trial_balance(now + timedelta(hours=1), now - timedelta(hours=1)) == found
    assert trial_balance(now - timedelta(hours=1)).lines == trial_balance(since=now + timedelta(hours=1)).lines == []
    assert verify() == []
    assert [(one.place, one.what) for one in db.session.scalars(db.select(Posting).order_by(Posting.journal_id))][2:] == [
        (0, ""), (1, "goods"), (2, "shipping"),
    ]  # fmt: skip


def test_refuses_what_is_wrong_before_it_reaches_the_database(app: Flask) -> None:
    with transaction():
        move("a", 100)
        with pytest.raises(KeyUsedOtherwise):
            move("a", 101)
        with pytest.raises(ValueError, match="add up"):
            post("b", Kind.CAPTURE, [Entry("bank:main", Money(5)), Entry("escrow:one", Money(-4))])
        with pytest.raises(ValueError, match="account"):
            move("b", 5, debit="pocket:tono")
        for guarded in ("escrow:one", "refund:p", "payout:x", "surplus"):
            with pytest.raises(Overdrawn):
                move("b", 101, debit=guarded, credit="bank:main")
    assert db.session.scalar(db.select(db.func.count()).select_from(Journal)) == 1


@pytest.mark.parametrize(
    "entries",
    [
        [["bank:main", 5, ""], ["escrow:one", -4, ""]],
        [["bank:main", 5, ""]],
        [],
        [["bank:main", 5.0, ""], ["escrow:one", -5, ""]],
        [["bank:main", "5", ""], ["escrow:one", -5, ""]],
        [["bank:main", 5], ["escrow:one", -5]],
        [[None, 5, ""], ["escrow:one", -5, ""]],
        [["bank:main", 0, ""], ["escrow:one", 0, ""]],
        [["escrow:empty", 5, ""], ["bank:main", -5, ""]],
    ],
)
def test_the_database_refuses_entries_that_are_wrong(app: Flask, entries: Any) -> None:
    with pytest.raises(IntegrityError):
        raw(entries)
    with transaction():
        move("after", 1)
    assert verify() == []


SABOTAGE = [
    "UPDATE postings SET total = total + 1",
    "UPDATE journals SET note = 'x'",
    "DELETE FROM postings",
    "DELETE FROM journals",
    "INSERT INTO postings (journal_id, place, account, what, total) VALUES (1, 2, 'bank:main', '', 5)",
    "INSERT INTO postings (journal_id, place, account, what, total) VALUES (1, 0, 'bank:main', '', 100)",
]


@pytest.mark.parametrize("statement", SABOTAGE)
def test_what_stands_is_never_changed(app: Flask, database: str, statement: str) -> None:
    with transaction():
        move("a", 100)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text(statement))
    assert balance("escrow:one") == Money(-100)


def test_what_stands_is_never_replaced_nor_emptied(app: Flask, database: str) -> None:
    with transaction():
        move("a", 100)
    columns = "(id, key, kind, reference, note, at, entries)"
    values = """(1, 'a', 'capture', '', '', '2026-11-28', '[["bank:main",1,""],["escrow:one",-1,""]]')"""
    statement = (
        f"INSERT OR REPLACE INTO journals {columns} VALUES {values}"
        if database == "sqlite"
        else "TRUNCATE journals, postings CASCADE"
    )
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text(statement))
    assert balance("escrow:one") == Money(-100)


def test_verify_sees_whoever_worked_past_the_triggers(app: Flask, database: str) -> None:
    with transaction():
        move("a", 100)
        move("b", 100, credit="commission")
    with transaction() as session:
        if database == "sqlite":
            for name in triggers.SQLITE:
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("journals", "postings"):
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    assert [one.what for one in verify()] == ["a trigger of the ledger is missing or switched off"]
    with transaction() as session:
        session.execute(text("UPDATE postings SET total = 7 WHERE account = 'escrow:one'"))
        session.execute(text("UPDATE postings SET account = 'fee:x' WHERE account = 'commission'"))
        session.execute(text("DELETE FROM postings WHERE account = 'fee:x' AND place = 0"))
    assert len(verify()) == 4, verify()


PLACES = ["bank:main", "escrow:one", "escrow:two", "seller:s", "commission", "refund:p"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 400), st.sampled_from(PLACES), st.sampled_from(PLACES)), max_size=25
    )
)
def test_whatever_is_tried_the_promises_hold(app: Flask, moves: list[tuple[int, int, str, str]]) -> None:
    try:
        with transaction():
            for key, sum_, debit, credit in moves:
                try:
                    move(f"k{key}", sum_, debit, credit)
                except (Overdrawn, KeyUsedOtherwise):
                    continue
            assert verify() == []
            assert trial_balance().debit == trial_balance().credit
            assert all(one <= ZERO for kind in ("escrow", "refund") for one in balances(kind).values())
            raise InterruptedError
    except InterruptedError:
        pass  # nothing is kept, so that the next example begins with an empty ledger


def race(app: Flask, take: Any) -> list[str]:
    """Fifty at once take Rp10 each from an escrow of Rp100."""
    with transaction():
        move("in", 100)
    gate = threading.Barrier(16, timeout=20)
    waited = threading.local()

    def attempt(n: int) -> str:
        if not getattr(waited, "yes", False):
            waited.yes = True
            gate.wait()
        with app.app_context():
            try:
                take(n)
                return "taken"
            except Overdrawn:
                return "refused"
            except DBAPIError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(attempt, range(50)))


@pytest.mark.race
def test_fifty_at_once_never_take_more_than_there_is(app: Flask) -> None:
    def take(n: int) -> None:
        with transaction():
            move(f"out-{n}", 10, debit="escrow:one", credit="refund:p")

    found = race(app, take)
    assert found.count("taken") == 10, found
    assert found.count("refused") == 40, found
    assert balance("escrow:one") == ZERO
    assert verify() == []


@pytest.mark.race
def test_control_looking_first_and_writing_afterwards_takes_too_much(app: Flask, database: str) -> None:
    with transaction() as session:
        for table in ("journals", "postings") if database != "sqlite" else ():
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for name in triggers.SQLITE if database == "sqlite" else ():
            session.execute(text(f"DROP TRIGGER {name}"))

    meeting = Meeting(16)

    def take(n: int) -> None:
        left = balance("escrow:one")
        db.session.rollback()
        meeting.wait()
        if left <= Money(-10):
            with transaction() as session:
                journal = move(f"out-{n}", 10, debit="escrow:one", credit="refund:p")
                insert = text(
                    "INSERT INTO postings (journal_id, place, account, what, total) VALUES (:j, 0, :a, '', 10)"
                )
                session.execute(insert, {"j": journal.id, "a": "escrow:one"})

    with transaction() as session:  # what the trigger would have written
        session.execute(
            text("INSERT INTO journals (id, key, kind, reference, note, at, entries) VALUES "
                 "(900, 'by hand', 'capture', '', '', '2026-11-28', '[]')")
        )  # fmt: skip
        session.execute(text("INSERT INTO postings VALUES (900, 0, 'escrow:one', '', -100)"))
    race(app, take)
    if database != "sqlite":
        with transaction() as session:
            for table in ("journals", "postings"):
                session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    assert balance("escrow:one") > ZERO


def test_the_command_says_whether_the_ledger_holds(app: Flask) -> None:
    from click.testing import CliRunner

    from marketplace.cli.ledger import group

    with transaction():
        move("a", 1_500_000)
    said = CliRunner().invoke(group, ["verify"])
    assert said.exit_code == 0
    assert "debit Rp1.500.000, credit Rp1.500.000" in said.output
    assert "escrow" in CliRunner().invoke(group, ["balance"]).output
