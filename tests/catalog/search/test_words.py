"""What becomes of words that no document holds: beginnings, names of places, words of the thesaurus, of every shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.search import Document, Entry, Query
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
    assert words_naming([*words, "mentok"], frozenset()) == {"pangkal", "pinang", "bangka", "barat", "semarang"}


def test_a_slip_in_a_beginning_is_weighed_against_a_slip_in_a_word(index: EmbeddedIndex) -> None:
    index.upsert([*(piece(f"S{n}", f"Selendang {n}") for n in range(8)), piece("G", "Selang air")])
    results = index.search(Query("seland"))
    assert (results.total, results.corrected) == (8, "selendang")
    assert {one.key for one in index.suggest("seland")} >= {"S7", "S6"}
    index.upsert([piece(f"T{n}", f"Selang {n}") for n in range(8)])
    assert index.search(Query("seland")).corrected == "selang"


@pytest.mark.parametrize("typed", ["hadiah ulang tahun", "gift for wife", "oleh oleh khas bangka", "gaun", "tas ribu"])
def test_what_buyers_say_of_any_piece_is_no_slip(index: EmbeddedIndex, typed: str) -> None:
    index.upsert([piece("G", "Daun kuas tahan", "ribs wide wire")])
    results = index.search(Query(typed))
    assert results.corrected is None
    assert "G" not in results.codes
    assert "G" not in {one.key for one in index.suggest(typed)}


@pytest.mark.parametrize("typed", ["murah", "jual beli", "yang dan di", "the of for", "harga 100rb", "💛"])
def test_a_text_without_a_word_to_look_for_is_the_whole_list(index: EmbeddedIndex, typed: str) -> None:
    index.upsert([piece("G", "Kain merah")])
    results = index.search(Query(typed))
    assert (results.codes, results.corrected) == (index.search(Query()).codes, None)


@pytest.mark.parametrize("typed", ["tas bali", "tas jogja", "tas pekalongan"])
def test_every_regency_of_the_nation_is_known(index: EmbeddedIndex, typed: str) -> None:
    index.upsert([piece("G", "Tas balik baru", "bail joga")])
    assert index.search(Query(typed)).corrected is None
    assert index.search(Query(typed.split()[1])).total == 0


def titled(code: str, title: str, english: str = "", published_at: int = 0, **more: float) -> Document:
    return Document(code, title, english, published_at=published_at, **more)  # type: ignore[arg-type]


def test_a_letter_or_two_find_names_that_begin_so_as_lists_are_ordered(index: EmbeddedIndex) -> None:
    index.upsert(
        [
            titled("N1", "Nampan tua", published_at=7_200),
            titled("N2", "Nampan baru", published_at=720_000),
            titled("N3", "Napan terpilih", boost=1.0),
            titled("N4", "Meja dan nampan", published_at=7_200_000),
            titled("N5", "Kain", "Napkin", published_at=1),
        ]
    )
    assert index.search(Query("na")).codes == ("N3", "N2", "N1", "N4")
    assert index.search(Query("n")).codes[:4] == ("N3", "N2", "N1", "N4")
    assert index.search(Query("na", locale="en")).codes == ("N3", "N2", "N1", "N5", "N4")
    assert index.search(Query("na", sort="newest")).codes[0] == "N4"
    assert index.search(Query("na", page=2, per_page=3)).codes == ("N4",)
    assert [(s.text, s.marked) for s in index.search(Query("na")).hits[3].title] == [
        ("Meja dan ", False),
        ("nampan", True),
    ]
    assert index.search(Query("na")).corrected is None
    index.upsert([titled("N3", "Pilihan")])
    index.delete(["N2"])
    assert index.search(Query("na")).codes == ("N1", "N4")
    assert index.search(Query("qx")).total == 0


def test_many_names_that_begin_so_keep_out_those_that_only_hold_it(index: EmbeddedIndex) -> None:
    index.upsert([*(piece(f"N{n:02}", f"Nampan {n}") for n in range(30)), piece("M", "Meja nampan")])
    assert index.search(Query("na")).total == 30


def test_a_short_word_that_documents_hold_is_that_word(index: EmbeddedIndex) -> None:
    index.upsert([piece("N", "Nampan"), piece("M", "Tas", "seri na")])
    assert index.search(Query("na")).codes == ("M",)


def test_two_letters_after_a_word_are_its_next_words_beginning(index: EmbeddedIndex) -> None:
    index.upsert([piece("N", "Tas rotan"), piece("M", "Tas batik")])
    assert index.search(Query("tas ro")).codes[0] == "N"
    assert index.search(Query("tas ba")).codes[0] == "M"
