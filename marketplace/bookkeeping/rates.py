"""Which commission holds: the shop's own rate before its craft's, the craft's before the one for everything else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import db
from catalog.errors import Conflict, Invalid
from catalog.products.models import Product, Variant
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.bookkeeping.cuts import Terms
from marketplace.bookkeeping.models import CommissionRate, LineTerms, Rule
from marketplace.bookkeeping.taxes import PPN, taxes
from marketplace.bookkeeping.withholding import is_withheld, taxable_number
from marketplace.orders.models import Order, OrderLine, Purchase
from marketplace.sellers.models import Seller

MOST = 5000
"""Half of a price; more is a slip of the pen."""


def scope_of(seller_id: int | None, craft_id: int | None) -> str:
    if seller_id is not None:
        return f"seller:{seller_id}"
    return f"craft:{craft_id}" if craft_id is not None else "default"


def set_rate(
    rate: int,
    starts_on: date | None = None,
    *,
    seller: Seller | None = None,
    craft: Craft | None = None,
    reason: str = "",
    by: User | None = None,
) -> CommissionRate:
    """From `starts_on` on (today unless told) `rate` hundredths of a percent are taken of what is sold.

    What was sold before keeps its terms. Invalid names `rate` or `starts_on`; Conflict for a second rate on one day.
    """
    starts_on = starts_on or clock.today()
    if not 0 <= rate <= MOST:
        raise Invalid(N_("Write a percentage from 0 to 50, with two digits after the comma at most."), field="rate")
    if by is not None and starts_on < clock.today():
        raise Invalid(N_("A rate cannot change what was sold already: choose today or a later day."), field="starts_on")
    seller_id, craft_id = seller.id if seller else None, craft.id if craft and not seller else None
    row = CommissionRate(
        scope=scope_of(seller_id, craft_id), seller_id=seller_id, craft_id=craft_id, rate=rate, starts_on=starts_on,
        reason=tidy(reason)[:300], made_by_id=by.id if by else None,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict(N_("For this day a rate stands already."), field="starts_on") from None
    return row


def list_rates() -> list[CommissionRate]:
    """Every rate, the newest first."""
    query = select(CommissionRate).options(
        joinedload(CommissionRate.seller), joinedload(CommissionRate.craft), joinedload(CommissionRate.made_by)
    )
    return list(db.session.scalars(query.order_by(CommissionRate.starts_on.desc(), CommissionRate.id.desc())))


_rates: Any = CommissionRate.__table__.c
_RATES = (
    select(_rates.scope, _rates.rate)
    .where(
        _rates.starts_on <= bindparam("day"),
        or_(
            _rates.scope == "default",
            _rates.seller_id.in_(bindparam("sellers", expanding=True)),
            _rates.craft_id.in_(bindparam("crafts", expanding=True)),
        ),
    )
    .order_by(_rates.starts_on)
)


class Tariff:
    """The rates that hold on one day for some shops and crafts, read once."""

    def __init__(self, day: date, seller_ids: Collection[int], craft_ids: Collection[int]) -> None:
        self.day = day
        asked = {"day": day, "sellers": list(seller_ids), "crafts": list(craft_ids)}
        self.rates: dict[str, int] = dict(db.session.execute(_RATES, asked).tuples().all())
        self._withheld: dict[int, tuple[int, int]] = {}

    def rule(self, seller_id: int, craft_id: int | None) -> tuple[Rule, int]:
        """Whose rate holds, and what it is."""
        for rule, scope in (
            (Rule.SELLER, scope_of(seller_id, None)),
            (Rule.CRAFT, scope_of(None, craft_id) if craft_id is not None else ""),
            (Rule.DEFAULT, "default"),
        ):
            if scope in self.rates:
                return rule, self.rates[scope]
        return Rule.NONE, 0

    def terms(self, seller_id: int, craft_id: int | None) -> Terms:
        """What would hold for something sold on this day."""
        return Terms(self.rule(seller_id, craft_id)[1], taxes().ppn(self.day), *self._pph22(seller_id))

    def _pph22(self, seller_id: int) -> tuple[int, int]:
        """What is withheld of this shop, and the PPN in its prices that nothing is withheld of; asked once."""
        if seller_id not in self._withheld:
            rate = taxes().pph22(self.day)
            rate = rate if rate and is_withheld(seller_id, self.day) else 0
            self._withheld[seller_id] = rate, PPN if rate and taxable_number(seller_id, self.day) else 0
        return self._withheld[seller_id]


def terms_of(seller_id: int, craft_id: int | None) -> Terms:
    """What holds for a piece of this craft that this shop would sell today."""
    day = clock.today()
    return Tariff(day, [seller_id], [craft_id] if craft_id is not None else []).terms(seller_id, craft_id)


_terms: Any = LineTerms.__table__
_SOLD = (
    select(OrderLine.id, Order.seller_id, Product.craft_id)
    .join(Order, Order.id == OrderLine.order_id)
    .join(Variant, Variant.id == OrderLine.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .outerjoin(LineTerms, LineTerms.line_id == OrderLine.id)
    .where(Order.purchase_id == bindparam("purchase"), LineTerms.line_id.is_(None))
)
_FROZEN = insert(_terms)


def freeze(purchase: Purchase) -> None:
    """Write down under which terms each line of a purchase was sold. Asked again, nothing changes."""
    rows = db.session.execute(_SOLD, {"purchase": purchase.id}).all()
    day = clock.today()
    tariff = Tariff(day, {row.seller_id for row in rows}, {row.craft_id for row in rows if row.craft_id})
    frozen = []
    for line_id, seller_id, craft_id in rows:
        terms = tariff.terms(seller_id, craft_id)
        cuts = {"commission": terms.commission, "ppn": terms.ppn, "pph22": terms.pph22, "contained": terms.contained}
        frozen.append({"line_id": line_id, "rule": tariff.rule(seller_id, craft_id)[0], **cuts})
    if frozen:
        db.session.execute(_FROZEN, frozen)
