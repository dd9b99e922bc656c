"""No page mixes its languages: what the house itself says is in the language of the page, on every page there is.

Words that stand only in the Indonesian of the catalogue of messages must not be seen on an English page, and the other way
round. What people wrote (and what is written so in the database) is theirs, and so is what says its language by itself
(`lang`) or belongs to none (`translate="no"`); names are names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, String, Text, select
from sqlalchemy.types import TypeDecorator

from catalog.db import db
from catalog.places.gazetteer import gazetteer
from marketplace.translations import read
from tests.house.matrix import COLUMNS
from tests.house.scene import NOBODY, Scene
from tests.house.test_routes import expected, routes

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"script", "style", "code", "kbd", "svg", "textarea", "pre"}
SPOKEN = ("alt", "title", "aria-label", "placeholder", "data-confirm")
NOT_READ = {
    "storefront.components.index",  # the developers' gallery, in Indonesian samples
    "operator.mails.index",  # letters are in the language of their readers
    "operator.mails.show",
    "storefront.feed.show",
    "storefront.sitemaps.index",
    "storefront.sitemaps.show",
    "storefront.robots.show",
}
NAMES = {
    # of the house and its crafts; and what both languages write alike
    "kriyaloka", "dekranasda", "bangka", "belitung", "indonesia", "bahasa", "english", "cual", "kopiah", "resam", "satam",
    "batik", "pewter", "songket", "rupiah", "kube", "bimtek", "data",
}  # fmt: skip
OFFICES = (
    "Direktorat Jenderal Perlindungan Konsumen dan Tertib Niaga",
    "Kementerian Perdagangan RI",
)
ALSO = (
    *(f"/pages/{name}" for name in ("buying", "selling", "terms", "privacy", "complaints")),
    "/search?q=selendnag",
    "/search?q=qqzzqq",
    "/products?price_low=x",
    "/nowhere",
)
"""Pages of strangers beside those that the table of routes names."""


def words(text: str) -> set[str]:
    """Its words of at least three letters, in lower case, without parameters."""
    return set(
        re.findall(r"[^\W\d_]{3,}", re.sub(r"%\(\w+\)[sd]|&\w+;|https?://\S+|\S+@\S+|\{\w+\}", " ", text.lower()))
    )


def vocabulary() -> tuple[set[str], set[str]]:
    """Words that only English messages have, and those that only Indonesian ones have."""
    english: set[str] = set()
    indonesian: set[str] = set()
    for one in read():
        if not one.id:
            continue
        for text in one.id if isinstance(one.id, tuple) else (one.id,):
            english |= words(text)
        for text in one.string if isinstance(one.string, tuple) else (one.string,):
            indonesian |= words(text or "")
    return english - indonesian - NAMES, indonesian - english - NAMES


class Reader(HTMLParser):
    """The texts of a page that are seen or heard, but for those that say they are of another language or of none."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.locale = locale
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        other = given.get("lang", given.get("hreflang", self.locale)) != self.locale
        theirs = given.get("translate") == "no"
        mute = tag in SILENT or other or theirs or bool(self.open and self.open[-1][1])
        if tag not in VOID:
            self.open.append((tag, mute))
        if not mute:
            self.texts += [given[name] for name in SPOKEN if given.get(name)]
            if tag == "meta" and given.get("name") == "description":
                self.texts.append(given.get("content", ""))
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.texts.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        while any(one == tag for one, _ in self.open):
            if self.open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.open and self.open[-1][1]):
            self.texts.append(" ".join(data.split()))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


def written() -> re.Pattern[str]:
    """Everything that the database says itself, the longest first, line by line."""
    found: set[str] = set(OFFICES)
    for table in db.metadata.sorted_tables:
        if table.name in ("districts", "villages"):
            continue
        columns = [
            column
            for column in table.columns
            if isinstance(
                column.type.impl if isinstance(column.type, TypeDecorator) else column.type, String | Text | JSON
            )
        ]
        if columns:
            for row in db.session.execute(select(*columns)):
                found.update(line for value in row for text in strings(value) for line in text.splitlines())
    found.update(one.name for one in gazetteer().values() if "." not in one.code or one.code.startswith("19"))
    known = sorted({" ".join(one.split()) for one in found if len(one.strip()) > 3}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)), re.IGNORECASE)


def mixed(html: str, locale: str, theirs: re.Pattern[str], foreign: set[str]) -> list[str]:
    """Texts of a page that hold a word of the other language."""
    reader = Reader(locale)
    reader.feed(html)
    found = []
    for text in dict.fromkeys(reader.texts):
        if words(text) & foreign and (strange := words(theirs.sub(" ", text)) & foreign):
            found.append(f"{', '.join(sorted(strange))}: {text[:120]}")
    return found


def readable(app: Flask, scene: Scene) -> Iterator[tuple[str, str]]:
    """(address, somebody who may read it) of every page."""
    table = expected()
    for method, endpoint, arguments in routes(app):
        answers = table.get((method, endpoint), [])
        if method == "GET" and "200" in answers and endpoint not in NOT_READ:
            with app.test_request_context():
                yield app.url_for(endpoint, **scene.values(endpoint, arguments)), COLUMNS[answers.index("200")]
    for address in ALSO:
        yield address, NOBODY


@pytest.fixture
def vocabularies() -> dict[str, set[str]]:
    english, indonesian = vocabulary()
    return {"id": english, "en": indonesian}


def test_no_page_mixes_its_languages(app: Flask, cast: Any, vocabularies: dict[str, set[str]]) -> None:
    scene = Scene(app, cast)
    theirs = written()
    db.session.rollback()
    wrong: list[str] = []
    read_pages = 0
    for address, person in readable(app, scene):
        for locale, prefix in (("id", ""), ("en", "/en")):
            client = app.test_client()
            if person != NOBODY:
                client.set_cookie("kriyaloka", scene.tokens[person])
            answer = client.get(f"{prefix}{address}", headers={"Accept": "text/html"})
            if answer.mimetype == "text/html":
                read_pages += 1
                strange = mixed(answer.text, locale, theirs, vocabularies[locale])
                wrong += [f"{prefix}{address}: {one}" for one in strange]
    assert read_pages > 200
    assert not wrong, f"{len(wrong)} texts:\n" + "\n".join(wrong)


def test_the_control_words_of_the_other_language_are_noticed(vocabularies: dict[str, set[str]]) -> None:
    nothing = re.compile("(?!)")
    for locale, text in (("en", "Masukkan ke keranjang"), ("id", "Put into the cart")):
        assert mixed(f"<p>{text}</p>", locale, nothing, vocabularies[locale])
        assert mixed(f'<img alt="{text}">', locale, nothing, vocabularies[locale])
        other = "id" if locale == "en" else "en"
        assert not mixed(f'<p lang="{other}">{text}</p><script>{text}</script>', locale, nothing, vocabularies[locale])
        assert not mixed(f"<p>{text}</p>", locale, re.compile(text), vocabularies[locale])
