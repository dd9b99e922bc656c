"""What a buyer's bank takes back is held from the shops whose orders it is about, and nobody else's.

A case is named by its payment. Each of its orders answers for its share of the sum, and never for more than its shop
received: commission and tax of a lost case are the house's. All of them together never answer for more than the case,
whatever else went back meanwhile. Held is what the shop has received; of an order that is
still under way nothing was received, so its share is held on the day of its release. Won: the shop has it again. Lost:
it is gone, the shop may owe it, and an operator may decide afterwards that the house bears it. The journals name no
order, for they are no part of the sale: `reference` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from catalog.db import db, lock
from catalog.errors import Conflict
from catalog.money import ZERO, Money, total
from catalog.text import N_
from marketplace.bookkeeping.outside import lose_dispute, open_dispute, win_dispute
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind, Posting
from marketplace.ledger.queries import balance, booked, whole
from marketplace.ledger.services import Entry, post
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.payments.models import Payment
from marketplace.sellers.models import Seller


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one order's money, since when."""

    order_code: str
    seller_id: int
    sum: Money
    since: datetime


def shares(payment: Payment, sum_: Money) -> dict[str, Money]:
    """What of a disputed sum each order of the payment answers for, by its code: by what has not gone back of it."""
    orders = db.session.execute(
        select(Order.code, Order.total, Order.refunded)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .where(
            Purchase.code == payment.purchase_code,
            Order.state != OrderState.CANCELLED,
            *([Order.code == payment.order_code] if payment.order_code else []),
        )
        .order_by(Order.id)
    ).all()
    left = [(code, all_ - back) for code, all_, back in orders if all_ > back]
    if not left:
        return {}
    sum_ = min(sum_, total(one for _, one in left))
    parts = sum_.split([one.rupiah for _, one in left])
    return dict(zip((code for code, _ in left), parts, strict=True))


def open_case(payment: Payment, sum_: Money) -> None:
    """The bank has taken `sum_`; what the shops have received of it is held. Told again, nothing changes."""
    _lock(payment)
    open_dispute(payment.code, payment, sum_)
    for code in shares(payment, sum_):
        _hold(payment, code)


def win_case(payment: Payment) -> None:
    """The bank has given it back: nothing is held any more. Conflict when the case is not open."""
    _lock(payment)
    win_dispute(payment.code, payment)
    for code, sum_ in _held_of(payment.code).items():
        entries = [Entry(accounts.held(code), sum_), Entry(_shop(code), -sum_, "held")]
        post(f"freed:{payment.code}:{code}", Kind.DISPUTE, entries, reference=code, note="won")


def lose_case(payment: Payment) -> None:
    """It is gone: what was held of the shops pays for it, the rest is the house's loss. Conflict when it is not open."""
    _lock(payment)
    case = accounts.dispute(payment.code)
    if not balance(case):
        raise Conflict(N_("This dispute is not open."))
    for code, sum_ in _held_of(payment.code).items():
        shop = _shop(code)
        entries = [
            Entry(accounts.held(code), sum_),
            Entry(shop, -sum_, "held"),
            Entry(shop, sum_, "dispute"),
            Entry(case, -sum_),
        ]
        post(f"taken:{payment.code}:{code}", Kind.DISPUTE, entries, reference=code, note="lost")
    if balance(case):
        lose_dispute(payment.code, payment)


def follow_release(order: Order) -> None:
    """An order is over and its shop has its money: its share of an open case is held now, of a lost one taken."""
    cases = db.session.scalars(
        select(Payment)
        .join(Journal, Journal.key == "dispute:" + Payment.code)
        .where(Payment.purchase_code == order.purchase.code)
        .order_by(Payment.id)
    ).all()
    for payment in cases:
        if payment.order_code in (None, order.code):
            _hold(payment, order.code)


def bear(order_code: str) -> list[Entry]:
    """The entries by which the house bears what a shop lost over one of its orders; none where it lost nothing."""
    if db.session.scalar(select(Order.id).where(Order.code == order_code)) is None:
        return []
    lost = select(func.sum(whole(Posting.total))).join(Journal, Journal.id == Posting.journal_id)
    mine = (Posting.account == _shop(order_code), Posting.what == "dispute", Journal.reference == order_code)
    sum_ = Money(int(db.session.scalar(lost.where(*mine)) or 0))
    if not sum_:
        return []
    return [Entry(accounts.LOSS, sum_), Entry(_shop(order_code), -sum_, "dispute")]


