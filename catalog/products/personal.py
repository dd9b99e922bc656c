"""What a buyer may have made personal on a piece: a name to engrave, a size to cut to, a picture to work from.

A seller asks up to `FIELDS_MAX` questions of a product; each may cost something more per piece. Answers are checked here,
for the buyer who types them and for the cart in which they lie, so that a question that changed meanwhile is asked again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from catalog.codes import new_code
from catalog.errors import DomainError, Invalid, Several
from catalog.money import ZERO, Money, total
from catalog.text import N_, tidy

FIELDS_MAX = 4
LABEL_MAX = 60
HELP_MAX = 160
TEXT_MAX = 200
SIZE_MAX = 99_999
"""In tenths of the unit."""
EXTRA_MAX = Money(10_000_000)
_SIZE = re.compile(r"[0-9]{1,4}(?:[.,][0-9])?")
_CODE = re.compile(r"[a-z0-9]{6}")


class Kind(StrEnum):
    TEXT = "text"
    SIZE = "size"
    FILE = "file"
    """A picture, kept in the private storage; what is answered is its SHA-256."""


class Unit(StrEnum):
    CENTIMETRE = "cm"
    MILLIMETRE = "mm"
    METRE = "m"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `longest` is a text's greatest length in characters; `lowest` and `highest` bound a size, in tenths of
    its unit, both included; `price` is added to every piece that answers it."""

    code: str
    kind: Kind
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    is_required: bool = False
    price: Money = ZERO
    longest: int = 0
    lowest: int = 0
    highest: int = 0
    unit: Unit = Unit.CENTIMETRE

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Field:
        return cls(**{**kept, "kind": Kind(kept["kind"]), "price": Money(kept["price"]), "unit": Unit(kept["unit"])})

    def kept(self) -> dict[str, Any]:
        """As the column keeps it."""
        return {**asdict(self), "kind": self.kind.value, "price": self.price.rupiah, "unit": self.unit.value}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a buyer filled in, with the question as it was then: a snapshot for the order. A size is in tenths."""

    field: str
    kind: Kind
    label: str
    label_en: str
    value: str
    unit: str = ""
    price: Money = ZERO

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Answer:
        return cls(**{**kept, "kind": Kind(kept["kind"]), "price": Money(kept["price"])})

    def kept(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value, "price": self.price.rupiah}

    def shown(self, locale: str) -> str:
        """As people read it; a picture has no words."""
        if self.kind is Kind.SIZE:
            return f"{tenths(int(self.value), '.' if locale == 'en' else ',')} {self.unit}"
        return "" if self.kind is Kind.FILE else self.value


def fields_of(kept: Sequence[Mapping[str, Any]] | None) -> list[Field]:
    return [Field.of(one) for one in kept or ()]


def answers_of(kept: Sequence[Mapping[str, Any]] | None) -> list[Answer]:
    return [Answer.of(one) for one in kept or ()]


def key_of(answers: Sequence[Answer]) -> str:
    """What tells two personal pieces of one variant apart: empty for none, else 32 hexadecimal digits of what was answered."""
    if not answers:
        return ""
    said = json.dumps(sorted([one.field, one.value] for one in answers), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def extra(answers: Sequence[Answer]) -> Money:
    """What the answers add to the price of one piece."""
    return total(one.price for one in answers)


def read_answers(fields: Sequence[Field], given: Mapping[str, str], prefix: str = "personal-") -> list[Answer]:
    """The answers of a buyer, by the code of the question; what is empty is not answered.

    `given` holds texts and sizes as typed and the SHA-256 of pictures. Several names every question (`personal-<code>`)
    that misses its answer or has one that is not possible.
    """
    errors: list[DomainError] = []
    answers = []
    for field in fields:
        name = f"{prefix}{field.code}"
        try:
            value = _read(field, given.get(field.code, ""), name)
        except Invalid as error:
            errors.append(error)
            continue
        if value:
            unit = field.unit.value if field.kind is Kind.SIZE else ""
            answers.append(
                Answer(field.code, field.kind, field.label, field.label_en or field.label, value, unit, field.price)
            )
    if errors:
        raise Several(errors)
    return answers


def asked_again(fields: Sequence[Field], answers: Sequence[Answer]) -> list[Answer] | None:
    """The same answers to today's questions, with today's prices; None when they do not fit any more."""
    given = {one.field: tenths(int(one.value), ",") if one.kind is Kind.SIZE else one.value for one in answers}
    kinds = {one.code: (one.kind, one.unit.value if one.kind is Kind.SIZE else "") for one in fields}
    if any(kinds.get(one.field) != (one.kind, one.unit) for one in answers):
        return None
    try:
        return read_answers(fields, given)
    except Several:
        return None


def _read(field: Field, typed: str, name: str) -> str:
    value = tidy(typed)
    if not value:
        if field.is_required:
            message = (
                N_("Please choose a picture.") if field.kind is Kind.FILE else N_("The maker needs this to begin.")
            )
            raise Invalid(message, field=name)
        return ""
    if field.kind is Kind.TEXT:
        if len(value) > field.longest:
            message = N_("At most %(most)s characters fit; these are %(count)s.")
            raise Invalid(message, field=name, most=field.longest, count=len(value))
        return value
    if field.kind is Kind.SIZE:
        number = _tenths_of(value)
        if number is None or not field.lowest <= number <= field.highest:
            message = N_("Write a size from %(lowest)s to %(highest)s %(unit)s.")
            bounds = {"lowest": tenths(field.lowest, ","), "highest": tenths(field.highest, ",")}
            raise Invalid(message, field=name, **bounds, unit=field.unit.value)
        return str(number)
    return value


def tenths(number: int, point: str) -> str:
    """`565` as `56,5`, `560` as `56`."""
    return f"{number // 10}{point}{number % 10}" if number % 10 else str(number // 10)


def _tenths_of(text: str) -> int | None:
    if not _SIZE.fullmatch(text):
        return None
    whole, _point, tenth = text.replace(",", ".").partition(".")
    return int(whole) * 10 + int(tenth or 0)


def read_fields(rows: Sequence[Mapping[str, str]], known: Sequence[Field] = ()) -> list[Field]:
    """A seller's questions as typed: rows of code, kind, label, label_en, help, help_en, required, price, longest, lowest,
    highest, unit. Rows without a kind are left out, so that a question can be taken away; a new question needs one.

    A question keeps its code while its kind and unit stay, so that answers in carts still belong to it; `known` are those
    there are. Several names every wrong field, `label-1` for the first row.
    """
    errors: list[DomainError] = []
    fields: list[Field] = []
    codes = {one.code: one for one in known}
    for number, row in enumerate(rows[:FIELDS_MAX], 1):
        if not row.get("kind"):
            if tidy(row.get("label", "")) and not row.get("code"):
                text = N_("Choose a text, a size or a picture, or empty the question.")
                errors.append(Invalid(text, field=f"kind-{number}"))
            continue
        try:
            fields.append(_field(row, number, codes))
        except Several as error:
            errors.extend(error.errors)
    if sum(one.kind is Kind.FILE for one in fields) > 1:
        errors.append(Invalid(N_("One picture per piece is enough: ask for it once."), field="kind-1"))
    if errors:
        raise Several(errors)
    return fields


def _field(row: Mapping[str, str], number: int, known: Mapping[str, Field]) -> Field:
    errors: list[DomainError] = []

    def wrong(name: str, message: str, **params: Any) -> None:
        errors.append(Invalid(message, field=f"{name}-{number}", **params))

    def words(name: str, most: int) -> str:
        text = tidy(row.get(name, ""))
        if len(text) > most:
            wrong(name, N_("At most %(most)s characters."), most=most)
        return text

    kind = next((one for one in Kind if one.value == row["kind"]), None)
    if kind is None:
        wrong("kind", N_("Choose a text, a size or a picture."))
    label, label_en = words("label", LABEL_MAX), words("label_en", LABEL_MAX)
    if not label:
        wrong("label", N_("Write what you ask, for example “Name to engrave”."))
    help_, help_en = words("help", HELP_MAX), words("help_en", HELP_MAX)
    price = _price(row.get("price", ""))
    if price is None:
        wrong("price", N_("Write an amount in rupiah from 0 to %(most)s."), most=EXTRA_MAX)
    longest = lowest = highest = 0
    unit = next((one for one in Unit if one.value == row.get("unit", "")), Unit.CENTIMETRE)
    if kind is Kind.TEXT:
        typed = tidy(row.get("longest", ""))
        longest = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 3 else 0
        if not 1 <= longest <= TEXT_MAX:
            wrong("longest", N_("Write how many characters fit, from 1 to %(most)s."), most=TEXT_MAX)
    if kind is Kind.SIZE:
        low, high = _tenths_of(tidy(row.get("lowest", ""))), _tenths_of(tidy(row.get("highest", "")))
        if low is None or not 1 <= low <= SIZE_MAX:
            wrong("lowest", N_("Write the smallest size that you make, for example 54."))
        if high is None or not 1 <= high <= SIZE_MAX or (low is not None and high < low):
            wrong("highest", N_("Write the largest size that you make, not below the smallest."))
        lowest, highest = low or 0, high or 0
    if errors or kind is None:
        raise Several(errors)
    before = known.get(row.get("code", ""))
    same = before is not None and before.kind is kind and (kind is not Kind.SIZE or before.unit is unit)
    return Field(
        code=before.code if before is not None and same else new_code(6),
        kind=kind, label=label, label_en=label_en, help=help_, help_en=help_en,
        is_required=bool(row.get("required")), price=price or ZERO,
        longest=longest, lowest=lowest, highest=highest, unit=unit,
    )  # fmt: skip


def _price(typed: str) -> Money | None:
    text = tidy(typed)
    if not text:
        return ZERO
    try:
        price = Money.parse(text)
    except Invalid:
        return None
    return price if ZERO <= price <= EXTRA_MAX else None
