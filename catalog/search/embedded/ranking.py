"""The order inside the tiers: bm25 blended with how well the title fits, how close and how early its words stand."""

from __future__ import annotations

import math
import sqlite3
from itertools import pairwise

from catalog.search import stems
from catalog.search.embedded.columns import Columns
from catalog.search.embedded.matching import CLOSELY, MAX_POSTINGS, Group, Matched, Tier
from catalog.search.embedded.vocabulary import IN_TITLE, Vocabulary
from catalog.search.synonyms import Phrase

STEM_COST = 0.1


class Ranking:
    def __init__(
        self, connection: sqlite3.Connection, vocabulary: Vocabulary, columns: Columns, matched: Matched
    ) -> None:
        self._connection = connection
        self._vocabulary = vocabulary
        self._columns = columns
        self._matched = matched

    def page(self, members: int, offset: int, wanted: int) -> list[tuple[int, float]]:
        """(slot, score) of the members from `offset` on. The order does not depend on offset or wanted."""
        needed = offset + wanted
        if self._matched.begins:
            return self._as_listed(members, needed)[offset:]
        coarse: list[tuple[int, int, float]] = []
        for number, tier in enumerate(self._matched.tiers):
            missing = max(CLOSELY, needed) - len(coarse)
            if missing <= 0:
                break
            held = tier.members & members
            if held:
                coarse.extend((number, slot, score) for slot, score in self._coarse(tier, held, missing))
        near = coarse[:CLOSELY]
        ordered = self._close_up(near) if offset < CLOSELY else [(slot, 0.0) for _, slot, _ in near]
        ordered.extend((slot, -100.0 - place) for place, (_, slot, _) in enumerate(coarse[CLOSELY:]))
        return ordered[offset:needed]

    def _as_listed(self, members: int, needed: int) -> list[tuple[int, float]]:
        """Tier by tier, each as lists are: what curators lift first, then the newest."""
        found: list[int] = []
        for tier in self._matched.tiers:
            found += self._columns.page(tier.members & members, "featured", 0, needed - len(found))
        return [(slot, -float(place)) for place, slot in enumerate(found)]

    def _coarse(self, tier: Tier, held: int, wanted: int) -> list[tuple[int, float]]:
        if tier.best is not None:
            return tier.best.among(held, wanted)
        # at_least[n] holds the documents with n of the words in their title, filled word by word.
        at_least = [held] + [0] * len(tier.groups)
        for known, group in enumerate(tier.groups):
            found = 0
            for phrase in group:
                found |= self._vocabulary.posting(self._connection, phrase, IN_TITLE)
            for n in range(known + 1, 0, -1):
                at_least[n] |= at_least[n - 1] & found
        length = self._columns.length
        chosen: list[int] = []
        taken = 0
        for n in range(len(tier.groups), 0, -1):
            fresh = at_least[n] & ~taken
            taken |= at_least[n]
            chosen.extend(self._columns.shortest(fresh, wanted - len(chosen)))
            if len(chosen) >= wanted:
                break
        else:
            chosen.extend(self._columns.page(held & ~taken, "featured", 0, wanted - len(chosen)))
        return [(slot, 1 / (1 + 0.1 * length[slot])) for slot in chosen]

    def _close_up(self, coarse: list[tuple[int, int, float]]) -> list[tuple[int, float]]:
        groups = self._matched.groups
        titles = self._vocabulary.titles(self._connection, [slot for _, slot, _ in coarse])
        judge = TitleJudge(groups, [self._rarity(group) for group in groups])
        scored_tiers = [tier.best is not None for tier in self._matched.tiers]
        best = max((bm25 for number, _, bm25 in coarse if scored_tiers[number]), default=0.0) or 1.0
        beside: list[set[int]] | None = None
        ranked = []
        for number, slot, coarse_score in coarse:
            title, english = titles.get(slot, ((), ()))
            score, share = judge.score(title)
            if english:
                score, share = max((score, share), judge.score(english))
            if share < 1:
                if beside is None:
                    beside = self._neighbours({slot for _, slot, _ in coarse})
                score += 0.1 * sum(slot in pair for pair in beside) / max(len(beside), 1)
            score += coarse_score / best if scored_tiers[number] else 0.6 * share + 0.3 * coarse_score
            score += 0.05 * self._columns.boost[slot] / 1000
            ranked.append((number, -score, slot))
        ranked.sort()
        return [(slot, -negative - 10.0 * number) for number, negative, slot in ranked]

    def _rarity(self, group: Group) -> float:
        df = max(sum(self._vocabulary.df.get(phrase[0], 0) for phrase in group), 1)
        return math.log(1 + self._vocabulary.documents / (1 + df))

    def _neighbours(self, slots: set[int]) -> list[set[int]]:
        """Those of the slots in which two words of the query stand next to each other, for each such pair."""
        return [
            slots.intersection(self._vocabulary.holders(self._connection, pair))
            for pair in pairwise(self._matched.words)
            if self._vocabulary.posting(self._connection, pair[:1]).bit_count() < MAX_POSTINGS
        ]


