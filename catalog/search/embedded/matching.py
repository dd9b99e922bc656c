"""From the words of a query to the documents that match, in tiers: all words before fewer, exact before typo.

Every tier's set is exact, so totals and facets agree with the pages however far one turns them. Weaker tiers join
only while there are fewer than ENOUGH documents, and whether they do depends on the words alone, never on filters or
pages: so narrowing by a facet gives what its count promised.
"""

from __future__ import annotations

import sqlite3
from array import array
from dataclasses import dataclass, field
from itertools import combinations, compress, islice

from catalog.search import naming
from catalog.search.embedded import bits
from catalog.search.embedded.vocabulary import ANYWHERE, IN_TITLE, Vocabulary, near_among, quoted
from catalog.search.query import Correction
from catalog.search.synonyms import Phrase, Thesaurus
from catalog.search.words import SPOKEN, STOP_WORDS

ENOUGH = 24
RARE = 0.0005
"""A known word rarer than this share of documents may be a slip if a neighbour is eight times as common."""

SCORED = 3_000
"""Tiers of more documents are ranked by title and length instead of bm25, so that the work stays bounded."""

CLOSELY = 96
"""So many of the strongest are looked at closely; the rest follow in the order that put them behind."""

MAX_POSTINGS = 40_000
"""bm25 reads every place of every word; above so many documents for all words together it is left out too."""

BEGINNING = 3
"""So many letters of a word that no document holds are taken for its beginning; fewer for that of a name."""

BEGUN, LIKELIER = 5, 4
"""So many letters may be the beginning of a longer word with a slip in it, if so many times as many pieces have that as
have the word that lies as near."""

MAX_PHRASES = 80
WEIGHTS = (6.0, 6.0, 1.5, 1.0)
"""bm25's weights of title, title_en, keywords and text."""

SYNONYM_COST = 0.4
SYNONYM_SHARE = 0.5
"""What bm25 counts for where only a synonym was found."""


def no_slips(words: list[str], thesaurus: Thesaurus, near: frozenset[str]) -> frozenset[str]:
    """What is never taken for a slip, whether or not a document holds it: names of places, the curators' words, and what
    buyers say of any piece."""
    return naming.words_naming(words, near) | thesaurus.known | SPOKEN | STOP_WORDS


class Group(dict[Phrase, float]):
    """What counts as one word of the query, and what each way of saying it costs (0 is the word itself)."""

    def __init__(self, word: str) -> None:
        super().__init__({(word,): 0.0})
        self.synonyms: set[Phrase] = set()

    def also(self, phrase: Phrase, cost: float) -> None:
        """Add a synonym."""
        if phrase not in self:
            self[phrase] = cost
            self.synonyms.add(phrase)

    def said(self) -> list[Phrase]:
        """Everything but synonyms."""
        return [phrase for phrase in self if phrase not in self.synonyms]


class Best:
    """Slots by falling score, packed: answers are remembered by the hundred."""

    __slots__ = ("_scores", "_slots")

    def __init__(self, scores: dict[int, float], members: int) -> None:
        held = bits.has(members)
        ranked = sorted((-score, slot) for slot, score in scores.items() if held(slot))
        ranked.extend((0.0, slot) for slot in bits.slots(members) if slot not in scores)
        self._slots = array("I", (slot for _, slot in ranked))
        self._scores = array("f", (-negative for negative, _ in ranked))

    def among(self, members: int, wanted: int) -> list[tuple[int, float]]:
        """The best members with their scores."""
        pairs = zip(self._slots, self._scores, strict=True)
        return list(islice(compress(pairs, map(bits.has(members), self._slots)), wanted))


@dataclass(slots=True)
class Tier:
    """Documents not in a stronger tier. `best` has them by falling bm25, None when there are too many to score."""

    members: int
    groups: list[Group]
    best: Best | None


@dataclass(slots=True)
class Matched:
    words: list[str]
    groups: list[Group]
    tiers: list[Tier] = field(default_factory=list)
    members: int = 0
    corrections: tuple[Correction, ...] = ()
    begins: str = ""
    """The letter or two that names were looked for by, see `beginning`; the tiers are ordered as lists are then."""


