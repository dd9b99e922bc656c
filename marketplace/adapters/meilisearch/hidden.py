"""Products that are no longer on sale although the server has not heard of it yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

HIDDEN_SECONDS = 120.0
MAX_HIDDEN = 500


class Hidden:
    """Codes to leave out of every question, so that hits, totals and facets are those of what is on sale.

    `live(codes)` answers which of them are on sale; without it nothing is hidden.
    """

    def __init__(self, live: Callable[[Sequence[str]], set[str]] | None) -> None:
        self._live = live
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def codes(self) -> set[str]:
        now = time.monotonic()
        with self._lock:
            for code in [code for code, until in self._until.items() if until <= now]:
                del self._until[code]
            return set(self._until)

    def hide(self, codes: Sequence[str]) -> set[str]:
        """Those of the codes that are not on sale, hidden from now on."""
        if self._live is None or not codes:
            return set()
        gone = set(codes) - self._live(codes)
        if gone:
            with self._lock:
                room = max(MAX_HIDDEN - len(self._until), 0)
                self._until.update(dict.fromkeys(sorted(gone)[:room], time.monotonic() + HIDDEN_SECONDS))
        return gone

    def show(self, codes: Iterable[str]) -> None:
        """They are on sale again."""
        with self._lock:
            for code in codes:
                self._until.pop(code, None)

    def clear(self) -> None:
        with self._lock:
            self._until.clear()
