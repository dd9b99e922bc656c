"""Shared pages, kept before routing. Keyed by address and the catalog's edition, so none outlives a publishing commit.

Only answers that a storefront page marked as shared are kept, and served to who is alike: to strangers without our
cookie, and to guests with as many pieces in the cart and nothing else to show (`holes.Likeness`). Whoever is signed in
is answered by the page's holes. The compressed bytes are kept too. A page also depends on the day (promised dates), so
the day is part of the key.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import brotli
from flask import Flask, g, request
from sqlalchemy import create_engine, text

from catalog import clock
from catalog.codes import hashed
from catalog.edition import edition as read_edition
from marketplace.settings import Settings
from marketplace.web import holes
from marketplace.web.encodings import encoding_of
from marketplace.web.locale import ENVIRON
from marketplace.web.visits import SEEN_EVERY, cookie_name

SMALLEST_TO_COMPRESS = 600
COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/ld+json",
    "application/xml",
    "application/atom+xml",
    "application/manifest+json",
    "image/svg+xml",
    "application/javascript",
)


_EDITION = "SELECT number FROM editions WHERE id = 1"
_GUEST = (
    "SELECT CAST(s.data AS TEXT), (SELECT COALESCE(SUM(l.quantity), 0) FROM cart_lines l JOIN carts c ON c.id = l.cart_id"
    " WHERE c.session_id = s.id AND l.saved_at IS NULL) FROM sessions s"
    " WHERE s.token_hash = :token AND s.user_id IS NULL AND s.expires_at > :now AND s.seen_at > :lately"
)


class Reader:
    """What is asked before a request becomes one of Flask's: on a connection of its own per thread, some microseconds on
    SQLite, no transaction kept."""

    def __init__(self, url: str) -> None:
        self._local = threading.local()
        self._path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else None
        self._engine = (
            None if self._path else create_engine(url, isolation_level="AUTOCOMMIT", pool_size=4, pool_pre_ping=True)
        )

    def _row(self, statement: str, asked: dict[str, Any]) -> Any:
        if self._engine is not None:
            with self._engine.connect() as pooled:
                return pooled.execute(text(statement), asked).first()
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"file:{self._path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
            )
            connection.execute("PRAGMA busy_timeout = 2000")
            self._local.connection = connection
        return connection.execute(statement, asked).fetchone()

    def edition(self) -> int:
        """The catalog's present edition."""
        row = self._row(_EDITION, {})
        return row[0] if row else 0

    def guest(self, token: str) -> holes.Likeness:
        """How pages look to the guest with this token; None to who must be looked at more closely: signed in, with
        notices to read, not seen for an hour, or unknown."""
        now = clock.now()
        asked: dict[str, Any] = {"now": now, "lately": now - SEEN_EVERY}
        if self._engine is None:
            asked = {name: moment.replace(tzinfo=None).isoformat(" ", "microseconds") for name, moment in asked.items()}
        row = self._row(_GUEST, {"token": hashed(token), **asked})
        return None if row is None or json.loads(row[0]).get("notices") else (int(row[1]),)


class Kept:
    """One answer: its headers without the encoding's, and its bytes in every encoding that was asked for."""

    __slots__ = ("_bodies", "etag", "headers", "size")

    def __init__(self, headers: list[tuple[str, str]], body: bytes, etag: str) -> None:
        self.headers = headers
        self.etag = etag
        self._bodies = {"": body}
        self.size = len(body) * 3 // 2 + 1000

    def body(self, encoding: str) -> bytes:
        found = self._bodies.get(encoding)
        if found is None:
            plain = self._bodies[""]
            found = brotli.compress(plain, quality=5) if encoding == "br" else gzip.compress(plain, 6, mtime=0)
            self._bodies[encoding] = found
        return found


