"""The one way to write; and what the database itself refuses, whoever asks."""

from __future__ import annotations

import sqlite3
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from catalog import clock
from catalog.db import Base, db, is_writing, transaction
from catalog.edition import Edition
from catalog.money import Money
from catalog.products.models import Variant
from marketplace.outbox.models import Message
from tests.conftest import both_databases


@both_databases
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE editions SET number = 7",
        "DELETE FROM editions",
        "INSERT INTO editions (id, number) VALUES (2, 1)",
        "CREATE TABLE sneaky (id INTEGER)",
    ],
)
def test_a_write_outside_a_transaction_is_refused(app: Flask, statement: str) -> None:
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
        db.session.commit()
    db.session.rollback()
    assert db.session.scalar(db.select(Edition.number)) == 1
    db.session.rollback()
    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.execute(text(statement))


@both_databases
def test_a_transaction_commits_at_its_end_and_the_next_one_reads_only(app: Flask) -> None:
    assert not is_writing()
    with transaction() as session:
        assert is_writing()
        session.add(Message(topic="kept", payload={}))
    assert not is_writing()
    assert db.session.scalar(db.select(Message.topic)) == "kept"
    with pytest.raises(DBAPIError):
        db.session.execute(text("DELETE FROM outbox_messages"))
    db.session.rollback()


@both_databases
def test_a_transaction_rolls_back_when_anything_is_raised(app: Flask) -> None:
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), transaction() as session:
            session.add(Message(topic="lost", payload={}))
            session.flush()
            raise error
    assert db.session.scalars(db.select(Message)).all() == []
    assert not is_writing()


def test_transactions_do_not_nest(app: Flask) -> None:
    with transaction() as session:
        session.add(Message(topic="outer", payload={}))
        with pytest.raises(RuntimeError), transaction():
            pass
    assert db.session.scalar(db.select(Message.topic)) == "outer"


def test_the_write_lock_is_taken_at_the_first_statement(app: Flask) -> None:
    path = app.extensions["house"].settings.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, timeout=0.05, isolation_level=None)
    with transaction() as session:
        session.scalar(db.select(Edition.number))  # only a read so far
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT number FROM editions").fetchone() == (1,), "readers go on"
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    other.close()


@both_databases
def test_a_second_writer_waits_and_sees_what_the_first_wrote(app: Flask) -> None:
    inside, events = threading.Event(), []

    def second() -> None:
        inside.wait(10)
        with app.app_context(), transaction() as session:
            row = session.execute(db.select(Edition).with_for_update()).scalar_one()
            events.append(f"second saw {row.number}")
            row.number += 1

    thread = threading.Thread(target=second)
    thread.start()
    with transaction() as session:
        row = session.execute(db.select(Edition).with_for_update()).scalar_one()
        inside.set()
        time.sleep(0.3)
        row.number = 10
        session.flush()
        events.append("first done")
    thread.join(20)
    assert events == ["first done", "second saw 10"]
    db.session.rollback()
    assert db.session.scalar(db.select(Edition.number)) == 11


def test_no_update_is_lost_between_many_writers(app: Flask) -> None:
    def add() -> None:
        for _ in range(10):
            with app.app_context(), transaction() as session:
                row = session.scalars(db.select(Edition)).one()
                row.number += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert db.session.scalar(db.select(Edition.number)) == 81


@pytest.mark.durable
def test_sqlite_is_set_as_promised(app: Flask) -> None:
    with db.engine.connect() as connection:

        def pragma(name: str) -> Any:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2, "FULL: what was acknowledged survives a power cut"
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") >= 5_000
        assert pragma("query_only") == 1


@pytest.mark.parametrize("wrong", ["1.5", "'12abc'", "'x'", "x'00'", "1e400"])
def test_the_database_refuses_what_is_no_whole_number(app: Flask, cast: Any, wrong: str) -> None:
    path = app.extensions["house"].settings.database_url.removeprefix("sqlite:///")
    raw = sqlite3.connect(path, isolation_level=None)
    for statement in (
        f"UPDATE variants SET price = {wrong}",
        f"UPDATE stocks SET on_hand = {wrong}",
        f"UPDATE editions SET number = {wrong}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            raw.execute(statement)
    raw.close()


def test_every_whole_number_column_is_guarded_on_sqlite(app: Flask) -> None:
    """By `typeof`, or by the foreign key, which lets nothing in that is not there."""
    with db.engine.connect() as connection:
        sql = {
            row[0]: row[1]
            for row in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        }
    unguarded = []
    for table in Base.metadata.tables.values():
        for column in table.columns:
            kind = getattr(column.type, "impl", column.type)
            is_whole = "INT" in str(kind.compile(dialect=db.engine.dialect)).upper()
            free = is_whole and not column.primary_key and not column.foreign_keys
            if free and f"typeof({column.name}) = 'integer'" not in sql[table.name]:
                unguarded.append(f"{table.name}.{column.name}")
    assert not unguarded


def test_the_database_refuses_a_state_that_nobody_knows(app: Flask, cast: Any) -> None:
    path = app.extensions["house"].settings.database_url.removeprefix("sqlite:///")
    raw = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "UPDATE products SET state = 'lively'",
        "UPDATE sellers SET state = ''",
        "UPDATE variants SET price = -1",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)
    raw.close()


@both_databases
def test_both_databases_refuse_the_same(app: Flask, cast: Any) -> None:
    for statement in (
        "UPDATE products SET state = 'lively'", "UPDATE variants SET price = -1", "UPDATE stocks SET reserved = on_hand + 1",
        "UPDATE variants SET product_id = 999999", "UPDATE products SET title = NULL",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(text(statement))


@pytest.mark.parametrize("wrong", [1, 1.5, "1", None])
def test_a_money_column_takes_money_only(app: Flask, cast: Any, wrong: Any) -> None:
    with pytest.raises((StatementError, IntegrityError)), transaction() as session:
        session.get(Variant, cast.shawl.variants[0].id).price = wrong


@both_databases
def test_money_and_instants_come_back_as_they_went(app: Flask, cast: Any) -> None:
    at = datetime(2026, 12, 31, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=7)))
    with transaction() as session:
        session.add(Message(topic="time", payload={"n": 2**53}, due_at=at))
        session.get(Variant, cast.shawl.variants[0].id).price = Money(10**12)
    db.session.rollback()
    db.session.expire_all()
    message = db.session.scalars(db.select(Message).where(Message.topic == "time")).one()
    assert message.due_at == at and message.due_at.utcoffset() == timedelta(0)
    assert message.payload == {"n": 2**53}
    assert db.session.get(Variant, cast.shawl.variants[0].id).price == Money(10**12)
    db.session.rollback()


def test_an_instant_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError), transaction() as session:
        session.add(Message(topic="naive", payload={}, due_at=clock.now().replace(tzinfo=None)))
