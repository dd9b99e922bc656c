"""What becomes of words that no document holds: beginnings, names of places, words of the thesaurus, of every shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.search import Entry, Query
from catalog.search.embedded import EmbeddedIndex, private_file
from catalog.search.naming import around, places_named, words_naming
from tests.contracts.search_contract import piece


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    index = private_file(tmp_path / "search.db")
    index.create()
    index.upsert(
        [
            piece("A", "Kopiah resam", "berat dan halus"),
            piece("B", "Keranjang rotan"),
            piece("C", "Kerang hias"),
            piece("D", "Kotak kayu"),
            piece("E", "Tas pandan", title_en="Pandan bag with a handle"),
            piece("F", "Gula kabung merah"),
        ]
    )
    index.upsert_entries(
        [
            Entry("craft", "kopiah-resam", "Kopiah resam", "", 1.0),
            Entry("place", "19.05", "Kabupaten Bangka Barat", "Bangka Barat Regency", 0.5),
            Entry("place", "19.05.01", "Mentok", "Mentok", 0.5),
            Entry("place", "19.04", "Kabupaten Bangka Tengah", "Bangka Tengah Regency", 0.5),
            Entry("place", "19.71", "Kota Pangkal Pinang", "Pangkal Pinang City", 0.5),
        ]
    )
    return index


@pytest.mark.parametrize(("typed", "found"), [("kop", "A"), ("keranj", "B"), ("kot", "D"), ("tas pan", "E")])
def test_a_beginning_is_completed_before_it_is_corrected(index: EmbeddedIndex, typed: str, found: str) -> None:
    results = index.search(Query(typed))
    assert results.codes[0] == found
    assert results.corrected is None


def test_a_whole_word_is_not_completed(index: EmbeddedIndex) -> None:
    index.upsert([piece("G", "Kera kecil")])
    assert index.search(Query("kera")).codes == ("G",)


def test_what_names_a_place_is_never_corrected(index: EmbeddedIndex) -> None:
    for typed in ("bangka barat", "koba", "bangkabarat"):
        results = index.search(Query(typed))
        assert (results.total, results.corrected) == (0, None), typed
        assert [one for one in index.suggest(typed) if one.kind == "product"] == [], typed
    index.upsert([piece("H", "Kota tua")])
    assert index.search(Query("koba")).codes == ()
    index.delete_entries("place", ["19.04"])
    assert index.search(Query("koba")).codes == ("H",)
    assert index.search(Query("tas bangka barat")).codes == ("E",)


def test_words_of_the_thesaurus_are_never_corrected(index: EmbeddedIndex) -> None:
    assert index.search(Query("kalung")).codes == ()
    assert index.search(Query("kalumg kabumg")).corrected is not None


def test_words_of_every_shop_name_nothing(index: EmbeddedIndex) -> None:
    for typed in ("tas murah", "jual tas promo", "cheap bag with handle", "buy bag in shop"):
        assert index.search(Query(typed)).codes == ("E",), typed


def test_synonyms_lead_to_crafts_and_places(index: EmbeddedIndex) -> None:
    wanted = {"peci": "kopiah-resam", "songkok": "kopiah-resam", "muntok": "19.05.01", "pangkalpinang": "19.71"}
    for typed, key in wanted.items():
        assert index.suggest(typed)[0].key == key, typed
    assert [one.key for one in index.suggest("kopiah") if one.kind == "craft"] == ["kopiah-resam"]


def test_the_longest_name_counts_and_only_near_those_that_sell() -> None:
    near = around(["19.05.04", "19.71"])
    words = ["tas", "pangkal", "pinang", "bangka", "barat", "kelapa", "semarang"]
    named = {start: codes for start, _, codes in places_named(words, near)}
    assert named == {1: ("19.71",), 3: ("19.05",), 5: ("19.05.04",)}
    assert words_naming(["muntok", "babel"], near) == {"muntok", "babel"}
    assert words_naming(words, frozenset()) == frozenset()
