"""One question as a bundle of queries, and one answer out of what comes back.

Everything is asked in one multi-search. Only counting the values of an option under other conditions on the variant,
and the price range under options, may need a second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise, product
from typing import Any

from rapidfuzz.distance import OSA

from catalog.search import stems
from catalog.search.embedded.columns import EDGES
from catalog.search.embedded.marking import cut
from catalog.search.embedded.matching import BEGUN
from catalog.search.query import (
    MAX_PRICE,
    PLACE_LEVELS,
    VARIANT_FACETS,
    Correction,
    Hit,
    PriceBucket,
    Prices,
    Query,
    Segment,
)
from catalog.search.words import spans, tokens
from marketplace.adapters.meilisearch.documents import (
    ANY,
    FULFILMENTS,
    MARK,
    STOCKS,
    UNMARK,
    chosen,
    offer,
)

OPTION = "option:"
MAX_COMBINATIONS = 400
"""Ways in which several values of several options may combine in one filter; more are left out."""

LOOKED_AT = 50
MAX_LOOKS = 40
SAID = ("title", "title_en", "keywords", "text", "text_en")
_SORTS = {
    "newest": ["published_at:desc"],
    "price_low": ["price:asc"],
    "price_high": ["price:desc"],
    "rating": ["rating:desc", "rating_count:desc", "published_at:desc"],
}

Filter = list[Any]
Answer = Mapping[str, Any]


def literal(value: str) -> str:
    """A value in a filter. What no document can hold is made harmless: the filter language cannot escape a backslash."""
    plain = value.encode("utf-8", "replace").decode().replace("\\", "\ufffd").replace('"', '\\"')
    return f'"{plain}"'


def any_of(attribute: str, values: Iterable[str]) -> str:
    return f"{attribute} IN [{', '.join(map(literal, values))}]"


class Asking:
    """`text` is what is searched for after stems were put in; `hidden` codes count as gone."""

    def __init__(self, index: str, query: Query, text: str, unknown: Sequence[str], hidden: Iterable[str]) -> None:
        self._index = index
        self._query = query
        self._text = text
        self._words = tokens(text)
        self._unknown = unknown
        self._hidden = sorted(hidden)
        self._plain = {
            facet: any_of(facet, values) for facet, values in query.filters.items() if facet not in VARIANT_FACETS
        }
        self._demands: dict[str, tuple[str, ...]] = {
            facet: values for facet, values in query.filters.items() if facet in VARIANT_FACETS
        }
        self._demands.update((OPTION + option, values) for option, values in query.options.items())
        self._has_options = bool(query.options)
        self._priced = query.price_min is not None or query.price_max is not None
        self._span = (
            (query.price_min or 0, MAX_PRICE if query.price_max is None else query.price_max)
            if self._priced
            else (0, MAX_PRICE)
        )

    # filters

    def _variants(self, demands: Mapping[str, tuple[str, ...]], span: tuple[int, int] | None) -> str | list[str] | None:
        """What one and the same variant must satisfy; None when nothing is asked of it."""
        sides = []
        for facet, known in (("fulfilment", FULFILMENTS), ("in_stock", STOCKS)):
            wanted = tuple(value for value in known if value in demands.get(facet, known))
            if not wanted:
                return 'code = "-"'
            sides.append((ANY,) if len(wanted) == len(known) else wanted)
        options = {name.removeprefix(OPTION): values for name, values in demands.items() if name.startswith(OPTION)}
        low, high = span or (0, MAX_PRICE)
        if not options:
            if sides == [(ANY,), (ANY,)] and span is None:
                return None
            return f"prices.{sides[0][0]}.{sides[1][0]} {low} TO {high}"
        return [
            f"offers {literal(offer(start, f, s, low))} TO {literal(offer(start, f, s, high))}"
            for start, f, s in self._offers(options, sides)
        ]

    @staticmethod
    def _offers(options: Mapping[str, tuple[str, ...]], sides: list[tuple[str, ...]]) -> Iterator[tuple[str, str, str]]:
        """The beginnings of the offers that fit."""
        fulfilments = FULFILMENTS if sides[0] == (ANY,) else sides[0]
        stocks = STOCKS if sides[1] == (ANY,) else sides[1]
        several = product(*([(option, value) for value in values] for option, values in sorted(options.items())))
        for some in islice(several, MAX_COMBINATIONS):
            for f, s in product(fulfilments, stocks):
                yield chosen(some), f, s

    def _filter(
        self,
        without: str | None = None,
        demands: Mapping[str, tuple[str, ...]] | None = None,
        span: tuple[int, int] | bool | None = True,
        also: str | None = None,
    ) -> Filter:
        """All of these must hold; `without` leaves one plain facet out, `span` replaces (or with None drops) the price."""
        asked: Filter = [text for facet, text in self._plain.items() if facet != without]
        if isinstance(span, bool):
            span = self._span if self._priced else None
        variants = self._variants(self._demands if demands is None else demands, span)
        asked += [one for one in (variants, also) if one is not None]
        if self._hidden:
            asked.append(f"NOT {any_of('code', self._hidden)}")
        return asked

    def _ask(self, filters: Filter, size: int = 0, **more: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {
            "indexUid": self._index,
            "q": self._text,
            "matchingStrategy": "frequency",
            "page": 1,
            "hitsPerPage": size,
            **more,
        }
        if filters:
            asked["filter"] = filters
        return asked

    # the first round

    def queries(self) -> dict[str, dict[str, Any]]:
        """Everything to ask at first, by label."""
        query = self._query
        titles = ["title", "title_en"]
        page = self._ask(
            self._filter(),
            query.per_page,
            page=query.page,
            attributesToRetrieve=["code", *titles],
            attributesToHighlight=titles,
            highlightPreTag=MARK,
            highlightPostTag=UNMARK,
            showRankingScore=True,
        )
        if query.sort in _SORTS:
            page["sort"] = _SORTS[query.sort]
        riding: set[str] = set()
        asked = {"page": page}
        for facet in dict.fromkeys(query.facets):
            if facet == "place":
                asked.update(self._place_queries(riding))
            elif facet in PLACE_LEVELS:
                if "place" in self._plain:
                    asked[f"facet:{facet}"] = self._ask(self._filter(without="place"), facets=[_level(facet)])
                else:
                    riding.add(_level(facet))
            elif facet.startswith(OPTION):
                asked[f"options:{facet}"] = self._ask(self._filter(demands={}, span=None), facets=["options"])
            elif facet in VARIANT_FACETS:
                others = self._others(facet)
                if others or self._priced:
                    for value in FULFILMENTS if facet == "fulfilment" else STOCKS:
                        asked[f"{facet}={value}"] = self._ask(self._filter(demands={**others, facet: (value,)}))
                elif facet in self._demands:
                    asked[f"facet:{facet}"] = self._ask(self._filter(demands={}), facets=[facet])
                else:
                    riding.add(facet)
            elif facet in self._plain:
                asked[f"facet:{facet}"] = self._ask(self._filter(without=facet), facets=[facet])
            else:
                riding.add(facet)
        asked.update(self._price_queries(riding))
        if riding:
            page["facets"] = sorted(riding)
        if self._unknown:
            asked["said"] = self._ask(
                self._filter(),
                10,
                attributesToRetrieve=list(SAID),
                attributesToHighlight=list(SAID),
                highlightPreTag=MARK,
                highlightPostTag=UNMARK,
            )
        return asked

    def _others(self, facet: str) -> dict[str, tuple[str, ...]]:
        return {name: values for name, values in self._demands.items() if name != facet}

    def _parents(self) -> list[str]:
        """Every chosen place and all above it."""
        parents: dict[str, None] = {}
        for place in self._query.filters.get("place", ()):
            parts = place.split(".")
            parents.update((".".join(parts[:n]), None) for n in range(1, min(len(parts), 3) + 1))
        return list(parents)

    def _place_queries(self, riding: set[str]) -> dict[str, dict[str, Any]]:
        if "place" not in self._plain:
            riding |= {"place_1", "place_2"}
            return {}
        asked = {"places:": self._ask(self._filter(without="place"), facets=["place_1"])}
        for parent in self._parents():
            inside = self._filter(without="place", also=f"place = {literal(parent)}")
            asked[f"places:{parent}"] = self._ask(inside, facets=[f"place_{parent.count('.') + 2}"])
        return asked

    def _side(self) -> str | None:
        """`fulfilment.in_stock` as prices and buckets have it; None where nothing can fit."""
        sides = []
        for facet, known in (("fulfilment", FULFILMENTS), ("in_stock", STOCKS)):
            wanted = [value for value in known if value in self._demands.get(facet, known)]
            if not wanted:
                return None
            sides.append(ANY if len(wanted) == len(known) else wanted[0])
        return ".".join(sides)

    def _price_queries(self, riding: set[str]) -> dict[str, dict[str, Any]]:
        side = self._side()
        if side is None:
            return {}
        asked = {}
        if self._has_options:
            for n, (low, high) in enumerate(pairwise(EDGES)):
                asked[f"bucket:{n}"] = self._ask(self._filter(span=(low, high - 1)))
        elif self._priced:
            asked["buckets"] = self._ask(self._filter(span=None), facets=["buckets"])
        else:
            riding.add("buckets")
        for label in ("lowest", "highest"):
            asked[label] = self.look(label, 1)
        return asked

    def look(self, label: str, page: int) -> dict[str, Any]:
        """The documents with the lowest or highest prices first; those of an array count by its least or its greatest."""
        way = "asc" if label == "lowest" else "desc"
        return self._ask(
            self._filter(span=None),
            LOOKED_AT if self._has_options else 1,
            page=page,
            sort=[f"prices.{self._side()}:{way}"],
            attributesToRetrieve=["prices", "offers"] if self._has_options else ["prices"],
        )

    # the second round

    def more(self, answers: Mapping[str, Answer]) -> dict[str, dict[str, Any]]:
        """Counts of the values of options that other conditions on the variant bear upon."""
        asked = {}
        for facet in dict.fromkeys(self._query.facets):
            if facet.startswith(OPTION):
                others = self._others(facet)
                if others or self._priced:
                    for value in self._option_values(answers, facet):
                        demands = {**others, facet: (value,)}
                        asked[f"{facet}={value}"] = self._ask(self._filter(demands=demands))
        return asked

    @staticmethod
    def _option_values(answers: Mapping[str, Answer], facet: str) -> dict[str, int]:
        start = facet.removeprefix(OPTION) + "="
        counted = _distribution(answers[f"options:{facet}"], "options")
        return {value.removeprefix(start): count for value, count in counted.items() if value.startswith(start)}

    # answers

    def facets(self, answers: Mapping[str, Answer]) -> dict[str, tuple[tuple[str, int], ...]]:
        counted = {}
        for facet in self._query.facets:
            counts: dict[str, int] = {}
            if facet == "place":
                if "places:" not in answers:
                    counts.update(_distribution(answers["page"], "place_1"))
                    if len(counts) == 1:
                        counts.update(_distribution(answers["page"], "place_2"))
                else:
                    counts.update(_distribution(answers["places:"], "place_1"))
                    for parent in self._parents():
                        found = _distribution(answers[f"places:{parent}"], f"place_{parent.count('.') + 2}")
                        counts.update((v, n) for v, n in found.items() if v.startswith(parent + "."))
            elif facet in PLACE_LEVELS:
                counts = _distribution(answers.get(f"facet:{facet}", answers["page"]), _level(facet))
            elif any(label.startswith(f"{facet}=") for label in answers):
                for label, answer in answers.items():
                    if label.startswith(f"{facet}="):
                        counts[label.removeprefix(f"{facet}=")] = int(answer["totalHits"])
            elif facet.startswith(OPTION):
                counts = self._option_values(answers, facet)
            else:
                counts = _distribution(answers.get(f"facet:{facet}", answers["page"]), facet)
            counted[facet] = tuple(sorted(((v, n) for v, n in counts.items() if n), key=lambda p: (-p[1], p[0])))
        return counted

    def prices(self, answers: Mapping[str, Answer], extremes: Mapping[str, int | None]) -> Prices:
        side = self._side()
        if side is None:
            return Prices(None, None, ())
        if self._has_options:
            counted = {n: int(answers[f"bucket:{n}"]["totalHits"]) for n in range(len(EDGES) - 1)}
        else:
            found = _distribution(answers.get("buckets", answers["page"]), "buckets")
            start = side + "."
            counted = {int(v.removeprefix(start)): n for v, n in found.items() if v.startswith(start)}
        filled = [n for n, count in counted.items() if count]
        low, high = extremes.get("lowest"), extremes.get("highest")
        if not filled or low is None or high is None:
            return Prices(None, None, ())
        buckets = (PriceBucket(EDGES[n], EDGES[n + 1], counted.get(n, 0)) for n in range(min(filled), max(filled) + 1))
        return Prices(low, high, tuple(buckets))

    def extreme(self, label: str, hits: Sequence[Answer], best: int | None) -> tuple[int | None, bool]:
        """(the lowest or highest fitting price so far, whether the next page could hold a better one)."""
        side, pick = self._side() or f"{ANY}.{ANY}", min if label == "lowest" else max
        f, s = side.split(".")
        starts: tuple[str, ...] = ()
        if self._has_options:
            starts = tuple(offer(o, f_, s_, 0)[:-12] for o, f_, s_ in self._offers(self._query.options, [(f,), (s,)]))
        for hit in hits:
            edge = pick(hit["prices"][f][s])
            if best is not None and pick(best, edge) == best:
                return best, False
            if not starts:
                return edge, False
            fitting = [int(text[-12:]) for text in hit["offers"] if text.startswith(starts)]
            if fitting:
                best = pick(fitting) if best is None else pick(best, pick(fitting))
        return best, self._has_options and len(hits) == LOOKED_AT

    def hits(self, answer: Answer) -> tuple[Hit, ...]:
        forms = {form for word in self._words for form in stems.forms(word)}
        found = []
        for place, hit in enumerate(answer["hits"]):
            name = "title_en" if self._query.locale == "en" and hit.get("title_en") else "title"
            title = marked(hit.get("_formatted", {}).get(name, hit[name]), forms)
            score = hit.get("_rankingScore")
            found.append(Hit(hit["code"], float(score) if score is not None else -float(place), title))
        return tuple(found)

    def corrections(self, answers: Mapping[str, Answer]) -> tuple[Correction, ...]:
        """For words that no document holds: the word most like it among those that were found instead."""
        if "said" not in answers:
            return ()
        known: dict[str, int] = {}
        for hit in answers["said"]["hits"]:
            for name in SAID:
                for word in _marked_words(str(hit.get("_formatted", {}).get(name, ""))):
                    known[word] = known.get(word, 0) + 1
        found = []
        for word in self._unknown:
            near = [(_slips(word, other), -count, other) for other, count in known.items()]
            distance, _, other = min(near, default=(9, 0, ""))
            if 0 < distance <= (1 if len(word) < 8 else 2):
                found.append(Correction(word, other))
        return tuple(found)


def _slips(word: str, other: str) -> int:
    """How far a word is from another one, or from the beginning of a longer one."""
    ends = {len(other)}
    if BEGUN <= len(word) < len(other) - 1:
        ends |= {len(word) - 1, len(word), len(word) + 1}
    return min(OSA.distance(word, other[:end]) for end in ends)


def _level(facet: str) -> str:
    """The attribute of a level of places."""
    return facet.replace(":", "_")


def _distribution(answer: Answer, attribute: str) -> dict[str, int]:
    return dict((answer.get("facetDistribution") or {}).get(attribute) or {})


def _unmark(formatted: str) -> tuple[str, list[tuple[int, int]]]:
    """The plain text and where it was marked."""
    plain, marks, at, start = [], [], 0, 0
    for character in formatted:
        if character == MARK:
            start = at
        elif character == UNMARK:
            marks.append((start, at))
        else:
            plain.append(character)
            at += 1
    return "".join(plain), marks


def _marked_words(formatted: str) -> list[str]:
    text, marks = _unmark(formatted)
    if not marks:
        return []
    return [word for start, end, word in spans(text) if any(start < e and s < end for s, e in marks)]


def marked(formatted: str, forms: set[str] | frozenset[str] = frozenset()) -> tuple[Segment, ...]:
    """Segments of a title: whole words, those that the server marked and those that share a stem with a typed one."""
    text, marks = _unmark(formatted)
    found = [
        (start, end)
        for start, end, word in spans(text)
        if any(start < e and s < end for s, e in marks) or not forms.isdisjoint(stems.forms(word))
    ]
    return cut(text, found) if found else (Segment(text),)
