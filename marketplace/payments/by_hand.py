"""From which sum on the word of one operator is not enough. The start of the process hands the settings in; tests their
own."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.money import Money
from marketplace.settings import Settings


@dataclass(frozen=True, slots=True)
class Limit:
    highest: Money = Money(5_000_000)
    """What one operator confirms or sends back alone."""

    @classmethod
    def of(cls, settings: Settings) -> Limit:
        return cls(Money(settings.by_hand_limit))


_used = Limit()


def use(limit: Limit) -> None:
    """Let this hold in this process from now on; what has been asked for keeps the limit of its day."""
    global _used
    _used = limit


def highest() -> Money:
    """The largest sum for which one operator is enough."""
    return _used.highest


def needs_two(sum_: Money) -> bool:
    """Whether a second operator has to look at this sum."""
    return sum_ > _used.highest
