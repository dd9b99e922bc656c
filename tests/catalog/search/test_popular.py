"""What many look for is shown to all: little of what is asked may get there, and nothing tells who asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.search.embedded import EmbeddedIndex, private_file, schema
from catalog.search.embedded.popular import A_DAY, MAX_TODAY, SHOWN_FROM
from tests.contracts.search_contract import piece

DAY = 86_400
NOW = 100 * DAY + 3_600


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    yield connection
    connection.close()


@pytest.fixture
def index(connection: sqlite3.Connection) -> EmbeddedIndex:
    index = EmbeddedIndex(lambda: connection)
    index.create()
    index.upsert(
        [
            piece("A", "Selendang tenun cual", maker="Ratna"),
            piece("B", "Kain batik tulis", text="Untuk oleh-oleh, dari 2026."),
            piece("C", "Tas rotan"),
            piece("D", "Topi pandan"),
        ]
    )
    return index


def ask(
    index: EmbeddedIndex, text: str, visitors: int = SHOWN_FROM, at: int = NOW, kind: str = "visitor"
) -> list[bool]:
    return [index.record(text, f"{kind} {number}", at) for number in range(visitors)]


def test_what_three_visitors_look_for_is_shown(index: EmbeddedIndex) -> None:
    assert ask(index, "  Tenun CUAL ") == [True, True, True]
    assert index.popular(10) == ["tenun cual"]


def test_the_most_looked_for_comes_first_and_the_old_goes(index: EmbeddedIndex) -> None:
    ask(index, "rotan", at=10 * DAY)
    ask(index, "batik", 4, kind="other")
    ask(index, "tenun", 3)
    assert index.popular(10) == ["batik", "rotan", "tenun"]
    assert index.popular(10, since=50 * DAY) == ["batik", "tenun"]
    assert index.popular(1) == ["batik"]


def test_fewer_than_three_are_not_many(index: EmbeddedIndex) -> None:
    assert ask(index, "tenun cual", SHOWN_FROM - 1) == [True, True]
    assert index.popular(10) == []


def test_one_visitor_counts_once_a_day(index: EmbeddedIndex) -> None:
    assert [index.record("tenun cual", "one", NOW + n) for n in range(9)] == [True] + [False] * 8
    assert not index.record("TENUN  cual!", "one", NOW)
    assert index.popular(10) == []


def test_who_cannot_be_told_from_others_counts_for_nothing(index: EmbeddedIndex) -> None:
    assert not any(index.record("tenun", "", NOW) for _ in range(9))
    assert index.popular(10) == []


def test_one_visitor_on_three_days_is_not_three(index: EmbeddedIndex) -> None:
    for day in range(9):
        assert index.record("tenun cual", "one", NOW + day * DAY)
    assert index.popular(10) == []


def test_visitors_before_and_after_midnight_are_not_added_up(index: EmbeddedIndex) -> None:
    midnight = 101 * DAY
    assert ask(index, "tenun cual", 2, midnight - 1) == [True, True]
    assert ask(index, "tenun cual", 2, midnight) == [True, True]
    assert index.popular(10) == []
    assert index.record("tenun cual", "a third", midnight + 5)
    assert index.popular(10) == ["tenun cual"]


def test_a_day_adds_its_visitors_to_those_of_others(index: EmbeddedIndex, connection: sqlite3.Connection) -> None:
    ask(index, "batik", 4)
    ask(index, "batik", 2, NOW + DAY)
    ask(index, "batik", 3, NOW + 2 * DAY)
    assert connection.execute("select asked, last_on from search_sought").fetchall() == [(7, 102)]


@pytest.mark.parametrize(
    "text",
    [
        "batik penipu dari toko ratna",  # a word that is nowhere, dropped
        "tenunn cual",  # corrected
        "selendnag",
        "rotn",
        "batik tulisan qqzzqq",
        "tenun rotan",  # each is found, but in no piece together
        "penipu",
        "oleholeh",  # read as two words
        "rot",  # only begun
    ],
)
def test_what_is_not_found_as_it_was_written_is_not_counted(index: EmbeddedIndex, text: str) -> None:
    assert not any(ask(index, text, 9))
    assert index.popular(10) == []


def test_words_past_those_that_are_looked_for_are_not_smuggled_in(index: EmbeddedIndex) -> None:
    assert not any(ask(index, "tas rotan " * 5 + "penipu", 9))
    assert not any(ask(index, "tas " * 10 + "penipu", 9))
    assert not any(ask(index, "a" * 45, 9))


def test_a_form_of_a_word_that_only_has_its_stem_is_not_a_word_of_ours(index: EmbeddedIndex) -> None:
    index.upsert([piece("E", "Topi anyaman")])
    assert index.record("anyaman", "one", NOW)
    assert not index.record("dianyamnya", "one", NOW)


def test_two_words_that_are_one_of_ours_together_are_not(index: EmbeddedIndex) -> None:
    index.upsert([piece("E", "Kain sasirangan")])
    assert not any(ask(index, "kain sasi rangan"))


@pytest.mark.parametrize(
    "text", ["", "ab", "dari untuk", "sari@example.org", "tenun@cual", "tenun " * 30, "batik 0812 3456 7890"]
)
def test_what_may_be_personal_or_is_no_query_is_not_counted(index: EmbeddedIndex, text: str) -> None:
    index.upsert([piece("E", "Batik 0812 3456 7890 sari example org ab")])
    assert not any(ask(index, text))


def test_words_of_the_house_s_dictionary_count(index: EmbeddedIndex) -> None:
    index.add_synonyms(["selampai", "selendang"])
    assert ask(index, "selampai cual") == [True] * 3
    assert not any(ask(index, "selampai rotan"))
    assert index.popular(10) == ["selampai cual"]


def test_what_is_shown_is_what_was_typed(index: EmbeddedIndex) -> None:
    ask(index, "Batik “untuk” Oléh-Oléh?! \N{PILE OF POO}")
    assert index.popular(10) == ["batik untuk oleh-oleh"]


def test_the_same_in_other_words_is_shown_once(index: EmbeddedIndex) -> None:
    ask(index, "batik oleh-oleh", 4)
    ask(index, "cari batik oleh oleh")
    assert index.popular(10) == ["batik oleh-oleh"]


def test_one_visitor_brings_a_handful_a_day(index: EmbeddedIndex) -> None:
    several = ["tenun", "cual", "selendang", "batik", "kain", "tulis", "rotan", "tas"]
    assert [index.record(text, "one", NOW) for text in several] == [True] * A_DAY + [False] * (len(several) - A_DAY)
    assert index.record("tas", "another", NOW)
    assert index.record("tas", "one", NOW + DAY)


def test_a_day_holds_only_so_much(index: EmbeddedIndex, connection: sqlite3.Connection) -> None:
    assert index.record("tenun", "one", NOW)
    connection.execute("begin")
    connection.executemany(
        "insert into search_sought_today values (?, ?)", [(b"q%d" % n, b"v%d" % n) for n in range(MAX_TODAY)]
    )
    connection.execute("commit")
    assert not index.record("tenun", "two", NOW)
    assert index.record("tenun", "two", NOW + DAY)


def test_what_has_left_the_shop_is_not_shown(index: EmbeddedIndex) -> None:
    ask(index, "tas rotan")
    ask(index, "topi pandan", 4)
    index.delete(["C"])
    assert index.popular(1) == ["topi pandan"]
    assert index.popular(10) == ["topi pandan"]


def test_nothing_tells_who_asked_or_what_only_few_asked(index: EmbeddedIndex, connection: sqlite3.Connection) -> None:
    ask(index, "cual tenun", 2, kind="203.0.113")
    held = "\n".join(connection.iterdump())
    assert "203.0.113" not in held
    assert "cual tenun" not in held


def test_the_secret_of_a_day_goes_with_it(index: EmbeddedIndex, connection: sqlite3.Connection) -> None:
    def today() -> tuple[list[tuple[bytes]], list[tuple[bytes, bytes]]]:
        secrets = connection.execute("select secret from search_sought_day").fetchall()
        return secrets, connection.execute("select query, visitor from search_sought_today").fetchall()

    index.record("tenun", "one", NOW)
    before = today()
    index.record("tenun", "one", NOW + DAY)
    after = today()
    assert len(before[0]) == len(after[0]) == len(before[1]) == len(after[1]) == 1
    assert before[0] != after[0] and not set(before[1]) & set(after[1])
    index.forget_visitors(NOW + DAY + 60)
    assert today() == after
    index.forget_visitors(NOW + 2 * DAY)
    assert today() == ([], [])


def test_counts_of_an_older_version_are_forgotten(
    index: EmbeddedIndex, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table search_popular (text text primary key, asked integer, last_on integer)")
    connection.execute("insert into search_popular values ('batik penipu too ratna', 4, 100)")
    for name in schema.SOUGHT:
        connection.execute(f"drop table {name}")
    assert index.popular(10) == []
    assert not index.record("tenun", "one", NOW)
    index.forget_visitors(NOW)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    assert index.create()
    assert index.popular(10) == []
    assert not connection.execute("select 1 from sqlite_master where name = 'search_popular'").fetchall()


def test_counts_of_this_kind_survive_a_change_of_version(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(index, "tas rotan")
    ask(index, "batik", 2)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    assert index.create()
    assert index.popular(10) == []
    index.upsert([piece("C", "Tas rotan"), piece("B", "Kain batik")])
    assert not index.record("batik", "visitor 0", NOW)
    assert index.record("batik", "another", NOW)
    assert index.popular(10) == ["batik", "tas rotan"]


def test_it_works_in_a_file_of_its_own(tmp_path: Path) -> None:
    index = private_file(tmp_path / "search.db")
    index.create()
    index.upsert([piece("C", "Tas rotan")])
    assert ask(index, "tas rotan", 4) == [True] * 4
    assert not index.record("tas qqzzqq", "one", NOW)
    index.forget_visitors(NOW + DAY)
    assert index.popular(10) == ["tas rotan"]
