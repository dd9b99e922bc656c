"""A whole new index, built beside the one that is searched until it takes its place.

Every step is small enough for a transaction of its own, so that others write between two of them, and what was stopped
or killed goes on where it stood. What changes meanwhile is written into both (`is_under_way`).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import Any

from catalog.search import stems
from catalog.search.document import Document
from catalog.search.embedded import schema
from catalog.search.embedded.writing import Writer, beside, compact, facts, indexed, texts
from catalog.search.index import Stage

CONTENT = ("doc", "column", "value", "facet", "variant", "term", "text")
"""The tables that are built anew; synonyms and popular queries stay."""

SMALL_BUFFER, BUFFER = 1_048_576, 32_000_000
"""Bytes that FTS5 gathers before it writes, which is its own choice, and while everything is written anew."""

PAGES = 2_000
"""Pages of the full-text table that one step of `finish` may merge."""


def is_under_way(connection: sqlite3.Connection) -> bool:
    """Whether an index is being built beside this one."""
    return connection.execute("select 1 from sqlite_master where name = 'search_rebuild'").fetchone() is not None


def stage(connection: sqlite3.Connection) -> Stage | None:
    """How far it is, None where nothing is being built."""
    if not is_under_way(connection):
        return None
    last, done, started_at = connection.execute("select last, done, started_at from search_rebuild").fetchone()
    return Stage(last, done, started_at)


def begin(connection: sqlite3.Connection, now: int) -> Stage:
    """Begin, or go on with what this version of the tables has begun; `now` in seconds since 1970. Tables of another
    version are searched until the end as well."""
    if not schema.version(connection):
        schema.create(connection)
    if schema.version(connection) == schema.VERSION:
        stems.learn(connection.execute("select term, forms from search_term"))
    found = stage(connection)
    if found is not None:
        if connection.execute("select schema from search_rebuild").fetchone()[0] == schema.VERSION:
            return found
        abandon(connection)
    for statement in schema.statements():
        if schema.name_of(statement).removeprefix("search_") in CONTENT:
            connection.execute(beside(statement))
    connection.execute(beside("insert into search_text (search_text, rank) values ('hashsize', ?)"), (BUFFER,))
    connection.execute(
        "create table search_rebuild (id integer primary key check (id = 1), schema integer not null,"
        " last integer not null, done integer not null, started_at integer not null)"
    )
    connection.execute("insert into search_rebuild values (1, ?, 0, 0, ?)", (schema.VERSION, now))
    return Stage(0, 0, now)


def abandon(connection: sqlite3.Connection) -> None:
    """Forget what was begun."""
    for name in reversed(CONTENT):
        connection.execute(f"drop table if exists search_next_{name}")
    connection.execute("drop table if exists search_rebuild")


def fill(connection: sqlite3.Connection, documents: Iterable[Document], last: int) -> None:
    """Add these; those that are there already, because they changed meanwhile, become what is given here. `last` is where
    the next step goes on. A code that comes twice counts once, as it came last."""
    batch = {document.code: document for document in documents}
    known = {
        code
        for (code,) in connection.execute(
            f"select code from search_next_doc where code in ({','.join('?' * len(batch))})",  # noqa: S608 (marks only)
            list(batch),
        )
    }
    writer = Writer(connection, is_beside=True)
    writer.upsert(batch[code] for code in known)
    (next_id,) = connection.execute("select coalesce(max(id), 0) + 1 from search_next_doc").fetchone()
    df: Counter[str] = Counter()
    docs: list[tuple[Any, ...]] = []
    columns: list[tuple[Any, ...]] = []
    facets: list[tuple[int, int, int]] = []
    variants: list[tuple[int, int, int]] = []
    told_columns: list[tuple[int, ...]] = []
    for doc, document in enumerate((one for code, one in batch.items() if code not in known), next_id):
        text, told = texts(document), facts(document)
        fields, words = indexed(text)
        df.update(words)
        docs.append((doc, document.code, *text, compact(told)))
        columns.append((doc, *fields))
        facets.extend(writer.rows(doc, told))
        variants.extend((layer, price, doc) for layer, price in enumerate(told["prices"], 1))
        told_columns.append((doc, *told["column"]))
    writer.execute_many("insert into search_doc values (?, ?, ?, ?, ?, ?, ?, ?, ?)", docs)
    writer.execute_many(
        "insert into search_text (rowid, title, title_en, keywords, text) values (?, ?, ?, ?, ?)", columns
    )
    writer.execute_many("insert into search_facet values (?, ?, ?)", sorted(facets))
    writer.execute_many("insert into search_variant values (?, ?, ?)", sorted(variants))
    writer.execute_many("insert into search_column values (?, ?, ?, ?, ?, ?, ?)", told_columns)
    writer.count(df)
    connection.execute("update search_rebuild set last = ?, done = done + ?", (last, len(batch)))


def finish(connection: sqlite3.Connection) -> bool:
    """One step of the end: merge a part of the full text, or, when all of it is merged, let the new index take the place
    of the old. True when it has, and where nothing was being built. There are no entries then."""
    if not is_under_way(connection):
        return True
    before = connection.total_changes
    # A negative number makes all segments one in the end; a step that has nothing left changes one row at most.
    merges = "insert into search_next_text (search_next_text, rank) values ('merge', ?)"
    connection.execute(merges, (-PAGES,))
    if connection.total_changes - before > 1:
        return False
    connection.execute(beside("insert into search_text (search_text, rank) values ('hashsize', ?)"), (SMALL_BUFFER,))
    schema.create(connection)  # where the old one was of another version
    for name in CONTENT:
        connection.execute(f"drop table search_{name}")
        connection.execute(f"alter table search_next_{name} rename to search_{name}")
    connection.execute("delete from search_entry")
    connection.execute("insert into search_entry_text (search_entry_text) values ('delete-all')")
    connection.execute("delete from search_change")
    connection.execute(
        "update search_epoch set seq = seq + 1, token = ?, words = ?, documents = (select count(*) from search_doc)",
        (schema.new_token(), schema.new_token()),
    )
    connection.execute("insert into search_change select seq, token, 0, '[]', null from search_epoch")
    connection.execute("drop table search_rebuild")
    return True