class PageCache:
    """WSGI: answers shared pages from memory before Flask sees them, and compresses everything else that is text."""

    def __init__(self, application: Any, settings: Settings, reader: Reader) -> None:
        self.application = application
        self.shelf: holes.Shelf[Kept] = holes.Shelf(settings.page_cache_mb * 1_000_000)
        self.reader = reader
        self.cookie = cookie_name(settings)
        self.hosts = frozenset(settings.trusted_hosts) | {urlsplit(settings.public_url).hostname}
        self.checks_host = bool(settings.trusted_hosts)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        key = self._key(environ)
        if key is None:
            return self._pass(environ, start_response, accepted, None)
        present = (self.reader.edition(), clock.today().toordinal())
        # Read before the page's own transaction begins, so that no page is ever older than the edition that it is kept under.
        environ["kriyaloka.edition"] = present[0]
        environ[holes.SLOT] = (key, present)
        token = _cookie(environ.get("HTTP_COOKIE", ""), self.cookie)
        likeness = () if token is None else self.reader.guest(token)
        if likeness is None:
            return self._pass(environ, start_response, accepted, None)
        kept = self.shelf.find((key, likeness), present)
        if kept is None:
            return self._pass(environ, start_response, accepted, (key, likeness, present))
        return self._answer(environ, start_response, accepted, kept)

    def _answer(self, environ: dict[str, Any], start_response: Any, accepted: str, kept: Kept) -> Iterable[bytes]:
        if kept.etag and environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            start_response(
                "304 Not Modified", [(n, v) for n, v in kept.headers if n not in ("Content-Type", "Content-Length")]
            )
            return ()
        encoding = encoding_of(accepted)
        body = kept.body(encoding)
        headers = [*kept.headers, ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        start_response("200 OK", headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _key(self, environ: dict[str, Any]) -> tuple[str, str, str] | None:
        if not self.shelf.limit or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        if "HTTP_AUTHORIZATION" in environ or "HTTP_HX_REQUEST" in environ:
            return None
        if self.checks_host and environ.get("HTTP_HOST", "").rsplit(":", 1)[0] not in self.hosts:
            return None
        return (environ.get(ENVIRON, "id"), environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))

    def _pass(self, environ: dict[str, Any], start_response: Any, accepted: str, slot: Any) -> Iterable[bytes]:
        caught: list[Any] = []

        def catch(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            caught[:] = [status, headers]

        result = self.application(environ, catch)
        status, headers = caught
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        if not kind.startswith(COMPRESSIBLE) or any(name.lower() == "content-encoding" for name, _ in headers):
            start_response(status, headers)
            return result  # type: ignore[no-any-return]
        try:
            body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        head = environ["REQUEST_METHOD"] == "HEAD"
        if slot is not None and _may_be_kept(environ, slot[1], headers) and status.startswith("200") and not head:
            return self._keep(environ, start_response, accepted, slot, headers, body)
        encoding = encoding_of(accepted) if head or len(body) >= SMALLEST_TO_COMPRESS else ""
        plain_head = head and not encoding  # else nobody knows how long the packed bytes would be
        headers = [(name, value) for name, value in headers if name.lower() != "content-length" or plain_head]
        headers = _vary(headers)
        if encoding and not head:
            body = brotli.compress(body, quality=4) if encoding == "br" else gzip.compress(body, 5, mtime=0)
            headers = [(name, _weak(value) if name.lower() == "etag" else value) for name, value in headers]
            headers.append(("Content-Encoding", encoding))
        if not head:
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return (body,)

    def _keep(
        self, environ: dict[str, Any], start_response: Any, accepted: str, slot: Any, headers: Any, body: bytes
    ) -> Iterable[bytes]:
        key, likeness, present = slot
        etag = "" if likeness else f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        skip = ("content-length", "etag", "x-request-id")
        named = [("ETag", etag)] if etag else []
        kept = Kept(_vary([(n, v) for n, v in headers if n.lower() not in skip]) + named, body, etag)
        self.shelf.keep((key, likeness), present, kept, kept.size)
        return self._answer(environ, start_response, accepted, kept)


def _weak(etag: str) -> str:
    """The mark of the same words in other bytes."""
    return etag if etag.startswith("W/") else f"W/{etag}"


def _cookie(header: str, name: str) -> str | None:
    """The value of the cookie `name`, or None."""
    if name not in header:
        return None
    return next(
        (value for one, _, value in (part.strip().partition("=") for part in header.split(";")) if one == name), None
    )


def _may_be_kept(environ: dict[str, Any], likeness: Any, headers: list[tuple[str, str]]) -> bool:
    """Whether this answer is the same for all who are alike. What a guest saw must be what was read of them before: their
    cart may have changed between."""
    if any(name.lower() == "set-cookie" for name, _ in headers):
        return False
    return environ.get(holes.ALIKE) == likeness if likeness else bool(environ.get("kriyaloka.shared"))


def _vary(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    present = ", ".join(value for name, value in headers if name.lower() == "vary")
    if "accept-encoding" in present.lower():
        return headers
    rest = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*rest, ("Vary", f"{present}, Accept-Encoding" if present else "Accept-Encoding")]


def present_edition() -> int:
    """The catalog's edition that this request began with; no query where the page cache has read it."""
    present: int | None = g.get("edition")
    if present is None:
        present = request.environ.get("kriyaloka.edition")
        g.edition = present = read_edition() if present is None else present
    return present


def share() -> None:
    """Say that this page is the same for everybody but for its holes; the storefront's pages call it."""
    if request.method in ("GET", "HEAD") and "HX-Request" not in request.headers:
        holes.leave_open()
        g.is_shared = not g.visit.is_known


def unshare() -> None:
    """Take `share` back: what this page says will not be true for the next visitor."""
    g.is_shared = False
    holes.forget()


def init_app(app: Flask) -> None:
    @app.before_request
    def _note_edition() -> None:
        g.is_shared = False

    @app.after_request
    def _mark(response: Any) -> Any:
        if g.get("is_shared") and response.status_code == 200:
            request.environ["kriyaloka.shared"] = True
        return response
