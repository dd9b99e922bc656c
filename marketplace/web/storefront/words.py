"""The names behind facet values, in the page's language. Cards are made in `web/pieces.py`."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import literal, select, union_all

from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db
from marketplace.web.caching import present_edition
from marketplace.web.filters import place
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown, promise_note, show, shown

_kept: tuple[int, dict[str, dict[str, tuple[str, str]]]] = (-1, {})


def _names() -> dict[str, dict[str, tuple[str, str]]]:
    """facet → slug → (Indonesian, English), read once per edition of the catalog."""
    global _kept
    present = present_edition()
    number, names = _kept
    if number != present:
        models: dict[str, Any] = {"craft": Craft, "technique": Technique, "material": Material, "motif": Motif}
        names = {facet: {} for facet in models}
        parts = [select(literal(facet), one.slug, one.name, one.name_en) for facet, one in models.items()]
        for facet, slug, name, name_en in db.session.execute(union_all(*parts)):
            names[facet][slug] = (name, name_en)
        _kept = (present, names)
    return names


def label(facet: str, value: str) -> str:
    """What a person calls this value of this facet; the value itself when nobody knows it."""
    if facet == "place":
        return place(value)
    if facet == "fulfilment":
        return _("Ready to ship") if value == "ready" else _("Made to order")
    if facet == "in_stock":
        return _("In stock")
    name, name_en = _names().get(facet, {}).get(value, (value, ""))
    return name_en if current_locale() == "en" and name_en else name


__all__ = ["Shown", "label", "promise_note", "show", "shown"]
