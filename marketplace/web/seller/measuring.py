"""How sellers say how big and heavy a piece itself is, and how much is in it: part of the form of the variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from catalog.crafts.models import Measure
from catalog.products.measures import SIDES, ContentUnit, Measures
from catalog.products.models import Variant
from marketplace.web.seller.answers import Answer, centimetres, millimetres, whole

CONTENT = ("content", "content_unit")
FIELDS = (*CONTENT, *SIDES)


def folded(asks: str | None) -> tuple[str, ...]:
    """The fields that stand behind a fold, because buyers of the craft need not know them."""
    if asks in (Measure.SIZE, Measure.HEAD):
        return CONTENT
    return SIDES if asks else FIELDS


def kept(variant: Variant) -> dict[str, str]:
    """What the form shows of a variant."""
    measures = variant.measures
    row = {side: centimetres(length) if (length := getattr(measures, side)) else "" for side in SIDES}
    return {**row, "content": str(measures.content or ""), "content_unit": str(measures.content_unit or "")}


def as_first(row: dict[str, str], first: Mapping[str, str]) -> None:
    """Empty what a further row has in common with the first: it is taken from there."""
    for names in (CONTENT, SIDES):
        if all(row.get(name, "") == first.get(name, "") for name in names):
            row.update(dict.fromkeys(names, ""))


def answers(ask: Callable[..., Answer]) -> dict[str, Answer]:
    return {
        "content": ask("content", _("Net content or weight"), False, _("Without jar, box or packing.")),
        "content_unit": ask("content_unit", _("Unit")),
        "piece_length": ask("piece_length", _("Length")),
        "piece_width": ask("piece_width", _("Width")),
        "piece_height": ask("piece_height", _("Height")),
        "piece_diameter": ask("piece_diameter", _("Diameter")),
    }


def read(row: Mapping[str, str], first: Mapping[str, str]) -> Measures:
    """What was typed; a further row takes from the first what it leaves empty, all sides or none. What cannot be read
    becomes a figure that the service refuses by name."""
    content = row.get("content", "").strip()
    unit = row.get("content_unit", "")
    if not content:
        content, unit = first.get("content", "").strip(), first.get("content_unit", "")
    sides = {side: row.get(side, "").strip() for side in SIDES}
    if not any(sides.values()):
        sides = {side: first.get(side, "").strip() for side in SIDES}
    return Measures(
        content=(whole(content) or 0) if content else None,
        content_unit=_unit(unit) if content else None,
        **{side: (millimetres(text) or 0) if text else None for side, text in sides.items()},
    )


def _unit(text: str) -> ContentUnit | None:
    """Grams unless millilitres are chosen; None for anything else."""
    return ContentUnit(text or "g") if (text or "g") in set(ContentUnit) else None
