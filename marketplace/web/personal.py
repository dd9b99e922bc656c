"""What is made personal, in forms: questions to the buyer, and what came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from catalog.errors import DomainError, Several
from catalog.products.models import Product
from catalog.products.personal import Answer, Field, Kind, tenths
from catalog.text import localized
from marketplace.carts import files
from marketplace.carts.models import PersonalFile
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import house
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.uploads import one_picture

LONGEST = 1_000
OWN_FIELDS = ("personal-", "option-")
"""What the names of the fields begin with beside which the page of a piece says what is wrong."""


@dataclass
class Filled:
    """What a buyer chose and typed on the page of a piece, and what is wrong with it, by name of the form's field."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    variant: str = ""
    product: str = ""
    quantity: str = "1"
    picked: dict[str, str] = field(default_factory=dict)
    """The value of each option, of a piece that has several (see `web.combinations`)."""

    def complain(self, error: DomainError) -> bool:
        """Whether all that is wrong is wrong with an answer or a choice."""
        found = error.errors if isinstance(error, Several) else [error]
        for one in found:
            if (one.field or "").startswith(OWN_FIELDS):
                self.errors.setdefault(one.field or "", []).append(sentence(one))
        return all((one.field or "").startswith(OWN_FIELDS) for one in found)


def name_of(asked: Field) -> str:
    return f"personal-{asked.code}"


def typed_answers(product: Product) -> dict[str, str]:
    """By the code of the question, as it came with the form."""
    return {
        one.code: request.form.get(name_of(one), "")[:LONGEST] for one in product.questions if one.kind is not Kind.FILE
    }


def received_file(product: Product) -> tuple[str, PersonalFile | None]:
    """(code of its question, the picture that came with the form, not yet in the database); decoded while others may write.

    Raises Invalid (`personal-<code>`) for what is no picture. Call it before anything is written.
    """
    asked = next((one for one in product.questions if one.kind is Kind.FILE), None)
    sent = request.files.get(name_of(asked)) if asked else None
    if asked is None or sent is None or not sent.filename:
        return (asked.code if asked else "", None)
    try:
        return asked.code, files.lay_down(house().ports.private, one_picture(sent))
    except DomainError as error:
        error.field = name_of(asked)
        raise


def questions(product: Product, filled: Filled | None) -> list[dict[str, Any]]:
    """The questions of a piece as the form draws them."""
    filled, locale = filled or Filled(), current_locale()
    rows = []
    for one in product.questions:
        hints = [localized(one, "help", locale)]
        if one.kind is Kind.TEXT:
            hints.append(_("At most %(most)s characters.", most=one.longest))
        elif one.kind is Kind.SIZE:
            point = "." if locale == "en" else ","
            lowest, highest = tenths(one.lowest, point), tenths(one.highest, point)
            hints.append(
                _("From %(lowest)s to %(highest)s %(unit)s.", lowest=lowest, highest=highest, unit=one.unit.value)
            )
        else:
            hints.append(_("A photo or drawing. Only the maker sees it."))
        if one.price:
            hints.append(_("Costs %(price)s more per piece.", price=one.price.format(locale)))
        rows.append(
            {
                "kind": {Kind.TEXT: "text", Kind.SIZE: "text", Kind.FILE: "file"}[one.kind],
                "is_size": one.kind is Kind.SIZE,
                "unit": one.unit.value,
                "longest": one.longest,
                "id": name_of(one),
                "name": name_of(one),
                "label": localized(one, "label", locale),
                "data": filled.typed.get(one.code, ""),
                "required": one.is_required,
                "errors": filled.errors.get(name_of(one), []),
                "hint": " ".join(text for text in hints if text),
            }
        )
    return rows


def filled_from(answers: Sequence[Answer]) -> Filled:
    """What was answered before, as the form shows it again."""
    point = "." if current_locale() == "en" else ","
    return Filled({one.field: tenths(int(one.value), point) if one.kind is Kind.SIZE else one.value for one in answers})


def given(typed: Mapping[str, str], code: str, file: PersonalFile | None) -> dict[str, str]:
    """The answers as `personal.read_answers` takes them: the picture stands there by its SHA-256."""
    return {**typed, code: file.sha256} if file is not None else dict(typed)
