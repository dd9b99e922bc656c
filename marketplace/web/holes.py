"""One page for everybody, with holes for one.

A storefront page differs between two visitors only in a few places: who is signed in, how many pieces are in the cart,
what just happened, the token of a form. A page that calls `caching.share()` is rendered with marks at these places
(`{{ hole("tools") }}`), never with what belongs there, and kept as the bytes between the marks. Strangers get it with
every hole filled as for a stranger, from the page cache. A known visitor gets the same bytes with the holes filled for
them: their session and their cart are read, the page's view and templates do not run. Guests with equally many pieces in
the cart and no notice to read are alike: what fills the holes of one is kept for the others.

A page is kept under its language, path and query, and dropped with the catalog's edition and the day, like every shared
page. Nothing personal can be kept by mistake: while a page with holes is rendered, templates know nobody (`personal` and
`current_user` are empty), so what is not a hole looks as it does to a stranger.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

from flask import Flask, Response, g, request
from markupsafe import Markup

from marketplace.settings import Settings
from marketplace.web.locale import ENVIRON

# Unguessable and never shown, so that no text that people write can be taken for a hole.
OPEN, CLOSE = f"\ue000{secrets.token_hex(12)}:", "\ue001"
_MARK = re.compile(f"{OPEN}([a-z:-]+){CLOSE}")
KEPT_HEADERS = ("Content-Type", "Link")
SLOT = "kriyaloka.slot"
"""WSGI environ: (key, moment) under which the answer may be kept; set by the page cache."""

ALIKE = "kriyaloka.alike"
"""WSGI environ: whom the answer that was just filled is for (a `Likeness`)."""
ALIKE_MAX = 2_000

Likeness = tuple[int, ...] | None
"""Visitors to whom every shared page looks the same: () strangers, (pieces in the cart,) guests, None: like nobody else."""
Filling = Callable[[str], str]
T = TypeVar("T")


class Shelf(Generic[T]):
    """Answers of one moment: at most `limit` bytes, the oldest given up first, all of them when the moment changes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.kept: OrderedDict[Any, tuple[T, int]] = OrderedDict()
        self.size = 0
        self.moment: Any = None
        self.lock = threading.Lock()

    def find(self, key: Any, moment: Any) -> T | None:
        """What is kept under `key` of this moment."""
        if moment != self.moment:
            with self.lock:
                self.moment = moment
                self.kept.clear()
                self.size = 0
        found = self.kept.get(key)
        return found[0] if found else None

    def keep(self, key: Any, moment: Any, thing: T, size: int) -> None:
        """Keep `thing` of `size` bytes, unless its moment has passed: a commit may have landed while it was made."""
        with self.lock:
            if self.moment != moment or key in self.kept:
                return
            self.kept[key] = (thing, size)
            self.size += size
            while self.size > self.limit:
                _, (_, gone) = self.kept.popitem(last=False)
                self.size -= gone


class Page(NamedTuple):
    """A page with holes: text between marks and names of holes, in turns, beginning and ending with text."""

    pieces: list[str]
    headers: list[tuple[str, str]]

    def filled(self, fill: Callable[[str], str]) -> str:
        parts = self.pieces[:]
        for index in range(1, len(parts), 2):
            parts[index] = fill(parts[index])
        return "".join(parts)


def leave_open() -> None:
    """From here on this request's templates leave holes open; `caching.share` calls it."""
    g.has_holes = True


def forget() -> None:
    """This answer must not be kept, whoever it is for."""
    g.is_passing = True


def is_open() -> bool:
    return bool(g.get("has_holes"))


def init_app(app: Flask, settings: Settings, fillings: dict[str, Filling], likeness: Callable[[], Likeness]) -> None:
    """`fillings`: the name of each hole → what belongs there for the present visitor, as HTML; its argument is the
    same for everybody (which tool of a bar is the current one). `likeness` tells to whom the present visitor is alike."""
    shelf: Shelf[Page] = Shelf(settings.page_cache_mb * 1_000_000)
    filled: dict[tuple[str, str, Likeness], str] = {}

    def fill(mark: str) -> str:
        name, _, argument = mark.partition(":")
        like = likeness()
        if like is None:
            return fillings[name](argument)
        key = (request.environ[ENVIRON], mark, like)
        found = filled.get(key)
        if found is None:
            if len(filled) >= ALIKE_MAX:
                filled.clear()
            found = filled[key] = fillings[name](argument)
        return found

    def hole(name: str, argument: str = "") -> Markup:
        mark = f"{name}:{argument}" if argument else name
        return Markup(f"{OPEN}{mark}{CLOSE}" if is_open() else fill(mark))  # noqa: S704  templates made it

    app.jinja_env.globals.update(hole=hole, form_token=lambda: hole("form-token"))

    @app.before_request
    def _serve() -> Response | None:
        """A kept page with the present visitor in its holes."""
        g.has_holes = False
        slot = request.environ.get(SLOT)
        if slot is None or request.blueprint is None or not request.blueprint.startswith("storefront."):
            return None
        page = shelf.find(*slot)
        if page is None:
            return None
        request.environ[ALIKE] = likeness()  # before notices are read and used up
        return Response(page.filled(fill), headers=page.headers)

    @app.after_request
    def _close(response: Response) -> Response:
        """Keep the page with its holes, then close them for the present visitor."""
        if not is_open() or response.direct_passthrough:
            return response
        g.has_holes = False
        page = Page(_MARK.split(response.get_data(as_text=True)), [])
        slot = request.environ.get(SLOT)
        if slot is not None and not g.get("is_passing") and response.status_code == 200 and request.method == "GET":
            page.headers.extend((name, value) for name, value in response.headers if name in KEPT_HEADERS)
            key, moment = slot
            shelf.find(key, moment)
            shelf.keep(key, moment, page, sum(len(piece) for piece in page.pieces) * 2 + 500)
            request.environ[ALIKE] = likeness()
        if len(page.pieces) > 1:
            response.set_data(page.filled(fill))
        return response
