"""The words of all documents: how rare they are, what they resemble, what they begin, and where they stand."""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from sys import intern
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from catalog.search import stems
from catalog.search.embedded import bits
from catalog.search.embedded.columns import SPARSE, Cache
from catalog.search.synonyms import Phrase
from catalog.search.words import STOP_WORDS, tokens

LAST = "\U0010ffff"
ONE_EDIT, TWO_EDITS = 4, 8
"""Lengths from which a word may be wrong in one place, and in two. Meilisearch's 5 and 9 lose .03 to .05 of NDCG."""

_PREFIXES = ("", "di", "ke", "me", "be", "ber", "ter", "mem", "men", "per", "meng", "peng", "pem", "pen")
_SUFFIXES = ("", "an", "kan", "nya", "i")

MAX_COMPLETIONS = 12
POSTING_BYTES = 16_000_000
MAX_TITLES = 40_000
MAX_ANSWERS = 256

ANYWHERE, IN_TITLE = "", "{title title_en} : "


def quoted(phrase: Phrase) -> str:
    """What finds a phrase: a lone word by any of its forms, several words next to each other as they are written."""
    if len(phrase) > 1:
        return f'"{" ".join(phrase)}"'
    return " OR ".join(f'"{form}"' for form in stems.forms(phrase[0]))


def _slips(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if word.isdigit() or len(word) < ONE_EDIT else 1 if len(word) < TWO_EDITS else 2


def near_among(word: str, candidates: list[str]) -> list[tuple[int, int, str]]:
    """(cost, 0, candidate) for those that slips may have turned into this word, likeliest first."""
    slips = _slips(word)
    if not slips:
        return []
    near = extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=None)
    found = [(int(edits) + (other[0] != word[0]), 0, other) for other, edits, _ in near if other != word]
    return sorted(each for each in found if each[0] <= 2)


