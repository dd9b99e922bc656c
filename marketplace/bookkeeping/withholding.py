"""Of whom PPh 22 is withheld, where the house withholds at all (PMK 37/2025, articles 8 and 10).

A shop that has stated for the year that its turnover stays up to Rp500 million is left alone until it is passed: from the
month after, it is withheld of everything sold. A letter of exemption (SKB) holds until its last day. Whoever has told
nothing is withheld of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from catalog import clock
from catalog.db import db
from catalog.errors import DomainError, Invalid, Several
from catalog.money import Money
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.bookkeeping.models import TaxProfile, TaxStatement
from marketplace.ledger.queries import whole
from marketplace.orders.models import Discount, Order, OrderState
from marketplace.promotions.models import Payer
from marketplace.sellers.models import Seller

SMALL = Money(500_000_000)
"""A year's turnover up to which nothing is withheld of who has stated it."""
ALERT = 80
"""From this percentage on the shop is told how near it is."""


@dataclass(frozen=True, slots=True)
class Turnover:
    """What a shop has sold in a year: its pieces, less the vouchers that it paid itself."""

    year: int
    sum: Money

    @property
    def percent(self) -> int:
        return self.sum.rupiah * 100 // SMALL.rupiah

    @property
    def is_near(self) -> bool:
        return self.percent >= ALERT and self.sum <= SMALL

    @property
    def is_passed(self) -> bool:
        return self.sum > SMALL


def turnover(seller_id: int, year: int, before: date | None = None) -> Turnover:
    """Of the whole year so far, or before a day of it. Orders count from the day on which they were placed."""
    since = clock.start_of(date(year, 1, 1))
    until = clock.start_of(before or date(year + 1, 1, 1))
    counted = (
        Order.seller_id == seller_id,
        Order.created_at >= since,
        Order.created_at < until,
        Order.state.not_in([OrderState.CANCELLED, OrderState.AWAITING_PAYMENT]),
    )
    sold = db.session.scalar(select(func.sum(whole(Order.items_total))).where(*counted)) or 0
    own = select(func.sum(whole(Discount.total))).join(Order, Order.id == Discount.order_id)
    off = db.session.scalar(own.where(*counted, Discount.payer == Payer.SELLER, Discount.line_id.is_not(None))) or 0
    return Turnover(year, Money(int(sold) - int(off)))


def is_withheld(seller_id: int, day: date) -> bool:
    """Whether PPh 22 is taken of what this shop sells on `day`."""
    told = db.session.get(TaxProfile, seller_id)
    if told is None:
        return True
    if told.exempt_until is not None and told.exempt_until >= day:
        return False
    return not has_stated(seller_id, day.year) or turnover(seller_id, day.year, day.replace(day=1)).is_passed


def find_profile(seller: Seller) -> TaxProfile:
    return db.session.get(TaxProfile, seller.id) or TaxProfile(seller_id=seller.id, number="")


_told: Any = TaxProfile.__table__.c
_TAXABLE = select(_told.seller_id, _told.number).where(
    _told.seller_id.in_(bindparam("sellers", expanding=True)), _told.taxable_from <= bindparam("day")
)


def taxable_numbers(seller_ids: Collection[int], day: date) -> dict[int, str]:
    """The NPWP of those of these shops that are taxable entrepreneurs (PKP) on `day`, by the shop's id."""
    rows = db.session.execute(_TAXABLE, {"sellers": list(seller_ids), "day": day})
    return dict(rows.tuples().all())


def taxable_number(seller_id: int, day: date) -> str:
    """The same of one shop; empty where it is none."""
    return taxable_numbers([seller_id], day).get(seller_id, "")


def tell(
    seller: Seller,
    number: str,
    states_small: bool,
    exempt_until: date | None,
    user: User,
    taxable_from: date | None = None,
) -> TaxProfile:
    """What a shop says about its taxes. Several names `number`, `states_small`, `exempt_until`, `taxable_from`.

    A statement is for the running year, and cannot be made once the turnover has passed the limit. A shop that says
    since when it is a taxable entrepreneur has PPN in its prices from then on; papers given before stay as they were.
    """
    digits = "".join(one for one in number if one.isascii() and one.isdigit())
    today, errors = clock.today(), list[DomainError]()
    if len(digits) not in (15, 16) and (digits or states_small or exempt_until or taxable_from):
        errors.append(Invalid(N_("NPWP has 15 or 16 digits, NIK 16."), field="number"))
    if states_small and turnover(seller.id, today.year).is_passed:
        message = N_("Your turnover of this year is above %(limit)s already.")
        errors.append(Invalid(message, field="states_small", limit=SMALL))
    if exempt_until is not None and exempt_until < today:
        errors.append(Invalid(N_("This letter has ended already."), field="exempt_until"))
    if taxable_from is not None and taxable_from > today:
        errors.append(Invalid(N_("Write it down when that day has come."), field="taxable_from"))
    if errors:
        raise Several(errors)
    found = db.session.get(TaxProfile, seller.id)
    if found is None:
        found = TaxProfile(seller_id=seller.id)
        db.session.add(found)
    found.number, found.exempt_until, found.taxable_from = digits, exempt_until, taxable_from
    found.told_by_id, found.told_at = user.id, clock.now()
    _keep(seller, today.year, states_small, digits, user)
    db.session.flush()
    return found


def _keep(seller: Seller, year: int, states_small: bool, number: str, user: User) -> None:
    """Every statement is a row of its own, and so is its end."""
    stands = db.session.scalar(
        select(TaxStatement).where(
            TaxStatement.seller_id == seller.id, TaxStatement.year == year, TaxStatement.withdrawn_at.is_(None)
        )
    )
    if stands is not None and (not states_small or stands.number != number):
        stands.withdrawn_at = clock.now()
        db.session.flush()
        stands = None
    if states_small and stands is None:
        db.session.add(TaxStatement(seller_id=seller.id, year=year, number=number, told_by_id=user.id))


def has_stated(seller_id: int, year: int) -> bool:
    """Whether the shop's statement for that year stands."""
    query = select(TaxStatement.id).where(
        TaxStatement.seller_id == seller_id, TaxStatement.year == year, TaxStatement.withdrawn_at.is_(None)
    )
    return db.session.scalar(query) is not None


def list_near(year: int) -> list[tuple[Seller, Turnover]]:
    """Every shop that has sold so much in this year that it is to be told."""
    least = SMALL.rupiah * ALERT // 100
    sold = (
        select(Order.seller_id)
        .where(
            Order.created_at >= clock.start_of(date(year, 1, 1)),
            Order.created_at < clock.start_of(date(year + 1, 1, 1)),
            Order.state.not_in([OrderState.CANCELLED, OrderState.AWAITING_PAYMENT]),
        )
        .group_by(Order.seller_id)
        .having(func.sum(whole(Order.items_total)) >= least)
    )
    sellers = db.session.scalars(select(Seller).where(Seller.id.in_(sold)).order_by(Seller.id)).all()
    found = [(one, turnover(one.id, year)) for one in sellers]
    return [(one, of) for one, of in found if of.is_near or of.is_passed]
