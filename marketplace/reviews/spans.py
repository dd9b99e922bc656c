"""How long both sides may speak, and when the buyer is asked. The start of the process hands the settings in."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.settings import Settings


@dataclass(frozen=True, slots=True)
class Spans:
    """Days of the clock after delivery."""

    review_days: int = 21
    ask_days: int = 4

    @classmethod
    def of(cls, settings: Settings) -> Spans:
        return cls(review_days=settings.review_days, ask_days=settings.review_ask_days)


_used = Spans()


def use(spans: Spans) -> None:
    """Let these spans hold in this process from now on."""
    global _used
    _used = spans


def spans() -> Spans:
    return _used
