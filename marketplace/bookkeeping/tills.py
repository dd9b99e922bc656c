"""Who holds cash that is the house's or others', how much, and since when: galleries that took it at their counter,
couriers that took it at the door, and shops that took it themselves and owe the commission of it. What is older than some
days is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Posting
from marketplace.ledger.queries import balances
from marketplace.sellers.models import PickupPoint, Seller
from marketplace.shipping.models import CourierService

_days = 7


def use(days: int) -> None:
    """How many days cash may be held, from now on in this process."""
    global _days
    _days = days


def days() -> int:
    return _days


@dataclass(frozen=True, slots=True)
class Holder:
    """A gallery (`point`), a courier (`service`) or a shop (`seller`, also the keeper of a gallery) that holds `sum` since
    `since`."""

    sum: Money
    since: date
    overdue_on: date
    seller: Seller | None = None
    point: PickupPoint | None = None
    service: CourierService | None = None

    @property
    def name(self) -> str:
        if self.point is not None:
            return self.point.name
        if self.service is not None:
            return self.service.title
        return self.seller.name if self.seller else ""

    @property
    def account(self) -> str:
        """Of a gallery or a courier, in the ledger; what a shop owes stands on its own."""
        if self.point is not None:
            return accounts.till(self.point.code)
        return accounts.cod(self.service.code) if self.service is not None else ""

    @property
    def is_overdue(self) -> bool:
        return self.overdue_on <= clock.today()


def list_holders() -> list[Holder]:
    """Whoever holds any, who has had it longest first; it is overdue some days after it came (see `use`)."""
    held = {
        account: sum_ for kind in ("till", "cod", "seller") for account, sum_ in balances(kind).items() if sum_ > ZERO
    }
    since = _since(list(held))

    def holder(account: str, **who: Any) -> Holder:
        return Holder(held[account], since[account], since[account] + timedelta(days=_days), **who)

    def codes(kind: str) -> list[str]:
        return [code for one, _, code in (account.partition(":") for account in held) if one == kind]

    points = db.session.scalars(
        select(PickupPoint).where(PickupPoint.code.in_(codes("till"))).options(joinedload(PickupPoint.keeper))
    )
    services = db.session.scalars(select(CourierService).where(CourierService.code.in_(codes("cod"))))
    sellers = db.session.scalars(select(Seller).where(Seller.code.in_(codes("seller"))))
    found = [holder(accounts.till(one.code), seller=one.keeper, point=one) for one in points]
    found += [holder(accounts.cod(one.code), service=one) for one in services]
    found += [holder(accounts.seller(one.code), seller=one) for one in sellers]
    return sorted(found, key=lambda one: (one.since, one.name))


def in_hand(holders: list[Holder]) -> Money:
    return total(one.sum for one in holders)


def _since(names: list[str]) -> dict[str, date]:
    """The day of the oldest sum on each account that is not covered yet: what goes out covers what came first."""
    rows = db.session.execute(
        select(Posting.account, Posting.total, Journal.at)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.account.in_(names))
        .order_by(Posting.journal_id, Posting.place)
    )
    waiting: dict[str, list[tuple[date, int]]] = {}
    credit: dict[str, int] = {}
    for account, sum_, at in rows:
        queue = waiting.setdefault(account, [])
        left = sum_.rupiah + credit.get(account, 0)
        if left > 0 and sum_.rupiah > 0:
            queue.append((at.astimezone(clock.WIB).date(), left))
            left = 0
        while left < 0 and queue:
            day, first = queue.pop(0)
            left += first
            if left > 0:
                queue.insert(0, (day, left))
                left = 0
        credit[account] = left
    return {account: queue[0][0] for account, queue in waiting.items() if queue}
