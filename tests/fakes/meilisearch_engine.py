"""What a Meilisearch index does with words, written from its documentation and source (milli's `search/new`).

Slow and small, but with the real rules (what a real server answers otherwise is corrected here, see
`tests/contracts/meilisearch_wire.py`; only among hits of equal standing does it order in a way of its own): the last word is a prefix unless something follows it, slips by the length of
a word and two for a wrong first letter, synonyms of words and phrases, quoted phrases without slips, the three
matching strategies, and ranking rules applied one after the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from rapidfuzz.distance import OSA

from tests.fakes.meilisearch_filters import Facet, Refused, evaluate, flat, leaves

_WORD = re.compile(r"[^\W_]+|[\U0001f000-\U0001faff]")
RULES = ("words", "typo", "proximity", "attribute", "attributeRank", "wordPosition", "sort", "exactness")
FAR = 8

DEFAULTS: dict[str, Any] = {
    "displayedAttributes": ["*"],
    "searchableAttributes": ["*"],
    "filterableAttributes": [],
    "sortableAttributes": [],
    "rankingRules": ["words", "typo", "proximity", "attributeRank", "sort", "wordPosition", "exactness"],
    "stopWords": [],
    "nonSeparatorTokens": [],
    "separatorTokens": [],
    "dictionary": [],
    "synonyms": {},
    "distinctAttribute": None,
    "proximityPrecision": "byWord",
    "typoTolerance": {
        "enabled": True, "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9}, "disableOnWords": [],
        "disableOnAttributes": [], "disableOnNumbers": False,
    },
    "faceting": {"maxValuesPerFacet": 100, "sortFacetValuesBy": {"*": "alpha"}},
    "pagination": {"maxTotalHits": 1000},
    "embedders": {},
    "searchCutoffMs": None,
    "localizedAttributes": None,
    "facetSearch": True,
    "prefixSearch": "indexingTime",
}  # fmt: skip


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)).lower()


def words_of(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


@dataclass
class Term:
    """One word or phrase of a query."""

    words: tuple[str, ...]
    prefix: bool = False
    quoted: bool = False


@dataclass
class Found:
    """What a document holds for one term: the fewest slips, and where."""

    slips: int
    exact: bool
    places: list[tuple[int, int]]


@dataclass
class Answered:
    """A text's matches: the key of every ranking rule that looks at words, by document, and the words that matched."""

    keys: dict[int, dict[str, int]]
    words: dict[str, int] = field(default_factory=dict)
    """folded word → how many of its letters matched"""
    phrases: set[tuple[str, ...]] = field(default_factory=set)
    """Several words that matched as one; they are marked as one, with what stands between them."""


