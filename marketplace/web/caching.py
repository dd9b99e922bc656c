"""Shared pages, kept before routing. Keyed by address and the catalog's edition, so none outlives a publishing commit.

Only requests without our cookie are served, and only answers that a storefront page marked as shared are kept. The
compressed bytes are kept too. A page also depends on the day (promised dates), so the day is part of the key.
"""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import brotli
from flask import Flask, g, request
from sqlalchemy import create_engine, text

from catalog import clock
from catalog.edition import edition as read_edition
from marketplace.settings import Settings
from marketplace.web import holes
from marketplace.web.locale import ENVIRON
from marketplace.web.visits import cookie_name

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


class EditionReader:
    """Reads the edition on a connection of its own per thread: some microseconds on SQLite, no transaction kept."""

    def __init__(self, url: str) -> None:
        self._local = threading.local()
        self._path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else None
        self._engine = (
            None if self._path else create_engine(url, isolation_level="AUTOCOMMIT", pool_size=4, pool_pre_ping=True)
        )

    def __call__(self) -> int:
        if self._engine is not None:
            with self._engine.connect() as pooled:
                return pooled.execute(text("SELECT number FROM editions WHERE id = 1")).scalar() or 0
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"file:{self._path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
            )
            connection.execute("PRAGMA busy_timeout = 2000")
            self._local.connection = connection
        row = connection.execute("SELECT number FROM editions WHERE id = 1").fetchone()
        return row[0] if row else 0


class Kept:
    """One answer: its headers without the encoding's, and its bytes plain, gzipped and brotlied."""

    __slots__ = ("bodies", "etag", "headers", "size")

    def __init__(self, headers: list[tuple[str, str]], body: bytes, etag: str) -> None:
        self.headers = headers
        self.etag = etag
        self.bodies = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0), "": body}
        self.size = sum(len(one) for one in self.bodies.values()) + 1000


def _encoding(accepted: str) -> str:
    if "br" in accepted:
        return "br"
    return "gzip" if "gzip" in accepted else ""


class PageCache:
    """WSGI: answers shared pages from memory before Flask sees them, and compresses everything else that is text."""

    def __init__(self, application: Any, settings: Settings, edition: Callable[[], int], revision: str) -> None:
        self.application = application
        self.shelf: holes.Shelf[Kept] = holes.Shelf(settings.page_cache_mb * 1_000_000)
        self.edition = edition
        self.revision = revision
        self.cookie = cookie_name(settings) + "="
        self.hosts = frozenset(settings.trusted_hosts) | {urlsplit(settings.public_url).hostname}
        self.checks_host = bool(settings.trusted_hosts)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        key = self._key(environ)
        if key is None:
            return self._pass(environ, start_response, accepted, None)
        present = (self.edition(), clock.today().toordinal())
        # Read before the page's own transaction begins, so that no page is ever older than the edition that it is kept under.
        environ["kriyaloka.edition"] = present[0]
        environ[holes.SLOT] = (key, present)
        if self.cookie in environ.get("HTTP_COOKIE", ""):
            return self._pass(environ, start_response, accepted, None)
        kept = self.shelf.find(key, present)
        if kept is None:
            return self._pass(environ, start_response, accepted, (key, present))
        if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            start_response(
                "304 Not Modified", [(n, v) for n, v in kept.headers if n not in ("Content-Type", "Content-Length")]
            )
            return ()
        encoding = _encoding(accepted)
        body = kept.bodies[encoding]
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
        if slot is not None and environ.get("kriyaloka.shared") and status.startswith("200") and not head:
            return self._keep(environ, start_response, accepted, slot, headers, body)
        encoding = _encoding(accepted) if len(body) >= SMALLEST_TO_COMPRESS else ""
        headers = [(name, value) for name, value in headers if name.lower() != "content-length" or head]
        headers = _vary(headers)
        if encoding and not head:
            body = brotli.compress(body, quality=4) if encoding == "br" else gzip.compress(body, 5, mtime=0)
            headers.append(("Content-Encoding", encoding))
        if not head:
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return (body,)

    def _keep(
        self, environ: dict[str, Any], start_response: Any, accepted: str, slot: Any, headers: Any, body: bytes
    ) -> Iterable[bytes]:
        key, present = slot
        digest = hashlib.sha256(f"{key}{present}{self.revision}".encode()).hexdigest()[:20]
        skip = ("content-length", "etag", "x-request-id", "set-cookie")
        kept = Kept(
            _vary([(n, v) for n, v in headers if n.lower() not in skip]) + [("ETag", f'W/"{digest}"')],
            body,
            f'W/"{digest}"',
        )
        self.shelf.keep(key, present, kept, kept.size)
        if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            start_response("304 Not Modified", [(n, v) for n, v in kept.headers if n != "Content-Type"])
            return ()
        encoding = _encoding(accepted)
        chosen = kept.bodies[encoding]
        extra = [("Content-Encoding", encoding)] if encoding else []
        start_response("200 OK", [*kept.headers, ("Content-Length", str(len(chosen))), *extra])
        return (chosen,)


def _vary(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    present = ", ".join(value for name, value in headers if name.lower() == "vary")
    if "accept-encoding" in present.lower():
        return headers
    rest = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*rest, ("Vary", f"{present}, Accept-Encoding" if present else "Accept-Encoding")]


def present_edition() -> int:
    """The catalog's edition that this request began with; no query where the page cache has read it."""
    if "edition" not in g:
        known = request.environ.get("kriyaloka.edition")
        g.edition = read_edition() if known is None else known
    return int(g.edition)


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
