"""What a list understands of its address. The addresses made from it carry nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from catalog.errors import DomainError
from catalog.money import Money
from catalog.search.query import Query
from marketplace.web.errors import sentence

FACETS = ("craft", "material", "technique", "motif", "dye", "place", "fulfilment")
OPTIONS = ("colour", "size", "head-size")
"""The choices of variants that lists can be narrowed by: several, and the price, must hold for one and the same variant."""

ONCE = ("q", "price_low", "price_high", "in_stock", "sort", "page")
BOUNDS = ("price_low", "price_high")
MOST_VALUES, MOST_CHOSEN = 30, 60
"""Values that one facet shows or takes, and that may be chosen of all facets together: the first ones count."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """`once` are the parts that are given once, as they were typed, and `chosen` the values of facets and options."""

    once: dict[str, str]
    chosen: dict[str, tuple[str, ...]]
    low: int | None
    high: int | None
    errors: list[str]

    @property
    def _pairs(self) -> Pairs:
        rest = [(name, value) for name, value in self.once.items() if name != "page"]
        return rest + [(name, value) for name, values in self.chosen.items() for value in values]

    def without(self, name: str, value: str | None = None) -> str:
        """The first page of the list without this filter."""
        return address([pair for pair in self._pairs if not (pair[0] == name and value in (None, pair[1]))])

    def turned(self, page: int, after: str = "") -> str:
        """The same list at this page, which goes on behind the piece with the code `after` (see `turning`)."""
        turned = [("page", str(page))] if page > 1 else []
        return address([*self._pairs, *turned, *([("after", after)] if after else [])])


def read() -> Asked:
    """The parts of the present address. Bounds that came the wrong way round are turned here, before anything is named
    after them."""
    once = {name: value[:200] for name in ONCE if (value := request.args.get(name, ""))}
    errors: list[str] = []
    sums: list[int | None] = []
    for name in BOUNDS:
        typed = request.args.get(name, "").strip()
        try:
            sums.append(Money.parse(typed).rupiah if typed else None)
        except DomainError as error:
            sums.append(None)
            errors.append(sentence(error))
    low, high = sums
    if low is not None and high is not None and low > high:
        low, high = high, low
        once["price_low"], once["price_high"] = once["price_high"], once["price_low"]
    return Asked(once, _chosen(), low, high, errors[:1])


def own(query: Query, fixed: dict[str, tuple[str, ...]]) -> Pairs:
    """What the list's own address says: all that decides which pieces it shows, at the page that it shows. How it is
    sorted counts only where that decides what stands on the page."""
    pairs = [("q", query.text)] if query.text else []
    for name in (*FACETS, "in_stock"):
        pairs += [(name, value) for value in query.filters.get(name, ()) if value not in fixed.get(name, ())]
    pairs += [(name, value) for name, values in query.options.items() for value in values]
    for name, bound in zip(BOUNDS, (query.price_min, query.price_max), strict=True):
        if bound is not None:
            pairs.append((name, str(bound)))
    if query.page > 1:
        if query.sort != usual_sort(query.text):
            pairs.append(("sort", query.sort))
        pairs.append(("page", str(query.page)))
    return pairs


def usual_sort(text: str) -> str:
    """How a list is sorted when nobody asks."""
    return "relevance" if text else "newest"


def address(pairs: Any) -> str:
    """The present path with this query."""
    encoded = urlencode(pairs, doseq=True)
    base = request.script_root + request.path
    return f"{base}?{encoded}" if encoded else base


def _chosen() -> dict[str, tuple[str, ...]]:
    """The values that the address asks for, by facet and option."""
    args = request.args
    chosen: dict[str, tuple[str, ...]] = {}
    left = MOST_CHOSEN
    for name in (*FACETS, *OPTIONS):
        if name not in args:
            continue
        given = args.getlist(name)[: 2 * MOST_VALUES]
        values = tuple(dict.fromkeys(value for value in given if 0 < len(value) <= 80))[: min(MOST_VALUES, left)]
        if values:
            chosen[name] = values
            left -= len(values)
    return chosen