class Index:
    def __init__(self, uid: str, primary_key: str | None) -> None:
        self.uid, self.primary_key = uid, primary_key
        self.settings: dict[str, Any] = deepcopy(DEFAULTS)
        self.documents: dict[int, dict[str, Any]] = {}
        self.numbers: dict[str, int] = {}
        self._next = 0
        self.changed()

    def changed(self) -> None:
        self._postings: dict[str, dict[int, list[tuple[int, int]]]] | None = None
        self._facets: dict[str, Facet] = {}
        self._answered: dict[tuple[str, str], Answered] = {}
        self._filtered: dict[str, set[int]] = {}

    # documents

    def add(self, rows: list[dict[str, Any]], replaces: bool) -> None:
        if self.primary_key is None:
            guessed = [name for name in rows[0] if name.lower().endswith("id")] if rows else []
            if len(guessed) != 1:
                what = "multiple_candidates_found" if guessed else "no_candidate_found"
                raise Refused(f"index_primary_key_{what}", "The primary key inference failed.")
            self.primary_key = guessed[0]
        for row in rows:
            if self.primary_key not in row:
                raise Refused(
                    "missing_document_id", f"Document doesn't have a `{self.primary_key}` attribute: `{row}`."
                )
            key = str(row[self.primary_key])
            if row[self.primary_key] is None or not re.fullmatch(r"[A-Za-z0-9_-]{1,511}", key):
                raise Refused("invalid_document_id", f"Document identifier `{key!r}` is invalid.")
        for row in rows:
            key = str(row[self.primary_key])
            number = self.numbers.get(key)
            if number is None:
                number, self._next = self._next, self._next + 1
                self.numbers[key] = number
                self.documents[number] = {}
            self.documents[number] = dict(row) if replaces else {**self.documents[number], **row}
        self.changed()

    def remove(self, keys: list[str]) -> int:
        gone = [self.numbers.pop(key) for key in keys if key in self.numbers]
        for number in gone:
            del self.documents[number]
        self.changed()
        return len(gone)

    # declarations

    def rule(self, attribute: str) -> dict[str, Any] | None:
        for one in self.settings["filterableAttributes"]:
            if isinstance(one, str):
                if attribute == one or attribute.startswith(one + "."):
                    return {"filter": {"equality": True, "comparison": True}}
            else:
                for pattern in one["attributePatterns"]:
                    if (
                        attribute == pattern
                        or attribute.startswith(pattern + ".")
                        or (pattern.endswith("*") and attribute.startswith(pattern[:-1]))
                    ):
                        features = one.get("features", {})
                        given = features.get("filter", {})
                        return {
                            "filter": {
                                "equality": given.get("equality", True),
                                "comparison": given.get("comparison", False),
                            }
                        }
        return None

    def _facets_of_all(self) -> list[str]:
        """What `*` counts: every filterable attribute that some document has."""
        paths = {path for document in self.documents.values() for path in leaves(document)}
        return sorted(path for path in paths if self.rule(path) is not None)

    def facet(self, attribute: str) -> Facet:
        if attribute not in self._facets:
            self._facets[attribute] = Facet(self.documents, attribute)
        return self._facets[attribute]

    def _look(self, attribute: str, operator: str) -> Facet:
        rule = self.rule(attribute)
        if rule is None:
            raise Refused("invalid_search_filter", f"Attribute `{attribute}` is not filterable.")
        needed = "equality" if operator in ("=", "!=", "EXISTS") else "comparison"
        if not rule["filter"][needed]:
            raise Refused(
                "invalid_search_filter", f"Filter operator `{operator}` is not allowed for the attribute `{attribute}`."
            )
        return self.facet(attribute)

    # words

    def _words(self) -> dict[str, dict[int, list[tuple[int, int]]]]:
        if self._postings is None:
            searched = self.settings["searchableAttributes"]
            self._postings = {}
            for number, document in self.documents.items():
                names = list(document) if searched == ["*"] else searched
                for rank, name in enumerate(names):
                    place = 0
                    for value in flat(document, name):
                        if not isinstance(value, str):
                            continue
                        for word in words_of(value):
                            self._postings.setdefault(word, {}).setdefault(number, []).append((rank, place))
                            place += 1
                        place += FAR
        return self._postings

    def _slips(self, word: str) -> int:
        rules = self.settings["typoTolerance"]
        sizes = rules["minWordSizeForTypos"]
        if (
            not rules["enabled"]
            or word in map(fold, rules["disableOnWords"])
            or (rules["disableOnNumbers"] and word.isdigit())
        ):
            return 0
        return 2 if len(word) >= sizes["twoTypos"] else 1 if len(word) >= sizes["oneTypo"] else 0

    def _spelt(self, word: str, prefix: bool, quoted: bool) -> dict[str, tuple[int, int]]:
        """known word → (slips, how many of its letters matched)"""
        known = self._words()
        found: dict[str, tuple[int, int]] = {}
        allowed = 0 if quoted else self._slips(word)
        for other in known:
            if other == word:
                found[other] = (0, len(other))
            elif prefix and other.startswith(word):
                found[other] = (0, len(word))
            elif allowed and (abs(len(other) - len(word)) <= allowed or (prefix and len(other) > len(word))):
                ends = [len(other)]
                if prefix:
                    ends += [end for end in range(len(word) - allowed, len(word) + allowed + 1) if 0 < end < len(other)]
                best = min(
                    (OSA.distance(word, other[:end], score_cutoff=allowed) + (other[0] != word[0]), end) for end in ends
                )
                if best[0] <= allowed:
                    found[other] = best
        return found

    def _places(self, phrase: tuple[str, ...]) -> dict[int, list[tuple[int, int]]]:
        """Where words stand one after the other."""
        known = self._words()
        found = {number: list(places) for number, places in known.get(phrase[0], {}).items()}
        for step, word in enumerate(phrase[1:], 1):
            held = known.get(word, {})
            found = {
                number: kept
                for number, places in found.items()
                if number in held and (kept := [(rank, at) for rank, at in places if (rank, at + step) in held[number]])
            }
        return found

    def _matches(self, terms: list[Term], answered: Answered) -> list[dict[int, Found]]:
        """For every term the documents that hold it in some way."""
        slots: list[dict[int, Found]] = [{} for _ in terms]
        matched = answered.words
        blocked = {
            rank for rank, name in enumerate(self.settings["searchableAttributes"])
            if name in self.settings["typoTolerance"]["disableOnAttributes"]
        }  # fmt: skip

        def add(slot: int, slips: int, exact: bool, places: dict[int, list[tuple[int, int]]]) -> None:
            for number, where in places.items():
                if slips:
                    where = [place for place in where if place[0] not in blocked]
                    if not where:
                        continue
                held = slots[slot].get(number)
                if held is None or slips < held.slips:
                    slots[slot][number] = Found(slips, exact, list(where))
                elif slips == held.slips:
                    held.places.extend(where)
                    held.exact = held.exact or exact

        def note(phrase: tuple[str, ...]) -> None:
            if len(phrase) > 1:
                answered.phrases.add(phrase)
            else:
                matched[phrase[0]] = len(phrase[0])

        synonyms = {
            tuple(words_of(key)): [tuple(words_of(other)) for other in others]
            for key, others in self.settings["synonyms"].items()
        }
        for at, term in enumerate(terms):
            if term.quoted:
                places = self._places(term.words) if term.words else {}
                add(at, 0, True, places)
                if places:
                    note(term.words)
                continue
            (word,) = term.words
            for other, (slips, letters) in self._spelt(word, term.prefix, False).items():
                add(at, slips, other == word, self._words()[other])
                matched[other] = max(letters, matched.get(other, 0))
            for cut in range(1, len(word)):
                split = (word[:cut], word[cut:])
                if len(word) >= 5 and all(part in self._words() for part in split) and (places := self._places(split)):
                    add(at, 1, False, places)
                    note(split)
        for length in (1, 2, 3):
            for at in range(len(terms) - length + 1):
                span = terms[at : at + length]
                if any(term.quoted for term in span):
                    continue
                phrase = tuple(term.words[0] for term in span)
                others = [(0, other) for other in synonyms.get(phrase, ())]
                if length > 1:
                    others.append((length - 1, ("".join(phrase),)))
                for slips, other in others:
                    places = self._places(other) if other else {}
                    if places:
                        note(other)
                    for slot in range(at, at + length):
                        add(slot, slips, False, places)
        return slots

    def _terms(self, text: str) -> tuple[list[Term], set[str]]:
        terms: list[Term] = []
        without: set[str] = set()
        for match in re.finditer(
            r'(?P<no>(?:(?<=\s)|^)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\W_]+|[\U0001f000-\U0001faff]))', text
        ):
            if len(terms) >= 10:
                break
            if match.group("phrase") is not None:
                if phrase := tuple(words_of(match.group("phrase"))):
                    terms.append(Term(phrase, quoted=True))
            elif match.group("no"):
                without.add(fold(match.group("word")))
            else:
                last = match.end() == len(text) and self.settings["prefixSearch"] == "indexingTime"
                word = fold(match.group("word"))
                if not word or (word in self.settings["stopWords"] and match.end() != len(text)):
                    continue
                terms.append(Term((word,), prefix=last))
        return terms, without

    def answered(self, text: str, strategy: str) -> Answered | None:
        """None for a text without words: everything matches."""
        terms, without = self._terms(text)
        if not terms:
            return None
        key = (text, strategy)
        if key not in self._answered:
            self._answered[key] = self._answer(terms, without, strategy)
        return self._answered[key]

    def _answer(self, terms: list[Term], without: set[str], strategy: str) -> Answered:
        answered = Answered({})
        slots = self._matches(terms, answered)
        steps = self._steps(terms, slots, strategy)
        kept = set(range(len(terms)))
        keys = answered.keys
        excluded = {number for word in without for number in self._words().get(word, {})}
        for dropped, step in enumerate([set(), *steps]):
            kept = kept - step
            for number in set.intersection(*(set(slots[at]) for at in kept)) - excluded - set(keys):
                keys[number] = self._key(dropped, [slots[at][number] for at in sorted(kept)])
        return answered

    @staticmethod
    def _steps(terms: list[Term], slots: list[dict[int, Found]], strategy: str) -> list[set[int]]:
        """Which terms are dropped, one step after the other; the last group stays unless a phrase must hold anyway."""
        loose = [at for at, term in enumerate(terms) if not term.quoted]
        if strategy == "all":
            return []
        if strategy == "last":
            groups = [{at} for at in reversed(loose)]
        else:
            often = {at: len(slots[at]) or 10**9 for at in loose}
            groups = [{at for at in loose if often[at] == many} for many in sorted(set(often.values()), reverse=True)]
        return groups if len(loose) < len(terms) else groups[:-1]

    @staticmethod
    def _key(dropped: int, found: list[Found]) -> dict[str, int]:
        apart = 0
        for one, other in pairwise(found):
            apart += min(
                (
                    FAR if a[0] != b[0] else min(abs(b[1] - a[1]) + (b[1] < a[1]), FAR)
                    for a in one.places
                    for b in other.places
                    if a != b
                ),
                default=1,
            )
        return {
            "words": dropped,
            "typo": sum(one.slips for one in found),
            "proximity": apart,
            "attributeRank": sum(min(rank for rank, _ in one.places) for one in found),
            "wordPosition": sum(min(at for _, at in one.places) for one in found),
            "exactness": -sum(one.exact for one in found),
        }

    # searching

    def order(self, answered: Answered | None, candidates: set[int], sort: list[str]) -> list[int]:
        tests: list[Callable[[int], Any]] = []
        for rule in self.settings["rankingRules"]:
            if rule == "sort":
                tests += [self._by(*one.rsplit(":", 1)) for one in sort]
            elif ":" in rule:
                tests.append(self._by(*rule.rsplit(":", 1)))
            elif answered is not None:
                for name in ("attributeRank", "wordPosition") if rule == "attribute" else (rule,):
                    tests.append(lambda number, name=name: answered.keys[number][name])
        return sorted(candidates, key=lambda number: (*(test(number) for test in tests), number))

    def _by(self, attribute: str, way: str) -> Callable[[int], tuple[bool, Any]]:
        """By the least (ascending) or the greatest (descending) value; documents without one come last."""

        def key(number: int) -> tuple[bool, Any]:
            values = [
                v
                for v in flat(self.documents[number], attribute)
                if isinstance(v, int | float) and not isinstance(v, bool)
            ]
            if not values:
                return (True, 0)
            return (False, min(values)) if way == "asc" else (False, -max(values))

        return key

    def search(self, asked: dict[str, Any]) -> dict[str, Any]:
        settings = self.settings
        for one in asked.get("sort") or []:
            name, _, way = one.rpartition(":")
            if way not in ("asc", "desc"):
                raise Refused(
                    "invalid_search_sort",
                    f"Invalid syntax for the sort parameter: expected expression ending by `:asc` or `:desc`, found `{one}`.",
                )
            if name not in settings["sortableAttributes"]:
                raise Refused("invalid_search_sort", f"Attribute `{name}` is not sortable.")
        if asked.get("sort") and "sort" not in settings["rankingRules"]:
            raise Refused("invalid_search_sort", "You must specify where `sort` is listed in the rankingRules setting.")
        key = repr(asked.get("filter"))
        if key not in self._filtered:
            self._filtered[key] = evaluate(asked.get("filter"), set(self.documents), self._look)
        text = asked.get("q") or ""
        answered = self.answered(text, asked.get("matchingStrategy", "last"))
        candidates = self._filtered[key]
        if answered is not None:
            candidates = candidates & set(answered.keys)
        most = settings["pagination"]["maxTotalHits"]
        total = min(len(candidates), most)
        if "page" in asked or "hitsPerPage" in asked:
            size, page = asked.get("hitsPerPage", 20), asked.get("page", 1)
            start = (page - 1) * size if page else most
            size = size if page else 0
            told = {
                "hitsPerPage": asked.get("hitsPerPage", 20),
                "page": page,
                "totalPages": -(-total // asked.get("hitsPerPage", 20)) if asked.get("hitsPerPage", 20) else 0,
                "totalHits": total,
            }
        else:
            start, size = asked.get("offset", 0), asked.get("limit", 20)
            told = {"limit": size, "offset": start, "estimatedTotalHits": total}
        start = min(start, most)
        size = min(size, most - start)
        shown = self.order(answered, candidates, asked.get("sort") or [])[start : start + size] if size else []
        found: dict[str, Any] = {
            "hits": [self._hit(number, asked, answered, start + n) for n, number in enumerate(shown)],
            "query": text, "processingTimeMs": 1, **told,
        }  # fmt: skip
        if asked.get("facets") is not None:
            found["facetDistribution"], found["facetStats"] = self._counted(asked["facets"], candidates)
        return found

    def _counted(self, names: list[str], candidates: set[int]) -> tuple[dict[str, Any], dict[str, Any]]:
        settings, counted, stats = self.settings["faceting"], {}, {}
        for name in names if names != ["*"] else self._facets_of_all():
            if self.rule(name) is None:
                raise Refused(
                    "invalid_search_facets", f"Invalid facet distribution: Attribute `{name}` is not filterable."
                )
            facet = self.facet(name)
            values = facet.distribution(candidates)
            way = settings["sortFacetValuesBy"].get(name, settings["sortFacetValuesBy"].get("*", "alpha"))
            rows = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]) if way == "count" else (0, pair[0]))
            counted[name] = dict(rows[: settings["maxValuesPerFacet"]])
            if told := facet.stats(candidates):
                stats[name] = told
        return counted, stats

    @staticmethod
    def _marked(value: str, answered: Answered | None, pre: str, post: str) -> str:
        if answered is None:
            return value
        found = list(_WORD.finditer(value))
        words = [fold(one.group()) for one in found]
        marked, end, at = "", 0, 0
        while at < len(found):
            several = [len(one) for one in answered.phrases if tuple(words[at : at + len(one)]) == one]
            start, stop = found[at].span()
            if several:
                at += max(several) - 1
                stop = found[at].end()
            else:
                stop = start + min(answered.words.get(words[at], 0), stop - start)
            if stop > start:
                marked += value[end:start] + pre + value[start:stop] + post
                end = stop
            at += 1
        return marked + value[end:]

    def _hit(self, number: int, asked: dict[str, Any], answered: Answered | None, place: int) -> dict[str, Any]:
        document = self.documents[number]
        displayed = self.settings["displayedAttributes"]
        names = [name for name in document if displayed == ["*"] or name in displayed]
        wanted = asked.get("attributesToRetrieve")
        if wanted is not None and "*" not in wanted:
            names = [name for name in names if name in wanted]
        hit = {name: deepcopy(document[name]) for name in names}
        if (highlighted := asked.get("attributesToHighlight")) is not None:
            pre, post = asked.get("highlightPreTag", "<em>"), asked.get("highlightPostTag", "</em>")
            hit["_formatted"] = {
                name: self._marked(value, answered, pre, post)
                if isinstance(value, str) and (name in highlighted or "*" in highlighted)
                else value
                for name, value in hit.items()
            }
        if asked.get("showRankingScore"):
            hit["_rankingScore"] = round(1 / (1 + place * 0.01), 6)
        return hit
