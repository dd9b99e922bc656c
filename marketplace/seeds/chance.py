"""Chance that repeats itself: everything random of the example province hangs on (random seed, what it is for)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from catalog import clock, codes


@dataclass(frozen=True)
class Chance:
    """The dice of one run. Equal numbers give equal codes, dates and levels, in whatever order things are made."""

    number: int

    def dice(self, *key: object) -> random.Random:
        return random.Random(self._name(*key))

    def code(self, length: int, *key: object) -> str:
        """The first code that is drawn for `key`."""
        with codes.drawn_from(self._name(*key)):
            return codes.new_code(length)

    @contextmanager
    def born(self, at: datetime, *key: object) -> Iterator[None]:
        """Let what is made inside have been made at `at`, with codes that belong to `key`."""
        with clock.frozen(at), codes.drawn_from(self._name("born", *key)):
            yield

    def _name(self, *key: object) -> str:
        return "/".join(str(one) for one in (self.number, *key))
