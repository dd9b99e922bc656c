"""Which parts of a title are shown as found."""

from __future__ import annotations

import unicodedata

from catalog.search import stems
from catalog.search.embedded.matching import Group
from catalog.search.query import Segment
from catalog.search.words import spans


class Marker:
    """Marks the words of a title that a query found: itself, its forms, synonyms and corrections."""

    def __init__(self, groups: list[Group]) -> None:
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
            known = self._known[word] = not self._forms.isdisjoint(stems.forms(word))
        return known

    def mark(self, title: str) -> tuple[Segment, ...]:
        if not self._forms or not title:
            return (Segment(title),)
        return cut(title, [(s, e) for s, e, word in spans(title) if self._found(word)])


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
