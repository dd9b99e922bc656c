"""The difference that a staged change makes, as rows that a person can read: words taken out and put in, pictures,
prices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _

from catalog.crafts.queries import list_crafts, list_materials, list_motifs, list_techniques
from catalog.media.models import Image
from catalog.money import Money
from catalog.products.prices import list_spans
from catalog.products.staging import Choices
from catalog.text import localized
from marketplace.curation.changes import OPTIONS, Difference, difference
from marketplace.curation.models import Submission
from marketplace.sellers.models import Seller
from marketplace.web.filters import money
from marketplace.web.locale import current_locale
from marketplace.web.price_steps import Steps, steps_of

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")

Part = tuple[str, str]
"""("same" | "del" | "ins", text)"""


@dataclass(frozen=True)
class Row:
    """One thing that changes. Words have `parts`; photos `gone` and `come`; a price `cost` (before, after), what many
    cost each, and its history as `steps`."""

    label: str
    parts: list[Part] = field(default_factory=list)
    lang: str = ""
    gone: list[Image] = field(default_factory=list)
    come: list[Image] = field(default_factory=list)
    cost: tuple[Money, Money] | None = None
    steps: Steps | None = None


def parts(before: str, after: str) -> list[Part]:
    """Both texts in one line of reading: what stays, what goes, what comes, cut between words."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Part] = []
    for deed, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for kind, text in (
            (("same", "".join(old[a:b])),)
            if deed == "equal"
            else (("del", "".join(old[a:b])), ("ins", "".join(new[c:d])))
        ):
            if text:
                found.append((kind, text))
    return found


def rows(submission: Submission, seller: Seller | None) -> list[Row]:
    """What would change on the piece as it is on sale now."""
    found = difference(submission)
    names = _Names(found, seller)
    spans = list_spans([one.variant.id for one in found if one.variant is not None])
    return [_row(one, submission, names, spans) for one in found]


def _row(one: Difference, submission: Submission, names: _Names, spans: dict[int, Any]) -> Row:
    label = labels().get(one.field, one.field)
    if one.field == "pictures":
        return Row(label, gone=one.before, come=one.after)
    if one.field == OPTIONS:
        return Row(label, parts=parts(_choices(one.before), _choices(one.after)))
    if one.variant is not None:
        (price, breaks), (new_price, new_breaks) = one.before, one.after
        choice = " · ".join(localized(value, "name", current_locale()) for value in one.variant.values)
        return Row(
            f"{label}: {choice}" if choice else label,
            parts=parts(_breaks(breaks), _breaks(new_breaks)) if breaks != new_breaks else [],
            cost=(price, new_price),
            steps=steps_of(spans[one.variant.id], submission.product.published_at) if one.variant.id in spans else None,
        )
    return Row(
        label,
        parts=parts(names.told(one.field, one.before), names.told(one.field, one.after)),
        lang="en" if one.field.endswith("_en") else "id" if one.field in ("title", "description") else "",
    )


def labels() -> dict[str, str]:
    """Fields of `staging.LOOKED_AT`, choices, prices and pictures as people call them."""
    return {
        "title": _("Title"),
        "title_en": _("Title in English"),
        "maker": _("Who made it"),
        "craft": _("Craft"),
        "description": _("Description"),
        "description_en": _("Description in English"),
        "set_pieces": _("What the set holds"),
        "materials": _("What it is made of"),
        "techniques": _("How it was made"),
        "motifs": _("Motifs"),
        "dye": _("Dye"),
        "animal_material": _("Animal material"),
        "options": _("Choices"),
        "prices": _("Price"),
        "pictures": _("Photos"),
    }


def _choices(options: Choices) -> str:
    """One option a line, each name in both languages."""

    def both(one: dict[str, Any]) -> str:
        return f"{one['name']} / {one['name_en']}" if one["name_en"] else str(one["name"])

    return "\n".join(f"{both(option)}: {', '.join(both(one) for one in option['values'])}" for option in options)


def _breaks(breaks: Sequence[tuple[int, Money]]) -> str:
    return "\n".join(
        _("From %(quantity)s: %(price)s each", quantity=quantity, price=money(each)) for quantity, each in breaks
    )


class _Names:
    """The names of the slugs that the differences are about, read once for each kind."""

    def __init__(self, found: Sequence[Difference], seller: Seller | None) -> None:
        lists: dict[str, Any] = {
            "craft": list_crafts, "materials": list_materials, "techniques": list_techniques, "motifs": list_motifs,
        }  # fmt: skip
        locale = current_locale()
        self.names: dict[str, dict[str, str]] = {
            one.field: {term.slug: localized(term, "name", locale) for term in lists[one.field]()}
            for one in found
            if one.field in lists
        }
        self.names["maker"] = {one.code: one.name for one in seller.makers} if seller else {}
        self.names["dye"] = dict(dyes())
        self.names["animal_material"] = {**dict(animals()), "unknown": ""}

    def told(self, field: str, value: Any) -> str:
        names = self.names.get(field, {})
        if isinstance(value, list):
            return ", ".join(sorted(str(names.get(one, one)) for one in value))
        return str(names.get(value, value))


def dyes() -> list[tuple[str, str]]:
    return [
        ("natural", _("Natural dye")),
        ("synthetic", _("Synthetic dye")),
        ("mixed", _("Both natural and synthetic")),
        ("undyed", _("Not dyed")),
    ]


def animals() -> list[tuple[str, str]]:
    return [
        ("none", _("No animal material")),
        ("silk", _("Silk")),
        ("leather", _("Leather")),
        ("bone", _("Bone or horn")),
        ("wax", _("Wax")),
    ]
