"""Who holds cash that is the house's or others', how much, and since when: galleries that took it at their counter, and
shops that took it themselves and owe the commission of it. What is older than some days is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Posting
from marketplace.ledger.queries import balances
from marketplace.sellers.models import PickupPoint, Seller

_days = 7


def use(days: int) -> None:
    """How many days cash may be held, from now on in this process."""
    global _days
    _days = days


def days() -> int:
    return _days


@dataclass(frozen=True, slots=True)
class Holder:
    """A gallery (`point`) or a shop (`seller`, also the keeper of a gallery) that holds `sum` since `since`."""

    seller: Seller | None
    point: PickupPoint | None
    sum: Money
    since: date
    overdue_on: date

    @property
    def name(self) -> str:
        if self.point is not None:
            return self.point.name
        return self.seller.name if self.seller else ""

    @property
    def is_overdue(self) -> bool:
        return self.overdue_on <= clock.today()


def list_holders() -> list[Holder]:
    """Whoever holds any, who has had it longest first; it is overdue some days after it came (see `use`)."""
    tills = {account.partition(":")[2]: sum_ for account, sum_ in balances("till").items() if sum_ > ZERO}
    debts = {account.partition(":")[2]: sum_ for account, sum_ in balances("seller").items() if sum_ > ZERO}
    since = _since([*map(accounts.till, tills), *map(accounts.seller, debts)])
    points = db.session.scalars(
        select(PickupPoint).where(PickupPoint.code.in_(tills)).options(joinedload(PickupPoint.keeper))
    )
    sellers = db.session.scalars(select(Seller).where(Seller.code.in_(debts)))

    def held(account: str, sum_: Money, seller: Seller | None, point: PickupPoint | None) -> Holder:
        return Holder(seller, point, sum_, since[account], since[account] + timedelta(days=_days))

    found = [held(accounts.till(one.code), tills[one.code], one.keeper, one) for one in points]
    found += [held(accounts.seller(one.code), debts[one.code], one, None) for one in sellers]
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
