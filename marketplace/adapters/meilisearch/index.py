"""`MeilisearchIndex`: the `SearchIndex` on a Meilisearch server."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol, TypeVar

from catalog import clock
from catalog.errors import Unavailable
from catalog.search.document import Document
from catalog.search.index import Progress, SearchIndex
from catalog.search.query import Entry, Query, Results, Suggestion, Verification
from catalog.search.synonyms import SynonymGroup
from catalog.search.words import query_words, typed_words
from catalog.text import N_
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.meilisearch import documents as form
from marketplace.adapters.meilisearch.asking import MAX_LOOKS, Asking, any_of, marked
from marketplace.adapters.meilisearch.hidden import Hidden
from marketplace.adapters.meilisearch.server import SEARCH_SECONDS, WRITE_SECONDS, Server, ServerError
from marketplace.adapters.meilisearch.spelling import Spelling

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 1_000
AHEAD = 4
"""Batches of a rebuild that may wait on the server at once."""

KEY = re.compile(r"[A-Za-z0-9_-]{1,511}")
"""What the server takes as a primary key; nothing else can be in it."""


class Embedded(SearchIndex, Protocol):
    """What is asked of the engine that stands by: it also keeps the synonyms and the popular searches."""

    def create(self) -> bool: ...
    def warm(self) -> None: ...
    def only_said(self, words: list[str]) -> frozenset[str]: ...
    def list_synonyms(self) -> list[SynonymGroup]: ...
    def add_synonyms(self, words: Iterable[str], oneway: bool = False) -> SynonymGroup: ...
    def replace_synonyms(self, id: int, words: Iterable[str], oneway: bool = False) -> bool: ...
    def remove_synonyms(self, id: int) -> bool: ...
    def record(self, text: str, visitor: str, at: int) -> bool: ...
    def popular(self, limit: int, since: int = 0) -> list[str]: ...


class MeilisearchIndex:
    """Products in the index `name`, suggestion entries in `<name>_entries`, a rebuild in `<name>_new`.

    Searching never fails: when the server is silent, slow or refuses, `fallback` answers in the same shape, and after
    three failures the server is left alone for ten seconds. Writing raises `Unavailable`, so that whoever carries a
    change here tries again later; it returns once the server has taken the change into its queue.

    A `fallback` that is not transactional is written here too; one inside the shop's database belongs to whoever
    holds the transaction. `live(codes)` says which of these products are on sale: others are left out of hits, total
    and facets, until the server has heard of their end. `on_synonyms` is called when the dictionary changes, inside
    the caller's transaction, to bring about `sync_settings` after it.
    """

    transactional = False

    def __init__(
        self,
        url: str,
        key: str,
        fallback: Embedded,
        *,
        name: str = "products",
        live: Callable[[Sequence[str]], set[str]] | None = None,
        on_synonyms: Callable[[], object] = lambda: None,
        breaker: Breaker | None = None,
        search_seconds: float = SEARCH_SECONDS,
        write_seconds: float = WRITE_SECONDS,
    ) -> None:
        self.name, self.new, self.entries = name, f"{name}_new", f"{name}_entries"
        self.fallback = fallback
        self.breaker = breaker or Breaker()
        self._on_synonyms = on_synonyms
        self._server = Server(url, key, search_seconds, write_seconds)
        self._spelling = Spelling(self._server, name)
        self._hidden = Hidden(live)
        self._is_ready = False

    # asking

    def search(self, query: Query) -> Results:
        started = time.perf_counter()
        query = query.bounded()
        results = self._guarded(
            lambda: self._search(query), lambda: replace(self.fallback.search(query), by_stand_in=True)
        )
        return replace(results, took_ms=(time.perf_counter() - started) * 1000)

    def _search(self, query: Query) -> Results:
        words = typed_words(query.text) if query.prefix else query_words(query.text)
        text, unknown = self._spelling.rewritten(words, query.prefix, self.fallback.only_said(words))
        for _ in range(3):
            asking = Asking(self.name, query, text, unknown, self._hidden.codes())
            asked = asking.queries()
            answers = self._server.ask(asked)
            hits = asking.hits(answers["page"])
            if not self._hidden.hide([hit.code for hit in hits]):
                break
        answers.update(self._server.ask(asking.more(answers)))
        extremes: dict[str, int | None] = {}
        for label in ("lowest", "highest"):
            if label in answers:
                extremes[label] = self._extreme(asking, label, answers[label]["hits"])
        corrections = asking.corrections(answers)
        corrected = None
        if corrections:
            replaced = {one.word: one.replacement for one in corrections}
            corrected = " ".join(replaced.get(word, word) for word in words)
        return Results(
            query,
            hits,
            int(answers["page"]["totalHits"]),
            asking.facets(answers),
            asking.prices(answers, extremes),
            corrected,
            corrections,
        )

    def _extreme(self, asking: Asking, label: str, hits: list[dict[str, Any]]) -> int | None:
        best, goes_on = asking.extreme(label, hits, None)
        page = 1
        while goes_on and page < MAX_LOOKS:
            page += 1
            more = self._server.ask({label: asking.look(label, page)})[label]["hits"]
            best, goes_on = asking.extreme(label, more, best)
        return best

    def suggest(self, text: str, locale: str = "id", limit: int = 8) -> list[Suggestion]:
        limit = min(max(limit, 1), 50)
        words = typed_words(text[:100])
        if not words:
            return []
        return self._guarded(
            lambda: self._suggest(words, locale, limit), lambda: self.fallback.suggest(text, locale, limit)
        )

    def _suggest(self, words: list[str], locale: str, limit: int) -> list[Suggestion]:
        exactly = self.fallback.only_said(words) - form.no_slips()  # those the server leaves alone by itself
        shared: dict[str, Any] = {
            "q": " ".join(f'"{word}"' if word in exactly else word for word in words),
            "matchingStrategy": "all",
            "page": 1,
            "hitsPerPage": limit,
            "attributesToHighlight": ["title", "title_en"],
            "highlightPreTag": form.MARK,
            "highlightPostTag": form.UNMARK,
        }
        products = {**shared, "indexUid": self.name, "attributesToRetrieve": ["code", "title", "title_en"]}
        if hidden := sorted(self._hidden.codes()):
            products["filter"] = [f"NOT {any_of('code', hidden)}"]
        answers = self._server.ask({"entries": {**shared, "indexUid": self.entries}, "products": products})

        def title(hit: dict[str, Any]) -> Any:
            name = "title_en" if locale == "en" and hit.get("title_en") else "title"
            return marked(hit.get("_formatted", hit)[name])

        entries = [Suggestion(hit["kind"], hit["key"], title(hit)) for hit in answers["entries"]["hits"]]
        codes = [hit["code"] for hit in answers["products"]["hits"]]
        gone = self._hidden.hide(codes)
        found = [
            Suggestion("product", hit["code"], title(hit))
            for hit in answers["products"]["hits"]
            if hit["code"] not in gone
        ]
        room = max(limit - len(entries), limit // 2)
        entries = entries[: limit - min(len(found), room)]
        return [*entries, *found[: limit - len(entries)]]

    def count(self) -> int:
        """How many products the server holds; of the engine standing by when it does not answer."""
        return self._guarded(
            lambda: self._server.count(self.name) if self._server.exists(self.name) else 0, self.fallback.count
        )

    def verify(self, expected: Iterable[str]) -> Verification:
        wanted = set(expected)
        with _told():
            held = self._server.codes(self.name) if self._server.exists(self.name) else set()
        return Verification(tuple(sorted(wanted - held)), tuple(sorted(held - wanted)))

    def _guarded(self, ask: Callable[[], T], otherwise: Callable[[], T]) -> T:
        if not self.breaker.admits():
            return otherwise()
        try:
            with self._server.in_time():
                answer = ask()
        except (ServerError, LookupError, TypeError, ValueError, AttributeError) as error:
            self.breaker.failed()
            log.warning("the search server is passed over (%s): %s", self.breaker.state, error)
            return otherwise()
        self.breaker.succeeded()
        return answer

    # writing

    def upsert(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        if not self.fallback.transactional:
            self.fallback.upsert(documents)
        self._hidden.show(document.code for document in documents)
        self._write([form.encode(one) for one in documents], self._both(bool(documents)))
        self._spelling.forget()

    def delete(self, codes: Iterable[str]) -> None:
        codes = list(codes)
        if not self.fallback.transactional:
            self.fallback.delete(codes)
        self._drop(codes, self._both(bool(codes)))
        self._spelling.forget()

    def upsert_entries(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        if not self.fallback.transactional:
            self.fallback.upsert_entries(entries)
        if entries:
            with _told():
                self._prepare()
        self._write([form.encode_entry(one) for one in entries], [self.entries])

    def delete_entries(self, kind: str, keys: Iterable[str]) -> None:
        keys = list(keys)
        if not self.fallback.transactional:
            self.fallback.delete_entries(kind, keys)
        self._drop([form.entry_id(kind, key) for key in keys], [self.entries])

    def _both(self, is_needed: bool) -> list[str]:
        """Where a product is written: during a rebuild into the new index first. A swap between the two writes then
        leaves the second one to the new index, and the change is in it either way."""
        if not is_needed:
            return []
        with _told():
            self._prepare()
            self._server.notice()
            return [self.new, self.name] if self._server.exists(self.new) else [self.name]

    def _write(self, rows: list[dict[str, Any]], uids: list[str]) -> None:
        with _told():
            for start in range(0, len(rows), BATCH):
                for uid in uids:
                    self._server.add(uid, rows[start : start + BATCH])

    def _drop(self, ids: list[str], uids: list[str]) -> None:
        ids = [one for one in ids if KEY.fullmatch(one)]
        with _told():
            for uid in uids if ids else ():
                self._server.remove(uid, ids)

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until everything that this process has written can be found; `Unavailable` when some of it failed."""
        with _told():
            self._server.settle(seconds)

    # making

    def create(self) -> bool:
        """Make the tables of the engine standing by; the server's indexes come with the first write or rebuild."""
        return self.fallback.create()

    def warm(self) -> None:
        self.fallback.warm()

    def prepare(self) -> None:
        """Make the indexes where they are missing, and bring their settings to what they should be."""
        self.sync_settings()
        self.settle()

    def sync_settings(self) -> None:
        """The same without waiting for the server, which may have to index everything anew."""
        with _told():
            self._is_ready = False
            self._prepare()

    def _prepare(self) -> None:
        if self._is_ready:
            return
        wanted = {
            self.name: ("code", form.settings(self.fallback.list_synonyms())),
            self.entries: ("id", form.entry_settings(self.fallback.list_synonyms())),
        }
        for uid, (key, settings) in wanted.items():
            if not self._server.exists(uid):
                self._server.make(uid, key)
            self._set(uid, settings)
        self._is_ready = True

    def _set(self, uid: str, settings: dict[str, Any]) -> None:
        """All settings in one update, and only when they differ, because a change indexes everything anew."""
        if form.differs(settings, self._server.settings(uid)):
            self._server.change(uid, settings)

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Fill `<name>_new`, count, swap. Searches see the old index until the swap, and writes meanwhile go to both.

        Of a rebuild that broke off, what is as it would be sent again stays; both kept up with writes since.
        """
        with _told():
            server, seen = self._server, set[str]()
            self._prepare()
            held = self._left_over()
            started = clock.now().timestamp()
            sent: list[int] = []

            def passing() -> Iterator[Document]:
                source, done = iter(documents), 0
                while batch := list(islice(source, BATCH)):
                    rows = [form.encode(one) for one in batch]
                    if rows := [row for row in rows if held.get(row["code"]) != row["digest"]]:
                        sent.append(server.add(self.new, rows))
                    seen.update(one.code for one in batch)
                    if len(sent) > AHEAD:
                        server.wait(sent[-AHEAD - 1])
                    done += len(batch)
                    if progress:
                        progress(done)
                    yield from batch

            if self.fallback.transactional:
                for _ in passing():
                    pass
            else:
                self.fallback.rebuild(passing())
            gone = sorted(held.keys() - seen)
            sent += [server.remove(self.new, gone[at : at + BATCH]) for at in range(0, len(gone), BATCH)]
            for task in sent[-AHEAD - 1 :]:
                server.wait(task)
            self._check(seen, len(sent), started)
            server.swap(self.name, self.new)
            server.drop(self.new)
            self._spelling.forget()
            self._hidden.clear()
        return len(seen)

    def _left_over(self) -> dict[str, str]:
        """What the new index holds already, by code; made here unless one that broke off has the same settings."""
        server, settings = self._server, form.settings(self.fallback.list_synonyms())
        if server.exists(self.new):
            server.finish(self.new)
            if not form.differs(settings, server.settings(self.new)):
                return server.digests(self.new)
            server.drop(self.new)
        server.make(self.new, "code")
        self._set(self.new, settings)
        return {}

    def _check(self, seen: set[str], ours: int, started: float) -> None:
        """The new index holds what was sent. Other processes may have written meanwhile; then a tenth
        may be gone, and no more."""
        held = self._server.count(self.new)
        if held == len(seen):
            return
        writes = self._server.count_writes(self.new, started - 5)
        missing = seen - self._server.codes(self.new)
        if writes <= ours or len(missing) > len(seen) // 10:
            raise ServerError(f"the new index holds {held} products instead of {len(seen)}; it was not put in place")

    def drop(self) -> None:
        """Take everything away from the server; for tests."""
        with _told():
            for uid in (self.name, self.new, self.entries):
                if self._server.exists(uid):
                    self._server.drop(uid)
            self._is_ready = False

    # state

    def status(self) -> dict[str, Any]:
        """How things stand, for the command line; never fails."""
        told: dict[str, Any] = {
            "engine": "meilisearch",
            "url": self._server.url,
            "index": self.name,
            "breaker": self.breaker.state,
            "reachable": False,
            "fallback": {"engine": type(self.fallback).__name__, "documents": self.fallback.count()},
        }
        try:
            server = self._server
            server.notice()
            told["version"] = server.version()
            told["reachable"] = True
            told["documents"] = server.count(self.name) if server.exists(self.name) else None
            told["entries"] = server.count(self.entries) if server.exists(self.entries) else None
            told["rebuild_under_way"] = server.exists(self.new)
            if told["documents"] is not None:
                wanted = form.settings(self.fallback.list_synonyms())
                told["settings_differ"] = form.differs(wanted, server.settings(self.name))
            told["failed_tasks"] = server.list_failed([self.name, self.new, self.entries])
        except (ServerError, LookupError, TypeError, ValueError) as error:
            told["error"] = str(error)
        return told

    # what the engine standing by keeps for both

    def list_synonyms(self) -> list[SynonymGroup]:
        return self.fallback.list_synonyms()

    def add_synonyms(self, words: Iterable[str], oneway: bool = False) -> SynonymGroup:
        group = self.fallback.add_synonyms(words, oneway)
        self._on_synonyms()
        return group

    def replace_synonyms(self, id: int, words: Iterable[str], oneway: bool = False) -> bool:
        found = self.fallback.replace_synonyms(id, words, oneway)
        self._on_synonyms()
        return found

    def remove_synonyms(self, id: int) -> bool:
        found = self.fallback.remove_synonyms(id)
        self._on_synonyms()
        return found

    def record(self, text: str, visitor: str, at: int) -> bool:
        return self.fallback.record(text, visitor, at)

    def popular(self, limit: int, since: int = 0) -> list[str]:
        return self.fallback.popular(limit, since)


class _told:  # noqa: N801 (reads as a word of the with statement)
    """Turns what went wrong on the wire into the error that the rest of the house knows."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ServerError):
            log.error("search server: %s", error)
            raise Unavailable(N_("The search server cannot be reached or refused a change.")) from error
