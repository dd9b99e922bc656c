"""A request from its first byte to its last: one transaction, one visit, one answer.

An unsafe method opens the one write transaction of the request; the answer commits it when it is below 400 and rolls
it back otherwise. A safe method reads in a read-only transaction, so that no GET can change anything. Services never
commit. What was put into the outbox wakes the worker after the commit.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import SessionTransaction

from catalog.db import db, has_written, writing
from catalog.errors import Unavailable
from catalog.text import N_
from marketplace.web.addresses import Route

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger("web")


class Nothing(dict[str, Any], SessionMixin):
    """What Flask remembers of a visitor."""


class NoSessions(SessionInterface):
    """Visits are ours (`visits.py`). Flask's, which an extension looks into, made every file and picture depend on the
    cookie (`Vary`), so that browsers asked for all of them again when it changed."""

    def open_session(self, app: Flask, request: Any) -> SessionMixin:
        return Nothing()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        pass


class Application(Flask):
    """Flask with our transaction around every request."""

    url_rule_class = Route
    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; Flask would ask each of two dozen hooks of every request whether it is one."""
        return func

    def full_dispatch_request(self) -> Response:
        if request.endpoint in self.config["BARE_ENDPOINTS"]:
            return super().full_dispatch_request()  # static files and health checks open no transaction
        g.may_try_again = True
        try:
            return self._in_transaction()
        except DBAPIError as error:
            if not _is_lost_race(error):
                raise
        _start_over()
        try:
            return self._in_transaction()
        except DBAPIError as error:  # lost again, at the commit
            if not _is_lost_race(error):
                raise
            return self.finalize_request(self.handle_user_exception(busy()), from_error_handler=True)

    def _ring(self) -> None:
        """Wake the worker. The deed is committed: a broken queue must not make it look failed; the clock finds its word."""
        try:
            self.extensions["house"].wake()
        except Exception:
            log.exception("the worker cannot be woken", request_id=g.get("request_id", ""))

    def handle_user_exception(self, error: Exception) -> Any:
        """Let a race that was lost for the first time through to the second try; everything else becomes an answer."""
        if g.get("may_try_again") and isinstance(error, DBAPIError) and _is_lost_race(error):
            raise error
        return super().handle_user_exception(error)

    def _in_transaction(self) -> Response:
        safe = request.method in SAFE
        g.rolled_back = False
        try:
            with ExitStack() as stack:
                if not safe:
                    stack.enter_context(writing())
                response = super().full_dispatch_request()
                if safe or response.status_code >= 400 or g.rolled_back:
                    db.session.rollback()
                    rings = False
                else:
                    g.visit.write()
                    rings = "wakes_worker" in db.session.info
                    db.session.commit()
                db.session.info.pop("wakes_worker", None)
            g.visit.settle(safe)
            if rings:
                self._ring()
            return response
        except BaseException:
            db.session.rollback()
            db.session.info.pop("wakes_worker", None)
            raise


def _start_over() -> None:
    """Forget everything that the first try has read, and rewind what was sent."""
    for name in list(g):
        g.pop(name)
    for file in request.files.values():
        file.stream.seek(0)


def give_up() -> None:
    """Roll back what the request has written so far; error pages call it before they read anything."""
    g.rolled_back = True
    db.session.rollback()


def let_others_write() -> None:
    """Give the write lock back before slow work of an unsafe request (decoding a photo, hashing a password).

    Only before anything was written: the next statement takes the lock again, and objects read before are read anew.
    """
    if g.visit.has_changed or has_written():
        raise RuntimeError("something was written already: do the slow work first")
    db.session.rollback()


def attempt() -> SessionTransaction:
    """`with attempt(): services.cancel(…)`: a refusal inside leaves nothing half done, though the request goes on."""
    return db.session.begin_nested()


def _is_lost_race(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return code in ("40001", "40P01", "55P03", "57P01", "57P03", "08006", "08003", "08000")
    text = str(error.orig).casefold()
    return isinstance(error, OperationalError) and ("locked" in text or "closed" in text or "terminat" in text)


def busy() -> Unavailable:
    return Unavailable(
        N_("The shop is very busy right now. Please try again in a moment; nothing was lost."), retry_after=3
    )


def init_app(app: Application) -> None:
    app.config.setdefault("BARE_ENDPOINTS", frozenset())

    @app.before_request
    def _name_the_request() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if given.isalnum() and 8 <= len(given) <= 64 else secrets.token_hex(8)

    @app.after_request
    def _say_the_name(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response

    @app.teardown_request
    def _let_go(error: BaseException | None) -> None:
        db.session.remove()


def house() -> Any:
    """The running house: settings, ports, bell. See `marketplace.app.House`."""
    from flask import current_app

    return current_app.extensions["house"]
