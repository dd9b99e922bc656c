"""`EmbeddedIndex`: the `SearchIndex` inside SQLite."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.search.document import Document
from catalog.search.embedded import beginning, popular, rebuilding, schema, suggesting
from catalog.search.embedded.columns import Columns
from catalog.search.embedded.completing import Completer
from catalog.search.embedded.marking import Marker, shown
from catalog.search.embedded.matching import Matched, Matcher, no_slips
from catalog.search.embedded.ranking import Ranking
from catalog.search.embedded.selection import Selection
from catalog.search.embedded.vocabulary import Vocabulary
from catalog.search.embedded.writing import Writer
from catalog.search.index import Progress, Stage
from catalog.search.naming import around
from catalog.search.query import Entry, Hit, Prices, Query, Results, Suggestion, Verification
from catalog.search.synonyms import SynonymGroup, Thesaurus, clean
from catalog.search.words import query_words, typed_words

BATCH = 1_000
KEPT_STATES = 3
SECONDS_A_DAY = 86_400
LOOKED_AT = 100
"""So many popular queries are tried, at most, for those that are still found."""

Asked = tuple[Any, ...]
Selected = tuple[int, int, dict[str, tuple[tuple[str, int], ...]], Prices]


@dataclass(frozen=True, slots=True)
class State:
    """Everything held in memory about one state of the index. Its token is never given twice, not after a rollback."""

    seq: int
    token: str
    words: str
    synonyms: str
    columns: Columns
    vocabulary: Vocabulary
    thesaurus: Thesaurus
    near: frozenset[str]
    """Where pieces come from, see `around`; known by the same token as the synonyms."""


class EmbeddedIndex:
    """Keeps its tables (`search_…`) in the database behind `connection_provider`.

    `connection_provider()` answers the SQLite connection of the current unit of work. With `transactional` (the
    shop's own database) nothing is ever committed here: what is written is found by the writer at once, by everybody
    after the commit, and by nobody after a rollback. Without (a file of its own, see `private_file`) every write is
    one transaction of its own. Any number of threads and processes may search and write.
    """

    def __init__(self, connection_provider: Callable[[], sqlite3.Connection], transactional: bool = True) -> None:
        self.transactional = transactional
        self._connection = connection_provider
        self._states: tuple[State, ...] = ()
        self._lock = threading.RLock()

    # making

    def create(self) -> bool:
        """Make the tables if this version of them is missing; True when the index has to be rebuilt to be filled.

        Synonyms and popular queries survive a change of version, documents and entries do not.
        """
        with self._writing() as connection:
            return schema.create(connection)

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        source = iter(documents)
        with self._writing() as connection:
            rebuilding.abandon(connection)
            rebuilding.begin(connection, 0)
            done = 0
            while batch := list(islice(source, BATCH)):
                rebuilding.fill(connection, batch, 0)
                done += len(batch)
                if progress:
                    progress(done)
            while not rebuilding.finish(connection):
                pass
            return self._held(connection)

    def is_current(self) -> bool:
        with self._reading() as connection:
            return schema.version(connection) == schema.VERSION

    def begin(self, now: int) -> Stage:
        with self._writing() as connection:
            return rebuilding.begin(connection, now)

    def stage(self) -> Stage | None:
        with self._reading() as connection:
            return rebuilding.stage(connection)

    def fill(self, documents: Iterable[Document], last: int) -> None:
        with self._writing() as connection:
            rebuilding.fill(connection, documents, last)

    def finish(self) -> bool:
        with self._writing() as connection:
            return rebuilding.finish(connection)

    def warm(self) -> None:
        """Read what searches need into memory, so that the first visitor does not wait."""
        with self._reading() as connection:
            self._state(connection)

    # writing

    def upsert(self, documents: Iterable[Document]) -> None:
        with self._writing() as connection:
            documents = list(documents)
            Writer(connection).upsert(documents)
            if rebuilding.is_under_way(connection):
                Writer(connection, is_beside=True).upsert(documents)

    def delete(self, codes: Iterable[str]) -> None:
        with self._writing() as connection:
            codes = list(codes)
            Writer(connection).delete(codes)
            if rebuilding.is_under_way(connection):
                Writer(connection, is_beside=True).delete(codes)

    def upsert_entries(self, entries: Iterable[Entry]) -> None:
        with self._writing() as connection:
            if suggesting.upsert(connection, entries):
                self._renew_synonyms(connection)

    def delete_entries(self, kind: str, keys: Iterable[str]) -> None:
        with self._writing() as connection:
            if suggesting.delete(connection, kind, keys):
                self._renew_synonyms(connection)

    # asking

    def search(self, query: Query) -> Results:
        started = time.perf_counter()
        query = query.bounded()
        with self._reading() as connection:
            state = self._state(connection)
            words = typed_words(query.text) if query.prefix else query_words(query.text)
            matched = self._matched(connection, state, words, query) if words else None
            read_in = query.locale if matched and matched.begins else ""
            asked = (tuple(words), query.prefix and bool(words), read_in, query.narrowing(), state.synonyms)
            members, total, facets, prices = self._selected(state, matched, asked, query)
            hits = self._page(connection, state, matched, asked, members, query)
        corrections = matched.corrections if matched else ()
        corrected = None
        if corrections:
            replaced = {correction.word: correction.replacement for correction in corrections}
            corrected = " ".join(replaced.get(word, word) for word in words)
        return Results(
            query,
            hits,
            total,
            facets,
            prices,
            corrected,
            corrections,
            (time.perf_counter() - started) * 1000,
        )

    def suggest(self, text: str, locale: str = "id", limit: int = 8) -> list[Suggestion]:
        limit = min(max(limit, 1), 50)
        words = typed_words(text[:100])
        if not words:
            return []
        with self._reading() as connection:
            state = self._state(connection)
            entries = suggesting.find(connection, words, locale, limit, state.thesaurus, state.near)
            room = max(limit - len(entries), limit // 2)
            products = self._completed(connection, state, words, locale, room)
        entries = entries[: limit - min(len(products), room)]
        return [
            *entries,
            *(Suggestion("product", hit.code, hit.title) for hit in products[: limit - len(entries)]),
        ]

    def only_said(self, words: list[str]) -> frozenset[str]:
        """Those of the words that nothing else stands for, whether or not a document holds them: names of places and what
        buyers say of any piece, but nothing of the curators' words."""
        with self._reading() as connection:
            state = self._state(connection)
        return no_slips(words, state.thesaurus, state.near).intersection(words) - state.thesaurus.known

    def count(self) -> int:
        with self._reading() as connection:
            return self._held(connection)

    def verify(self, expected: Iterable[str]) -> Verification:
        with self._reading() as connection:
            held = {row[0] for row in connection.execute("select code from search_doc")}
        wanted = set(expected)
        return Verification(tuple(sorted(wanted - held)), tuple(sorted(held - wanted)))

    # synonyms

    def list_synonyms(self) -> list[SynonymGroup]:
        with self._reading() as connection:
            return self._synonyms(connection)

    def add_synonyms(self, words: Iterable[str], oneway: bool = False) -> SynonymGroup:
        """Add a group, which counts from the next search on. ValueError with fewer than two different words."""
        kept = clean(words)
        with self._writing() as connection:
            row = connection.execute(
                "insert into search_synonym (words, oneway) values (?, ?)", ("\n".join(kept), oneway)
            ).lastrowid
            assert row is not None
            self._renew_synonyms(connection)
            return SynonymGroup(row, kept, oneway)

    def replace_synonyms(self, id: int, words: Iterable[str], oneway: bool = False) -> bool:
        """Change a group; False when there is none with this id."""
        kept = clean(words)
        with self._writing() as connection:
            found = connection.execute(
                "update search_synonym set words = ?, oneway = ? where id = ?", ("\n".join(kept), oneway, id)
            ).rowcount
            self._renew_synonyms(connection)
            return bool(found)

    def remove_synonyms(self, id: int) -> bool:
        """Remove a group; False when there is none with this id."""
        with self._writing() as connection:
            found = connection.execute("delete from search_synonym where id = ?", (id,)).rowcount
            self._renew_synonyms(connection)
            return bool(found)

    @staticmethod
    def _renew_synonyms(connection: sqlite3.Connection) -> None:
        connection.execute("update search_epoch set synonyms = ?", (schema.new_token(),))

    @staticmethod
    def _synonyms(connection: sqlite3.Connection) -> list[SynonymGroup]:
        return [
            SynonymGroup(row, tuple(words.split("\n")), bool(oneway))
            for row, words, oneway in connection.execute("select id, words, oneway from search_synonym order by id")
        ]

    # popular searches

    def record(self, text: str, visitor: str, at: int) -> bool:
        """Count that a visitor looked for `text` at an instant (seconds since 1970); False if it is not counted. `visitor`
        is whatever is the same for the same one on a day."""
        asked = popular.tidied(text)
        if asked is None:
            return False
        with self._reading() as connection:
            if not self._is_ours(connection, query_words(asked)):
                return False
        with self._writing() as connection:
            return popular.record(connection, asked, visitor, at // SECONDS_A_DAY)

    def popular(self, limit: int, since: int = 0) -> list[str]:
        """What most visitors looked for, of what was asked since an instant (seconds since 1970) and is still found; what
        differs in nothing that is looked for comes once."""
        shown: dict[tuple[str, ...], str] = {}
        with self._reading() as connection:
            for text in islice(popular.popular(connection, since // SECONDS_A_DAY), LOOKED_AT):
                if len(shown) >= limit:
                    break
                words = query_words(text)
                if tuple(words) not in shown and self._is_ours(connection, words):
                    shown[tuple(words)] = text
        return list(shown.values())

    def forget_visitors(self, at: int) -> None:
        """Throw away what tells the visitors of the days before an instant (seconds since 1970) apart."""
        with self._writing() as connection:
            popular.forget(connection, at // SECONDS_A_DAY)

    def _is_ours(self, connection: sqlite3.Connection, words: list[str]) -> bool:
        state = self._state(connection)
        return Matcher(connection, state.vocabulary, state.thesaurus).holds_as_written(words)

    # inside

    @staticmethod
    def _held(connection: sqlite3.Connection) -> int:
        return int(connection.execute("select documents from search_epoch").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        if self.transactional:
            yield connection
            return
        own = not connection.in_transaction
        if own:
            connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            if own:
                connection.rollback()
            raise
        if own:
            connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """All reads of one question see one state: inside the caller's transaction, or in a short one of our own."""
        connection = self._connection()
        own = not connection.in_transaction
        if own:
            connection.execute("begin")
        try:
            yield connection
        finally:
            if own and connection.in_transaction:
                connection.rollback()

    def _state(self, connection: sqlite3.Connection) -> State:
        seq, token, words, synonyms, documents = connection.execute(
            "select seq, token, words, synonyms, documents from search_epoch"
        ).fetchone()
        wanted = (seq, token, synonyms)
        for state in self._states:
            if (state.seq, state.token, state.synonyms) == wanted:
                return state
        with self._lock:
            for state in self._states:
                if (state.seq, state.token, state.synonyms) == wanted:
                    return state
            new = self._next(connection, seq, token, words, synonyms, documents)
            self._states = (new, *self._states)[:KEPT_STATES]
            return new

    def _next(
        self, connection: sqlite3.Connection, seq: int, token: str, words: str, synonyms: str, documents: int
    ) -> State:
        columns: Columns | None = None
        vocabulary: Vocabulary | None = None
        for state in self._states:
            if (state.seq, state.token) == (seq, token):
                columns, vocabulary = state.columns, state.vocabulary.without_answers()
                break
            if state.seq < seq and (columns := state.columns.advanced(connection, seq, token)):
                if state.words == words:
                    vocabulary = state.vocabulary
                else:
                    rows = connection.execute(
                        "select words from search_change where seq > ? and words is not null", (state.seq,)
                    )
                    touched = {word for (joined,) in rows for word in joined.split(" ") if word}
                    vocabulary = state.vocabulary.advanced(connection, touched, documents, columns.size)
                break
        if columns is None or vocabulary is None:
            columns = Columns.loaded(connection, seq, token)
            vocabulary = Vocabulary.loaded(connection, documents, columns.size)
        alike = next((state for state in self._states if state.synonyms == synonyms), None)
        thesaurus = alike.thesaurus if alike else Thesaurus(self._synonyms(connection))
        near = alike.near if alike else around(suggesting.places(connection))
        return State(seq, token, words, synonyms, columns, vocabulary, thesaurus, near)

    @staticmethod
    def _matched(connection: sqlite3.Connection, state: State, words: list[str], query: Query) -> Matched:
        if beginning.is_short(words, state.vocabulary):
            return beginning.begun(connection, state.vocabulary, state.columns, words[0], query.locale)
        key = (tuple(words), query.prefix)
        known = state.vocabulary.answers.recall(key)
        if known is None:
            matcher = Matcher(connection, state.vocabulary, state.thesaurus, state.near)
            known = state.vocabulary.answers.keep(key, matcher.match(words, query.prefix))
        return known  # type: ignore[no-any-return]

    @staticmethod
    def _selected(state: State, matched: Matched | None, asked: Asked, query: Query) -> Selected:
        """What the filters leave, with facets and prices; remembered as long as nothing changes."""
        key = ("selected", asked, query.facets)
        known = state.columns.cache.recall(key)
        if known is None:
            selection = Selection(state.columns, matched.members if matched else state.columns.live, query)
            facets = {facet: selection.counts(facet) for facet in query.facets}
            known = state.columns.cache.keep(key, (selection.members, selection.total, facets, selection.prices()))
        return known  # type: ignore[no-any-return]

    @staticmethod
    def _page(
        connection: sqlite3.Connection,
        state: State,
        matched: Matched | None,
        asked: Asked,
        members: int,
        query: Query,
    ) -> tuple[Hit, ...]:
        """The hits of one page, remembered as long as nothing changes."""
        columns = state.columns
        key = ("page", asked, query.sort, query.page, query.per_page, query.locale)
        known = columns.cache.recall(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        offset = (query.page - 1) * query.per_page
        if matched is None or query.sort != "relevance":
            sort = "featured" if query.sort == "relevance" else query.sort
            page = [(slot, 0.0) for slot in columns.page(members, sort, offset, query.per_page)]
        else:
            page = Ranking(connection, state.vocabulary, columns, matched).page(members, offset, query.per_page)
        marker = Marker(matched.groups, matched.begins) if matched else Marker([])
        hits = shown(connection, page, marker, query.locale)
        return columns.cache.keep(key, hits)  # type: ignore[no-any-return]

    @staticmethod
    def _completed(
        connection: sqlite3.Connection, state: State, words: list[str], locale: str, wanted: int
    ) -> tuple[Hit, ...]:
        """Products for what is being typed, remembered as long as nothing changes."""
        cache = state.columns.cache
        key = ("completed", tuple(words), locale, wanted, state.synonyms)
        known = cache.recall(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        slots, groups = Completer(connection, state.vocabulary, state.thesaurus, state.near).find(words, wanted)
        hits = shown(connection, [(slot, 0.0) for slot in slots], Marker(groups), locale)
        return cache.keep(key, hits)  # type: ignore[no-any-return]


def private_file(path: str | Path) -> EmbeddedIndex:
    """An index in a SQLite file of its own (beside PostgreSQL), with one connection for each thread."""
    local = threading.local()

    def connection() -> sqlite3.Connection:
        held = getattr(local, "connection", None)
        if held is None:
            held = local.connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            held.execute("pragma journal_mode = wal")
            held.execute("pragma synchronous = normal")
        return held  # type: ignore[no-any-return]

    return EmbeddedIndex(connection, transactional=False)
