"""Rows that are written past the unit of work behave like flushed ones: defaults, refusals, rollbacks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, inspect, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, has_written, transaction
from catalog.rows import write
from marketplace.accounts.models import Session
from tests.conftest import both_databases


def new(token: str) -> Session:
    return Session(token_hash=token, expires_at=clock.after(timedelta(days=1)))


@both_databases
def test_a_written_row_has_its_defaults_and_is_what_a_reader_reads(app: Flask) -> None:
    with transaction() as session:
        one = new("a")
        assert write(one)
        assert one in session and not session.new and not session.dirty
        one.browser = "later, by the unit of work"
        session.flush()
        key, code, made = one.id, one.code, one.created_at
    db.session.remove()
    read = db.session.get_one(Session, key)
    assert (read.code, read.created_at, read.data) == (code, made, {})
    assert read.browser == "later, by the unit of work"


@both_databases
def test_what_a_unique_refuses_is_left_out_only_if_that_was_asked_for(app: Flask) -> None:
    with transaction() as session:
        assert write(new("a"))
        again = new("a")
        assert not write(again, unless_known=True)
        assert again not in session
    with pytest.raises(IntegrityError), transaction():
        write(new("a"))
    with pytest.raises(IntegrityError), transaction():
        write(Session(token_hash="b"), unless_known=True)  # a missing value is no known row
    assert db.session.scalars(select(Session.token_hash)).all() == ["a"]


def test_an_id_that_is_given_anew_belongs_to_the_new_row(app: Flask) -> None:
    """SQLite gives the id of a row that was deleted last once more."""
    with transaction() as session:
        old = new("old")
        write(old)
        session.execute(delete(Session), execution_options={"synchronize_session": False})
        young = new("young")
        write(young)
        assert (young.id, young in session, old in session) == (old.id, True, False)


@both_databases
@pytest.mark.parametrize("way", ["write", "flush"])
def test_what_is_rolled_back_leaves_the_session(app: Flask, way: str) -> None:
    """As after a flush, which is asked beside it."""

    def put(one: Session) -> Session:
        if way == "write":
            write(one)
        else:
            db.session.add(one)
            db.session.flush()
        return one

    with transaction() as session:
        kept = put(new("kept"))
        attempt = session.begin_nested()
        gone = put(new("gone"))
        attempt.rollback()
        assert gone not in session and inspect(gone).transient and gone.token_hash == "gone"
        assert kept in session
        attempt = session.begin_nested()
        nested = put(new("nested"))
        attempt.commit()
        session.rollback()
        for one in (kept, nested):
            assert inspect(one).transient and one.token_hash
    assert db.session.scalars(select(Session)).all() == []


@both_databases
def test_it_is_known_whether_anything_was_written(app: Flask) -> None:
    with transaction() as session:
        assert not has_written()
        session.scalars(select(Session)).all()
        assert not has_written()
        write(new("a"))
        assert has_written()
    with transaction():
        assert not has_written(), "of a transaction before"
    with transaction() as session:
        session.add(new("b"))
        assert has_written()
