"""What a shop receives of a price. Pure, and the only place where it is worked out: the calculator before publishing and
the ledger after the sale ask the same function, so that both say the same to the rupiah.

1. The base of a line is what the shop sold it for: its price times pieces, less the vouchers that the shop pays itself.
2. Commission is a share of the base, rounded half up once per line; PPN is a share of the commission, PPh 22 a share of
   the base without the PPN that a taxable entrepreneur's price contains (PMK 37/2025, article 8), each rounded in the
   same way.
3. After a refund the same rule is asked again with what is left of the base. What goes back is the difference, so that
   many partial refunds come to the same as one, in any order, and a full one gives back every rupiah.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.money import ZERO, Money, total


@dataclass(frozen=True, slots=True)
class Terms:
    """Rates in hundredths of a percent, as they stood when something was sold."""

    commission: int = 0
    ppn: int = 0
    """On the commission."""
    pph22: int = 0
    """Withheld from the shop's turnover."""
    contained: int = 0
    """PPN of the shop's own, on top of what the price is without it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What becomes of `goods`."""

    goods: Money = ZERO
    commission: Money = ZERO
    ppn: Money = ZERO
    pph22: Money = ZERO

    @property
    def net(self) -> Money:
        return self.goods - self.commission - self.ppn - self.pph22

    def __add__(self, other: Cut) -> Cut:
        return Cut(
            self.goods + other.goods,
            self.commission + other.commission,
            self.ppn + other.ppn,
            self.pph22 + other.pph22,
        )


def cut(base: Money, terms: Terms) -> Cut:
    """What a shop receives of a line that comes to `base`."""
    commission = base.share(terms.commission)
    return Cut(base, commission, commission.share(terms.ppn), base.without(terms.contained).share(terms.pph22))


@dataclass(frozen=True, slots=True)
class Sold:
    """One line, or the delivery, as it was paid: by the buyer, by vouchers of others (`backed`, per account), and how
    much of the buyer's money went back."""

    paid: Money
    backed: tuple[tuple[str, Money], ...]
    back: Money = ZERO
    terms: Terms = Terms()
    taken: tuple[int, int] = (0, 0)
    """How many pieces came back, of how many: it is asked only where vouchers have paid for all of them."""

    @property
    def returned(self) -> dict[str, Money]:
        """What goes back to those who paid vouchers: the share of their sum that `back` is of what was paid, rounded
        down; all of it with the last rupiah. Where the buyer paid nothing, the share that came back of the pieces."""
        part, whole = (self.back.rupiah, self.paid.rupiah) if self.paid else self.taken
        sums: dict[str, Money] = {}
        for account, sum_ in self.backed:
            share = Money(sum_.rupiah * part // whole) if whole else ZERO
            sums[account] = sums.get(account, ZERO) + share
        return sums

    @property
    def left(self) -> Money:
        """What is left of the base."""
        return self.paid + total(sum_ for _, sum_ in self.backed) - self.back - total(self.returned.values())

    @property
    def cut(self) -> Cut:
        return cut(self.left, self.terms)
