"""How big and heavy a piece itself is, how much is in it, and what a set holds. The parcel is another matter.

Lengths are millimetres, content is grams or millilitres. What a craft asks of its pieces stands on the craft
(`Craft.measure`): sizes of the head, the content, the size or the weight of the piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.db import Quantity, choice
from catalog.errors import DomainError, Invalid, Several
from catalog.money import Money
from catalog.text import N_, tidy

CONTENT_MAX = 100_000
SIDE_MAX = 30_000
"""Thirty metres: a bale of cloth is longer than any parcel."""
HEAD_MIN, HEAD_MAX, HEAD_SPAN = 44, 66, 4
HEAD_SIZE = "head-size"
"""The key of the option whose values are circumferences of the head."""
SET_MAX = 12
SIDES = ("piece_length", "piece_width", "piece_height", "piece_diameter")


class ContentUnit(StrEnum):
    GRAM = "g"
    MILLILITRE = "ml"


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one variant; what is not known is None. `content` is what is paid for: no jar, no packing."""

    content: int | None = None
    content_unit: ContentUnit | None = None
    piece_length: int | None = None
    piece_width: int | None = None
    piece_height: int | None = None
    piece_diameter: int | None = None

    @property
    def has_size(self) -> bool:
        return any(getattr(self, side) is not None for side in SIDES)


class Measured:
    """The columns of a variant that tell its `Measures`."""

    content: Mapped[int | None] = mapped_column(Quantity)
    content_unit: Mapped[ContentUnit | None] = mapped_column(choice(ContentUnit, "content_unit"))
    piece_length: Mapped[int | None] = mapped_column(Quantity)
    piece_width: Mapped[int | None] = mapped_column(Quantity)
    piece_height: Mapped[int | None] = mapped_column(Quantity)
    piece_diameter: Mapped[int | None] = mapped_column(Quantity)

    @property
    def measures(self) -> Measures:
        return Measures(**{one.name: getattr(self, one.name) for one in fields(Measures)})

    @measures.setter
    def measures(self, given: Measures) -> None:
        for name, value in asdict(given).items():
            setattr(self, name, value)


MEASURE_CHECKS = (
    CheckConstraint("content > 0", name="content"),
    CheckConstraint("(content IS NULL) = (content_unit IS NULL)", name="content_stated"),
    CheckConstraint(
        "piece_length > 0 AND piece_width > 0 AND piece_height > 0 AND piece_diameter > 0", name="piece_size"
    ),
)


def wrong_measures(given: Measures | None, at: str) -> list[DomainError]:
    """What is wrong with the measures of one variant; fields are `<at>-<name of the measure>`."""
    errors: list[DomainError] = []
    if given is None:
        return errors
    if given.content is not None and not _is_between(given.content, CONTENT_MAX):
        errors.append(
            Invalid(
                N_("Write how much is in it as a whole number, from 1 to %(limit)s."),
                field=f"{at}-content", limit=CONTENT_MAX,
            )
        )  # fmt: skip
    if given.content is not None and given.content_unit not in set(ContentUnit):
        errors.append(Invalid(N_("Choose gram or millilitre."), field=f"{at}-content_unit"))
    errors.extend(
        Invalid(
            N_("Write the size of the piece in centimetres, from 0.1 to %(limit)s."),
            field=f"{at}-{side}", limit=SIDE_MAX // 10,
        )
        for side in SIDES
        if (length := getattr(given, side)) is not None and not _is_between(length, SIDE_MAX)
    )  # fmt: skip
    if not errors and given.has_size and given.piece_diameter is None and given.piece_width and not given.piece_length:
        errors.append(Invalid(N_("Write the length too."), field=f"{at}-piece_length"))
    return errors


