"""What many people look for: counted words, nothing about who asked."""

from __future__ import annotations

import re
import sqlite3

from catalog.search.words import query_words

SHOWN_FROM = 3
"""A query is shown to others only when it was asked this often: one person's words stay unseen."""

MAX_ROWS = 20_000
_PERSONAL = re.compile(r"\d{5,}")


def normalised(text: str) -> str | None:
    """The words as they are counted, None for what may be personal (addresses, long numbers) or is no query."""
    if "@" in text or len(text) > 100:
        return None
    joined = " ".join(query_words(text))
    if len(joined) < 3 or len(joined) > 60 or _PERSONAL.search(joined.replace(" ", "")):
        return None
    return joined


def record(connection: sqlite3.Connection, text: str, total: int, day: int) -> bool:
    """Count a query that found something; `day` is the number of days since 1970."""
    words = normalised(text)
    if total <= 0 or words is None:
        return False
    connection.execute(
        "insert into search_popular values (?, 1, ?) on conflict (text) do update"
        " set asked = asked + 1, last_on = max(last_on, excluded.last_on)",
        (words, day),
    )
    (rows,) = connection.execute("select count(*) from search_popular").fetchone()
    if rows > MAX_ROWS:
        connection.execute(
            "delete from search_popular where text in"
            " (select text from search_popular order by last_on, asked limit ?)",
            (MAX_ROWS // 10,),
        )
    return True


def popular(connection: sqlite3.Connection, limit: int, since_day: int) -> list[tuple[str, int]]:
    """(query, how often) by falling count, of those asked since a day."""
    return connection.execute(
        "select text, asked from search_popular where asked >= ? and last_on >= ? order by asked desc, text limit ?",
        (SHOWN_FROM, since_day, limit),
    ).fetchall()
