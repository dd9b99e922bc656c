"""Bad luck that can be relied on: what a control of a race needs where a test of the real thing needs none."""

from __future__ import annotations

import threading


class Meeting:
    """Who has looked waits here until `many` have looked: nobody has written yet when the first of them goes on.

    Whoever comes later passes. A pause in its place would do the same on an idle machine only.
    """

    def __init__(self, many: int = 2) -> None:
        self._missing, self._counting, self._complete = many, threading.Lock(), threading.Event()

    def wait(self) -> None:
        with self._counting:
            self._missing -= 1
            if self._missing <= 0:
                self._complete.set()
        assert self._complete.wait(30), f"{self._missing} of them never came"
