"""Addresses of the storefront, which depend on nothing but the route, its values and the language: built once each."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import flask
from flask import Flask, request
from werkzeug.routing import Rule

LONGEST = 8_192
"""Bytes of the longest address that is answered, its question included; our own links are far shorter."""


class Route(Rule):
    """A rule whose address is learned when the first one is built: Werkzeug writes two functions for every rule at start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        learn = super()._compile_builder
        learned: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal learned
            learned = learned or learn(append_unknown)
            return learned(rule, **values)

        return build


@lru_cache(maxsize=8192)
def _built(root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))


def url_for(endpoint: str, **values: Any) -> str:
    """As Flask's, remembering the storefront's relative addresses."""
    if not endpoint.startswith("storefront.") or "_external" in values or not request:
        return flask.url_for(endpoint, **values)
    try:
        return _built(request.script_root, endpoint, tuple(values.items()))
    except TypeError:  # a list of values
        return flask.url_for(endpoint, **values)


def is_too_long() -> bool:
    """Whether somebody stuffed the address of this request."""
    return len(request.environ.get("PATH_INFO", "")) + len(request.query_string) > LONGEST


def init_app(app: Flask) -> None:
    """Let templates build addresses with it."""
    app.jinja_env.globals["url_for"] = url_for