class Postings:
    """The documents of the phrases asked for last, in so many bytes. Where few hold a phrase they are kept as a list."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._known: OrderedDict[Any, int | array[int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def recall(self, key: Any) -> int | None:
        known = self._known.get(key)
        if known is None:
            return None
        with suppress(KeyError):  # another thread has just made room
            self._known.move_to_end(key)
        return bits.from_slots(known, self.size) if isinstance(known, array) else known

    def keep(self, key: Any, slots: list[int]) -> int:
        found = bits.from_slots(slots, self.size)
        self.put(key, found if len(slots) * SPARSE >= self.size else array("I", slots))
        return found

    def put(self, key: Any, posting: int | array[int]) -> None:
        with self._lock:
            self._known[key] = posting
            self._bytes += _bytes_of(posting)
            while self._bytes > POSTING_BYTES and len(self._known) > 1:
                self._bytes -= _bytes_of(self._known.popitem(last=False)[1])

    def items(self) -> list[tuple[Any, int | array[int]]]:
        with self._lock:
            return list(self._known.items())


def _bytes_of(posting: int | array[int]) -> int:
    return 100 + (4 * len(posting) if isinstance(posting, array) else posting.bit_length() // 8)


class Vocabulary:
    """The words at one state of the index, with everything worked out about them so far."""

    def __init__(self, df: dict[str, int], documents: int, size: int) -> None:
        self.df = df
        self.documents = documents
        self.size = size
        self._by_length: dict[int, list[str]] = {}
        self._near: Cache = Cache(2_000)
        self._completions: Cache = Cache(2_000)
        self._postings = Postings(size)
        self.answers: Cache = Cache(MAX_ANSWERS)
        self._titles: Cache = Cache(MAX_TITLES)

    @classmethod
    def loaded(cls, connection: sqlite3.Connection, documents: int, size: int) -> Vocabulary:
        rows = connection.execute("select term, df, forms from search_term").fetchall()
        stems.learn((term, forms) for term, _, forms in rows)
        return cls({term: df for term, df, _ in rows}, documents, size)

    def advanced(self, connection: sqlite3.Connection, touched: set[str], documents: int, size: int) -> Vocabulary:
        """The vocabulary after these words came, went or moved; what was worked out about others stays."""
        new = Vocabulary(dict(self.df), documents, size)
        for word in touched:
            row = connection.execute("select df from search_term where term = ?", (word,)).fetchone()
            if row:
                new.df[word] = row[0]
            else:
                new.df.pop(word, None)
        affected = {form for word in touched for form in stems.forms(word)}
        for key, posting in self._postings.items():
            phrase: Phrase = key[1]
            looked_for = phrase if len(phrase) > 1 else stems.forms(phrase[0])
            if affected.isdisjoint(looked_for):
                new._postings.put(key, posting)
        return new

    def without_answers(self) -> Vocabulary:
        """The same words with the same postings, for other synonyms."""
        new = Vocabulary(self.df, self.documents, self.size)
        for key, posting in self._postings.items():
            new._postings.put(key, posting)
        return new

    def posting(self, connection: sqlite3.Connection, phrase: Phrase, where: str = ANYWHERE) -> int:
        """The documents that hold a phrase."""
        key = (where, phrase)
        known = self._postings.recall(key)
        if known is None:
            known = self._postings.keep(key, self.holders(connection, phrase, where))
        return known

    @staticmethod
    def holders(connection: sqlite3.Connection, phrase: Phrase, where: str = ANYWHERE) -> list[int]:
        """The same as slots, read anew."""
        (rows,) = connection.execute(
            "select json_group_array(rowid) from search_text where search_text match ?",
            (f"{where}({quoted(phrase)})",),
        ).fetchone()
        return json.loads(rows)  # type: ignore[no-any-return]

    def near(self, word: str) -> list[tuple[int, int, str]]:
        """(cost, -df, known word) for every known word that a slip may have turned into this one, likeliest first.

        The cost is the number of edits; a wrong first letter counts as one more.
        """
        known = self._near.recall(word)
        if known is not None:
            return known  # type: ignore[no-any-return]
        found = []
        for edits in range(-_slips(word), _slips(word) + 1):
            found += near_among(word, self._of_length(len(word) + edits))
        found = sorted((cost, -self.df[candidate], candidate) for cost, _, candidate in found)
        return self._near.keep(word, found[:12])  # type: ignore[no-any-return]

    def stripped(self, word: str) -> list[tuple[int, int, str]]:
        """Like `near`, for a word that no document holds in any spelling: without its affixes ("membtaik" → batik)."""
        found = []
        for prefix in _PREFIXES:
            for suffix in _SUFFIXES:
                root = word.removeprefix(prefix).removesuffix(suffix)
                if len(root) >= ONE_EDIT and len(root) == len(word) - len(prefix) - len(suffix) < len(word):
                    if root in self.df:
                        found.append((1, -self.df[root], root))
                    found.extend((cost, df, other) for cost, df, other in self.near(root) if cost == 1)
        return sorted(found)

    def _of_length(self, length: int) -> list[str]:
        if not self._by_length:
            by_length: dict[int, list[str]] = {0: []}
            for word in self.df:
                by_length.setdefault(len(word), []).append(word)
            self._by_length = by_length
        return self._by_length.get(length, [])

    def completions(self, connection: sqlite3.Connection, start: str) -> list[tuple[str, float]]:
        """(known word, cost) for the commonest words with this beginning; with one slip when there are none."""
        known = self._completions.recall(start)
        if known is not None:
            return known  # type: ignore[no-any-return]
        rows = connection.execute(
            "select term from search_term where term >= ? and term < ? order by df desc, term limit ?",
            (start, start + LAST, MAX_COMPLETIONS + len(STOP_WORDS)),
        )
        found = [(term, 0.05) for (term,) in rows if term not in STOP_WORDS][:MAX_COMPLETIONS]
        if not found and len(start) >= ONE_EDIT and not start.isdigit():
            slips = set()
            for cut in (len(start) - 1, len(start), len(start) + 1):
                for (term,) in connection.execute(
                    "select term from search_term where term >= ? and term < ?", (start[0], start[0] + LAST)
                ):
                    if len(term) >= cut and OSA.distance(start, term[:cut], score_cutoff=1) <= 1:
                        slips.add(term)
            found = [(term, 1.0) for term in sorted(slips, key=lambda t: (-self.df.get(t, 0), t))[:6]]
        return self._completions.keep(start, found)  # type: ignore[no-any-return]

    def titles(
        self, connection: sqlite3.Connection, slots: Iterable[int]
    ) -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
        """The words of the titles, in both languages."""
        found = {}
        wanted = []
        for slot in slots:
            known = self._titles.recall(slot)
            if known is None:
                wanted.append(slot)
            else:
                found[slot] = known
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            for slot, title, english in connection.execute(
                "select id, title, title_en from search_doc where id in"  # noqa: S608 (whole numbers only)
                f" ({','.join(map(str, part))})"
            ):
                found[slot] = self._titles.keep(slot, (self._shared(title), self._shared(english)))
        return found

    def _shared(self, title: str) -> tuple[str, ...]:
        """The words of a title, each string held in memory once."""
        return tuple(map(intern, tokens(title)))
