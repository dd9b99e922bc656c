"""What every web process would read for its first page, read once before they begin: they share the memory, and nobody
waits for it. No connection is left behind, because a connection has one owner.
"""

from __future__ import annotations

import ctypes
import sys

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from sqlalchemy.orm import configure_mappers

from catalog import clock
from catalog.db import db, dialect
from catalog.places.gazetteer import gazetteer
from marketplace.web import speech
from marketplace.web.locale import LOCALES

_TRIM_THRESHOLD, _ARENA_MAX = -1, -8
KEPT_FREE = 256 * 1024
"""Bytes at the end of a heap that are kept for the next page; more goes back to the machine."""


def read_ahead(app: Flask) -> None:
    """Call it before the processes part, and part only then."""
    configure_mappers()
    gazetteer()
    for locale in LOCALES:
        speech.catalogue(locale)
        format_date(clock.today(), locale=locale)
        format_decimal(1, locale=locale)
    house = app.extensions["house"]
    with app.app_context():
        # An index in a file of its own, beside PostgreSQL, would keep the connection of this process.
        if house.ports.search is house.ports.embedded and dialect() == "sqlite" and house.ports.embedded.is_current():
            house.ports.search.warm()
        db.session.remove()
        db.engine.dispose()


def share_one_heap() -> None:
    """Threads of a process take turns anyhow: with a heap for each, glibc keeps what each once needed for the largest page."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_ARENA_MAX, 1)
        libc.mallopt(_TRIM_THRESHOLD, KEPT_FREE)
