"""What a request carries is taken in before anything else begins: no lock and no transaction waits for a slow line.

A server thread that reads from a client who sends nothing waits until that client goes, and no timeout of Python's
reaches it. So only AT_ONCE of a process' threads may be reading at the same time; the others stay free for pages, and
whoever comes while all of them wait is told to come again. A proxy that takes in whole bodies keeps such clients away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Flask, request

from catalog.errors import Invalid, Unavailable
from catalog.text import N_

THREADS, AT_ONCE = 6, 4
"""Threads of a web process, and how many of them may be reading bodies."""
WAIT_SECONDS = 0.5
IN_MEMORY, PIECE = 1_000_000, 65_536
_TROUBLE = "kriyaloka.body"


class Bodies:
    """The outermost layer: `app` finds the whole body in `wsgi.input`. Larger ones than `limit` bytes it never sees."""

    def __init__(self, app: Callable[..., Iterable[bytes]], limit: int) -> None:
        self.app = app
        self.limit = limit
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        told = environ.get("CONTENT_LENGTH") or ""
        length = int(told) if told.isascii() and told.isdigit() else None
        is_open_ended = length is None and "HTTP_TRANSFER_ENCODING" in environ
        if (length or is_open_ended) and not (length is not None and length > self.limit):
            self._take_in(environ, length)
        return self.app(environ, start_response)

    def _take_in(self, environ: dict[str, Any], length: int | None) -> None:
        source = environ["wsgi.input"]
        environ["wsgi.input"] = BytesIO()
        if not self._places.acquire(timeout=WAIT_SECONDS):
            environ[_TROUBLE], environ["CONTENT_LENGTH"] = "busy", "0"
            return
        try:
            body = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (it is closed with the request)
            while (left := (self.limit + 1 if length is None else length) - body.tell()) > 0:
                piece = source.read(min(PIECE, left))
                if not piece:
                    break
                body.write(piece)
        except OSError:  # the line broke, or there is no room
            environ[_TROUBLE], environ["CONTENT_LENGTH"] = "broken", "0"
            return
        finally:
            self._places.release()
        size = body.tell()
        environ["CONTENT_LENGTH"] = str(size)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        if length is not None and size < length:
            environ[_TROUBLE], environ["CONTENT_LENGTH"] = "broken", "0"
        elif size <= self.limit:  # else the length alone is enough to refuse it
            body.seek(0)
            environ["wsgi.input"] = body


def init_app(app: Flask) -> None:
    app.wsgi_app = Bodies(app.wsgi_app, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]

    @app.before_request
    def _refuse_what_did_not_come() -> None:
        match request.environ.get(_TROUBLE):
            case "busy":
                raise Unavailable(
                    N_("Too many things are being sent at the moment. Please try again shortly."), retry_after=15
                )
            case "broken":
                raise Invalid(N_("What was sent broke off on its way. Please send it again."))
