"""Rupiah as whole numbers. No float ever becomes money; every split adds up to what was split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering

from catalog.errors import Invalid
from catalog.text import N_

LIMIT = 10**15  # far above any purchase, far below 2**63: a sum of thousands still fits 64 bits


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"money takes whole rupiah, not {type(value).__name__}")
    return value


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A sum in whole rupiah; negative sums exist (refunds, differences)."""

    rupiah: int

    def __post_init__(self) -> None:
        if abs(_whole(self.rupiah)) > LIMIT:
            raise OverflowError("a sum beyond Rp1.000.000.000.000.000")

    def __add__(self, other: Money) -> Money:
        return Money(self.rupiah + other.rupiah)

    def __radd__(self, other: int) -> Money:
        if other == 0:  # the start value of sum()
            return self
        return NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.rupiah - other.rupiah)

    def __neg__(self) -> Money:
        return Money(-self.rupiah)

    def __mul__(self, count: int) -> Money:
        return Money(self.rupiah * _whole(count))

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.rupiah < other.rupiah

    def __bool__(self) -> bool:
        return self.rupiah != 0

    def __str__(self) -> str:
        return self.format()

    def share(self, basis_points: int) -> Money:
        """`basis_points` hundredths of a percent of this sum, rounded half up away from zero."""
        product = abs(self.rupiah) * _whole(basis_points)
        rounded = (product * 2 + 10_000) // 20_000
        return Money(rounded if self.rupiah >= 0 else -rounded)

    def without(self, basis_points: int) -> Money:
        """What it was before `basis_points` hundredths of a percent were put on top, rounded half up away from zero."""
        whole = 10_000 + _whole(basis_points)
        rounded = (abs(self.rupiah) * 20_000 + whole) // (2 * whole)
        return Money(rounded if self.rupiah >= 0 else -rounded)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """This sum over `weights` by the largest remainder: parts in the order of the weights, adding up exactly."""
        whole = sum(weights)
        if whole <= 0 or any(weight < 0 for weight in weights):
            if self.rupiah == 0:
                return [Money(0)] * len(weights)
            raise ValueError("cannot split a sum over no weight")
        sign, size = (1, self.rupiah) if self.rupiah >= 0 else (-1, -self.rupiah)
        parts = [size * weight // whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
        for i in by_remainder[: size - sum(parts)]:
            parts[i] += 1
        return [Money(sign * part) for part in parts]

    def format(self, locale: str = "id") -> str:
        """`Rp1.250.000` in Indonesian, `Rp1,250,000` in English; a minus sign before the symbol."""
        digits = f"{abs(self.rupiah):,}"
        if locale != "en":
            digits = digits.replace(",", ".")
        return f"{'−' if self.rupiah < 0 else ''}Rp{digits}"

    @classmethod
    def parse(cls, text: str, field: str | None = None) -> Money:
        """Read what a person types: `1250000`, `1.250.000`, `Rp 1.250.000,00`, `1,250,000`.

        Dots and commas group by three; a last group of two zeros is cents and must be zero. `1.250` means 1250.
        Raises Invalid, naming the field, for anything else (`1,5`, `12abc`, a negative sum).
        """
        raw = re.sub(r"^(rp\.?|idr)\s*", "", text.strip().casefold()).replace(" ", "").replace("\u00a0", "")
        raw = re.sub(r"[.,]00$|,-$", "", raw) if re.search(r"[.,]\d{3}([.,]00|,-)$|^\d+(,00|,-)$", raw) else raw
        if re.fullmatch(r"[0-9]{1,15}", raw):
            return cls(int(raw))
        if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){1,4}|[0-9]{1,3}(,[0-9]{3}){1,4}", raw):
            return cls(int(raw.replace(".", "").replace(",", "")))
        raise Invalid(N_("Write the sum in whole rupiah, for example %(sum)s."), field=field, sum=EXAMPLE)


ZERO = Money(0)
EXAMPLE = Money(1_250_000)
"""What people are shown where they shall write a sum."""


def total(sums: Iterable[Money]) -> Money:
    """The sum of `sums`; Rp0 for none."""
    return Money(sum(one.rupiah for one in sums))
