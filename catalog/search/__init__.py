"""How products are found: a protocol, and the embedded engine that needs nothing but SQLite."""

from catalog.search.document import MADE_TO_ORDER, READY, Document, VariantFacts
from catalog.search.index import SearchIndex
from catalog.search.query import (
    FACETS,
    SORTS,
    Correction,
    Entry,
    Hit,
    PriceBucket,
    Prices,
    Query,
    Results,
    Segment,
    Suggestion,
    Verification,
)

__all__ = [
    "FACETS", "MADE_TO_ORDER", "READY", "SORTS", "Correction", "Document", "Entry", "Hit", "PriceBucket", "Prices",
    "Query", "Results", "SearchIndex", "Segment", "Suggestion", "VariantFacts", "Verification",
]  # fmt: skip
