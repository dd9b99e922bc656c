"""Refusals as pages in the reader's language, or as problem documents (RFC 9457) where JSON was asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, json, render_template, request
from flask.globals import request_ctx
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from markupsafe import escape
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from catalog.errors import DomainError, Several, TooMany, Unavailable
from catalog.money import Money
from catalog.text import N_
from marketplace.web.filters import day, number
from marketplace.web.lifecycle import busy, give_up
from marketplace.web.limits import seconds_left
from marketplace.web.locale import current_locale

log = structlog.get_logger("web")

GROUPED_FROM = 10_000
"""Numbers of five digits are hard to read in one; years and the like have four."""

PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})


def sentence(error: DomainError) -> str:
    """The error's message in the reader's language."""
    return said(error.message, error.params)


def said(message: str, params: Mapping[str, Any]) -> str:
    """A gettext id with its parameters in the reader's language: days, sums and large numbers are written out, and of a
    name that has an English one beside it (`product`, `product_en`) the reader's is told."""
    text, locale = gettext(message), current_locale()
    told = dict(params)
    for name, value in params.items():
        if locale == "en":
            value = params.get(f"{name}_en") or value
        if isinstance(value, date):
            value = day(value)
        elif isinstance(value, Money):
            value = value.format(locale)
        elif isinstance(value, int) and value >= GROUPED_FROM:
            value = number(value)
        told[name] = value
    return text % told if told else text


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def answer(
    status: int, title: str, detail: str, kind: str = "error", errors: list[dict[str, Any]] | None = None
) -> Response:
    """One refusal in the form that the reader asked for."""
    give_up()
    headers: dict[str, str] = {"Cache-Control": "private, no-store"}
    if _wants_json():
        body = {"type": f"about:blank#{kind}", "title": title, "status": status, "detail": detail}
        body["request_id"] = g.get("request_id", "")
        if errors:
            body["errors"] = errors
        return Response(json.dumps(body, ensure_ascii=False), status, headers, content_type="application/problem+json")
    bare = f"<!doctype html><title>{status}</title><p>{escape(detail)}</p><p>{g.get('request_id', '')}</p>"
    if request_ctx.url_adapter is None:  # the host is not ours, so the page's links cannot be made
        return Response(bare, status, headers, content_type="text/html; charset=utf-8")
    template = f"errors/{status if status in PAGES else 400}.html"
    try:
        page = render_template(
            template,
            error={"status": status, "title": title, "message": detail, "fields": errors or [], "kind": kind},
            came_from=_came_from() if status == HTTPStatus.FORBIDDEN else "",
            request_id=g.get("request_id", ""),
        )
    except Exception:
        if status < 500:
            raise
        log.exception("the error page cannot be made", request_id=g.get("request_id", ""))
        page = bare
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


def _came_from() -> str:
    """The path of the page of ours from which the request came, or nothing."""
    found = urlsplit(request.referrer or "")
    return found.path if found.netloc == request.host else ""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def init_app(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def _refuse(error: DomainError) -> Response:
        errors = [
            {"field": one.field, "detail": sentence(one)}
            for one in (error.errors if isinstance(error, Several) else [error])
            if one.field
        ]
        response = answer(error.status, _phrase(error.status), sentence(error), error.kind, errors)
        if isinstance(error, TooMany | Unavailable):
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    @app.errorhandler(HTTPException)
    def _pass_on(error: HTTPException) -> Response:
        status = error.code or 500
        if 300 <= status < 400:
            return error.get_response()  # type: ignore[return-value]
        details = {
            400: N_("The request could not be understood."),
            404: N_("There is nothing at this address."),
            405: N_("This address does not take that kind of request."),
            413: N_("What was sent is too large."),
            414: N_("This address is too long. Please begin with a search of fewer words and filters."),
            415: N_("That kind of content is not accepted here."),
            429: N_("Too many requests from here. Please wait a moment."),
        }
        detail = details.get(status, N_("The request was refused."))
        if isinstance(error, RateLimitExceeded):
            detail = error.limit.error_message or detail  # type: ignore[assignment]
        response = answer(status, _phrase(status), gettext(detail), "http")
        for name, value in error.get_response().headers:
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        if status == 429:
            response.headers["Retry-After"] = str(seconds_left())
        return response

    @app.errorhandler(500)
    @app.errorhandler(Exception)
    def _fail(error: Exception) -> Response:
        if isinstance(error, HTTPException):
            return _pass_on(error)
        if is_database_trouble(error):
            log.warning("database busy", request_id=g.get("request_id", ""), error=str(error)[:300])
            return _refuse(busy())
        log.exception("unexpected error", request_id=g.get("request_id", ""), path=request.path)
        return answer(500, _phrase(500), gettext(N_("Something went wrong on our side. It has been noted.")), "fault")


def is_database_trouble(error: Exception) -> bool:
    """Whether the database is only busy, away or full, so that trying again later makes sense."""
    original = getattr(error, "original_exception", None) or error
    if isinstance(original, PoolTimeout | InterfaceError | sqlite3.Error):  # a bare one is the counter of limits
        return True
    if not isinstance(original, OperationalError):
        return False
    text = str(original.orig).casefold()
    return any(
        word in text
        for word in ("locked", "full", "connection", "terminat", "closed", "deadlock", "serialize", "shutting")
    )
