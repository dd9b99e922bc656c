"""Completions of what is being typed, from entries: crafts, motifs, makers, places."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from rapidfuzz.distance import OSA

from catalog.search.embedded.marking import cut
from catalog.search.embedded.vocabulary import LAST, ONE_EDIT
from catalog.search.query import Entry, Suggestion
from catalog.search.words import query_words, spans, tokens

WEIGHT_STEPS = 1000
LOOKED_AT = 60


def _words(title: str, title_en: str) -> str:
    return " ".join((*tokens(title), *tokens(title_en)))


def upsert(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
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
        row_id = connection.execute(
            "insert into search_entry (kind, key, title, title_en, weight) values (?, ?, ?, ?, ?)",
            (entry.kind, entry.key, *new),
        ).lastrowid
        connection.execute(
            "insert into search_entry_text (rowid, words) values (?, ?)",
            (row_id, _words(entry.title, entry.title_en)),
        )


def delete(connection: sqlite3.Connection, kind: str, keys: Iterable[str]) -> None:
    for key in keys:
        row = connection.execute(
            "select id, title, title_en from search_entry where kind = ? and key = ?", (kind, key)
        ).fetchone()
        if row:
            _drop(connection, *row)


def _drop(connection: sqlite3.Connection, row_id: int, title: str, title_en: str) -> None:
    connection.execute(
        "insert into search_entry_text (search_entry_text, rowid, words) values ('delete', ?, ?)",
        (row_id, _words(title, title_en)),
    )
    connection.execute("delete from search_entry where id = ?", (row_id,))


def find(connection: sqlite3.Connection, text: str, locale: str, limit: int) -> list[Suggestion]:
    """Entries that hold all typed words, the last as a beginning; with one slip in a word when there are none."""
    words = query_words(text)
    if not words:
        return []
    rows = _matching(connection, words)
    if not rows:
        corrected = [_corrected(connection, word, last=at == len(words) - 1) for at, word in enumerate(words)]
        if corrected == words:
            return []
        words = corrected
        rows = _matching(connection, words)
    found = []
    for kind, key, title, title_en, weight in rows:
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
    return [suggestion for _, suggestion in found[:limit]]


def _matching(connection: sqlite3.Connection, words: list[str]) -> list[tuple[str, str, str, str, int]]:
    expression = " AND ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}" *'])
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
