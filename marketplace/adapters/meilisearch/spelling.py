"""Which words the documents hold, asked of the server and remembered for a minute."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable

from catalog.search import stems
from marketplace.adapters.meilisearch.server import Server

KNOWN_SECONDS = 60.0
MAX_KNOWN = 20_000


class Spelling:
    """What to send for the words that were typed."""

    def __init__(self, server: Server, index: str) -> None:
        self._server, self._index = server, index
        self._known: dict[str, tuple[bool, float]] = {}
        self._lock = threading.Lock()

    def rewritten(self, words: list[str], prefix: bool, only_said: Collection[str] = ()) -> tuple[str, list[str]]:
        """The text to send, and the words that no document holds and that may be slips.

        An unknown word whose stem is known is replaced by it: the server has no stemmer for Indonesian. One that is
        `only_said` is left out, for the server would take it for a slip; where there is no other, a phrase finds nothing.
        A blank at the end keeps the server from completing the last word, unless it is unknown and may be a beginning.
        """
        if not words:
            return "", []
        whole = words[:-1] if prefix else words
        self._learn(form for word in whole for form in stems.forms(word))
        text, unknown = [], []
        for word in whole:
            if self._is_known(word):
                text.append(word)
                continue
            stem = next((other for other in stems.forms(word)[1:] if self._is_known(other)), None)
            if stem is None and word in only_said:
                continue
            text.append(stem or word)
            if stem is None:
                unknown.append(word)
        text += words[len(whole) :]
        if not text:
            return f'"{" ".join(words)}"', []
        is_begun = prefix or text[-1:] == unknown[-1:]
        return " ".join(text) + ("" if is_begun else " "), unknown

    def forget(self) -> None:
        with self._lock:
            self._known.clear()

    def _is_known(self, word: str) -> bool:
        return self._known.get(word, (False, 0.0))[0]

    def _learn(self, words: Iterable[str]) -> None:
        """A quoted word is found only as it is written: without slips, synonyms and completions."""
        now = time.monotonic()
        never = (False, now - KNOWN_SECONDS)
        fresh = [word for word in dict.fromkeys(words) if self._known.get(word, never)[1] + KNOWN_SECONDS <= now]
        answers = self._server.ask(
            {word: {"indexUid": self._index, "q": f'"{word}"', "page": 1, "hitsPerPage": 0} for word in fresh}
        )
        with self._lock:
            if len(self._known) > MAX_KNOWN:
                self._known.clear()
            for word, answer in answers.items():
                self._known[word] = (answer["totalHits"] > 0, now)
