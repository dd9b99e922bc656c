"""What is read before the web processes part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.places.gazetteer import gazetteer
from catalog.search import upkeep
from catalog.search.embedded.columns import Columns
from catalog.search.query import Query
from marketplace import create_app
from marketplace.settings import Settings
from marketplace.web import speech
from marketplace.web.ahead import read_ahead, share_one_heap


def test_the_first_page_finds_everything_read_and_no_connection_is_left(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = app.extensions["house"].ports.search
    with transaction():
        upkeep.rebuild(search)
    db.session.remove()
    for kept in (gazetteer, speech.catalogue):
        kept.cache_clear()
    read_ahead(app)
    pool: Any = db.engine.pool
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)
    assert [kept.cache_info().currsize for kept in (gazetteer, speech.catalogue)] == [1, 2]

    def read_again(*_: object) -> Any:
        raise AssertionError("the index is read by every process for itself")

    monkeypatch.setattr(Columns, "loaded", read_again)
    assert search.search(Query("tenun")).total == 0


def test_a_house_without_tables_begins_all_the_same(tmp_path: Path) -> None:
    read_ahead(create_app(Settings(data_dir=tmp_path)))


def test_one_heap_is_asked_for_wherever_that_is_possible() -> None:
    share_one_heap()
