"""What a shop sold in a year and what PPh 22 was withheld of it, month by month: the figures of its withholding slip.

Read from the ledger alone, as it stands: a month counts what was booked in it (in West Indonesia Time), so a sale that
goes back later stands in the month of its return, below zero. What was withheld of it is then given back in that month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from catalog import clock
from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.bookkeeping.withholding import find_profile, has_stated
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Posting
from marketplace.ledger.queries import whole
from marketplace.sellers.models import Seller


@dataclass(frozen=True, slots=True)
class SlipMonth:
    """`gross` is what the shop's pieces came to, less its own vouchers and what went back; `withheld` the PPh 22."""

    month: int
    gross: Money
    withheld: Money


@dataclass(frozen=True, slots=True)
class YearlySlip:
    """Twelve months of one shop. `number` is its NPWP or NIK, empty where it has told none."""

    seller: Seller
    year: int
    number: str
    has_stated: bool
    """Whether its statement of a turnover up to Rp500 million is for this year."""
    exempt_until: date | None
    months: tuple[SlipMonth, ...]

    @property
    def gross(self) -> Money:
        return total(one.gross for one in self.months)

    @property
    def withheld(self) -> Money:
        return total(one.withheld for one in self.months)


def yearly_slip(seller: Seller, year: int) -> YearlySlip:
    """The slip of `year`; of the running year as far as it has come."""
    sums = {month: {"goods": ZERO, "pph22": ZERO} for month in range(1, 13)}
    for at, what, sum_ in _moved(seller, year):
        sums[at.astimezone(clock.WIB).month][what] += sum_
    told = find_profile(seller)
    months = tuple(SlipMonth(month, found["goods"], -found["pph22"]) for month, found in sums.items())
    return YearlySlip(seller, year, told.number, has_stated(seller.id, year), told.exempt_until, months)


def _moved(seller: Seller, year: int) -> Iterable[tuple[datetime, str, Money]]:
    """What moved on the shop's account, above zero what it earns."""
    since, until = (clock.start_of(date(one, 1, 1)) for one in (year, year + 1))
    rows = db.session.execute(
        select(Journal.at, Posting.what, func.sum(whole(Posting.total)))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(
            Posting.account == accounts.seller(seller.code),
            Posting.what.in_(("goods", "pph22")),
            Journal.at >= since,
            Journal.at < until,
        )
        .group_by(Journal.id, Journal.at, Posting.what)
    )
    return [(at, what, Money(-int(sum_))) for at, what, sum_ in rows]
