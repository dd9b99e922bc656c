"""Indonesian at `/`, English under `/en/`: the prefix moves into the script root, so every route exists once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, request
from flask.globals import _cv_request
from flask_babel import Babel, force_locale

from marketplace.web.addresses import is_too_long

LOCALES = ("id", "en")
ENVIRON = "kriyaloka.locale"

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


class LocalePrefix:
    """WSGI: `/en/products` becomes `/products` under the script root `/en`."""

    def __init__(self, application: WSGI) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ[ENVIRON] = "en"
        else:
            environ[ENVIRON] = "id"
        return self.application(environ, start_response)


def current_locale() -> str:
    """`id` or `en`, from the address alone."""
    context = _cv_request.get(None)  # asked some hundred times a page: past the proxies
    return context.request.environ.get(ENVIRON, "id") if context else "id"


def in_locale(path: str, locale: str) -> str:
    """`path` (without a language prefix) as an address in `locale`."""
    return f"/en{path}" if locale == "en" else path


def alternate_url(locale: str | None = None) -> str:
    """This page in the other language, or in `locale`."""
    target = locale or ("en" if current_locale() == "id" else "id")
    query = "" if is_too_long() else request.query_string.decode("utf-8", "replace")
    return in_locale(request.path, target) + (f"?{query}" if query else "")


@contextmanager
def speaking(app: Flask, public_url: str, locale: str) -> Iterator[None]:
    """A visit of nobody in `locale`, so that words and links come out in the language of whoever will read them."""
    base = public_url + ("/en" if locale == "en" else "")  # the script root, as LocalePrefix sets it
    with app.test_request_context("/", base_url=base, environ_overrides={ENVIRON: locale}), force_locale(locale):
        yield


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{app.root_path}/translations"
    Babel(app, default_locale="id", default_timezone="Asia/Jakarta", locale_selector=current_locale)