def list_held(seller: Seller | None = None) -> list[Held]:
    """What is held of this shop, or of all, the oldest first."""
    query = (
        select(Order.code, Order.seller_id, func.sum(whole(Posting.total)), func.min(Journal.at))
        .select_from(Posting)
        .join(Journal, Journal.id == Posting.journal_id)
        .join(Order, Order.code == func.substr(Posting.account, 6))
        .where(Posting.account >= "held:", Posting.account < "held;")
        .group_by(Order.code, Order.seller_id)
        .having(func.sum(whole(Posting.total)) != 0)
        .order_by(func.min(Journal.at))
    )
    if seller is not None:
        query = query.where(Order.seller_id == seller.id)
    return [Held(code, shop, Money(-int(sum_)), since) for code, shop, sum_, since in db.session.execute(query)]


def _lock(payment: Payment) -> None:
    """The orders of a payment, in id order, after the payment itself: a release stands in the same line."""
    orders = select(Order.id).join(Purchase, Purchase.id == Order.purchase_id)
    db.session.execute(lock(orders.where(Purchase.code == payment.purchase_code).order_by(Order.id))).all()


def _hold(payment: Payment, order_code: str) -> None:
    sum_ = balance(accounts.dispute(payment.code))
    is_lost = not sum_ and _is_lost(payment.code)
    if is_lost:
        opened = db.session.scalars(select(Journal).where(Journal.key == f"dispute:{payment.code}")).one()
        sum_ = total(Money(row[1]) for row in opened.entries if row[0] == accounts.dispute(payment.code))
    known = _held_of(payment.code) | (_taken_of(payment.code) if is_lost else {})
    if not sum_ or order_code in known:
        return
    shop = _shop(order_code)
    received = -total(one for (account, _what), one in booked(order_code).items() if account == shop)
    received += balance(accounts.held(order_code))  # what another case holds already
    mine = min(shares(payment, sum_).get(order_code, ZERO), received, sum_ - total(known.values()))
    if mine <= ZERO:
        return
    if is_lost:
        entries = [Entry(shop, mine, "dispute"), Entry(accounts.LOSS, -mine)]
        post(f"taken:{payment.code}:{order_code}", Kind.DISPUTE, entries, reference=order_code, note="lost")
        return
    entries = [Entry(shop, mine, "held"), Entry(accounts.held(order_code), -mine)]
    post(f"held:{payment.code}:{order_code}", Kind.DISPUTE, entries, reference=order_code, note="opened")


def _held_of(case: str) -> dict[str, Money]:
    """What is held for a case, by order."""
    journals = db.session.scalars(
        select(Journal).where(Journal.key >= f"held:{case}:", Journal.key < f"held:{case};").order_by(Journal.id)
    ).all()
    return {
        one.reference: -total(Money(row[1]) for row in one.entries if row[0] == accounts.held(one.reference))
        for one in journals
    }


def _taken_of(case: str) -> dict[str, Money]:
    """What the shops have lost to a case, by order."""
    journals = db.session.scalars(
        select(Journal).where(Journal.key >= f"taken:{case}:", Journal.key < f"taken:{case};").order_by(Journal.id)
    ).all()
    return {
        one.reference: total(Money(row[1]) for row in one.entries if row[2] == "dispute" and row[0] != accounts.LOSS)
        for one in journals
    }


def _is_lost(case: str) -> bool:
    lost = or_(
        Journal.key == f"dispute-decided:{case}",
        and_(Journal.key >= f"taken:{case}:", Journal.key < f"taken:{case};"),
    )
    return db.session.scalar(select(Journal.id).where(lost, Journal.note == "lost").limit(1)) is not None


def _shop(order_code: str) -> str:
    query = select(Seller.code).join(Order, Order.seller_id == Seller.id).where(Order.code == order_code)
    return accounts.seller(db.session.scalars(query).one())
