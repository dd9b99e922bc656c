"""A list of pieces with facets: reads the address, asks the index, names what it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import request

from catalog.money import Money
from catalog.places.queries import find_places
from catalog.search.query import MAX_PRICE, VARIANT_FACETS, Query, Results
from catalog.text import tidy
from marketplace.web.caching import unshare
from marketplace.web.context import keep
from marketplace.web.filters import money, number
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import asked
from marketplace.web.storefront.asked import FACETS, MOST_VALUES, OPTIONS, Asked
from marketplace.web.storefront.turning import carried_on
from marketplace.web.storefront.words import Shown, label, learn, named, shown

OPTION = "option:"
NAMED = ("craft", "material", "technique", "motif")
"""The facets whose values have names of their own in the catalog."""

SIZES = OPTIONS[1:]
"""Offered only within a craft: a list of everything has sizes of rings, caps and cloths side by side."""

PER_PAGE = 24
FEW = 6


@dataclass(frozen=True)
class FacetOption:
    value: str
    label: str
    count: int
    selected: bool
    level: int = 0
    """How many steps below the widest that is shown."""


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[FacetOption]


@dataclass(frozen=True)
class Bar:
    count: int
    is_in: bool
    note: str


@dataclass(frozen=True)
class Chip:
    label: str
    url: str


@dataclass(frozen=True)
class Listing:
    """Everything that `storefront/_listing.html` draws."""

    results: Results
    query: Query
    fixed: dict[str, tuple[str, ...]]
    pieces: list[Shown]
    chips: list[Chip]
    address: str
    """The path of exactly this list, with what it shows in its query."""
    clear_url: str
    sorts: list[tuple[str, str]]
    sort: str
    previous_url: str | None
    next_url: str | None
    position: str
    price_low: int | None
    price_high: int | None
    price_error: list[str]
    typed_low: str
    typed_high: str
    in_stock: bool
    is_short: bool
    """Whether the page is about something so small that nobody needs to narrow its list."""

    @property
    def total(self) -> int:
        return self.results.total

    def titled(self, name: str) -> str:
        """`name` with the first filters and the page, so that no two lists of one page are called the same."""
        labels = [chip.label for chip in self.chips]
        if labels:
            name = f"{name} – {', '.join(labels[:2])}{' …' if len(labels) > 2 else ''}"
        if self.query.page > 1:
            name = _("%(name)s, page %(number)s", name=name, number=number(self.query.page))
        return name

    @cached_property
    def facets(self) -> list[Facet]:
        """The questions that still tell pieces apart."""
        results, query, fixed = self.results, self.query, self.fixed
        facets = [_facet(name, results, query, fixed) for name in FACETS if name not in fixed or name == "place"]
        facets += [_facet(name, results, query, fixed) for name in OPTIONS if f"{OPTION}{name}" in results.facets]
        return [facet for facet in facets if len(facet.options) > 1 or any(one.selected for one in facet.options)]

    @property
    def told(self) -> tuple[Any, ...]:
        """All that the filters beside the list show, for `drawn`."""
        results = self.results
        return (
            results.total, tuple(results.facets.items()), results.prices, self.query.narrowing(),
            tuple(sorted(self.fixed.items())), len(self.chips), self.typed_low, self.typed_high,
            tuple(self.price_error), named(_values(results, self.query)),
        )  # fmt: skip

    @property
    def bars(self) -> list[Bar]:
        """The price histogram: how many pieces lie where, and which of them the price filter leaves."""
        query = self.results.query
        low, high = query.price_min or 0, MAX_PRICE if query.price_max is None else query.price_max
        return [
            Bar(
                bucket.count,
                bucket.low <= high and low < bucket.high,
                _(
                    "%(low)s to %(high)s: %(count)s",
                    low=money(Money(bucket.low)),
                    high=money(Money(bucket.high)),
                    count=number(bucket.count),
                ),
            )
            for bucket in self.results.prices.buckets
        ]


def read_listing(
    fixed: dict[str, tuple[str, ...]] | None = None, text: str | None = None, counting: tuple[str, ...] = ()
) -> Listing:
    """The list that the address asks for. `fixed` facets belong to the page (a craft's, a place's) and are no chips;
    `counting` are facets that are counted without being offered."""
    fixed = fixed or {}
    wanted = asked.read()
    query, errors = _query(wanted, fixed, text), wanted.errors
    query = replace(query, facets=(*query.facets, *counting))
    results = house().ports.search.search(query)
    pages = results.pages
    if query.page > pages:
        query = replace(query, page=pages)
        results = house().ports.search.search(query)
    results, moved = carried_on(house().ports.search, results, request.args.get("after", "")[:40])
    if results.by_stand_in:
        unshare()
    learn(_choices(results, query))
    own = asked.own(query if text is None else replace(query, text=""), fixed)
    keep(own)
    first = (query.page - 1) * query.per_page + 1 + moved
    last = first + len(results.hits) - 1
    chips = _chips(wanted, query, fixed)
    pieces = shown(results.codes, spans=_asks_of_choices(query))
    pieces = _marked(pieces, results) if query.text else pieces
    is_short = bool(fixed) and results.total <= FEW and not chips and not errors
    return Listing(
        results=results,
        query=query,
        fixed=fixed,
        pieces=side_by_side(pieces) if is_short else pieces,
        chips=chips,
        address=asked.address(own),
        clear_url=asked.address({"q": query.text} if query.text and text is None else {}),
        sorts=_sorts(bool(query.text)),
        sort=query.sort,
        previous_url=wanted.turned(query.page - 1) if query.page > 1 else None,
        next_url=wanted.turned(query.page + 1, results.codes[-1]) if query.page < pages and results.hits else None,
        position=_("%(first)s–%(last)s of %(total)s", first=first, last=last, total=results.total)
        if results.hits
        else "",
        price_low=results.prices.low,
        price_high=results.prices.high,
        price_error=errors,
        typed_low=wanted.once.get("price_low", "")[:20],
        typed_high=wanted.once.get("price_high", "")[:20],
        in_stock="true" in query.filters.get("in_stock", ()),
        is_short=is_short,
    )


def counted(*facets: str) -> dict[str, dict[str, int]]:
    """How many pieces on sale each value of these facets has."""
    found = house().ports.search.search(Query(per_page=1, facets=facets)).facets
    return {facet: dict(found.get(facet, ())) for facet in facets}


def side_by_side(pieces: list[Shown]) -> list[Shown]:
    """One piece of each maker after the other, so that the hands can be compared."""
    turns: Counter[str] = Counter()
    rank = {}
    for piece in pieces:
        rank[piece.code] = turns[piece.maker]
        turns[piece.maker] += 1
    return sorted(pieces, key=lambda piece: rank[piece.code])


def _asks_of_choices(query: Query) -> bool:
    """Whether what is asked may hold for some choices of a piece only. Its cheapest need not be one of them."""
    asks_price = query.price_min is not None or query.price_max is not None
    return asks_price or bool(query.options) or any(name in query.filters for name in VARIANT_FACETS)


def _marked(pieces: list[Shown], results: Results) -> list[Shown]:
    """The cards with what was found in their titles. An index that lags behind marks a title that is no longer the
    piece's: what it says then is not shown."""
    titles = {hit.code: hit.title for hit in results.hits if any(segment.marked for segment in hit.title)}
    marked = {code: title for code, title in titles.items() if title}
    said = {code: "".join(segment.text for segment in title) for code, title in marked.items()}
    return [
        replace(piece, marks=marked[piece.code]) if said.get(piece.code) == piece.title else piece for piece in pieces
    ]


