"""A list of pieces with facets: reads the address, asks the index, names what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from catalog.errors import DomainError
from catalog.money import Money
from catalog.places.queries import find_places
from catalog.search.query import Query, Results
from catalog.text import tidy
from marketplace.web.filters import money
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.storefront.words import Shown, label, shown

FACETS = ("craft", "material", "technique", "motif", "place", "fulfilment")
PER_PAGE = 24
FEW = 6


@dataclass(frozen=True)
class FacetOption:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[FacetOption]


@dataclass(frozen=True)
class Chip:
    label: str
    url: str


@dataclass(frozen=True)
class Listing:
    """Everything that `storefront/_listing.html` draws."""

    results: Results
    pieces: list[Shown]
    facets: list[Facet]
    chips: list[Chip]
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
    has_subject: bool

    @property
    def total(self) -> int:
        return self.results.total

    @property
    def is_short(self) -> bool:
        """Whether the page is about something so small that nobody needs to narrow its list."""
        return self.has_subject and self.total <= FEW and not self.chips and not self.price_error

    @property
    def buckets(self) -> list[int]:
        return [bucket.count for bucket in self.results.prices.buckets]


def read_listing(fixed: dict[str, tuple[str, ...]] | None = None, text: str | None = None) -> Listing:
    """The list that the address asks for. `fixed` facets belong to the page (a craft's, a place's) and are no chips."""
    fixed = fixed or {}
    query, errors = _query(fixed, text)
    results = house().ports.search.search(query)
    pages = results.pages
    if query.page > pages:
        query = replace(query, page=pages)
        results = house().ports.search.search(query)
    facets = [_facet(name, results, query, fixed) for name in FACETS if name not in fixed or name == "place"]
    sort = query.sort
    first = (query.page - 1) * query.per_page + 1
    last = first + len(results.hits) - 1
    return Listing(
        results=results,
        pieces=_marked(shown(results.codes), results) if query.text else shown(results.codes),
        facets=[facet for facet in facets if len(facet.options) > 1 or any(one.selected for one in facet.options)],
        chips=_chips(query, fixed),
        clear_url=_address({"q": query.text} if query.text and text is None else {}),
        sorts=_sorts(bool(query.text)),
        sort=sort,
        previous_url=_turned(query.page - 1) if query.page > 1 else None,
        next_url=_turned(query.page + 1) if query.page < pages else None,
        position=_("%(first)s–%(last)s of %(total)s", first=first, last=last, total=results.total)
        if results.hits
        else "",
        price_low=results.prices.low,
        price_high=results.prices.high,
        price_error=errors,
        typed_low=request.args.get("price_low", "")[:20],
        typed_high=request.args.get("price_high", "")[:20],
        in_stock="true" in query.filters.get("in_stock", ()),
        has_subject=bool(fixed),
    )


def _marked(pieces: list[Shown], results: Results) -> list[Shown]:
    """The cards with what was found in their titles."""
    titles = {hit.code: hit.title for hit in results.hits if any(segment.marked for segment in hit.title)}
    return [replace(piece, marks=titles.get(piece.code, ())) for piece in pieces]


def _query(fixed: dict[str, tuple[str, ...]], text: str | None) -> tuple[Query, list[str]]:
    filters: dict[str, tuple[str, ...]] = {}
    for name in FACETS:
        values = tuple(value for value in request.args.getlist(name)[:30] if value and len(value) <= 80)
        if values:
            filters[name] = values
    if request.args.get("in_stock") == "true":
        filters["in_stock"] = ("true",)
    for name, values in fixed.items():
        inside = tuple(value for value in filters.get(name, ()) if name == "place" and value.startswith(values))
        filters[name] = inside or values
    errors: list[str] = []
    prices: list[int | None] = []
    for name in ("price_low", "price_high"):
        typed = request.args.get(name, "").strip()
        try:
            prices.append(Money.parse(typed).rupiah if typed else None)
        except DomainError:
            prices.append(None)
            errors.append(_("Write the sum in whole rupiah, for example 1.250.000."))
    words = tidy(text if text is not None else request.args.get("q", ""))[:200]
    sort = request.args.get("sort", "")
    return (
        Query(
            text=words,
            locale=current_locale(),
            filters=filters,
            price_min=prices[0],
            price_max=prices[1],
            sort=sort if sort else ("relevance" if words else "newest"),
            page=_number(request.args.get("page", "1")),
            per_page=PER_PAGE,
            facets=FACETS,
        ).bounded(),
        errors[:1],
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 7 else 1


def _facet(name: str, results: Results, query: Query, fixed: dict[str, tuple[str, ...]]) -> Facet:
    titles = {
        "craft": _("Craft"),
        "material": _("Material"),
        "technique": _("Technique"),
        "motif": _("Motif"),
        "place": _("Place"),
        "fulfilment": _("Availability"),
    }
    chosen = query.filters.get(name, ())
    counts = dict(results.facets.get(name, ()))
    for value in chosen:
        counts.setdefault(value, 0)
    if name == "place":
        counts = _one_level(counts, chosen, fixed.get("place", ()))
        find_places(counts)  # named one by one below, asked for at once
    options = [FacetOption(value, label(name, value), count, value in chosen) for value, count in counts.items()]
    return Facet(name, titles[name], options)


def _one_level(counts: dict[str, int], chosen: tuple[str, ...], fixed: tuple[str, ...]) -> dict[str, int]:
    """Regencies of the provinces at hand, and the districts of a chosen regency: two steps, never a deep tree. On the
    page of a place only what lies inside it."""
    if fixed:
        return {code: count for code, count in counts.items() if code.startswith(tuple(f"{one}." for one in fixed))}
    kept = {code: count for code, count in counts.items() if code in chosen or code.count(".") >= 1}
    return kept or counts


def _chips(query: Query, fixed: dict[str, tuple[str, ...]]) -> list[Chip]:
    chips = []
    for name in (*FACETS, "in_stock"):
        for value in query.filters.get(name, ()):
            if value not in fixed.get(name, ()):
                chips.append(Chip(label(name, value), _without(name, value)))
    if query.price_min is not None:
        chips.append(Chip(_("from %(price)s", price=money(Money(query.price_min))), _without("price_low")))
    if query.price_max is not None:
        chips.append(Chip(_("up to %(price)s", price=money(Money(query.price_max))), _without("price_high")))
    return chips


def _sorts(has_text: bool) -> list[tuple[str, str]]:
    rows = [
        ("newest", _("Newest first")),
        ("price_low", _("Lowest price first")),
        ("price_high", _("Highest price first")),
    ]
    return [("relevance", _("Best match")), *rows] if has_text else rows


def _address(pairs: Any) -> str:
    encoded = urlencode(pairs, doseq=True)
    base = request.script_root + request.path
    return f"{base}?{encoded}" if encoded else base


def _pairs() -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.args.lists() for value in values if value]


def _without(name: str, value: str | None = None) -> str:
    return _address(
        [pair for pair in _pairs() if pair[0] != "page" and not (pair[0] == name and value in (None, pair[1]))]
    )


def _turned(page: int) -> str:
    pairs = [pair for pair in _pairs() if pair[0] != "page"]
    return _address([*pairs, ("page", str(page))] if page > 1 else pairs)
