"""How much may be ordered in cash before any of it is paid: a promise that costs the buyer nothing and the shop a way.

1. One purchase in cash costs at most `each`.
2. A buyer has at most `purchases` of them under way, worth at most `sum` together with the new one. Under way is what has
   been placed and neither handed over nor called off.
3. Every cash order that was not taken in the last `days` (refused at the door, or not collected) halves both sums; from
   `refusals` of them on there is no cash until the oldest is forgotten. What an operator calls off is nobody's fault.
4. A buyer is an account, an address of mail and a telephone, each by itself (`promotions.persons`).

Whoever places a cash purchase holds the row of each of their names until the commit (`take`), so that two browsers of one
buyer count each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Integer as Whole
from sqlalchemy import bindparam, func, select, type_coerce

from catalog import clock
from catalog.db import db, dialect, insertion
from catalog.errors import Invalid
from catalog.money import Money
from catalog.text import N_
from marketplace.carts.models import Notice
from marketplace.checkout.models import CashBuyer, CashPromise
from marketplace.orders.models import Actor, Order, OrderEvent, OrderState, Purchase
from marketplace.promotions.persons import hidden
from marketplace.settings import Settings

OPEN = (OrderState.TO_CONFIRM, OrderState.PROCESSING, OrderState.SHIPPED)


@dataclass(frozen=True, slots=True)
class CashLimits:
    each: Money = Money(3_000_000)
    purchases: int = 3
    sum: Money = Money(5_000_000)
    refusals: int = 3
    days: int = 180

    @classmethod
    def of(cls, settings: Settings) -> CashLimits:
        return cls(
            Money(settings.cash_each), settings.cash_open, Money(settings.cash_open_sum), settings.cash_refusals,
            settings.cash_refusal_days,
        )  # fmt: skip


_used = CashLimits()


def use(limits: CashLimits) -> None:
    """Let these limits hold in this process from now on."""
    global _used
    _used = limits


def limits() -> CashLimits:
    return _used


@dataclass(frozen=True, slots=True)
class Standing:
    """What a buyer has promised in cash, and how often it was not kept."""

    purchases: int = 0
    sum: Money = Money(0)
    refused: tuple[date, ...] = ()
    """The days on which a cash order came back, oldest first."""

    def why_not(self, wanted: Money) -> Notice | None:
        """Why `wanted` more cannot be ordered in cash; None where it can."""
        rule, times = _used, len(self.refused)
        if times and times >= rule.refusals:
            again = self.refused[times - rule.refusals] + timedelta(days=rule.days)
            return Notice(
                N_(
                    "Some cash orders were not taken, so please pay this one beforehand. Cash is possible from %(day)s on."
                ),
                {"day": again},
            )
        each, most = (Money(one.rupiah >> times) for one in (rule.each, rule.sum))
        if wanted > each:
            if times:
                message = N_("In cash up to %(most)s at once, because an earlier cash order was not taken.")
                return Notice(message, {"most": each})
            return Notice(N_("In cash up to %(most)s at once. Please pay more than that beforehand."), {"most": each})
        if self.purchases >= rule.purchases:
            message = N_(
                "%(count)s cash orders are under way. Cash is possible again when one of them has been handed over."
            )
            return Notice(message, {"count": self.purchases})
        if self.sum + wanted > most:
            message = N_(
                "Cash orders under way may come to %(most)s together, with this one it would be %(sum)s. Please pay this one beforehand."
            )
            return Notice(message, {"most": most, "sum": self.sum + wanted})
        return None


_PROMISES: Any = CashPromise.__table__.c
_PROMISED = select(_PROMISES.purchase_id).where(_PROMISES.person.in_(bindparam("persons", expanding=True))).limit(1)


def standing(names: Collection[str]) -> Standing:
    """Of whoever bears any of these names."""
    persons = hidden("cash", list(names))
    if not persons or db.session.scalar(_PROMISED, {"persons": persons}) is None:
        return Standing()  # who has never promised anything is asked for in one narrow question
    mine = select(CashPromise.purchase_id).where(CashPromise.person.in_(persons))
    count, sum_ = db.session.execute(
        select(
            func.count(func.distinct(Order.purchase_id)), func.sum(type_coerce(Order.total, Whole))
        ).where(Order.purchase_id.in_(mine), Order.state.in_(OPEN))
    ).one()  # fmt: skip
    since = clock.now() - timedelta(days=_used.days)
    refused = db.session.scalars(
        select(OrderEvent.at)
        .join(Order, Order.id == OrderEvent.order_id)
        .where(
            Order.purchase_id.in_(mine), OrderEvent.name == "fail", OrderEvent.actor != Actor.OPERATOR,
            OrderEvent.at > since,
        )
        .order_by(OrderEvent.at)
    ).all()  # fmt: skip
    return Standing(int(count), Money(int(sum_ or 0)), tuple(one.astimezone(clock.WIB).date() for one in refused))


def take(names: Sequence[str], wanted: Money) -> None:
    """Hold the buyer's names until the commit, and look again: Invalid (field `payment_method`) where it is too much."""
    _hold(hidden("cash", list(names)))
    why = standing(names).why_not(wanted)
    if why is not None:
        raise Invalid(why.message, field="payment_method", **why.params)


def note(purchase: Purchase, names: Sequence[str]) -> None:
    """Write down who has promised to pay this purchase in cash."""
    db.session.add_all(CashPromise(person=one, purchase_id=purchase.id) for one in hidden("cash", list(names)))


def _hold(persons: Sequence[str]) -> None:
    """One row per name, in the order of the names."""
    for one in persons:
        row = insertion(CashBuyer, dialect()).values(person=one, held_at=clock.now())
        db.session.execute(row.on_conflict_do_update(index_elements=["person"], set_={"held_at": row.excluded.held_at}))
