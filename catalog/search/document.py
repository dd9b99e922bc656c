"""What is indexed about one product: only what a buyer may see, already resolved to words and codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

READY = "ready"
MADE_TO_ORDER = "made_to_order"


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """One variant as filters see it. `options` maps an option key to its value key ("size" → "l"); price in rupiah."""

    options: Mapping[str, str]
    price: int
    fulfilment: str = READY
    available: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One live product.

    `code` is unique. `text` and `text_en` hold the description with the words of technique, material and motif.
    Facets hold slugs or codes, never words. `place` is the path of official codes from the province down
    ("19", "19.05", "19.05.04", "19.05.04.2005"); missing upper levels are derived from the dots.
    Prices are whole rupiah, `published_at` is in seconds since 1970 (UTC), `boost` is what curators give, 0 to 1.
    `rating` is the average of `rating_count` reviews, 1 to 5; None without any. Sorted by rating, the higher average
    comes first, of equal ones the one that more people gave, and what nobody has rated yet comes last, the newest first.

    With `variants`, price, fulfilment and stock are taken from them; without, the document counts as one variant
    for each fulfilment and for each end of its price range.
    """

    code: str
    title: str
    title_en: str = ""
    text: str = ""
    text_en: str = ""
    maker: str = ""
    keywords: tuple[str, ...] = ()
    craft: str | None = None
    technique: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    motif: tuple[str, ...] = ()
    dye: str | None = None
    colour: tuple[str, ...] = ()
    maker_code: str | None = None
    seller_code: str | None = None
    place: tuple[str, ...] = ()
    fulfilment: tuple[str, ...] = (READY,)
    price_min: int = 0
    price_max: int = 0
    in_stock: bool = True
    variants: tuple[VariantFacts, ...] = field(default=())
    rating: float | None = None
    rating_count: int = 0
    published_at: int = 0
    boost: float = 0.0

    def place_path(self) -> tuple[str, ...]:
        """All levels of the place, widest first, with the levels that the dots of a code imply."""
        return _levels(self.place)

    def facts(self) -> tuple[VariantFacts, ...]:
        """The variants, or the equivalents that a document without variants counts as."""
        if self.variants:
            return self.variants
        prices = dict.fromkeys((self.price_min, max(self.price_min, self.price_max)))
        return tuple(
            VariantFacts({}, price, fulfilment, self.in_stock)
            for price in prices
            for fulfilment in (self.fulfilment or (READY,))
        )

    def lowest_price(self) -> int:
        """The price that a card shows as "from": the lowest of the variants."""
        return min((v.price for v in self.variants), default=self.price_min)


@lru_cache(maxsize=4096)
def _levels(place: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for code in place:
        parts = code.split(".")
        found.update((".".join(parts[:n]), None) for n in range(1, len(parts) + 1))
    return tuple(level for level in found if level)
