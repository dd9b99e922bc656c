"""The names behind facet values and card notes, in the page's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from catalog import clock
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db
from catalog.edition import edition
from catalog.inventory.workdays import add as add_working_days
from catalog.places.queries import find_place
from catalog.search.cards import Card, list_cards
from catalog.text import localized
from marketplace.web.filters import day_short
from marketplace.web.locale import current_locale

_kept: tuple[int, dict[str, dict[str, tuple[str, str]]]] = (-1, {})


def _names() -> dict[str, dict[str, tuple[str, str]]]:
    """facet → slug → (Indonesian, English), read once per edition of the catalog."""
    global _kept
    if "edition" not in g:
        g.edition = edition()
    number, names = _kept
    if number != g.edition:
        names = {}
        for facet, model in (("craft", Craft), ("technique", Technique), ("material", Material), ("motif", Motif)):
            rows = db.session.execute(select(model.slug, model.name, model.name_en))
            names[facet] = {slug: (name, name_en) for slug, name, name_en in rows}
        _kept = (g.edition, names)
    return names


def label(facet: str, value: str) -> str:
    """What a person calls this value of this facet; the value itself when nobody knows it."""
    if facet == "place":
        place = find_place(value)
        return place.full_name if place else value
    if facet == "fulfilment":
        return _("Ready to ship") if value == "ready" else _("Made to order")
    if facet == "in_stock":
        return _("In stock")
    name, name_en = _names().get(facet, {}).get(value, (value, ""))
    return name_en if current_locale() == "en" and name_en else name


@dataclass(frozen=True)
class Shown:
    """A card as the `card` component draws it."""

    url: str
    title: str
    maker: str
    place: str
    price: Any
    from_price: bool
    old_price: Any
    note: str
    promise: str
    badge: str
    image: Any
    sold_out: bool
    code: str


def promise_note(card: Card) -> str:
    """One line on when it can be had."""
    if card.is_made_to_order:
        ready = add_working_days(clock.today(), card.lead_days or 0)
        return _("Made to order · ready %(day)s", day=day_short(ready))
    if not card.in_stock:
        return _("Sold out")
    if card.left is not None and card.left <= 3:
        return ngettext("Ready to ship · only one", "Ready to ship · %(num)d left", card.left)
    return _("Ready to ship")


def show(card: Card, badge: str = "") -> Shown:
    locale = current_locale()
    return Shown(
        url=url_for("storefront.products.show", name=f"{card.slug}-{card.code}"),
        title=localized(card, "title", locale),
        maker=card.maker,
        place=card.place,
        price=card.price,
        from_price=card.from_price,
        old_price=None,
        note=promise_note(card),
        promise=card.promise,
        badge=badge,
        image=card.image,
        sold_out=card.sold_out,
        code=card.code,
    )


def shown(codes: list[str] | tuple[str, ...], badge: Callable[[str], str] | None = None) -> list[Shown]:
    """Cards of these products in this order; products that are no longer live fall out."""
    return [show(card, badge(card.code) if badge else "") for card in list_cards(codes)]
