"""What of a piece on sale may change at once, and what is looked at first.

A buyer has seen a piece and a curator has judged it, so what either relied on is staged: title and description, who
made it, craft, technique, material, motif, dye, animal material, what a set holds, names of choices and of their
values, photos that come or go, and a price outside the band. Choices that go or change places need no look. Stock, sending and making times, weight and box, own numbers, care, what may differ, descriptions of
photos, their order, and a price inside the band change at once.

**The band.** At most 130 % of the lowest and at least 70 % of the highest price asked in the last 30 days, or since a
curator last looked at the price: small steps add up, so many of them in a row pass no more than one. A price for many
pieces not below half of that highest. A choice that is new has no history: what it costs is for its maker to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog import clock
from catalog.money import Money
from catalog.products.measures import SetPiece
from catalog.products.models import PriceSpan, Product, Variant
from catalog.products.prices import LOOK_BACK, Break

AT_ONCE = ("care", "care_en", "variation_note", "variation_note_en")
LOOKED_AT = (
    "title", "title_en", "maker", "craft", "description", "description_en", "set_pieces", "materials", "techniques",
    "motifs", "dye", "animal_material",
)  # fmt: skip
"""Fields of `services.edit` in the order in which a curator reads them; together with AT_ONCE these are all."""
LOWEST, HIGHEST, LOWEST_OF_MANY = 70, 130, 50
"""Percent: of the highest price asked, of the lowest, and of the highest for each of many."""


@dataclass(frozen=True, slots=True)
class Band:
    """Prices that need no look: `low` to `high`, and `many` at least for each of many pieces."""

    low: Money
    high: Money
    many: Money

    def holds(self, price: Money, breaks: Sequence[Break] | None) -> bool:
        return self.low <= price <= self.high and all(each >= self.many for _, each in breaks or ())


def band(
    variant: Variant, spans: Sequence[PriceSpan], looked_at: datetime | None = None, now: datetime | None = None
) -> Band:
    """The band of a variant with this history, whose price a curator last looked at at `looked_at`."""
    since = (now or clock.now()) - LOOK_BACK
    since = max(since, looked_at) if looked_at else since
    asked = [one.price for one in spans if one.until is None or one.until > since] or [variant.price]
    lowest, highest = min(asked).rupiah, max(asked).rupiah
    # Rounded outwards, so that a tenth of a rupiah never sends a price to the curators.
    return Band(
        Money(highest * LOWEST // 100), Money(-(-lowest * HIGHEST // 100)), Money(highest * LOWEST_OF_MANY // 100)
    )


def words(product: Product) -> dict[str, Any]:
    """What `services.edit` could be asked to make of it, as plain values: slugs, a maker's code, lines of a set."""
    return {name: plain(name, getattr(product, name)) for name in (*LOOKED_AT, *AT_ONCE)}


def plain(name: str, value: Any) -> Any:
    """One value of a product as `words` gives it."""
    if name in ("techniques", "materials", "motifs"):
        return sorted(one.slug for one in value)
    if name == "craft":
        return value.slug if value else ""
    if name == "maker":
        return value.code
    if name == "set_pieces":
        return "\n".join(SetPiece.of(one).line() for one in value or ())
    return str(value or "") if name in ("dye", "animal_material") else value


Choices = list[dict[str, Any]]
"""Options as plain values: key, name, name_en, and values with the same three."""


def choices(options: Iterable[Any]) -> Choices:
    """Options of a product, or as they are wanted (`OptionInput`), as plain values."""

    def named(one: Any) -> dict[str, Any]:
        return {"key": one.key, "name": one.name, "name_en": one.name_en}

    return [{**named(one), "values": [named(value) for value in one.values]} for one in options]


def says_more(before: Choices, after: Choices) -> bool:
    """Whether a name of an option or of a value stands there that was not there before."""

    def said(options: Choices) -> set[tuple[str, ...]]:
        names = {(one["key"], one["name"], one["name_en"]) for one in options}
        return names | {(o["key"], v["key"], v["name"], v["name_en"]) for o in options for v in o["values"]}

    return not said(after) <= said(before)


def staged(product: Product, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of values as `services.read` gives them, those that are looked at first and differ from what is on sale."""
    found = {name: plain(name, value) for name, value in values.items() if name in LOOKED_AT}
    return {name: value for name, value in found.items() if value != plain(name, getattr(product, name))}
