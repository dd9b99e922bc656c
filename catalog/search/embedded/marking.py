"""Which parts of a title are shown as found."""

from __future__ import annotations

import sqlite3
import unicodedata

from catalog.search import stems
from catalog.search.embedded.matching import Group
from catalog.search.query import Hit, Segment
from catalog.search.words import spans


class Marker:
    """Marks the words of a title that a query found: itself, its forms, synonyms and corrections, and what `begins` so."""

    def __init__(self, groups: list[Group], begins: str = "") -> None:
        self._begins = begins
        self._forms = {
            form
            for group in groups
            for phrase in group
            for word in phrase
            for form in (stems.forms(word) if len(phrase) == 1 else (word,))
        }
        self._known: dict[str, bool] = {}

    def _found(self, word: str) -> bool:
        known = self._known.get(word)
        if known is None:
            known = not self._forms.isdisjoint(stems.forms(word)) or bool(
                self._begins and word.startswith(self._begins)
            )
            self._known[word] = known
        return known

    def mark(self, title: str) -> tuple[Segment, ...]:
        if not self._forms or not title:
            return (Segment(title),)
        return cut(title, [(s, e) for s, e, word in spans(title) if self._found(word)])


def shown(
    connection: sqlite3.Connection, page: list[tuple[int, float]], marker: Marker, locale: str
) -> tuple[Hit, ...]:
    """Hits for (slot, score) in their order, with the title in the locale and what was found in it."""
    held = {
        slot: (code, title_en if locale == "en" and title_en else title)
        for slot, code, title, title_en in connection.execute(
            "select id, code, title, title_en from search_doc where id in"  # noqa: S608 (whole numbers only)
            f" ({','.join(str(slot) for slot, _ in page)})"
        )
    }
    return tuple(Hit(held[slot][0], score, marker.mark(held[slot][1])) for slot, score in page)


def cut(title: str, marks: list[tuple[int, int]]) -> tuple[Segment, ...]:
    """A title in segments; `marks` are (start, end) in the composed title, as `spans` finds them."""
    text = title if title.isascii() else unicodedata.normalize("NFC", title)
    segments: list[Segment] = []
    at = 0
    for start, end in sorted(set(marks)):
        if start < at:
            continue
        if start > at:
            between = text[at:start]
            if segments and between.isspace() and segments[-1].marked:
                segments[-1] = Segment(segments[-1].text + text[at:end], True)
                at = end
                continue
            segments.append(Segment(between))
        segments.append(Segment(text[start:end], True))
        at = end
    if at < len(text):
        segments.append(Segment(text[at:]))
    return tuple(segments)