class TitleJudge:
    """How well a title fits the groups of a query."""

    def __init__(self, groups: list[Group], rarity: list[float]) -> None:
        self._rarity = rarity
        self._all = sum(rarity) or 1.0
        self._exact: list[dict[str, list[tuple[float, Phrase]]]] = []
        self._stemmed: list[dict[str, float]] = []
        self._known: dict[str, list[tuple[int, float]]] = {}
        self._scores: dict[tuple[str, ...], tuple[float, float]] = {}
        for group in groups:
            exact: dict[str, list[tuple[float, Phrase]]] = {}
            stemmed: dict[str, float] = {}
            for phrase, cost in group.items():
                exact.setdefault(phrase[0], []).append((cost, phrase[1:]))
                if len(phrase) == 1:
                    for form in stems.forms(phrase[0]):
                        stemmed[form] = min(stemmed.get(form, 9.0), cost + STEM_COST)
            self._exact.append(exact)
            self._stemmed.append(stemmed)

    def score(self, title: tuple[str, ...]) -> tuple[float, float]:
        """(higher is better, the share of the words that the title has, rare ones counting more)."""
        known = self._scores.get(title)
        if known is None:
            known = self._scores[title] = self._score(title)
        return known

    def _score(self, title: tuple[str, ...]) -> tuple[float, float]:
        met: dict[int, tuple[float, int]] = {}
        for at, word in enumerate(title):
            found = self._known.get(word)
            for number, price in self._meets(word, title, at) if found is None else found:
                if number not in met or price < met[number][0]:
                    met[number] = (price, at)
        many = len(self._rarity)
        places = [met[number][1] for number in range(many) if number in met]
        if len(places) > 1:
            apart = sum(min(abs(b - a) + (b < a), 8) for a, b in pairwise(places)) / (len(places) - 1)
        else:
            apart = 1
        early = 1 / (1 + (min(places) if places else 20))
        share = 1.0 if len(places) == many else sum(self._rarity[number] for number in met) / self._all
        cost = sum(price for price, _ in met.values())
        score = 0.6 * share - 0.15 * cost - 0.03 * (apart - 1) + 0.05 * early
        return score, share

    def _meets(self, word: str, title: tuple[str, ...], at: int) -> list[tuple[int, float]]:
        """(group, cost) for the groups that a word of the title belongs to."""
        forms = stems.forms(word)
        found = []
        lasting = True
        for number, stemmed in enumerate(self._stemmed):
            costs = [stemmed[form] for form in forms if form in stemmed]
            for cost, rest in self._exact[number].get(word, ()):
                if rest:
                    lasting = False
                if title[at + 1 : at + 1 + len(rest)] == rest:
                    costs.append(cost)
            if costs:
                found.append((number, min(costs)))
        if lasting:
            self._known[word] = found
        return found
