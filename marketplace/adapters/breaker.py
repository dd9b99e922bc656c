"""A breaker between us and a server: after a few failures it is left alone for a while, then tried by one caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
PAUSE_SECONDS = 10.0


class Breaker:
    """`closed` lets everybody through; `open` nobody; `half-open` one caller, whose luck decides."""

    def __init__(
        self, failures: int = FAILURES, pause: float = PAUSE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._allowed, self._pause, self._clock = failures, pause, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probed_at: float | None = None

    @property
    def state(self) -> str:
        with self._lock:
            if self._opened_at is None:
                return "closed"
            return "open" if self._clock() - self._opened_at < self._pause else "half-open"

    def admits(self) -> bool:
        """Whether to try now. Whoever is admitted reports back with `succeeded` or `failed`."""
        with self._lock:
            if self._opened_at is None:
                return True
            now = self._clock()
            if now - self._opened_at < self._pause:
                return False
            if self._probed_at is not None and now - self._probed_at < self._pause:
                return False  # one is trying already; if it never comes back, the next may after another pause
            self._probed_at = now
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._opened_at, self._probed_at = 0, None, None

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._allowed or self._opened_at is not None:
                self._opened_at, self._probed_at = self._clock(), None