def per_thousand(price: Money, content: int) -> Money:
    """What a kilogram or a litre costs, rounded half up; the lists of `catalog.search.cards` reckon alike."""
    return Money((price.rupiah * 1000 + content // 2) // content)


_HEAD = re.compile(r"([0-9]{2})(?:\s*[-–]\s*([0-9]{2}))?(?:\s*cm)?", re.IGNORECASE)


def head_size(text: str) -> tuple[str, str]:
    """(key, name) of a circumference of the head as people type it: `57`, `57-58 cm` → `57-58`, `57–58 cm`."""
    match = _HEAD.fullmatch(tidy(text))
    low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not HEAD_MIN <= low <= high <= HEAD_MAX or high - low > HEAD_SPAN:
        raise Invalid(
            N_("Write head sizes in centimetres from %(low)s to %(high)s, such as 57 or 57–58."),
            low=HEAD_MIN, high=HEAD_MAX,
        )  # fmt: skip
    return (f"{low}", f"{low} cm") if low == high else (f"{low}-{high}", f"{low}–{high} cm")


@dataclass(frozen=True, slots=True)
class SetPiece:
    """One kind of piece in a set; sides in millimetres, the first two or all three or none."""

    name: str
    name_en: str = ""
    count: int = 1
    sides: tuple[int, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> SetPiece:
        return cls(kept["name"], kept.get("name_en", ""), kept.get("count", 1), tuple(kept.get("sides", ())))

    def kept(self) -> dict[str, Any]:
        """As the column keeps it."""
        return {"name": self.name, "name_en": self.name_en, "count": self.count, "sides": list(self.sides)}

    def line(self) -> str:
        """As `read_set` reads it: `2 × Kain / Cloth, 180 × 100 cm`."""
        count = f"{self.count} × " if self.count > 1 else ""
        english = f" / {self.name_en}" if self.name_en else ""
        return f"{count}{self.name}{english}" + (f", {sides_in_cm(self.sides)} cm" if self.sides else "")


_SIDE = r"([0-9]{1,4}(?:[.,][0-9])?)"
_SET_LINE = re.compile(
    rf"(?:([0-9]{{1,3}})\s*[x×]\s*)?([^/]*?)(?:\s*/\s*([^/]*?))?"
    rf"(?:[,\s]\s*{_SIDE}\s*[x×]\s*{_SIDE}(?:\s*[x×]\s*{_SIDE})?\s*(?:cm)?)?",
    re.IGNORECASE,
)


_LEFT_OVER = re.compile(r"[0-9]\s*[x×]|[x×]\s*[0-9]", re.IGNORECASE)
"""A count or a side that was not understood is no part of a name."""


def read_set(text: str) -> list[SetPiece]:
    """What a set holds as people type it, one kind of piece a line; Several names every line that cannot be read."""
    lines = [line for line in (tidy(one) for one in (text or "").splitlines()) if line]
    errors: list[DomainError] = []
    pieces: list[SetPiece] = []
    if len(lines) > SET_MAX:
        errors.append(Invalid(N_("A set has at most %(limit)s lines."), field="set_pieces", limit=SET_MAX))
    for number, line in enumerate(lines[:SET_MAX], 1):
        match = _SET_LINE.fullmatch(line)
        count = int(match[1] or 1) if match else 0
        name, english = (tidy(match[2]), tidy(match[3])) if match else ("", "")
        sides = tuple(_millimetres(one) for one in match.groups()[3:] if one) if match else ()
        is_clear = match is not None and not _LEFT_OVER.search(f"{name} / {english}")
        if not is_clear or not 1 <= len(name) <= 60 or len(english) > 60 or not 1 <= count <= 99:
            errors.append(
                Invalid(
                    N_("Line %(line)s: write it like “Kain / Cloth, 180 × 100 cm” or “6 × Tatakan”."),
                    field="set_pieces", line=number,
                )
            )  # fmt: skip
        elif not all(_is_between(side, SIDE_MAX) for side in sides):
            errors.append(
                Invalid(
                    N_("Line %(line)s: a side is longer than nothing and at most %(limit)s cm."),
                    field="set_pieces", line=number, limit=SIDE_MAX // 10,
                )
            )  # fmt: skip
        pieces.append(SetPiece(name, english, count, sides))
    if pieces and not errors and sum(one.count for one in pieces) < 2:
        errors.append(Invalid(N_("A set holds at least two pieces; leave this empty for one."), field="set_pieces"))
    if errors:
        raise Several(errors)
    return pieces


def sides_in_cm(sides: Iterable[int]) -> str:
    """`180 × 100`, `12,5 × 8`: as forms take and give them."""
    return " × ".join(f"{side // 10},{side % 10}" if side % 10 else str(side // 10) for side in sides)


def _millimetres(text: str) -> int:
    whole, _point, tenth = text.replace(",", ".").partition(".")
    return int(whole) * 10 + int(tenth or 0)


def _is_between(value: object, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= high
