"""One transaction per request: committed below 400, rolled back from 400 up, read-only for a GET; on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg.errors
import pytest
from flask import Flask, redirect, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.sql.compiler import SQLCompiler

from catalog.db import db, transaction
from catalog.edition import Edition, raise_edition
from catalog.errors import Conflict
from marketplace.accounts.models import Session
from marketplace.outbox.models import Message
from marketplace.outbox.services import put
from marketplace.web import lifecycle
from marketplace.web.visits import visit
from tests.conftest import both_databases


def written() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message.topic).order_by(Message.id)))


def locked(database: str) -> OperationalError:
    """What the driver raises when this request lost a race."""
    original = (
        psycopg.errors.DeadlockDetected("deadlock detected")
        if database == "postgresql"
        else sqlite3.OperationalError("database is locked")
    )
    return OperationalError("UPDATE stocks …", {}, original)


@both_databases
def test_commits_below_400_and_rolls_back_from_400_up(app: Flask) -> None:
    @app.post("/probe/<int:status>")
    def probe(status: int) -> Any:
        put(f"answered-{status}", {})
        db.session.flush()
        return "", status, {"Location": "/"} if status == 303 else {}

    client = app.test_client()
    for status in (200, 303, 400, 404, 409, 422, 500, 503, 201):
        assert client.post(f"/probe/{status}").status_code == status
    assert written() == ["answered-200", "answered-303", "answered-201"]


@both_databases
def test_rolls_back_when_a_refusal_or_a_fault_is_raised(app: Flask) -> None:
    @app.post("/probe/<kind>")
    def probe(kind: str) -> Any:
        put(kind, {})
        db.session.flush()
        if kind == "conflict":
            raise Conflict("Sold out.")
        if kind == "fault":
            raise ZeroDivisionError
        return "fine"

    client = app.test_client()
    assert client.post("/probe/conflict").status_code == 409
    assert client.post("/probe/fault").status_code == 500
    assert client.post("/probe/fine").status_code == 200
    assert written() == ["fine"]


@both_databases
def test_a_get_cannot_write(app: Flask, database: str) -> None:
    @app.get("/probe")
    def probe() -> str:
        put("by-get", {})
        db.session.flush()
        return "written"

    @app.get("/probe/raw")
    def raw() -> str:
        db.session.execute(db.text("UPDATE editions SET number = number + 100"))
        db.session.commit()
        return "written"

    client = app.test_client()
    for address in ("/probe", "/probe/raw"):
        for ask in (client.get, client.head):
            assert ask(address).status_code == 500
    assert written() == []
    assert db.session.scalar(db.select(Edition.number)) == 1


@both_databases
def test_unflushed_writes_of_a_get_are_forgotten(app: Flask) -> None:
    @app.get("/probe")
    def probe() -> str:
        db.session.add(Message(topic="by-get"))
        db.session.info["wakes_worker"] = True
        raise_edition()
        return "fine"

    assert app.test_client().get("/probe").status_code == 200
    assert written() == []
    with transaction():
        put("later", {})
    assert written() == ["later"]
    assert db.session.scalar(db.select(Edition.number)) == 1, "the forgotten mark must not reach the next transaction"


def test_a_get_cannot_start_a_session(app: Flask) -> None:
    @app.get("/probe")
    def probe() -> str:
        visit.start()
        return "started"

    answer = app.test_client().get("/probe")
    assert answer.status_code == 500
    assert "Set-Cookie" not in answer.headers


@both_databases
def test_a_refused_request_leaves_no_session_and_no_cookie(app: Flask) -> None:
    @app.post("/probe")
    def probe() -> Any:
        visit.tell("success", "never seen")
        raise Conflict("Sold out.")

    answer = app.test_client().post("/probe")
    assert answer.status_code == 409
    assert "Set-Cookie" not in answer.headers
    db.session.rollback()
    assert db.session.scalars(db.select(Session)).all() == []


@both_databases
def test_an_attempt_leaves_nothing_half_done_though_the_request_goes_on(app: Flask) -> None:
    @app.post("/probe")
    def probe() -> Any:
        put("before", {})
        try:
            with lifecycle.attempt():
                put("half", {})
                db.session.flush()
                raise Conflict("Sold out.")
        except Conflict:
            put("after", {})
        return redirect("/", 303)

    assert app.test_client().post("/probe").status_code == 303
    assert written() == ["before", "after"]


@both_databases
def test_an_attempt_that_breaks_a_constraint_does_not_break_the_request(app: Flask) -> None:
    @app.post("/probe")
    def probe() -> Any:
        put("first", {}, key="once")
        db.session.flush()
        try:
            with lifecycle.attempt():
                db.session.add(Message(topic="second", key="once", payload={}))
                db.session.flush()
        except IntegrityError:
            put("third", {})
        return "fine"

    assert app.test_client().post("/probe").status_code == 200
    assert written() == ["first", "third"]


def stranger(app: Flask) -> sqlite3.Connection:
    """Another program's connection that does not wait."""
    path = app.extensions["house"].settings.database_url.removeprefix("sqlite:///")
    return sqlite3.connect(path, timeout=0.05, isolation_level=None)


