"""Cards and other parts of pages are drawn from what they show and nothing else: drawn once, however many pages show them.

What a part shows is its key, so none that was kept can be old: another price, another day of dispatch is another card.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from functools import lru_cache
from threading import Lock
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from catalog.search.cards import CardImage
from marketplace.web import holes
from marketplace.web.locale import alternate_url, current_locale
from marketplace.web.pieces import Shown

CARDS = 1_500
"""About 2 kB each."""

ELSEWHERE = "\ue002"
"""Stands for the address of the page in the other language, which nobody can type."""

_SLOT = "kriyaloka.parts"
PARTS = 6_000_000
"""Characters of all other parts together."""


class Parts:
    """What was drawn, by what it shows: at most `limit` characters, what was not asked for longest given up first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> Any:
        """What is kept under `key`, or None."""
        found = self._kept.get(key)
        if found is None:
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, part: Any, size: int | None = None) -> Any:
        """Keep `part`, of `size` characters where it does not tell its own length."""
        size = len(part) if size is None else size
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (part, size)
                self.size += size
            while self.size > self.limit:
                self.size -= self._kept.popitem(last=False)[1][1]
        return part


def parts() -> Parts:
    """Those of this process."""
    kept: Parts = current_app.extensions[_SLOT]
    return kept


def init_app(app: Flask) -> None:
    """Templates say `drawn_card(p, …)` with the arguments of the component `card`, and `drawn(told, "file.html#macro", …)`
    of a macro whose arguments show nothing that `told` does not hold; its words and addresses follow the language. The
    head and the foot of shared pages are `around("file.html#macro", …)`: they differ by this page's address in the other language."""

    def draw(*arguments: Any) -> Markup:
        return app.jinja_env.get_template("components/card.html").module.card(*arguments)  # type: ignore[attr-defined, no-any-return]

    @lru_cache(CARDS)
    def kept(locale: str, *arguments: Any) -> Markup:
        return draw(*arguments)

    def drawn_card(piece: Any, *how: Any) -> Markup:
        if isinstance(piece, Shown) and isinstance(piece.image, CardImage | None):
            return kept(current_locale(), piece, *how)
        return draw(piece, *how)

    shelf = app.extensions[_SLOT] = Parts(PARTS)

    def macro_of(name: str) -> Any:
        file, _, name = name.partition("#")
        return getattr(app.jinja_env.get_template(file).module, name)

    def drawn(told: Hashable, macro: str, *arguments: Any) -> Markup:
        key = (current_locale(), request.script_root, macro, told)
        found = shelf.find(key)
        if found is None:
            found = shelf.keep(key, macro_of(macro)(*arguments))
        return found  # type: ignore[no-any-return]

    def around(macro: str, *rest: Any) -> Markup:
        locale = current_locale()
        if not holes.is_open():  # what is of one visitor stands in it
            return macro_of(macro)(locale, alternate_url(), *rest)  # type: ignore[no-any-return]
        return drawn(rest, macro, locale, ELSEWHERE, *rest).replace(ELSEWHERE, alternate_url())

    app.jinja_env.globals.update(drawn_card=drawn_card, drawn=drawn, around=around)
