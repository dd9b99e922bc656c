"""Codes of the customs tariff: which may fit a piece and why, and whether a typed one is in the list.

The list is `data/hs_codes.csv` (see SOURCES.md there): codes of 6 digits, and a few headings of 4 where the rest depends
on weight or weave. A proposal is no ruling: only customs can say what a piece is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from catalog.errors import Invalid
from catalog.text import N_, fold, tidy

LENGTHS = (6, 8, 10)
_NO_CHAPTERS = ("00", "77", "98", "99")
"""77 is kept free, 98 and 99 are left to each country for its own use: no buyer abroad could do anything with them."""
_WORD = re.compile(r"[^\W_]+")
_WORTH = {"words": 4, "materials": 3, "techniques": 2, "crafts": 2}


@dataclass(frozen=True, slots=True)
class Tariff:
    """One code of the list; `text` is the official one, in English only. `note` says what is not sure about it."""

    code: str
    name: str
    name_en: str
    text: str
    note: str
    features: dict[str, frozenset[str]]
    unless: frozenset[str]
    needs: frozenset[str]

    @property
    def is_heading(self) -> bool:
        """Whether it is only the first four digits: somebody must choose the rest."""
        return len(self.code) < min(LENGTHS)

    @property
    def is_doubtful(self) -> bool:
        return bool(self.note)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A code that may fit; `because` holds (crafts, materials, techniques or words; slug or word) of what speaks for it."""

    tariff: Tariff
    because: tuple[tuple[str, str], ...]
    weight: int


@cache
def tariffs() -> tuple[Tariff, ...]:
    """The whole list in the order of the file."""
    text = files("catalog.tariff").joinpath("data/hs_codes.csv").read_text("utf-8")
    return tuple(
        Tariff(
            row["code"], row["name"], row["name_en"], row["text"], row["note"],
            {name: frozenset(row[name].split()) for name in _WORTH},
            frozenset(row["unless"].split()), frozenset(row["needs"].split()),
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def propose(
    craft: str | None, materials: Collection[str], techniques: Collection[str], text: str, limit: int = 4
) -> list[Proposal]:
    """What may fit a piece, the likeliest first. `text` is its title in both languages, the others are slugs."""
    said = frozenset(_WORD.findall(fold(text)))
    piece = {
        "crafts": frozenset({craft} if craft else ()),
        "materials": frozenset(materials),
        "techniques": frozenset(techniques),
        "words": said,
    }
    found = []
    for one in tariffs():
        shared = {name: one.features[name] & piece[name] for name in _WORTH}
        if one.unless & said or any(not shared[name] for name in one.needs):
            continue
        if not shared["crafts"] and not (shared["materials"] and shared["words"]):
            continue
        because = tuple((name, value) for name in _WORTH for value in sorted(shared[name]))
        found.append(Proposal(one, because, sum(worth for name, worth in _WORTH.items() if shared[name])))
    return sorted(found, key=lambda one: -one.weight)[:limit]


def read_code(typed: str) -> str:
    """A typed code as it is kept: digits alone, or empty. Invalid (field `hs_code`) for any other shape."""
    code = re.sub(r"[\s.\-–]", "", tidy(typed))
    if not code:
        return ""
    if not (code.isascii() and code.isdigit()):
        raise Invalid(N_("An HS code has digits alone, for example 6504.00."), field="hs_code")
    if len(code) not in LENGTHS:
        raise Invalid(
            N_("An HS code has 6, 8 or 10 digits, for example 6504.00; this one has %(count)s."),
            field="hs_code", count=len(code),
        )  # fmt: skip
    if code[:2] in _NO_CHAPTERS:
        raise Invalid(
            N_("The chapters of the tariff are 01 to 97 without 77, so %(chapter)s cannot stand first."),
            field="hs_code", chapter=code[:2],
        )  # fmt: skip
    return code


def find_tariff(code: str) -> Tariff | None:
    """What the list says of a code: the entry of its first six digits, else of its heading, else nothing."""
    known = {one.code: one for one in tariffs()}
    return known.get(code[:6]) or known.get(code[:4]) if code else None


def written(code: str) -> str:
    """As customs write it: 6504.00, 6504.00.10."""
    return ".".join([code[:4], *(code[at : at + 2] for at in range(4, len(code), 2))]) if code else ""
