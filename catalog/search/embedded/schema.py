"""The tables of the embedded index. All begin with `search_`, so that migrations can leave them alone."""

from __future__ import annotations

import secrets
import sqlite3

from catalog.search.synonyms import clean, supplied

VERSION = 5
"""Raised whenever tables or the words written into them change; a different version is built anew."""

TABLES = """
create table search_epoch (
  id integer primary key check (id = 1), schema integer not null, seq integer not null, token text not null,
  words text not null, synonyms text not null, documents integer not null);
create table search_change (seq integer primary key, token text not null, doc integer not null, was text not null, words text);
create table search_doc (
  id integer primary key, code text not null unique, title text not null, title_en text not null, text text not null,
  text_en text not null, maker text not null, keywords text not null, facts text not null);
create table search_column (
  doc integer primary key, price integer not null, published integer not null, rating integer not null,
  reviews integer not null, boost integer not null, length integer not null);
create table search_value (id integer primary key, facet text not null, value text not null, unique (facet, value));
create table search_facet (
  value integer not null, layer integer not null, doc integer not null, primary key (value, layer, doc)) without rowid;
create table search_variant (
  layer integer not null, price integer not null, doc integer not null, primary key (layer, price, doc)) without rowid;
create table search_term (term text primary key, df integer not null, forms text not null) without rowid;
create virtual table search_text using fts5 (title, title_en, keywords, text, content='', tokenize='ascii');
create table search_synonym (id integer primary key, words text not null, oneway integer not null);
create table search_entry (
  id integer primary key, kind text not null, key text not null, title text not null, title_en text not null,
  weight integer not null, unique (kind, key));
create virtual table search_entry_text using fts5 (words, content='', tokenize='ascii', prefix='1 2 3');
create virtual table search_entry_word using fts5vocab (search_entry_text, 'row');
create table search_sought (text text primary key, asked integer not null, last_on integer not null) without rowid;
create table search_sought_day (id integer primary key check (id = 1), day integer not null, secret blob not null);
create table search_sought_today (
  query blob not null, visitor blob not null, primary key (query, visitor), unique (visitor, query)) without rowid
"""

SOUGHT = ("search_sought", "search_sought_day", "search_sought_today")
KEPT_BY_VERSION_CHANGE = ("search_synonym", *SOUGHT)
"""What people entered, and what cannot be had again."""

RETIRED = ("search_popular",)
"""Tables of older versions. This one counted requests, whoever sent them, and corrected words."""


def new_token() -> str:
    """A name for one state of the index that no other state, rolled back or restored, will ever carry."""
    return secrets.token_hex(8)


def version(connection: sqlite3.Connection) -> int:
    """The schema version found, 0 where there is none."""
    if not connection.execute("select 1 from sqlite_master where name = 'search_epoch'").fetchone():
        return 0
    row = connection.execute("select schema from search_epoch").fetchone()
    return int(row[0]) if row else 0


def statements() -> list[str]:
    """What makes the tables, one by one."""
    return [part.strip() for part in TABLES.split(";\n") if part.strip()]


def name_of(statement: str) -> str:
    """The table that a statement of `statements` makes."""
    return statement.split("(")[0].removeprefix("create ").removeprefix("virtual ").split()[1]


def create(connection: sqlite3.Connection) -> bool:
    """Make the tables unless this version of them is there; True when the index has to be filled."""
    if version(connection) == VERSION:
        return False
    existing = {
        row[0]
        for row in connection.execute(
            "select name from sqlite_master where type = 'table' and name like 'search\\_%' escape '\\'"
        )
    }
    kept = existing & set(KEPT_BY_VERSION_CHANGE)
    for name in ("search_entry_word", "search_entry_text", "search_text", *RETIRED):
        if name in existing:
            connection.execute(f"drop table {name}")
    for statement in statements():
        name = name_of(statement)
        if name in kept:
            continue
        if name in existing:
            connection.execute(f"drop table if exists {name}")
        connection.execute(statement)
    connection.execute(
        "insert into search_epoch values (1, ?, 1, ?, ?, ?, 0)",
        (VERSION, new_token(), new_token(), new_token()),
    )
    connection.execute("insert into search_change select seq, token, 0, '[]', null from search_epoch")
    if "search_synonym" not in kept:
        connection.executemany(
            "insert into search_synonym (words, oneway) values (?, ?)",
            [("\n".join(clean(words)), oneway) for words, oneway in supplied()],
        )
    return True
