"""The names behind facet values, in the page's language. Cards are made in `web/pieces.py`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app
from sqlalchemy import literal, select, union_all

from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db
from catalog.products.queries import list_value_names
from marketplace.web.caching import present_edition
from marketplace.web.filters import place
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown, dyes, promise_note, show, shown
from marketplace.web.speech import gettext as _

_TAXONOMY: dict[str, Any] = {"craft": Craft, "technique": Technique, "material": Material, "motif": Motif}

_ALL = union_all(*(select(literal(facet), one.slug, one.name, one.name_en) for facet, one in _TAXONOMY.items()))
_SLOT = "kriyaloka.names"


def _names() -> dict[str, dict[str, tuple[str, str]]]:
    """facet → slug → (Indonesian, English), read once per edition of the catalog; see also `learn`."""
    present = present_edition()
    kept: tuple[int, dict[str, dict[str, tuple[str, str]]]] = current_app.extensions.get(_SLOT, (-1, {}))
    number, names = kept
    if number != present:
        names = {facet: {} for facet in _TAXONOMY}
        for facet, slug, name, name_en in db.session.execute(_ALL):
            names[facet][slug] = (name, name_en)
        current_app.extensions[_SLOT] = (present, names)
    return names


def named(choices: Iterable[tuple[str, str]]) -> tuple[tuple[str, str] | None, ...]:
    """What these (facet, value) are called in both languages today: a part of what a list of them shows."""
    names = _names()
    return tuple(names[facet].get(value) if facet in names else None for facet, value in choices)


def label(facet: str, value: str) -> str:
    """What a person calls this value of this facet; the value itself when nobody knows it."""
    if facet == "place":
        return place(value)
    if facet == "fulfilment":
        return _("Ready to ship") if value == "ready" else _("Made to order")
    if facet == "in_stock":
        return _("In stock")
    if facet == "dye":
        return dyes().get(value, value)
    return _in_locale(*_names().get(facet, {}).get(value, (value, "")))


def learn(choices: Iterable[tuple[str, str]]) -> None:
    """Read the names of values that sellers gave to options, (option, value), for `label` to know; one query at most."""
    names = _names()
    unknown = [(option, value) for option, value in choices if value not in names.setdefault(option, {})]
    if unknown:
        for (option, value), name in list_value_names(unknown).items():
            names[option][value] = name


def _in_locale(name: str, name_en: str) -> str:
    return name_en if current_locale() == "en" and name_en else name


__all__ = ["Shown", "label", "learn", "promise_note", "show", "shown"]
