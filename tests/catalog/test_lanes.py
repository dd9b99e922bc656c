"""Readers and writers have connections of their own, as long as there are enough."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool

from catalog.db import writing
from catalog.lanes import Lanes


def make(path: Path, pool: type[QueuePool], size: int, overflow: int) -> tuple[Engine, list[str]]:
    engine = create_engine(
        f"sqlite:///{path / 'lanes.db'}", poolclass=pool, pool_size=size, max_overflow=overflow, pool_timeout=1
    )
    said: list[str] = []
    event.listen(engine, "connect", lambda connection, record: connection.set_trace_callback(said.append))
    return engine, said


def write(engine: Engine) -> None:
    with writing(), engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS one (id INTEGER)"))
        connection.execute(text("INSERT INTO one VALUES (1)"))


def read(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM one")).scalar_one())


@pytest.mark.parametrize(("pool", "changes"), [(Lanes, 2), (QueuePool, 10)])
def test_a_connection_keeps_the_right_that_it_has_begun_with(
    tmp_path: Path, pool: type[QueuePool], changes: int
) -> None:
    engine, said = make(tmp_path, pool, 4, 4)
    for turn in range(1, 6):
        write(engine)
        assert read(engine) == turn
    assert sum("query_only" in one for one in said) == changes, "the plain pool changes it at every turn"


def test_a_pool_that_is_opened_and_closed_says_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    engine, _ = make(tmp_path, Lanes, 1, 0)
    write(engine)
    engine.dispose()
    assert caplog.records == []


def test_where_there_is_only_one_everybody_takes_turns(tmp_path: Path) -> None:
    engine, said = make(tmp_path, Lanes, 1, 0)
    for turn in range(1, 4):
        write(engine)
        assert read(engine) == turn
    assert sum("query_only" in one for one in said) == 6


def test_many_at_once_all_have_their_turn(tmp_path: Path) -> None:
    engine, _ = make(tmp_path, Lanes, 2, 1)
    write(engine)
    failed: list[BaseException] = []

    def work(turn: int) -> None:
        try:
            for _ in range(20):
                write(engine) if turn % 2 else read(engine)
        except BaseException as error:
            failed.append(error)

    people = [Thread(target=work, args=(turn,)) for turn in range(6)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert failed == []
    assert read(engine) == 61