def may_write(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    connection.execute("ROLLBACK")
    return True


def test_the_write_lock_is_taken_at_the_first_statement_and_given_back_for_slow_work(app: Flask) -> None:
    seen: list[bool] = []

    @app.post("/probe")
    def probe() -> str:
        other = stranger(app)
        db.session.scalar(db.select(Edition.number))  # the visit may have read nothing at all: read now
        seen.append(may_write(other))
        lifecycle.let_others_write()
        seen.append(may_write(other))
        put("after-slow-work", {})
        db.session.flush()
        seen.append(may_write(other))
        other.close()
        return "fine"

    assert app.test_client().post("/probe").status_code == 200
    assert seen == [False, True, False]
    assert written() == ["after-slow-work"]
    assert may_write(stranger(app)), "the answer has let go of the lock"


def test_a_get_never_keeps_writers_waiting(app: Flask) -> None:
    seen: list[bool] = []

    @app.get("/probe")
    def probe() -> str:
        db.session.scalar(db.select(Edition.number))
        seen.append(may_write(stranger(app)))
        return "fine"

    assert app.test_client().get("/probe").status_code == 200
    assert seen == [True]


@pytest.mark.parametrize(
    "write", [lambda: put("too-early", {}), lambda: visit.tell("info", "too early")], ids=["a row", "a notice"]
)
def test_the_lock_is_not_given_back_once_something_was_written(app: Flask, write: Callable[[], None]) -> None:
    @app.post("/probe")
    def probe() -> str:
        write()
        lifecycle.let_others_write()
        return "fine"

    assert app.test_client().post("/probe").status_code == 500
    assert written() == []


@both_databases
def test_a_lost_race_is_tried_once_more(app: Flask, database: str) -> None:
    tries: list[str] = []

    @app.post("/probe")
    def probe() -> str:
        tries.append(request.form["said"])
        put(f"try-{len(tries)}", {})
        db.session.flush()
        if len(tries) == 1:
            raise locked(database)
        return "fine"

    assert app.test_client().post("/probe", data={"said": "hello"}).status_code == 200
    assert tries == ["hello", "hello"], "the second try reads the same form"
    assert written() == ["try-2"]


@both_databases
def test_a_race_lost_twice_asks_to_come_back(app: Flask, database: str) -> None:
    tries: list[int] = []

    @app.post("/probe")
    def probe() -> str:
        tries.append(1)
        put("never", {})
        db.session.flush()
        raise locked(database)

    answer = app.test_client().post("/probe")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert len(tries) == 2
    assert written() == []


def test_the_second_try_reads_the_same_file(app: Flask) -> None:
    import io

    bodies: list[bytes] = []

    @app.post("/probe")
    def probe() -> str:
        bodies.append(request.files["photo"].read())
        if len(bodies) == 1:
            raise locked("sqlite")
        return "fine"

    assert app.test_client().post("/probe", data={"photo": (io.BytesIO(b"bytes"), "a.jpg")}).status_code == 200
    assert bodies == [b"bytes", b"bytes"]


def test_another_database_fault_is_not_tried_again(app: Flask) -> None:
    tries: list[int] = []

    @app.post("/probe")
    def probe() -> str:
        tries.append(1)
        db.session.execute(db.text("SELECT * FROM nowhere"))
        return "fine"

    assert app.test_client().post("/probe").status_code == 500
    assert tries == [1]


@pytest.mark.parametrize(("status", "rings"), [(200, 1), (303, 1), (422, 0)])
def test_the_worker_is_woken_after_the_commit_only(app: Flask, status: int, rings: int) -> None:
    rung: list[list[str]] = []
    app.extensions["house"].wake = lambda: rung.append(written())

    @app.post("/probe")
    def probe() -> Any:
        put("word", {})
        return "", status, {"Location": "/"}

    app.test_client().post("/probe")
    assert rung == [["word"]] * rings


def test_a_request_without_a_word_to_the_outbox_wakes_nobody(app: Flask) -> None:
    rung: list[int] = []
    app.extensions["house"].wake = lambda: rung.append(1)

    @app.post("/probe/<int:status>")
    def probe(status: int) -> Any:
        if status == 422:
            put("word", {})
        return "", status

    client = app.test_client()
    client.post("/probe/422")
    client.post("/probe/200")
    assert rung == []


def test_every_answer_carries_an_id_that_a_caller_may_give(client: Any) -> None:
    assert (
        client.get("/cart", headers={"X-Request-Id": "abcdef1234567890"}).headers["X-Request-Id"] == "abcdef1234567890"
    )
    for hostile in ("short", "with blank 123456", "x" * 65, "<script>alert(1)</script>"):
        given = client.get("/nothing", headers={"X-Request-Id": hostile}).headers["X-Request-Id"]
        assert given != hostile
        assert len(given) == 16


def test_a_service_inside_a_request_cannot_open_its_own_transaction(app: Flask) -> None:
    raised: list[Exception] = []

    @app.post("/probe")
    def probe() -> str:
        try:
            with transaction():
                pass
        except RuntimeError as error:
            raised.append(error)
        return "fine"

    app.test_client().post("/probe")
    assert len(raised) == 1


@both_databases
def test_savepoints_are_not_composed_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("visit_savepoint", "visit_release_savepoint"):
        monkeypatch.setattr(SQLCompiler, name, lambda *_, **__: pytest.fail("composed"))
    with transaction() as session:
        with session.begin_nested():
            put("inside", {})
        with session.begin_nested() as attempt:
            put("undone", {})
            attempt.rollback()
    assert written() == ["inside"]
