"""Words that mean the same to a buyer, as rows that curators edit.

The groups that come with the shop lie in `data/synonyms.json`, with a note on where they come from. A query is
expanded when it is asked, so a change counts at once and needs no new index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from catalog.search.words import STOP_WORDS, tokens

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words or phrases that find each other; with `oneway` only the first finds the others."""

    id: int
    words: tuple[str, ...]
    oneway: bool = False


def supplied() -> list[tuple[tuple[str, ...], bool]]:
    """The groups that come with the shop: (words, oneway)."""
    data = json.loads(files("catalog.search").joinpath("data/synonyms.json").read_text("utf-8"))
    oneway = {tuple(group) for group in data.get("oneway", ())}
    return [(tuple(group), tuple(group) in oneway) for group in (*data["groups"], *data["places"], *data["trade"])]


def clean(words: Iterable[str]) -> tuple[str, ...]:
    """Stripped, distinct words of a group in their order; a ValueError unless two are left."""
    kept: dict[Phrase, str] = {}
    for word in words:
        phrase = tuple(tokens(word))
        if phrase:
            kept.setdefault(phrase, " ".join(word.split()))
    if len(kept) < 2:
        raise ValueError("a synonym group needs at least two different words")
    return tuple(kept.values())


class Thesaurus:
    """Compiled groups: phrase, as it is left of a query, → the phrases that also count, as documents have them."""

    def __init__(self, groups: Iterable[SynonymGroup]) -> None:
        self._others: dict[Phrase, list[Phrase]] = {}
        for group in groups:
            phrases = list(dict.fromkeys(tuple(tokens(word)) for word in group.words))
            for phrase in phrases[:1] if group.oneway else phrases:
                asked = tuple(word for word in phrase if word not in STOP_WORDS) or phrase
                others = self._others.setdefault(asked, [])
                others.extend(other for other in phrases if other != phrase and other not in others)
        self.longest = max((len(phrase) for phrase in self._others), default=0)
        self.words = sorted({phrase[0] for phrase in self._others if len(phrase) == 1})
        self.known = frozenset(word for phrase in self._others for word in phrase)

    @property
    def phrases(self) -> list[Phrase]:
        """Everything that finds something else."""
        return [phrase for phrase, others in self._others.items() if others]

    def others(self, phrase: Phrase) -> list[Phrase]:
        return self._others.get(phrase, [])
