"""The measures of a piece in words: how big, how heavy, how much is in it, what a kilogram of it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from catalog.crafts.models import Measure
from catalog.money import Money
from catalog.products.measures import HEAD_SIZE, ContentUnit, Measures, per_thousand
from catalog.products.models import Product, Variant
from catalog.text import localized
from marketplace.web.filters import money, number
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _

SMALL = 250
"""Up to so many grams or millilitres people compare by the hundred, above by the kilogram or the litre."""


def unit_price(per: Money, unit: str, largest: int) -> str:
    """`Rp9.800 per 100 g`: `per` is what 1000 of the unit cost, `largest` the largest content it stands beside."""
    by_hundred = largest <= SMALL
    text = money(Money((per.rupiah + 5) // 10) if by_hundred else per)
    if unit == ContentUnit.GRAM:
        return _("%(price)s per 100 g", price=text) if by_hundred else _("%(price)s per kg", price=text)
    return _("%(price)s per 100 ml", price=text) if by_hundred else _("%(price)s per litre", price=text)


def unit_prices(product: Product, variants: Iterable[Variant]) -> dict[str, str]:
    """What a kilogram or litre of each choice costs, by the code of the variant, all against the same amount; empty for
    crafts that are not priced by content."""
    if product.craft is None or product.craft.measure is not Measure.CONTENT:
        return {}
    known = [one for one in variants if one.content and one.content_unit]
    largest = max((one.content or 0 for one in known), default=0)
    return {
        one.code: unit_price(per_thousand(one.price, one.content or 1), one.content_unit or "", largest)
        for one in known
    }


def measured(product: Product) -> list[tuple[str, Any]]:
    """Rows of the facts: sizes of the head, size, content or weight, and what a set holds."""
    active = [one for one in product.variants if one.is_active]
    weighed = (
        _("Net content") if product.craft and product.craft.measure is Measure.CONTENT else _("Weight of the piece")
    )
    return [
        (_("Head size"), _head_sizes(active)),
        (_("Size of the piece"), per_choice(active, lambda one: size(one.measures))),
        (weighed, per_choice(active, lambda one: content(one.measures))),
        (_("The set holds"), set_lines(product)),
    ]


def size(measures: Measures) -> str:
    """`180 × 100 cm`, `diameter 20 cm, height 30 cm`; empty where nothing is known."""
    length, width, height, diameter = (
        cm(side) if side else ""
        for side in (measures.piece_length, measures.piece_width, measures.piece_height, measures.piece_diameter)
    )
    if length and width and not diameter:
        return f"{' × '.join(one for one in (length, width, height) if one)} cm"
    named = (
        (diameter, _("diameter %(size)s cm", size=diameter)),
        (length, _("length %(size)s cm", size=length)),
        (width, _("width %(size)s cm", size=width)),
        (height, _("height %(size)s cm", size=height)),
    )
    return ", ".join(text for side, text in named if side)


def content(measures: Measures) -> str:
    """`250 g`, `1,5 kg`, `300 ml`; empty where it is not known."""
    if not measures.content:
        return ""
    large = measures.content >= 1000
    figure = number(_plain(measures.content / 1000)) if large else number(measures.content)
    if measures.content_unit is ContentUnit.GRAM:
        return f"{figure} kg" if large else f"{figure} g"
    return _("%(figure)s litre", figure=figure) if large else f"{figure} ml"


def set_lines(product: Product) -> list[str]:
    """`1 × Kain, 180 × 100 cm`, one per kind of piece."""
    locale = current_locale()
    return [
        f"{one.count} × {localized(one, 'name', locale)}"
        + (f", {' × '.join(cm(side) for side in one.sides)} cm" if one.sides else "")
        for one in product.holds
    ]


def cm(side: int) -> str:
    return number(_plain(side / 10))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _head_sizes(variants: list[Variant]) -> str:
    locale = current_locale()
    values = {value.key: value for one in variants for value in one.values if value.option.key == HEAD_SIZE}
    return ", ".join(localized(values[key], "name", locale) for key in sorted(values))


def per_choice(variants: list[Variant], words: Callable[[Variant], str]) -> str | list[str]:
    """One text where all choices are alike, else one for each with its name, or for each value of the option that alone
    decides it."""
    locale = current_locale()
    rows = [([localized(value, "name", locale) for value in one.values], words(one)) for one in variants]
    if len({text for _names, text in rows}) <= 1:
        return rows[0][1] if rows else ""
    told = {" · ".join(names): text for names, text in rows}
    for place in range(min(len(names) for names, _text in rows)):
        of_value = {(names[place], text) for names, text in rows}
        if len(of_value) == len(dict(of_value)):
            told = {names[place]: text for names, text in rows}
    return [f"{name}: {text}" if name and name != text else text for name, text in told.items() if text]