class Matcher:
    def __init__(
        self,
        connection: sqlite3.Connection,
        vocabulary: Vocabulary,
        thesaurus: Thesaurus,
        near: frozenset[str] = frozenset(),
    ) -> None:
        self._connection = connection
        self._vocabulary = vocabulary
        self._thesaurus = thesaurus
        self._near = near

    def match(self, words: list[str], prefix: bool) -> Matched:
        """The documents for at least one and at most ten words."""
        groups = self._groups(words, prefix, generous=False)
        matched = Matched(words, groups, corrections=self._corrections(words, groups))
        self._add(matched, [groups])
        if matched.members.bit_count() >= ENOUGH:
            return matched
        generous = self._groups(words, prefix, generous=True)
        if generous != groups:
            matched.groups = generous
            self._add(matched, [generous])
        self._weaken(matched)
        if not matched.members:
            matched.corrections = ()
        return matched

    def holds_as_written(self, words: list[str]) -> bool:
        """Whether one document holds every word as it is written, or a synonym of it: nothing is corrected, joined or left
        out, and a word that no document holds is one of the dictionary."""
        groups = [Group(word) for word in words]
        self._expand(words, groups)
        left = -1
        for word, group in zip(words, groups, strict=True):
            if word not in self._vocabulary.df:  # its stem may be there
                del group[(word,)]
            left &= self._held(group)
        return bool(words and left)

    def _weaken(self, matched: Matched) -> None:
        """Drop as few words as possible until there is a page full, keeping the rarest."""
        groups = sorted(matched.groups, key=lambda group: self._held(group).bit_count())
        groups = [group for group in groups if self._held(group)]
        many = len(groups)
        for keep in range(min(many, len(matched.groups) - 1), 0, -1):
            if matched.members.bit_count() >= ENOUGH or (many > 5 and keep < many - 2):
                break
            kept = [list(part) for part in combinations(groups, keep)]
            if keep > 1:
                self._add(matched, kept)
                continue
            for part in kept:
                self._add(matched, [part])
                if matched.members.bit_count() >= ENOUGH:
                    break
        if many > 5 and matched.members.bit_count() < ENOUGH:
            self._add(matched, [[group] for group in groups[:4]])

    def _add(self, matched: Matched, ways: list[list[Group]]) -> None:
        """Add as a tier the documents that hold all groups of any of the ways."""
        found = 0
        for way in ways:
            left = -1
            for group in way:
                left &= self._held(group)
            found |= left
        fresh = found & ~matched.members
        if not fresh:
            return
        scores = self._bm25(ways) if found.bit_count() <= SCORED else None
        matched.tiers.append(Tier(fresh, matched.groups, None if scores is None else Best(scores, fresh)))
        matched.members |= fresh

    def _held(self, group: Group) -> int:
        found = 0
        for phrase in group:
            found |= self._vocabulary.posting(self._connection, phrase)
        return found

    def _bm25(self, ways: list[list[Group]]) -> dict[int, float] | None:
        """Scores by what was said where a document holds that, so that a synonym beside the word adds nothing."""
        groups = {id(group): group for way in ways for group in way}.values()
        if sum(len(group) for way in ways for group in way) > MAX_PHRASES:
            return None
        if sum(self._held(group).bit_count() for group in groups) > MAX_POSTINGS:
            return None
        said = [[group.said() for group in way] for way in ways]
        if self._count(said, IN_TITLE) >= CLOSELY:
            return self._scores(said, IN_TITLE)
        exact = self._scores(said, ANYWHERE)
        if len(exact) < CLOSELY and any(group.synonyms for way in ways for group in way):
            everything = self._scores([[list(group) for group in way] for way in ways], ANYWHERE)
            exact = {slot: score * SYNONYM_SHARE for slot, score in everything.items()} | exact
        return exact

    def _count(self, ways: list[list[list[Phrase]]], where: str) -> int:
        """How many documents hold one phrase for each word of any way."""
        found = 0
        for way in ways:
            left = -1
            for phrases in way:
                held = 0
                for phrase in phrases:
                    held |= self._vocabulary.posting(self._connection, phrase, where)
                left &= held
            found |= left
        return found.bit_count()

    def _scores(self, ways: list[list[list[Phrase]]], where: str) -> dict[int, float]:
        expression = " OR ".join(
            "(" + " AND ".join("(" + " OR ".join(map(quoted, phrases)) + ")" for phrases in way) + ")" for way in ways
        )
        rows = self._connection.execute(
            "select rowid, bm25(search_text, ?, ?, ?, ?) from search_text where search_text match ?",
            (*WEIGHTS, f"{where}({expression})"),
        )
        return {slot: -score for slot, score in rows}

    def _df(self, word: str) -> int:
        return self._vocabulary.posting(self._connection, (word,)).bit_count()

    def _groups(self, words: list[str], prefix: bool, generous: bool) -> list[Group]:
        """One group for each word. `generous` also corrects words that exist but are suspiciously rare."""
        vocabulary = self._vocabulary
        kept = no_slips(words, self._thesaurus, self._near)
        groups: list[Group] = []
        for at, word in enumerate(words):
            group = Group(word)
            df = self._df(word)
            is_known = word in kept
            is_last = at == len(words) - 1
            is_unfinished = prefix and is_last
            is_begun = df == 0 and not is_known and len(word) >= (BEGINNING - 1 if at and is_last else BEGINNING)
            if is_unfinished or is_begun:
                for completion, cost in vocabulary.completions(self._connection, word):
                    if cost < 1 or (is_unfinished and not is_known):
                        group.setdefault((completion,), cost)
            if not is_known and ((df == 0 and len(group) == 1) or (generous and df < vocabulary.documents * RARE)):
                self._correct(group, word, df)
            groups.append(group)
        self._join(words, groups)
        self._expand(words, groups)
        return groups

    def _correct(self, group: Group, word: str, df: int) -> None:
        near = [found for found in self._vocabulary.near(word) if df == 0 or -found[1] >= 8 * df][:6]
        if df == 0:
            near = self._unfinished(word, near) or near_among(word, self._thesaurus.words)
            near = near or self._vocabulary.stripped(word)[:6]
        for cost, _, other in near:
            if cost == near[0][0]:
                group.setdefault((other,), float(cost))
        if not near and df == 0 and len(word) >= 6:
            known = self._vocabulary.df
            common, at = max(
                (min(known.get(word[:at], 0), known.get(word[at:], 0)), at) for at in range(2, len(word) - 1)
            )
            if common:
                group[(word[:at], word[at:])] = 1.0

    def _unfinished(self, word: str, near: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """What lies near a word, or the longer words that it may be the beginning of ("seland": selendang, not selang)."""
        if len(word) < BEGUN:
            return near
        completions = self._vocabulary.completions(self._connection, word)
        longer = [term for term, cost in completions if cost >= 1 and len(term) > len(word) + 1]
        begun = [(1, -self._vocabulary.df.get(term, 0), term) for term in longer]
        if begun and (not near or near[0][0] > 1 or begun[0][1] <= LIKELIER * near[0][1]):
            return begun
        return near

    def _join(self, words: list[str], groups: list[Group]) -> None:
        """Two words may be written as one ("tanjung pandan")."""
        for at in range(len(words) - 1):
            joined = words[at] + words[at + 1]
            if joined in self._vocabulary.df:
                groups[at].setdefault((joined,), 0.2)
                groups[at + 1].setdefault((joined,), 0.2)

    def _expand(self, words: list[str], groups: list[Group]) -> None:
        """Add synonyms: of each word (corrected or completed), and of phrases, which stand for all their words."""
        others = self._thesaurus.others
        for group in groups:
            for phrase, cost in list(group.items())[:3]:
                for other in others(phrase):
                    group.also(other, cost + SYNONYM_COST)
        for length in range(2, min(self._thesaurus.longest, len(words)) + 1):
            for at in range(len(words) - length + 1):
                for other in others(tuple(words[at : at + length])):
                    for group in groups[at : at + length]:
                        group.also(other, SYNONYM_COST)

    def _corrections(self, words: list[str], groups: list[Group]) -> tuple[Correction, ...]:
        """What "did you mean" says: words that occur nowhere, with their likeliest correction."""
        found = []
        for word, group in zip(words, groups, strict=True):
            if any(cost < 1 for phrase, cost in group.items() if self._vocabulary.posting(self._connection, phrase)):
                continue
            best = next((phrase for phrase, cost in group.items() if cost >= 1), None)
            if best:
                found.append(Correction(word, " ".join(best)))
        return tuple(found)
