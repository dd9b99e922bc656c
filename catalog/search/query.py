"""What is asked of an index and what it answers; the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

FACETS = (
    "craft", "technique", "material", "motif", "dye", "colour", "place", "fulfilment", "in_stock", "maker_code",
    "seller_code",
)  # fmt: skip
"""Every facet that may be filtered and counted. Values of `in_stock` are "true" and "false"."""

COUNTED = ("craft", "technique", "material", "motif", "place", "fulfilment")
"""The facets that are counted unless a query says otherwise."""

PLACE_LEVELS = ("place:1", "place:2", "place:3", "place:4")
"""Counts of every place of one level, for maps; `place` itself counts only what is offered next."""

VARIANT_FACETS = ("fulfilment", "in_stock")
"""Facets that are properties of a variant: they must hold together with options and price for one and the same one."""

SORTS = ("relevance", "newest", "price_low", "price_high", "rating")
MAX_PER_PAGE = 100
MAX_DEPTH = 10_000
"""No page reaches past this many hits; totals and facets still count all."""
MAX_TEXT = 500
MAX_VALUES = 100
MAX_PRICE = 2**38 - 1


@dataclass(frozen=True, slots=True)
class Query:
    """A search or, with an empty text, a listing.

    `filters` maps a facet to values: any of the values of one facet, all of the facets. `place` takes codes of any
    level. `options`, the price range and the variant facets must be satisfied by one and the same variant.
    `prefix` completes the last word (as you type). `facets` names what is counted; "option:size" counts the values of
    an option, "place:3" all places of a level (1 province to 4 village). An unknown facet is a ValueError; everything else that makes no sense is clamped by `bounded()`.
    """

    text: str = ""
    locale: str = "id"
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_min: int | None = None
    price_max: int | None = None
    sort: str = "relevance"
    page: int = 1
    per_page: int = 24
    prefix: bool = False
    facets: tuple[str, ...] = COUNTED

    def __post_init__(self) -> None:
        counted = {facet for facet in self.facets if not facet.startswith("option:") and facet not in PLACE_LEVELS}
        unknown = (set(self.filters) | counted) - set(FACETS)
        if unknown:
            raise ValueError(f"unknown facet: {', '.join(sorted(unknown))}; known are {', '.join(FACETS)}")

    def bounded(self) -> Query:
        """The same query with every value inside its bounds and without empty filters."""
        per_page = min(max(_whole(self.per_page, 24), 1), MAX_PER_PAGE)
        low, high = (
            None if p is None else min(max(_whole(p, 0), 0), MAX_PRICE) for p in (self.price_min, self.price_max)
        )
        if low is not None and high is not None and low > high:
            low, high = high, low
        return replace(
            self,
            text=str(self.text or "")[:MAX_TEXT],
            filters=_values(self.filters),
            options=_values(self.options),
            price_min=low,
            price_max=high,
            sort=self.sort if self.sort in SORTS else "relevance",
            page=min(max(_whole(self.page, 1), 1), max(MAX_DEPTH // per_page, 1)),
            per_page=per_page,
            prefix=bool(self.prefix),
        )

    def narrowing(self) -> tuple[Any, ...]:
        """A hashable key of everything that decides which products match beside the text."""
        return (
            tuple(sorted(self.filters.items())),
            tuple(sorted(self.options.items())),
            self.price_min,
            self.price_max,
        )


def _whole(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise


def _values(given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Sorted, deduplicated values; a lone string counts as one value."""
    kept = {}
    for name, values in given.items():
        several = (values,) if isinstance(values, str) else values
        clean = tuple(sorted({str(v) for v in several if v is not None and str(v)}))[:MAX_VALUES]
        if clean:
            kept[name] = clean
    return kept


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text; `marked` when it is what matched. Never HTML: the template escapes and marks."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """`title` is in the query's locale, cut into segments. The score is comparable within one answer only."""

    code: str
    score: float
    title: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class PriceBucket:
    """`count` products have a variant with `low` ≤ price < `high` that fits all but the price filter."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class Prices:
    """Lowest and highest price under all filters but the price's own; None when nothing is left."""

    low: int | None
    high: int | None
    buckets: tuple[PriceBucket, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    word: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer.

    `total` and `facets` are exact and agree with each other: narrowing by a value gives exactly its count. A facet's
    counts ignore the filter on that same facet (disjunctive); they come by falling count, then by value. `facets`
    for "place" holds the provinces and the children of every chosen place, or of a province that is the only one.
    `corrected` is the query with misspelt words replaced, None when nothing was corrected; its hits are already here.
    `by_stand_in` says that the engine which should have answered did not, and another one stood in for it.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]]
    prices: Prices
    corrected: str | None = None
    corrections: tuple[Correction, ...] = ()
    took_ms: float = 0.0
    by_stand_in: bool = False

    @property
    def pages(self) -> int:
        """How many pages can be turned, at least 1."""
        return max(-(-min(self.total, MAX_DEPTH) // self.query.per_page), 1)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(hit.code for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind` is "product" or the kind of an entry (craft, motif, maker, place …); `key` is its code or slug."""

    kind: str
    key: str
    title: tuple[Segment, ...]

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.title)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something beside products that suggestions lead to; `weight` (0 to 1) lifts the well-known."""

    kind: str
    key: str
    title: str
    title_en: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Verification:
    """Codes that should be in the index and are not, and the reverse."""

    missing: tuple[str, ...]
    surplus: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        return not self.missing and not self.surplus
