"""Between which shares of the price a deposit may lie. The start of the process hands the settings in; tests their own."""

from __future__ import annotations

from dataclasses import dataclass

HIGHEST = 90
"""What the database takes at most."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Whole percents, both possible."""

    least: int = 30
    most: int = 70

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most <= HIGHEST:
            raise ValueError(f"deposits lie between 1 and {HIGHEST} percent")


_used = Bounds()


def use(bounds: Bounds) -> None:
    """Let these bounds hold in this process from now on."""
    global _used
    _used = bounds


def bounds() -> Bounds:
    return _used
