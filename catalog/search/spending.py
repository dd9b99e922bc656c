"""What a query says of money: "batik di bawah 200 ribu" asks for batik, and for what it may cost.

As with places, such words are no words of documents. They are not looked for, and the list within the price is offered
beside what was found. A lone number is no price: it may be a size, a weight, or how many there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from catalog.search.query import MAX_PRICE

_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,9}(?:[.,][0-9]{1,2})?"
_UNIT = r"\s*(?:ribuan|ribu|rb|juta|jt|rupiah|idr|rp)|k"
_UP_TO = r"di ?bawah|bawah|kurang dari|maks(?:imal)?|max|paling mahal|sampai|hingga|under|below|up to|less than|<=?|≤"
_FROM = r"di ?atas|lebih dari|min(?:imal)?|mulai(?: dari)?|above|over|more than|>=?|≥"
_TO = r"\s*(?:-|–|s/d|sampai|hingga|dan|to|and)\s*"
_SPENDING = re.compile(
    rf"(?<![^\W_])(?:(?P<up>{_UP_TO})|(?P<from>{_FROM})|antara|between)?\s*"
    rf"(?:(?P<low_sign>rp\.?|idr)?\s*(?P<low>{_NUMBER})(?P<low_unit>{_UNIT})?{_TO})?"
    rf"(?P<sign>rp\.?|idr)?\s*(?<![0-9.,])(?P<number>{_NUMBER})(?P<unit>{_UNIT})?(?![^\W_]|[.,][0-9])"
)
_TIMES = {"ribuan": 1_000, "ribu": 1_000, "rb": 1_000, "k": 1_000, "juta": 1_000_000, "jt": 1_000_000}
_THOUSANDS = re.compile(r"[.,][0-9]{3}")
_LEAST, _LEAST_ALONE = 1_000, 10_000
"""The lowest sum, and the lowest that is one by its points alone: "1.000 butir" is none."""

_CARATS = 24
"""Gold is of 24k, which is no price."""


@dataclass(frozen=True, slots=True)
class Spending:
    """Whole rupiah, of which one may be None; and the rest of what was asked."""

    low: int | None
    high: int | None
    rest: str


def spending_in(text: str) -> Spending | None:
    """The first price that a folded text names, None where it names none."""
    for match in _SPENDING.finditer(text):
        unit = (match["unit"] or "").strip()
        high = _rupiah(match["number"], unit)
        is_said = any(match[part] for part in ("sign", "low_sign", "unit", "up", "from"))
        is_written_out = bool(_THOUSANDS.search(match["number"])) and high >= _LEAST_ALONE
        if (
            not (is_said or is_written_out)
            or not _LEAST <= high <= MAX_PRICE
            or (unit == "k" and high <= _CARATS * 1_000)
        ):
            continue
        rest = " ".join((text[: match.start()] + " " + text[match.end() :]).split())
        if match["low"]:
            low = _rupiah(match["low"], (match["low_unit"] or unit).strip())
            return Spending(min(low, high), max(low, high), rest)
        return Spending(high, None, rest) if match["from"] else Spending(None, high, rest)
    return None


def without_spending(text: str) -> str:
    """A folded text without what it says of money."""
    found = spending_in(text)
    return found.rest if found else text


def _rupiah(number: str, unit: str) -> int:
    if _THOUSANDS.search(number):
        number = re.sub(r"[.,]", "", number)
    return round(float(number.replace(",", ".")) * _TIMES.get(unit, 1))
