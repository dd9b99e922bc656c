"""A history of prices as a picture: steps over the last year, drawn on the server as one SVG path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog import clock
from catalog.money import Money
from catalog.products.models import PriceSpan

WIDTH, HEIGHT, EDGE = 320, 90, 6
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Steps:
    """`path` fits a box of WIDTH × HEIGHT; `rows` say the same in words: from which day, which price."""

    path: str
    end: tuple[float, float]
    lowest: Money
    highest: Money
    rows: list[tuple[datetime, Money]]


def steps_of(spans: Sequence[PriceSpan], published_at: datetime | None, now: datetime | None = None) -> Steps:
    """The prices of one variant since it went on sale, a year at most; `spans` from the oldest to the present one."""
    now = now or clock.now()
    first = max(now - YEAR, published_at or spans[0].since)
    # What is off sale has no open price, and after a year none that was asked within it.
    shown = [one for one in spans if one.until is None or one.until > first] or list(spans[-1:])
    begin = max(first, shown[0].since)
    lowest, highest = min(one.price for one in shown), max(one.price for one in shown)
    room = max((now - begin).total_seconds(), 1.0)
    height = max(highest.rupiah - lowest.rupiah, 1)

    def across(moment: datetime) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * max((moment - begin).total_seconds(), 0) / room, 1)

    def down(price: Money) -> float:
        return round(EDGE + (HEIGHT - 2 * EDGE) * (highest.rupiah - price.rupiah) / height, 1)

    parts = [f"M{across(shown[0].since)} {down(shown[0].price)}"]
    parts += [f"H{across(one.since)}V{down(one.price)}" for one in shown[1:]]
    end = (across(now), down(shown[-1].price))
    return Steps(
        "".join([*parts, f"H{end[0]}"]), end, lowest, highest, [(max(one.since, begin), one.price) for one in shown]
    )
