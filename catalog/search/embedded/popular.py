"""What many people look for, without anything about who asked.

Anybody may ask anything, and what is counted here is read by all. So a query counts only in words of ours (see
`Matcher.holds_as_written`), and only from several visitors of one day on: until then neither its words nor those who
asked are kept, but hashes with a secret that goes with its day. Nobody can tell the visitors of one day from those of
another, so days that are too few by themselves are not added up.
"""

from __future__ import annotations

import hmac
import re
import secrets
import sqlite3
from collections.abc import Iterator

from catalog.search.words import MAX_WORD, MAX_WORDS, STOP_WORDS, fold, tokens

SHOWN_FROM = 3
"""So many different visitors of one day make a query one that others see."""

A_DAY = 5
"""So many different queries of one visitor count each day."""

MAX_TODAY = 20_000
MAX_ROWS = 20_000
MAX_TEXT = 60
_PERSONAL = re.compile(r"\d{5,}")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def tidied(text: str) -> str | None:
    """What was typed, in lower case and without signs; None for what may be personal (addresses, long numbers), for what
    is no query, and for more words than are looked for."""
    if "@" in text or len(text) > 100:
        return None
    written = _WORD.findall(fold(text))
    shown = " ".join(written)
    if len(shown) < 3 or len(shown) > MAX_TEXT or _PERSONAL.search("".join(tokens(shown))):
        return None
    words = [part for word in written for part in word.split("-")]
    telling = [word for word in words if word not in STOP_WORDS]
    if not 0 < len(telling) <= MAX_WORDS or max(map(len, words)) > MAX_WORD:
        return None
    return shown


def record(connection: sqlite3.Connection, text: str, visitor: str, day: int) -> bool:
    """Count that a visitor looked for a tidied text; False when that is one too many. `visitor` is the same for the same
    visitor of a day, `day` the number of days since 1970."""
    if not visitor or not _is_there(connection):
        return False
    secret = _secret(connection, day)
    query, who = _hashed(secret, b"query", text), _hashed(secret, b"visitor", visitor)
    today, own = connection.execute(
        "select count(*), coalesce(sum(visitor = ?), 0) from search_sought_today", (who,)
    ).fetchone()
    if today >= MAX_TODAY or own >= A_DAY:
        return False
    if not connection.execute("insert or ignore into search_sought_today values (?, ?)", (query, who)).rowcount:
        return False
    (visitors,) = connection.execute("select count(*) from search_sought_today where query = ?", (query,)).fetchone()
    if visitors >= SHOWN_FROM:
        _add(connection, text, SHOWN_FROM if visitors == SHOWN_FROM else 1, day)
    return True


def _add(connection: sqlite3.Connection, text: str, visitors: int, day: int) -> None:
    connection.execute(
        "insert into search_sought values (?, ?, ?) on conflict (text) do update"
        " set asked = asked + excluded.asked, last_on = max(last_on, excluded.last_on)",
        (text, visitors, day),
    )
    (rows,) = connection.execute("select count(*) from search_sought").fetchone()
    if rows > MAX_ROWS:
        connection.execute(
            "delete from search_sought where text in (select text from search_sought order by last_on, asked limit ?)",
            (MAX_ROWS // 10,),
        )


def popular(connection: sqlite3.Connection, since_day: int) -> Iterator[str]:
    """Queries by falling count, of those that many asked since a day."""
    if _is_there(connection):
        rows = connection.execute(
            "select text from search_sought where last_on >= ? order by asked desc, text", (since_day,)
        )
        yield from (text for (text,) in rows)


def forget(connection: sqlite3.Connection, day: int) -> None:
    """Throw away the visitors and the secret of every day but this one."""
    if not _is_there(connection):
        return
    if connection.execute("delete from search_sought_day where day <> ?", (day,)).rowcount:
        connection.execute("delete from search_sought_today")


def _secret(connection: sqlite3.Connection, day: int) -> bytes:
    forget(connection, day)
    connection.execute("insert or ignore into search_sought_day values (1, ?, ?)", (day, secrets.token_bytes(32)))
    (secret,) = connection.execute("select secret from search_sought_day").fetchone()
    return bytes(secret)


def _hashed(secret: bytes, kind: bytes, text: str) -> bytes:
    return hmac.digest(secret, kind + b":" + text.encode(), "sha256")[:16]


def _is_there(connection: sqlite3.Connection) -> bool:
    """Tables of an older version, which are searched until they are built anew, have no place to count in."""
    return connection.execute("select 1 from sqlite_master where name = 'search_sought'").fetchone() is not None
