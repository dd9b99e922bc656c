"""How often somebody may knock. Counted across all web processes: in a SQLite file, or in Redis when it is set.

When the counter cannot be reached, the limited doors stay shut (503) rather than open.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from limits.storage import Storage

from marketplace.settings import Settings


class SqliteStorage(Storage):
    """A counter file for the `limits` library: `kriyaloka-sqlite:///path`. Fixed windows, one row each."""

    STORAGE_SCHEME = ["kriyaloka-sqlite"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = Path(uri.split("://", 1)[1])
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=2, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # a lost counter after a power cut hurts nobody
            connection.execute(
                "CREATE TABLE IF NOT EXISTS windows (key TEXT PRIMARY KEY, count INTEGER NOT NULL, ends REAL NOT NULL) WITHOUT ROWID"
            )
            self._local.connection = connection
        return connection

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        row = (
            self._connection()
            .execute(
                "INSERT INTO windows VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET"
                " count = CASE WHEN ends <= ?4 THEN ?2 ELSE count + ?2 END, ends = CASE WHEN ends <= ?4 THEN ?3 ELSE ends END"
                " RETURNING count",
                (key, amount, now + expiry, now),
            )
            .fetchone()
        )
        if row[0] == amount:
            self._connection().execute("DELETE FROM windows WHERE ends < ?", (now - 60,))
        return int(row[0])

    def get(self, key: str) -> int:
        row = (
            self._connection()
            .execute("SELECT count FROM windows WHERE key = ? AND ends > ?", (key, time.time()))
            .fetchone()
        )
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        row = self._connection().execute("SELECT ends FROM windows WHERE key = ?", (key,)).fetchone()
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        return bool(self._connection().execute("SELECT 1").fetchone())

    def reset(self) -> int:
        return self._connection().execute("DELETE FROM windows").rowcount

    def clear(self, key: str) -> None:
        self._connection().execute("DELETE FROM windows WHERE key = ?", (key,))


limiter = Limiter(get_remote_address, headers_enabled=False)


def of_field(name: str) -> Any:
    """A limit key from a form field, so that one account is protected from many addresses."""

    def key() -> str:
        return f"{request.endpoint}:{request.form.get(name, '')[:254].strip().casefold()}"

    return key


def may(limit: str, what: str) -> bool:
    """Count one more of `what` for this address; False when that is one too many, or when nobody can count now."""
    try:
        return all(limiter.limiter.hit(one, what, get_remote_address()) for one in parse_many(limit))
    except limiter.limiter.storage.base_exceptions:
        return False


def seconds_left() -> int:
    """After a refusal: when the window that is full ends."""
    limit = limiter.current_limit
    return max(1, math.ceil(limit.reset_at - time.time())) if limit else 60


def init_app(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or f"kriyaloka-sqlite://{settings.data_dir / 'limits.db'}"
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    app.config["RATELIMIT_SWALLOW_ERRORS"] = False
    limiter.init_app(app)