def _query(wanted: Asked, fixed: dict[str, tuple[str, ...]], text: str | None) -> Query:
    chosen = wanted.chosen
    filters = {name: values for name, values in chosen.items() if name in FACETS}
    if request.args.get("in_stock") == "true":
        filters["in_stock"] = ("true",)
    filters["place"] = _narrowest(filters.get("place", ()))
    for name, values in fixed.items():
        inside = tuple(value for value in filters.get(name, ()) if name == "place" and value.startswith(values))
        filters[name] = inside or values
    options = {name: values for name, values in chosen.items() if name in OPTIONS}
    sized = SIZES if "craft" in filters else tuple(name for name in SIZES if name in options)
    words = tidy(text if text is not None else request.args.get("q", ""))[:200]
    sort = request.args.get("sort", "")
    return Query(
        text=words,
        locale=current_locale(),
        filters=filters,
        options=options,
        price_min=wanted.low,
        price_max=wanted.high,
        sort=sort if sort else asked.usual_sort(words),
        page=_number(request.args.get("page", "1")),
        per_page=PER_PAGE,
        facets=(*FACETS, *(f"{OPTION}{name}" for name in (OPTIONS[0], *sized))),
    ).bounded()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _choices(results: Results, query: Query) -> Iterator[tuple[str, str]]:
    """The values of options that this page names."""
    for name in OPTIONS:
        for value, _count in results.facets.get(f"{OPTION}{name}", ())[:MOST_VALUES]:
            yield name, value
        for value in query.options.get(name, ()):
            yield name, value


