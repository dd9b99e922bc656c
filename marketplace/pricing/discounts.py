"""What vouchers take off, in prose:

1. Vouchers that a seller pays come first, then those of the platform and of programmes; of each, percentages before
   fixed sums, and shipping last; equal ones by their code. Each takes from what those before it have left.
2. A voucher takes from the lines that it is for (`variants`), a shipping voucher from deliveries (`sellers`): never
   more than is left of them, so nothing is ever below zero.
3. A percentage is rounded half up once, on the sum of its lines, then bounded by `cap`. What a voucher takes off is
   split over its lines (or deliveries) by the largest remainder, weighed by what is left of each: the shares add up to
   the discount, to the rupiah.
4. Every share keeps who pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.money import ZERO, Money, total

_KINDS = ("percentage", "fixed", "shipping")


@dataclass(frozen=True, slots=True)
class QuotedVoucher:
    """The facts of one voucher. `percent` belongs to a percentage, `worth` to a fixed sum; `cap` bounds the others."""

    code: str
    payer: str
    kind: str
    percent: int = 0
    worth: Money = ZERO
    cap: Money | None = None
    variants: frozenset[str] = frozenset()
    sellers: frozenset[str] = frozenset()

    @property
    def rank(self) -> tuple[bool, int, str]:
        return (self.payer != "seller", _KINDS.index(self.kind), self.code)

    def takes(self, base: Money) -> Money:
        """What it takes off `base`; at most all of it."""
        if self.kind == "percentage":
            taken = base.share(self.percent * 100)
        else:
            taken = self.worth if self.kind == "fixed" else base
        return min(taken, base, self.cap or base)


@dataclass(frozen=True, slots=True)
class Share:
    """What one voucher takes off one line or one delivery."""

    voucher: str
    payer: str
    sum: Money


@dataclass(slots=True)
class Spot:
    """A line or a delivery from which something may be taken: its seller, its variant as in `QuotedLine` (None: a
    delivery), what is left."""

    seller: str
    variant: str | None
    left: Money
    shares: list[Share]


def spread(vouchers: Sequence[QuotedVoucher], spots: Sequence[Spot]) -> None:
    """Let `vouchers` take from `spots`, which are in an order that does not depend on who asked."""
    for voucher in sorted(vouchers, key=lambda one: one.rank):
        if voucher.kind == "shipping":
            mine = [one for one in spots if one.variant is None and one.seller in voucher.sellers]
        else:
            mine = [
                one for one in spots if one.variant is not None and one.variant.partition("~")[0] in voucher.variants
            ]
        taken = voucher.takes(total(one.left for one in mine))
        if not taken:
            continue
        for spot, part in zip(mine, taken.split([one.left.rupiah for one in mine]), strict=True):
            if part:
                spot.left = spot.left - part
                spot.shares.append(Share(voucher.code, voucher.payer, part))
