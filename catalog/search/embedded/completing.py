"""The few products that a half-typed query leads to: newest titles that hold its words, the best of them first.

Nothing here reads all holders of a word, so a letter typed costs the same in a shop of any size.
"""

from __future__ import annotations

import sqlite3
from itertools import islice

from catalog.search import stems
from catalog.search.embedded.matching import SYNONYM_COST, Group, no_slips
from catalog.search.embedded.ranking import TitleJudge
from catalog.search.embedded.vocabulary import IN_TITLE, Vocabulary, quoted
from catalog.search.synonyms import Thesaurus

LOOKED_AT, LOOKED_THROUGH = 40, 200
LIKELIEST = 3
"""Completions that are tried by themselves first, so that rarer words do not push them out."""


class Completer:
    def __init__(
        self, connection: sqlite3.Connection, vocabulary: Vocabulary, thesaurus: Thesaurus, near: frozenset[str]
    ) -> None:
        self._connection = connection
        self._vocabulary = vocabulary
        self._thesaurus = thesaurus
        self._near = near

    def find(self, words: list[str], wanted: int) -> tuple[list[int], list[Group]]:
        """Slots, best first, and what was looked for; the last word may be unfinished, any may have a slip."""
        kept = no_slips(words, self._thesaurus, self._near)
        groups = [self._whole(word, word in kept) for word in words[:-1]]
        last = words[-1]
        completions = self._vocabulary.completions(self._connection, last)
        if last in kept:
            completions = [(word, cost) for word, cost in completions if cost < 1]
        found: list[int] = []
        for many in (LIKELIEST, len(completions)):
            ending = Group(last)
            for phrase in self._thesaurus.others((last,)):
                ending.also(phrase, SYNONYM_COST)
            for completion, cost in islice(completions, many):
                ending.setdefault((completion,), cost)
            found += [slot for slot in self._holding([*groups, ending]) if slot not in found]
            if len(found) >= wanted:
                break
        if not found and groups:
            found = self._begun(groups, last, ending)
        groups.append(ending)
        judge = TitleJudge(groups, [1.0] * len(groups))
        titles = self._vocabulary.titles(self._connection, found)
        scores = {slot: max(judge.score(title) for title in titles[slot]) for slot in found}
        return sorted(found, key=lambda slot: (-scores[slot][0], -slot))[:wanted], groups

    def _begun(self, groups: list[Group], last: str, ending: Group) -> list[int]:
        """Among the newest that hold the words before: where some word begins like the last one, common or not."""
        found = []
        titles = self._vocabulary.titles(self._connection, self._holding(groups, LOOKED_THROUGH))
        for slot, (title, english) in titles.items():
            begun = [word for word in (*title, *english) if word.startswith(last)]
            if begun:
                found.append(slot)
                ending.update(((word,), 0.0) for word in begun)
        return found

    def _whole(self, word: str, is_kept: bool) -> Group:
        """A word that is typed out: itself and its synonyms, or what it was meant to be."""
        group = Group(word)
        known = self._vocabulary.df
        if not is_kept and not any(form in known for form in stems.forms(word)):
            for cost, _, other in self._vocabulary.near(word)[:LIKELIEST]:
                group.setdefault((other,), float(cost))
        for phrase in self._thesaurus.others((word,)):
            group.also(phrase, SYNONYM_COST)
        return group

    def _holding(self, groups: list[Group], most: int = LOOKED_AT) -> list[int]:
        expression = " AND ".join(f"({' OR '.join(map(quoted, group))})" for group in groups)
        rows = self._connection.execute(
            "select rowid from search_text where search_text match ? order by rowid desc limit ?",
            (f"{IN_TITLE}({expression})", most),
        )
        return [slot for (slot,) in rows]