def _values(results: Results, query: Query) -> Iterator[tuple[str, str]]:
    """Every value that the filters may name, but those of places and of what is named in the code."""
    yield from _choices(results, query)
    for name in NAMED:
        for value, _count in results.facets.get(name, ())[:MOST_VALUES]:
            yield name, value
        for value in query.filters.get(name, ()):
            yield name, value


def _facet(name: str, results: Results, query: Query, fixed: dict[str, tuple[str, ...]]) -> Facet:
    titles = {
        "craft": _("Craft"),
        "material": _("Material"),
        "technique": _("Technique"),
        "motif": _("Motif"),
        "dye": _("Dye"),
        "colour": _("Colour"),
        "size": _("Size"),
        "head-size": _("Head size"),
        "place": _("Place"),
        "fulfilment": _("Availability"),
    }
    chosen = query.options.get(name, ()) if name in OPTIONS else query.filters.get(name, ())
    counts = dict(results.facets.get(f"{OPTION}{name}" if name in OPTIONS else name, ())[:MOST_VALUES])
    for value in chosen:
        counts.setdefault(value, 0)
    if name == "place":
        return Facet(name, titles[name], _places(counts, chosen, fixed.get("place", ())))
    options = [FacetOption(value, label(name, value), count, value in chosen) for value, count in counts.items()]
    return Facet(name, titles[name], options)


def _places(counts: dict[str, int], chosen: tuple[str, ...], fixed: tuple[str, ...]) -> list[FacetOption]:
    """Every place below the one that it lies in, those with most pieces first. On the page of a place only what lies
    inside it; a lone province goes without saying."""
    provinces = [code for code in counts if "." not in code]
    if fixed:
        counts = {code: n for code, n in counts.items() if code.startswith(tuple(f"{one}." for one in fixed))}
    elif len(provinces) == 1 and not chosen and len(counts) > 1:
        counts.pop(provinces[0])
    find_places(counts)  # named one by one below, asked for at once
    widest = min((code.count(".") for code in counts), default=0)
    rank = {code: (-count, code) for code, count in counts.items()}

    def way(code: str) -> tuple[tuple[int, str], ...]:
        parts = code.split(".")
        above = (".".join(parts[: n + 1]) for n in range(len(parts)))
        return tuple(rank[one] for one in above if one in rank)

    return [
        FacetOption(code, label("place", code), counts[code], code in chosen, code.count(".") - widest)
        for code in sorted(counts, key=way)
    ]


def _narrowest(places: tuple[str, ...]) -> tuple[str, ...]:
    """Without places that hold another one of these: who opens a regency no longer asks for its whole province."""
    return tuple(one for one in places if not any(other.startswith(f"{one}.") for other in places))


def _chips(wanted: Asked, query: Query, fixed: dict[str, tuple[str, ...]]) -> list[Chip]:
    chips = []
    for name in (*FACETS, "in_stock"):
        for value in query.filters.get(name, ()):
            if value not in fixed.get(name, ()):
                chips.append(Chip(label(name, value), wanted.without(name, value)))
    for name, values in query.options.items():
        chips.extend(Chip(label(name, value), wanted.without(name, value)) for value in values)
    if query.price_min is not None:
        chips.append(Chip(_("from %(price)s", price=money(Money(query.price_min))), wanted.without("price_low")))
    if query.price_max is not None:
        chips.append(Chip(_("up to %(price)s", price=money(Money(query.price_max))), wanted.without("price_high")))
    return chips


def _sorts(has_text: bool) -> list[tuple[str, str]]:
    rows = [
        ("newest", _("Newest first")),
        ("price_low", _("Lowest price first")),
        ("price_high", _("Highest price first")),
        ("rating", _("Best rated first")),
    ]
    return [("relevance", _("Best match")), *rows] if has_text else rows
