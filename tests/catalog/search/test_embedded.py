"""The embedded engine keeps the contract, inside somebody else's transaction and in a file of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.search import Query
from catalog.search.embedded import EmbeddedIndex, private_file, schema
from tests.contracts.search_contract import SearchContract, Settle, fill, piece, sample

__all__ = ["fill"]


@pytest.fixture
def settle() -> Settle:
    return lambda: None


class TestInsideTheShop(SearchContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[EmbeddedIndex]:
        connection = sqlite3.connect(tmp_path / "shop.db")
        index = EmbeddedIndex(lambda: connection)
        assert index.create()
        assert not index.create()
        yield index
        connection.close()


class TestInAFileOfItsOwn(SearchContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> EmbeddedIndex:
        index = private_file(tmp_path / "search.db")
        index.create()
        return index


def shop(path: Path) -> tuple[EmbeddedIndex, sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    return EmbeddedIndex(lambda: connection), connection


def test_a_rollback_leaves_no_trace_even_if_it_was_searched(tmp_path: Path) -> None:
    index, connection = shop(tmp_path / "shop.db")
    index.create()
    index.upsert([piece("A", "Tas rotan", craft="anyaman")])
    assert index.search(Query("rotan")).total == 1
    connection.execute("begin")
    index.upsert([piece("B", "Topi rotan", craft="topi"), piece("A", "Tas bambu")])
    assert index.search(Query("rotan")).codes == ("B",)
    assert index.search(Query(filters={"craft": ("topi",)})).total == 1
    connection.execute("rollback")
    assert index.search(Query("rotan")).codes == ("A",)
    assert index.search(Query(filters={"craft": ("topi",)})).total == 0
    connection.execute("begin")
    index.upsert([piece("C", "Kipas rotan")])
    connection.execute("commit")
    assert set(index.search(Query("rotan")).codes) == {"A", "C"}


def test_what_is_not_committed_is_seen_by_its_writer_only(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    writer, writing = shop(path)
    writer.create()
    here = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(here, "connection"):
            here.connection = sqlite3.connect(path, isolation_level=None)
        return here.connection  # type: ignore[no-any-return]

    shared = EmbeddedIndex(connection)
    other = sqlite3.connect(path, isolation_level=None)
    mine = connection()
    mine.execute("begin")
    shared.upsert([piece("A", "Tas rotan")])
    assert shared.search(Query("rotan")).total == 1
    here.connection = other
    assert shared.search(Query("rotan")).total == 0
    here.connection = mine
    assert shared.search(Query("rotan")).total == 1
    mine.execute("commit")
    here.connection = other
    assert shared.search(Query("rotan")).total == 1
    for each in (mine, other, writing):
        each.close()


def test_several_readers_and_writers_at_once(tmp_path: Path) -> None:
    path = tmp_path / "search.db"
    first = private_file(path)
    first.create()
    first.rebuild(sample(200))
    second = private_file(path)
    errors: list[Exception] = []
    stop = threading.Event()

    def write(index: EmbeddedIndex, name: str) -> None:
        try:
            for n in range(40):
                index.upsert([piece(f"{name}{n}", f"Kain khusus {name} {n}", craft="khusus")])
                assert index.search(Query(f"khusus {name}", filters={"craft": ("khusus",)})).total >= n + 1
                if n % 4 == 3:
                    index.delete([f"{name}{n - 1}"])
                    index.upsert([piece(f"{name}{n - 1}", f"Kain khusus {name} kembali", craft="khusus")])
        except Exception as error:
            errors.append(error)

    def read(index: EmbeddedIndex) -> None:
        try:
            while not stop.is_set():
                results = index.search(Query("kain"))
                assert sum(count for _, count in results.facets["craft"]) == results.total
                assert len(results.hits) == min(results.total, 24)
        except Exception as error:
            errors.append(error)

    writers = [threading.Thread(target=write, args=(index, name)) for index, name in ((first, "satu"), (second, "dua"))]
    readers = [threading.Thread(target=read, args=(index,)) for index in (first, second, first)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in readers:
        thread.join()
    assert not errors
    for index in (first, second):
        assert index.search(Query(filters={"craft": ("khusus",)})).total == 80
    assert first.verify(
        [f"P{n:04}" for n in range(200)] + [f"{w}{n}" for w in ("satu", "dua") for n in range(40)]
    ).is_exact


def test_synonyms_are_rows_that_count_at_once(tmp_path: Path) -> None:
    index, _ = shop(tmp_path / "shop.db")
    index.create()
    index.upsert([piece("A", "Kopiah resam"), piece("B", "Tas pandan")])
    assert index.search(Query("blangkon")).total == 0
    group = index.add_synonyms(["blangkon", "kopiah"])
    assert index.search(Query("blangkon")).codes == ("A",)
    assert index.replace_synonyms(group.id, ["blangkon", "tas"], oneway=True)
    assert index.search(Query("blangkon")).codes == ("B",)
    assert index.remove_synonyms(group.id)
    assert not index.remove_synonyms(group.id)
    assert index.search(Query("blangkon")).total == 0
    assert len(index.list_synonyms()) > 30
    with pytest.raises(ValueError, match="two different words"):
        index.add_synonyms(["Kain", " kain! "])


def test_a_phrase_that_has_a_stop_word_is_found_by_it(tmp_path: Path) -> None:
    index = private_file(tmp_path / "search.db")
    index.create()
    index.upsert([piece("A", "Gantungan kunci"), piece("B", "Kalung untuk anak")])
    index.add_synonyms(["buah tangan dari jauh", "gantungan kunci"])
    index.add_synonyms(["perhiasan bocah", "kalung untuk anak"])
    assert index.search(Query("buah tangan dari jauh")).codes == ("A",)
    assert index.search(Query("perhiasan bocah")).codes == ("B",)


def test_oneway_synonyms_find_in_one_direction(tmp_path: Path) -> None:
    index, _ = shop(tmp_path / "shop.db")
    index.create()
    index.upsert([piece("A", "Udeng merah"), piece("B", "Blangkon hitam")])
    index.add_synonyms(["udeng", "blangkon"], oneway=True)
    assert set(index.search(Query("udeng")).codes) == {"A", "B"}
    assert index.search(Query("blangkon")).codes == ("B",)


def test_another_version_is_built_anew_and_keeps_what_people_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, _ = shop(tmp_path / "shop.db")
    index.create()
    index.upsert([piece("A", "Tas")])
    index.add_synonyms(["udeng", "blangkon"])
    held = len(index.list_synonyms())
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    assert index.create()
    assert index.count() == 0
    assert len(index.list_synonyms()) == held
    assert index.search(Query("tas")).total == 0


def test_the_same_document_again_changes_nothing(tmp_path: Path) -> None:
    index, connection = shop(tmp_path / "shop.db")
    index.create()
    documents = sample(20)
    index.upsert(documents)
    before = connection.execute("select * from search_epoch").fetchone()
    index.upsert(documents)
    assert connection.execute("select * from search_epoch").fetchone() == before


def test_never_commits_in_a_transaction_of_the_shop(tmp_path: Path) -> None:
    index, connection = shop(tmp_path / "shop.db")
    connection.execute("begin")
    index.create()
    index.rebuild(sample(10))
    index.search(Query("kain"))
    index.suggest("ka")
    assert index.record("kain", "somebody", 1)
    assert connection.in_transaction
    connection.execute("rollback")
    assert schema.version(connection) == 0


def test_a_rare_word_is_suggested_from_its_first_letter_on(tmp_path: Path) -> None:
    index, _ = shop(tmp_path / "shop.db")
    index.create()
    index.upsert(piece(f"N{n}", f"Topi nama{chr(97 + n)} nama{chr(97 + n)}") for n in range(20))
    index.upsert([piece("A", "Kain cual naga"), piece("B", "Kain cual merak")])
    found = index.suggest("cual n")
    assert [one.key for one in found] == ["A"]
    assert "".join(segment.text for segment in found[0].title if segment.marked).endswith("cual naga")
    assert [one.key for one in index.suggest("kain cwal mer")] == ["B"]
    assert index.suggest("cual xy") == []
