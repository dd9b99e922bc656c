"""Completions of what is being typed, from entries: crafts, motifs, makers, places."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from catalog.search.embedded.marking import cut
from catalog.search.embedded.matching import no_slips
from catalog.search.embedded.vocabulary import LAST, ONE_EDIT
from catalog.search.query import Entry, Suggestion
from catalog.search.synonyms import Phrase, Thesaurus
from catalog.search.words import spans, tokens

WEIGHT_STEPS = 1000
LOOKED_AT = 60
MOST_OTHERS = 12


def _words(title: str, title_en: str) -> str:
    return " ".join((*tokens(title), *tokens(title_en)))


def places(connection: sqlite3.Connection) -> list[str]:
    """The codes of the places that pieces come from."""
    return [code for (code,) in connection.execute("select key from search_entry where kind = 'place'")]


def upsert(connection: sqlite3.Connection, entries: Iterable[Entry]) -> bool:
    """Whether there is a place that was not there before."""
    is_new_place = False
    for entry in entries:
        weight = min(max(round(entry.weight * WEIGHT_STEPS), 0), WEIGHT_STEPS)
        new = (entry.title, entry.title_en, weight)
        row = connection.execute(
            "select id, title, title_en, weight from search_entry where kind = ? and key = ?",
            (entry.kind, entry.key),
        ).fetchone()
        if row and tuple(row[1:]) == new:
            continue
        if row:
            _drop(connection, row[0], row[1], row[2])
        is_new_place |= entry.kind == "place" and not row
        row_id = connection.execute(
            "insert into search_entry (kind, key, title, title_en, weight) values (?, ?, ?, ?, ?)",
            (entry.kind, entry.key, *new),
        ).lastrowid
        connection.execute(
            "insert into search_entry_text (rowid, words) values (?, ?)",
            (row_id, _words(entry.title, entry.title_en)),
        )
    return is_new_place


def delete(connection: sqlite3.Connection, kind: str, keys: Iterable[str]) -> bool:
    """Whether a place is gone."""
    is_place_gone = False
    for key in keys:
        row = connection.execute(
            "select id, title, title_en from search_entry where kind = ? and key = ?", (kind, key)
        ).fetchone()
        if row:
            _drop(connection, *row)
            is_place_gone |= kind == "place"
    return is_place_gone


def _drop(connection: sqlite3.Connection, row_id: int, title: str, title_en: str) -> None:
    connection.execute(
        "insert into search_entry_text (search_entry_text, rowid, words) values ('delete', ?, ?)",
        (row_id, _words(title, title_en)),
    )
    connection.execute("delete from search_entry where id = ?", (row_id,))


def find(
    connection: sqlite3.Connection,
    words: list[str],
    locale: str,
    limit: int,
    thesaurus: Thesaurus,
    near: frozenset[str],
) -> list[Suggestion]:
    """Entries that hold all typed words, the last as a beginning, then those that hold a synonym of what was typed;
    with one slip in a word when there are none."""
    found = _named(connection, words, locale)
    keys = {(one.kind, one.key) for one in found}
    for phrase in _others(words, thesaurus):
        alike = _named(connection, list(phrase), locale, whole=True)
        found += [one for one in alike if (one.kind, one.key) not in keys]
        keys |= {(one.kind, one.key) for one in alike}
    if not found:
        kept = no_slips(words, thesaurus, near)
        corrected = [
            word if word in kept else _corrected(connection, word, last=at == len(words) - 1)
            for at, word in enumerate(words)
        ]
        if corrected != words:
            found = _named(connection, corrected, locale)
    return found[:limit]


def _others(words: list[str], thesaurus: Thesaurus) -> list[Phrase]:
    """The words with a synonym in the place of one of them or of them all."""
    replaced = [
        (*words[:at], *other, *words[at + 1 :]) for at, word in enumerate(words) for other in thesaurus.others((word,))
    ]
    return [*thesaurus.others(tuple(words)), *(replaced if len(words) > 1 else ())][:MOST_OTHERS]


def _named(connection: sqlite3.Connection, words: list[str], locale: str, whole: bool = False) -> list[Suggestion]:
    """Entries that hold all words, best first; the last word is a beginning unless it is `whole`."""
    found = []
    for kind, key, title, title_en, weight in _matching(connection, words, whole):
        shown = title_en if locale == "en" and title_en else title
        other = title if shown is title_en else title_en
        titled = tokens(shown)
        in_shown = all(any(word.startswith(typed) for word in titled) for typed in words)
        starts = bool(titled) and titled[0].startswith(words[0])
        rank = (not in_shown, not starts, -weight, len(titled), shown, kind, key)
        if not in_shown and not other:
            continue
        marks = [(start, end) for start, end, word in spans(shown) if any(word.startswith(typed) for typed in words)]
        found.append((rank, Suggestion(kind, key, cut(shown, marks))))
    found.sort(key=lambda pair: pair[0])
    return [suggestion for _, suggestion in found]


def _matching(connection: sqlite3.Connection, words: list[str], whole: bool) -> list[tuple[str, str, str, str, int]]:
    expression = " AND ".join(f'"{word}"' for word in words) + ("" if whole else " *")
    return connection.execute(
        "select kind, key, title, title_en, weight from search_entry where id in"
        " (select rowid from search_entry_text where search_entry_text match ?) order by weight desc, length(title), id"
        " limit ?",
        (expression, LOOKED_AT),
    ).fetchall()


def _corrected(connection: sqlite3.Connection, word: str, last: bool) -> str:
    """The likeliest known word, or beginning of one, that one slip may have turned into this."""
    if len(word) < ONE_EDIT or word.isdigit():
        return word
    best: tuple[int, int, str] | None = None
    for term, docs in connection.execute(
        "select term, doc from search_entry_word where term >= ? and term < ?", (word[0], word[0] + LAST)
    ):
        for candidate in {term, *((term[: len(word) + by] for by in (-1, 0, 1)) if last else ())}:
            distance = OSA.distance(word, candidate, score_cutoff=1)
            if distance <= 1 and (best is None or (distance, -docs, candidate) < best):
                best = (distance, -docs, candidate)
    return best[2] if best else word
