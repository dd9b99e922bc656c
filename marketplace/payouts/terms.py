"""From which sum on shops are paid, and how long a new bank account waits. The start of the process hands the settings
in; tests their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from catalog.money import Money
from marketplace.settings import Settings


@dataclass(frozen=True, slots=True)
class PayoutTerms:
    minimum: Money = Money(50_000)
    """Unless the shop chooses another."""
    cooling: timedelta = timedelta(hours=72)

    @classmethod
    def of(cls, settings: Settings) -> PayoutTerms:
        return cls(Money(settings.payout_minimum), timedelta(hours=settings.payout_cooling_hours))


_used = PayoutTerms()


def use(terms: PayoutTerms) -> None:
    """Let these hold in this process from now on."""
    global _used
    _used = terms


def terms() -> PayoutTerms:
    return _used
