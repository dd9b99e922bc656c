"""Writing documents into the tables, one by one as the shop changes, or all at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from functools import cache
from typing import Any

from catalog.search import stems
from catalog.search.document import Document
from catalog.search.embedded import schema
from catalog.search.embedded.columns import MAX_REVIEWS, MAX_SECONDS, RATING_STEPS
from catalog.search.query import MAX_PRICE
from catalog.search.words import tokens

MAX_FIELD = 20_000
"""Characters of one text that are indexed."""

compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
KEPT_CHANGES = 20_000
SINGLE = ("craft", "dye", "maker_code", "seller_code")
SEVERAL = ("technique", "material", "motif", "colour")
INITIALS = ("initial", "initial_en")
INITIAL = 2
"""Letters that titles are known by."""

Texts = tuple[str, str, str, str, str, str]


def texts(document: Document) -> Texts:
    """title, title_en, text, text_en, maker, keywords: what is kept to show, to compare and to take out again."""
    return (
        document.title[:MAX_FIELD],
        document.title_en[:MAX_FIELD],
        document.text[:MAX_FIELD],
        document.text_en[:MAX_FIELD],
        document.maker[:MAX_FIELD],
        "\n".join(document.keywords)[:MAX_FIELD],
    )


def initials(document: Document) -> tuple[str, str]:
    """What the title begins with as readers of Indonesian and of English see it."""
    first, english = ((tokens(title) or [""])[0][:INITIAL] for title in (document.title, document.title_en))
    return first, english or first


def facts(document: Document) -> dict[str, Any]:
    """Facet values by layer (0 for the document, n for its n-th variant) and the prices of the variants."""
    own: list[tuple[str, str | None]] = [(facet, getattr(document, facet)) for facet in SINGLE]
    own += [(facet, value) for facet in SEVERAL for value in getattr(document, facet)]
    own += [("place", code) for code in document.place_path()]
    own += [(facet, start) for facet, start in zip(INITIALS, initials(document), strict=True)]
    values = {(0, facet, value) for facet, value in own if value}
    variants = document.facts()
    for number, variant in enumerate(variants, 1):
        held = [("fulfilment", variant.fulfilment), ("in_stock", "true" if variant.available else "false")]
        held += [(f"option:{option}", value) for option, value in variant.options.items()]
        values.update((layer, facet, value) for layer in (0, number) for facet, value in held if value)
    return {
        "values": sorted(values),
        "prices": [min(max(int(variant.price), 0), MAX_PRICE) for variant in variants],
        "column": [
            min(max(int(document.lowest_price()), 0), MAX_PRICE),
            min(max(int(document.published_at), 0), MAX_SECONDS),
            -1 if document.rating is None else min(max(round(document.rating * RATING_STEPS), 0), 10 * RATING_STEPS),
            min(max(int(document.rating_count), 0), MAX_REVIEWS),
            min(max(round(document.boost * RATING_STEPS), 0), RATING_STEPS),
            len(tokens(document.title)),
        ],
    }


def indexed(text: Texts) -> tuple[tuple[str, str, str, str], set[str]]:
    """The four columns of the full-text table, and all words. Each column holds the words, then stems not among them."""
    title, title_en, body, body_en, maker, keywords = text
    words: set[str] = set()
    columns = []
    for part in (title, title_en, f"{keywords} {maker}", f"{body} {body_en}"):
        found = tokens(part)
        distinct = dict.fromkeys(found)
        words.update(distinct)
        columns.append(" ".join((*found, *stems.further(distinct))))
    return (columns[0], columns[1], columns[2], columns[3]), words


@cache
def beside(statement: str) -> str:
    """The same for the tables of the index that is being built (see `rebuilding`)."""
    return statement.replace("search_", "search_next_")


def _as_it_is(statement: str) -> str:
    return statement


class Writer:
    """Writes over one connection; whoever owns the transaction commits. `is_beside`: into the index that is being built,
    which nobody searches yet, so that no change is told."""

    def __init__(self, connection: sqlite3.Connection, is_beside: bool = False) -> None:
        self._connection = connection
        self._named = beside if is_beside else _as_it_is
        self._log = None if is_beside else Log(connection)
        self._ids: dict[tuple[str, str], int] = {}

    def _execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        return self._connection.execute(self._named(statement), values)

    def execute_many(self, statement: str, rows: Iterable[Any]) -> None:
        """The statement names the tables of the index that is searched."""
        self._connection.executemany(self._named(statement), rows)

    def _note(self, doc: int, was: list[int], words: set[str] | None, documents: int = 0) -> None:
        if self._log is not None:
            self._log.add(doc, was, words)
            self._log.documents += documents

    def _close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = Log(self._connection)

    def upsert(self, documents: Iterable[Document]) -> int:
        """Add or replace; answers how many differed from what was there."""
        changed = 0
        for document in documents:
            changed += self._put(document)
        self._close()
        return changed

    def delete(self, codes: Iterable[str]) -> int:
        deleted = 0
        for code in codes:
            row = self._execute(
                "select id, title, title_en, text, text_en, maker, keywords, facts from search_doc where code = ?",
                (code,),
            ).fetchone()
            if row is None:
                continue
            doc, old, old_facts = row[0], row[1:7], json.loads(row[7])
            columns, words = indexed(old)
            self._drop_text(doc, columns)
            self.count(dict.fromkeys(words, -1))
            was = self._drop_facts(doc, old_facts)
            self._execute("delete from search_doc where id = ?", (doc,))
            self._note(doc, was, words, -1)
            deleted += 1
        self._close()
        return deleted

    def _put(self, document: Document) -> bool:
        new, new_facts = texts(document), facts(document)
        told = compact(new_facts)
        row = self._execute(
            "select id, title, title_en, text, text_en, maker, keywords, facts from search_doc where code = ?",
            (document.code,),
        ).fetchone()
        if row is None:
            columns, words = indexed(new)
            doc = self._execute(
                "insert into search_doc (code, title, title_en, text, text_en, maker, keywords, facts)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (document.code, *new, told),
            ).lastrowid
            assert doc is not None
            self.count(dict.fromkeys(words, 1))
            self._add_text(doc, columns)
            self._add_facts(doc, new_facts)
            self._note(doc, [], words, 1)
            return True
        doc, old = row[0], row[1:7]
        if old == new and row[7] == told:
            return False
        touched: set[str] | None = None
        if old != new:
            old_columns, old_words = indexed(old)
            columns, words = indexed(new)
            self._drop_text(doc, old_columns)
            self._add_text(doc, columns)
            self.count({**dict.fromkeys(words - old_words, 1), **dict.fromkeys(old_words - words, -1)})
            touched = words | old_words
        was = self._drop_facts(doc, json.loads(row[7]))
        self._execute(
            "update search_doc set title = ?, title_en = ?, text = ?, text_en = ?, maker = ?, keywords = ?, facts = ?"
            " where id = ?",
            (*new, told, doc),
        )
        self._add_facts(doc, new_facts)
        self._note(doc, was, touched)
        return True

    def _add_text(self, doc: int, columns: tuple[str, str, str, str]) -> None:
        self._execute(
            "insert into search_text (rowid, title, title_en, keywords, text) values (?, ?, ?, ?, ?)",
            (doc, *columns),
        )

    def _drop_text(self, doc: int, columns: tuple[str, str, str, str]) -> None:
        self._execute(
            "insert into search_text (search_text, rowid, title, title_en, keywords, text) values ('delete', ?, ?, ?, ?, ?)",
            (doc, *columns),
        )

    def count(self, differences: dict[str, int]) -> None:
        """Change in how many documents each word occurs."""
        self.execute_many(
            "insert into search_term (term, df, forms) values (?, ?, ?) on conflict (term) do update set df = df + excluded.df",
            [(word, by, " ".join(stems.forms(word))) for word, by in sorted(differences.items())],
        )
        gone = [(word,) for word, by in differences.items() if by < 0]
        if gone:
            self.execute_many("delete from search_term where term = ? and df <= 0", gone)

    def value_id(self, facet: str, value: str) -> int:
        known = self._ids.get((facet, value))
        if known is None:
            row = self._execute("select id from search_value where facet = ? and value = ?", (facet, value)).fetchone()
            if row is None:
                row = (
                    self._execute("insert into search_value (facet, value) values (?, ?)", (facet, value)).lastrowid,
                )
            known = self._ids[facet, value] = row[0]
        return known

    def rows(self, doc: int, told: dict[str, Any]) -> list[tuple[int, int, int]]:
        known = self._ids
        return [
            (known.get((facet, value)) or self.value_id(facet, value), layer, doc)
            for layer, facet, value in told["values"]
        ]

    def _add_facts(self, doc: int, told: dict[str, Any]) -> None:
        self.execute_many("insert into search_facet (value, layer, doc) values (?, ?, ?)", self.rows(doc, told))
        self.execute_many(
            "insert into search_variant (layer, price, doc) values (?, ?, ?)",
            [(layer, price, doc) for layer, price in enumerate(told["prices"], 1)],
        )
        self._execute("insert or replace into search_column values (?, ?, ?, ?, ?, ?, ?)", (doc, *told["column"]))

    def _drop_facts(self, doc: int, told: dict[str, Any]) -> list[int]:
        """Take out the facets; answers the values that the document itself had."""
        rows = self.rows(doc, told)
        self.execute_many("delete from search_facet where value = ? and layer = ? and doc = ?", rows)
        self.execute_many(
            "delete from search_variant where layer = ? and price = ? and doc = ?",
            [(layer, price, doc) for layer, price in enumerate(told["prices"], 1)],
        )
        self._execute("delete from search_column where doc = ?", (doc,))
        return [value for value, layer, _ in rows if layer == 0]


class Log:
    """The change log of one write: raises the epoch, from which every process learns what to read again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._token = schema.new_token()
        self._changes: list[tuple[int, str, str | None]] = []
        self.documents = 0

    def add(self, doc: int, was: list[int], words: set[str] | None) -> None:
        self._changes.append((doc, json.dumps(was), None if words is None else " ".join(sorted(words))))

    def close(self) -> None:
        if not self._changes:
            return
        connection = self._connection
        (seq,) = connection.execute("select seq from search_epoch").fetchone()
        connection.executemany(
            "insert into search_change values (?, ?, ?, ?, ?)",
            [(seq + n, self._token, doc, was, words) for n, (doc, was, words) in enumerate(self._changes, 1)],
        )
        last = seq + len(self._changes)
        connection.execute(
            "update search_epoch set seq = ?, token = ?, words = coalesce(?, words), documents = documents + ?",
            (
                last,
                self._token,
                self._token if any(words is not None for _, _, words in self._changes) else None,
                self.documents,
            ),
        )
        if last // 1_000 != seq // 1_000:
            connection.execute("delete from search_change where seq < ?", (last - KEPT_CHANGES,))
