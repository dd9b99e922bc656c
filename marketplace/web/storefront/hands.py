"""The makers behind a list of pieces: whoever made something in it, those with most of it first."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.makers.models import Maker
from catalog.makers.queries import list_makers_of_codes
from marketplace.web.storefront.listing import Listing

SHOWN = 6


@dataclass(frozen=True)
class Hands:
    """`makers` are the first few with their number of pieces in the list, `total` counts all of them."""

    makers: list[tuple[Maker, int]]
    total: int


def hands_of(listing: Listing) -> Hands:
    """Needs a listing that counted `maker_code`."""
    counts = dict(listing.results.facets.get("maker_code", ()))
    makers = list_makers_of_codes(list(counts)[:SHOWN]) if counts else []
    return Hands([(maker, counts[maker.code]) for maker in makers], len(counts))
