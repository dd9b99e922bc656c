"""What pieces are worth when money goes back, in one rule.

1. What was paid for the goods (each line without what vouchers took off it) falls on the lines by what was paid for
   each, split by the largest remainder; the sum is exactly what was paid.
2. What was paid for shipping falls on the lines in the same way. It goes back where the pieces or their way were at fault; whoever
   changes their mind bears it.
3. Within a line the pieces are counted through: the share of the pieces k+1 to k+n is the share of the first k+n minus
   the share of the first k, each rounded down. Sent back one by one or all at once, it comes to the same sum.

Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.money import Money


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for one line: for its pieces, and as its part of the shipping."""

    items: Money
    shipping: Money


def shares(lines: Sequence[Money], goods: Money, shipping: Money) -> list[Paid]:
    """`goods` and `shipping` over lines of these prices. Lines that all cost nothing share equally."""
    weights = [line.rupiah for line in lines]
    if not any(weights):
        weights = [1] * len(weights)
    return [Paid(*both) for both in zip(goods.split(weights), shipping.split(weights), strict=True)]


def part(whole: Money, quantity: int, before: int, pieces: int) -> Money:
    """The share of `pieces` of `quantity`, `before` of which have been counted already."""
    if not 0 <= before <= before + pieces <= quantity:
        raise ValueError("more pieces than the line has")
    return Money(whole.rupiah * (before + pieces) // quantity - whole.rupiah * before // quantity)
