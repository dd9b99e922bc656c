"""Questions of forms that repeat (variants, photos, stock), in the shape that the `field` component draws."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _

from catalog.errors import DomainError, Several
from catalog.products.personal import tenths
from marketplace.web.errors import sentence
from marketplace.web.locale import current_locale

LONGEST = 300


@dataclass
class Answer:
    name: str
    label: str
    data: str = ""
    required: bool = False
    errors: list[str] = field(default_factory=list)
    description: str = ""

    @property
    def id(self) -> str:
        return self.name


class Complaints:
    """What is wrong, per field and above the form; `errors` feeds the `form_errors` component."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self.errors)

    def add(self, name: str, text: str) -> None:
        self.errors.setdefault(name, []).append(text)

    def take(self, error: DomainError, rename: dict[str, str] | None = None) -> None:
        """A domain error's sentences; `rename` maps its fields to ours, an unknown field stands above the form."""
        for one in error.errors if isinstance(error, Several) else [error]:
            name = one.field or ""
            self.add((rename or {}).get(name, name), sentence(one))

    def show_at(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            answer.errors = self.errors.get(answer.name, [])


def whole(text: str) -> int | None:
    """A plain whole number of at most nine digits, with or without points or commas between thousands, as money is
    read; None for anything else."""
    text = text.strip().replace(" ", "")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,3}(,[0-9]{3})+", text):
        text = text.replace(".", "").replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def millimetres(text: str) -> int | None:
    """Centimetres as people type them (`30`, `12,5`) in millimetres; None for anything else."""
    match = re.fullmatch(r"([0-9]{1,5})(?:[.,]([0-9]))?", text.strip())
    return int(match[1]) * 10 + int(match[2] or 0) if match else None


def centimetres(side: int) -> str:
    """Millimetres as centimetres: `30`, `12,5`, in English `12.5`."""
    return tenths(side, decimal_sign())


def decimal_sign() -> str:
    """What the reader writes before tenths."""
    return "." if current_locale() == "en" else ","


def not_a_number() -> str:
    return _("Write a whole number, for example 3.")
