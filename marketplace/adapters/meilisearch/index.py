"""`MeilisearchIndex`: the `SearchIndex` on a Meilisearch server."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol, TypeVar

from catalog.errors import Unavailable
from catalog.search import stems
from catalog.search.document import Document
from catalog.search.index import Progress, SearchIndex
from catalog.search.query import Entry, Query, Results, Suggestion, Verification
from catalog.search.synonyms import SynonymGroup
from catalog.search.words import query_words
from catalog.text import N_
from marketplace.adapters.meilisearch import documents as form
from marketplace.adapters.meilisearch.asking import MAX_LOOKS, Asking, marked
from marketplace.adapters.meilisearch.breaker import Breaker
from marketplace.adapters.meilisearch.server import SEARCH_SECONDS, WRITE_SECONDS, Server, ServerError

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 1_000
AHEAD = 4
"""Batches of a rebuild that may wait on the server at once."""

KNOWN_SECONDS = 60.0
HIDDEN_SECONDS = 120.0
MAX_HIDDEN = 500
MAX_KNOWN = 20_000


class Embedded(SearchIndex, Protocol):
    """What is asked of the engine that stands by: it also keeps the synonyms and the popular searches."""

    def create(self) -> bool: ...
    def warm(self) -> None: ...
    def list_synonyms(self) -> list[SynonymGroup]: ...
    def add_synonyms(self, words: Iterable[str], oneway: bool = False) -> SynonymGroup: ...
    def replace_synonyms(self, id: int, words: Iterable[str], oneway: bool = False) -> bool: ...
    def remove_synonyms(self, id: int) -> bool: ...
    def record(self, text: str, total: int, at: int) -> bool: ...
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
        self._live = live
        self._on_synonyms = on_synonyms
        self._server = Server(url, key, search_seconds, write_seconds)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[bool, float]] = {}
        self._hidden: dict[str, float] = {}
        self._is_ready = False

    # asking

    def search(self, query: Query) -> Results:
        started = time.perf_counter()
        query = query.bounded()
        results = self._guarded(lambda: self._search(query), lambda: self.fallback.search(query))
        return replace(results, took_ms=(time.perf_counter() - started) * 1000)

    def _search(self, query: Query) -> Results:
        words = query_words(query.text)
        text, unknown = self._rewritten(words, query.prefix)
        for _ in range(3):
            asking = Asking(self.name, query, text, unknown, self._hidden_codes())
            asked = asking.queries()
            answers = self._server.ask(asked)
            hits = asking.hits(answers["page"])
            if not self._hide([hit.code for hit in hits]):
                break
        answers.update(self._server.ask(asking.more(answers)))
        extremes = {}
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
        words = query_words(text[:100])
        if not words:
            return []
        return self._guarded(
            lambda: self._suggest(words, locale, limit), lambda: self.fallback.suggest(text, locale, limit)
        )

    def _suggest(self, words: list[str], locale: str, limit: int) -> list[Suggestion]:
        shared: dict[str, Any] = {
            "q": " ".join(words),
            "matchingStrategy": "all",
            "page": 1,
            "hitsPerPage": limit,
            "attributesToHighlight": ["title", "title_en"],
            "highlightPreTag": form.MARK,
            "highlightPostTag": form.UNMARK,
        }
        products = {**shared, "indexUid": self.name, "attributesToRetrieve": ["code", "title", "title_en"]}
        if hidden := sorted(self._hidden_codes()):
            products["filter"] = [f"code NOT IN [{', '.join(hidden)}]"]
        answers = self._server.ask({"entries": {**shared, "indexUid": self.entries}, "products": products})

        def title(hit: dict[str, Any]) -> Any:
            name = "title_en" if locale == "en" and hit.get("title_en") else "title"
            return marked(hit["_formatted"][name])

        entries = [Suggestion(hit["kind"], hit["key"], title(hit)) for hit in answers["entries"]["hits"]]
        codes = [hit["code"] for hit in answers["products"]["hits"]]
        gone = self._hide(codes)
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
            answer = ask()
        except (ServerError, LookupError, TypeError, ValueError, AttributeError) as error:
            self.breaker.failed()
            log.warning("the search server is passed over (%s): %s", self.breaker.state, error)
            return otherwise()
        self.breaker.succeeded()
        return answer

    # words

    def _rewritten(self, words: list[str], prefix: bool) -> tuple[str, list[str]]:
        """The text to send, and the words that no document holds.

        An unknown word whose stem is known is replaced by it: the server has no stemmer for Indonesian. A blank at
        the end keeps the server from completing the last word.
        """
        if not words:
            return "", []
        whole = words[:-1] if prefix else words
        self._learn(form_ for word in whole for form_ in stems.forms(word))
        text, unknown = [], []
        for word in whole:
            if self._is_known(word):
                text.append(word)
                continue
            stem = next((other for other in stems.forms(word)[1:] if self._is_known(other)), None)
            text.append(stem or word)
            if stem is None:
                unknown.append(word)
        return " ".join([*text, *words[len(whole) :]]) + ("" if prefix else " "), unknown

    def _is_known(self, word: str) -> bool:
        return self._known.get(word, (False, 0.0))[0]

    def _learn(self, words: Iterable[str]) -> None:
        """Ask whether any document holds these words, unless that was asked a moment ago."""
        now = time.monotonic()
        fresh = [
            word for word in dict.fromkeys(words) if self._known.get(word, (False, -KNOWN_SECONDS))[1] + KNOWN_SECONDS <= now
        ]  # fmt: skip
        if not fresh:
            return
        answers = self._server.ask(
            {word: {"indexUid": self.name, "q": f'"{word}"', "page": 1, "hitsPerPage": 0} for word in fresh}
        )
        with self._lock:
            if len(self._known) > MAX_KNOWN:
                self._known.clear()
            for word, answer in answers.items():
                self._known[word] = (answer["totalHits"] > 0, now)

    def _forget(self) -> None:
        with self._lock:
            self._known.clear()

    # what the server has not yet heard of

    def _hidden_codes(self) -> set[str]:
        now = time.monotonic()
        with self._lock:
            for code in [code for code, until in self._hidden.items() if until <= now]:
                del self._hidden[code]
            return set(self._hidden)

    def _hide(self, codes: Sequence[str]) -> set[str]:
        """Those of the codes that are not on sale, left out from now on."""
        if self._live is None or not codes:
            return set()
        gone = set(codes) - self._live(codes)
        if gone:
            with self._lock:
                room = max(MAX_HIDDEN - len(self._hidden), 0)
                self._hidden.update(dict.fromkeys(sorted(gone)[:room], time.monotonic() + HIDDEN_SECONDS))
        return gone

    # writing

    def upsert(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        if not self.fallback.transactional:
            self.fallback.upsert(documents)
        with self._lock:
            for document in documents:
                self._hidden.pop(document.code, None)
        self._write("add products", [form.encode(one) for one in documents], self._both(bool(documents)))
        self._forget()

    def delete(self, codes: Iterable[str]) -> None:
        codes = list(codes)
        if not self.fallback.transactional:
            self.fallback.delete(codes)
        self._drop(codes, self._both(bool(codes)))
        self._forget()

    def upsert_entries(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        if not self.fallback.transactional:
            self.fallback.upsert_entries(entries)
        if entries:
            with _told():
                self._prepare()
        self._write("add entries", [form.encode_entry(one) for one in entries], [self.entries])

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

    def _write(self, what: str, rows: list[dict[str, Any]], uids: list[str]) -> None:
        with _told():
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                for uid in uids:
                    self._server.enqueue(what, lambda client, uid=uid, part=part: client.index(uid).add_documents(part))

    def _drop(self, ids: list[str], uids: list[str]) -> None:
        ids = [one for one in ids if one and all(c.isalnum() or c in "-_" for c in one)]
        with _told():
            for uid in uids if ids else ():
                self._server.enqueue("delete", lambda client, uid=uid: _deletion(client, uid, ids))

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
        with _told():
            self._is_ready = False
            self._prepare()

    sync_settings = prepare

    def _prepare(self) -> None:
        if self._is_ready:
            return
        wanted = {
            self.name: ("code", form.settings(self.fallback.list_synonyms())),
            self.entries: ("id", form.entry_settings()),
        }
        for uid, (key, settings) in wanted.items():
            if not self._server.exists(uid):
                self._server.do(f"make {uid}", lambda client, uid=uid, key=key: client.create_index(uid, {"primaryKey": key}))
            self._set(uid, settings)
        self._is_ready = True

    def _set(self, uid: str, settings: dict[str, Any]) -> bool:
        """All settings in one update, and only when they differ, because a change indexes everything anew."""
        held = self._server.call(f"settings of {uid}", lambda client: client.index(uid).get_settings())
        if not form.differs(settings, held):
            return False
        self._server.do(f"set up {uid}", lambda client: client.index(uid).update_settings(settings))
        return True

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Fill `<name>_new`, count, swap. Searches see the old index until the swap, and writes meanwhile go to both."""
        with _told():
            server, seen = self._server, set[str]()
            self._prepare()
            if server.exists(self.new):
                server.do("drop what is left of a rebuild", lambda client: client.delete_index(self.new))
            server.do("make the new index", lambda client: client.create_index(self.new, {"primaryKey": "code"}))
            self._set(self.new, form.settings(self.fallback.list_synonyms()))
            started = time.time()
            sent: list[int] = []

            def passing() -> Iterator[Document]:
                source, done = iter(documents), 0
                while batch := list(islice(source, BATCH)):
                    rows = [form.encode(one) for one in batch]
                    sent.append(server.enqueue("fill", lambda client, rows=rows: client.index(self.new).add_documents(rows)))
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
            for task in sent[-AHEAD - 1 :]:
                server.wait(task)
            self._check(seen, len(sent), started)
            server.do("swap", lambda client: client.swap_indexes([{"indexes": [self.name, self.new]}]))
            server.do("drop the old index", lambda client: client.delete_index(self.new))
            self._forget()
            with self._lock:
                self._hidden.clear()
        return len(seen)

    def _check(self, seen: set[str], ours: int, started: float) -> None:
        """The new index holds what was sent. Other processes may have written meanwhile; then every code is compared."""
        held = self._server.count(self.new)
        if held == len(seen):
            return
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started - 5))
        wanted = {
            "indexUids": [self.new], "types": ["documentAdditionOrUpdate", "documentDeletion"],
            "afterEnqueuedAt": since, "limit": 1,
        }  # fmt: skip
        tasks = self._server.call("tasks", lambda client: client.get_tasks(wanted)).total
        missing = seen - self._server.codes(self.new)
        if tasks <= ours or (missing and len(missing) > max(10 * (tasks - ours), len(seen) // 10)):
            raise ServerError(f"the new index holds {held} products instead of {len(seen)}; it was not put in place")

    def drop(self) -> None:
        """Take everything away from the server; for tests."""
        with _told():
            for uid in (self.name, self.new, self.entries):
                if self._server.exists(uid):
                    self._server.do(f"drop {uid}", lambda client, uid=uid: client.delete_index(uid))
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
            told["version"] = server.call("version", lambda client: client.get_version())["pkgVersion"]
            told["reachable"] = True
            told["documents"] = server.count(self.name) if server.exists(self.name) else None
            told["entries"] = server.count(self.entries) if server.exists(self.entries) else None
            told["rebuild_under_way"] = server.exists(self.new)
            if told["documents"] is not None:
                held = server.call("settings", lambda client: client.index(self.name).get_settings())
                told["settings_differ"] = form.differs(form.settings(self.fallback.list_synonyms()), held)
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

    def record(self, text: str, total: int, at: int) -> bool:
        return self.fallback.record(text, total, at)

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


def _deletion(client: Any, uid: str, ids: list[str]) -> Any:
    from meilisearch.models.task import TaskInfo

    return TaskInfo(**client.http.post(f"indexes/{uid}/documents/delete-batch", ids))
