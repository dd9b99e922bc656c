"""A rebuild in steps: whoever searches sees the old index until the end, and what was killed goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.search import Query
from catalog.search.embedded import EmbeddedIndex, private_file, rebuilding
from catalog.search.query import Entry
from tests.contracts.search_contract import piece, sample

QUESTIONS = [
    Query(text, sort="price_low", facets=("craft", "material", "motif", "place", "in_stock"))
    for text in ("", "kain", "batik merah", "kattun")
]


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    index = private_file(tmp_path / "search.db")
    index.create()
    return index


def answers(index: EmbeddedIndex) -> list[object]:
    return [(found.total, found.codes, found.facets, found.prices) for found in map(index.search, QUESTIONS)]


def end(index: EmbeddedIndex) -> None:
    while not index.finish():
        pass


def test_the_old_index_is_searched_until_the_last_step(index: EmbeddedIndex) -> None:
    index.upsert([piece("OLD", "Tas rotan")])
    index.begin(5)
    for start in range(0, 60, 20):
        index.fill(sample(60)[start : start + 20], start + 20)
        assert index.search(Query()).codes == ("OLD",)
        assert index.count() == 1
    stage = index.stage()
    assert stage is not None
    assert (stage.last, stage.done, stage.started_at) == (60, 60, 5)
    end(index)
    assert index.stage() is None
    assert index.count() == 60
    assert index.search(Query("rotan bekas", facets=("craft",))).codes != ("OLD",)


def test_what_changes_meanwhile_is_as_if_nothing_was_being_built(index: EmbeddedIndex, tmp_path: Path) -> None:
    documents = sample(60)
    index.rebuild(documents)
    index.begin(5)
    index.fill(documents[:30], 30)
    early, late = piece(documents[3].code, "Kain baru merah"), piece(documents[50].code, "Kain lama biru")
    index.upsert([early, late, piece("NEW", "Tas rotan kain")])
    index.delete([documents[4].code, documents[51].code])
    now = {one.code: one for one in (*documents, early, late)} | {"NEW": piece("NEW", "Tas rotan kain")}
    gone = {documents[4].code, documents[51].code}
    assert index.verify(set(now) - gone).is_exact
    index.fill([now[one.code] for one in documents[30:] if one.code not in gone], 60)
    end(index)
    fresh = private_file(tmp_path / "fresh.db")
    fresh.create()
    fresh.rebuild(one for code, one in now.items() if code not in gone)
    assert index.verify(set(now) - gone).is_exact
    assert [(a[0], a[2:]) for a in answers(index)] == [(a[0], a[2:]) for a in answers(fresh)]  # type: ignore[index]
    assert index.search(Query("baru merah")).codes[0] == documents[3].code


def test_one_that_is_begun_twice_goes_on(index: EmbeddedIndex) -> None:
    index.begin(5)
    index.fill(sample(20), 20)
    again = index.begin(9)
    assert (again.last, again.done, again.started_at) == (20, 20, 5)
    index.rebuild(sample(10))
    assert index.stage() is None
    assert index.count() == 10


def test_an_older_versions_beginning_is_thrown_away(index: EmbeddedIndex, tmp_path: Path) -> None:
    index.begin(5)
    index.fill(sample(20), 20)
    with sqlite3.connect(tmp_path / "search.db") as connection:
        connection.execute("update search_rebuild set schema = schema - 1")
    assert index.begin(9).done == 0
    end(index)
    assert index.count() == 0


def test_finishing_nothing_changes_nothing(index: EmbeddedIndex) -> None:
    index.rebuild(sample(10))
    before = answers(index)
    assert index.finish()
    assert answers(index) == before


def test_entries_wait_for_the_end(index: EmbeddedIndex) -> None:
    index.upsert_entries([Entry("maker", "GONE", "Tenun Lama", "", 0.4)])
    index.begin(5)
    assert [one.key for one in index.suggest("tenun lama")] == ["GONE"]
    end(index)
    assert index.suggest("tenun lama") == []


def test_a_long_text_is_merged_in_small_steps(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "PAGES", 1)
    index.begin(5)
    for start in range(0, 200, 20):
        index.fill(sample(200)[start : start + 20], start + 20)
    steps = 1
    while not index.finish():
        steps += 1
    assert 2 < steps < 200
    assert index.search(Query("kain")).total


DYING = """
import os, signal, sys
from catalog.search.embedded import private_file, rebuilding
from tests.contracts.search_contract import sample
index = private_file(sys.argv[1])
index.begin(5)
index.fill(sample(40)[:20], 20)
step = sys.argv[2]
if step == "fill":
    rebuilding.Writer.count = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    index.fill(sample(40)[20:], 40)
index.fill(sample(40)[20:], 40)
rebuilding.schema.new_token = lambda: os.kill(os.getpid(), signal.SIGKILL)
while not index.finish():
    pass
"""


@pytest.mark.parametrize(("step", "done"), [("fill", 20), ("finish", 40)])
def test_a_killed_process_leaves_the_old_index_and_where_to_go_on(
    index: EmbeddedIndex, tmp_path: Path, step: str, done: int
) -> None:
    index.upsert([piece("OLD", "Tas rotan")])
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path / "search.db"), step],
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert index.search(Query()).codes == ("OLD",)
    assert index.begin(9).done == done
    index.fill(sample(40)[done:], 40)
    end(index)
    assert index.verify(one.code for one in sample(40)).is_exact


def test_tables_of_an_older_version_are_searched_until_the_end(index: EmbeddedIndex, tmp_path: Path) -> None:
    index.upsert([piece("OLD", "Tas rotan")])
    index.upsert_entries([Entry("maker", "tenun-lama-M1", "Tenun Lama", "", 0.4)])
    for visitor in "abc":
        assert index.record("rotan", visitor, 1)
    group = index.add_synonyms(["rotan", "rattan"])
    with sqlite3.connect(tmp_path / "search.db") as connection:
        connection.execute("update search_epoch set schema = schema - 1")
    assert not index.is_current()
    index.begin(5)
    index.fill(sample(20), 20)
    assert index.search(Query("rattan")).codes == ("OLD",)
    end(index)
    assert index.is_current()
    assert index.verify(one.code for one in sample(20)).is_exact
    assert index.suggest("tenun lama") == []
    assert group in index.list_synonyms()
    assert index.popular(3) == ["rotan"]
