"""What a shop has, what it will have, when it is paid, and why it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.bookkeeping.books import Standing, standings
from marketplace.bookkeeping.disputes import list_held
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Posting
from marketplace.ledger.queries import balance, balances, whole
from marketplace.orders.models import Order, OrderState
from marketplace.payouts import ways
from marketplace.payouts.models import (
    BatchState,
    Payout,
    PayoutAccount,
    PayoutBatch,
    PayoutLine,
    PayoutPlan,
    PayoutState,
    Recipient,
    Rhythm,
)
from marketplace.payouts.providers import BANK
from marketplace.payouts.terms import terms
from marketplace.payouts.ways import Way, payer_of, ways_of
from marketplace.sellers.models import Seller, SellerState

_DAYS = {Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 30}


class Hold(StrEnum):
    """Why a shop is not paid now; the first that fits."""

    DEBT = "debt"
    DISPUTE = "dispute"
    """More is held for disputes than there is: nothing is owed until they are decided."""
    NOTHING = "nothing"
    SUSPENDED = "suspended"
    NO_ACCOUNT = "no-account"
    COOLING = "cooling"
    MINIMUM = "minimum"
    RHYTHM = "rhythm"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a shop would be paid now, and which way; `hold` and `until` say why and how long not. `rest` is what cannot
    go through its account at a provider, `rest_hold` why that stays although the other part may leave."""

    seller: Seller
    available: Money
    account: PayoutAccount | None
    plan: PayoutPlan
    hold: Hold | None
    until: date | None = None
    held: Money = ZERO
    """What is not part of `available` until a buyer's bank has decided."""
    recipient: Recipient | None = None
    ways: tuple[Way, ...] = ()
    rest: Money = ZERO
    rest_hold: Hold | None = None

    @property
    def leaving(self) -> Money:
        """What of it leaves with the next batch."""
        return total(one.sum for one in self.ways)

    @property
    def is_ready(self) -> bool:
        return self.hold is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Money of one order that is held: what the shop will receive of it, when at the latest, and what it waits for."""

    order: Order
    standing: Standing
    net: Money
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Movement:
    """What one journal did to a shop's account, part by part: `goods`, `shipping`, `commission` …"""

    journal: Journal
    parts: list[tuple[str, Money]]

    @property
    def sum(self) -> Money:
        return total(sum_ for _, sum_ in self.parts)


def free_lines(seller: Seller) -> dict[int, Money]:
    """Every journal that moved the shop's account and lies in no payout, with what it did; above zero it earns."""
    return {key: sum_ for lines in ways.free_lines([seller])[seller.id].values() for key, sum_ in lines.items()}


def prospects() -> list[Prospect]:
    """Every shop whose account is not at zero, the largest sum first."""
    sums = {account.partition(":")[2]: -sum_ for account, sum_ in balances("seller").items()}
    sellers = db.session.scalars(select(Seller).where(Seller.code.in_(sums))).all()
    ids = [one.id for one in sellers]
    named = select(PayoutAccount).where(PayoutAccount.seller_id.in_(ids), PayoutAccount.closed_at.is_(None))
    account_of = {one.seller_id: one for one in db.session.scalars(named)}
    plan_of = {
        one.seller_id: one for one in db.session.scalars(select(PayoutPlan).where(PayoutPlan.seller_id.in_(ids)))
    }
    last = _last_payouts(ids)
    held: dict[int, Money] = {}
    for each in list_held():
        held[each.seller_id] = held.get(each.seller_id, ZERO) + each.sum
    open_ = select(Recipient).where(Recipient.seller_id.in_(ids), Recipient.closed_at.is_(None))
    recipient_of = {one.seller_id: one for one in db.session.scalars(open_)}
    payers = {key: payer for key, one in recipient_of.items() if (payer := payer_of(one))}
    shared = ways_of([one for one in sellers if one.id in payers], payers) if payers else {}
    found = [
        _prospect(
            one,
            sums[one.code],
            account_of.get(one.id),
            plan_of.get(one.id),
            last.get(one.id),
            held.get(one.id, ZERO),
            recipient_of.get(one.id),
            shared.get(one.id) or _by_bank(sums[one.code]),
        )
        for one in sellers
    ]
    return sorted(found, key=lambda one: (-one.available.rupiah, one.seller.id))


def _by_bank(sum_: Money) -> list[Way]:
    return [Way(BANK.code, sum_)] if sum_ > ZERO else []


def prospect(seller: Seller) -> Prospect:
    """The same of one shop, with the lines of every way."""
    named = select(PayoutAccount).where(PayoutAccount.seller_id == seller.id, PayoutAccount.closed_at.is_(None))
    open_ = select(Recipient).where(Recipient.seller_id == seller.id, Recipient.closed_at.is_(None))
    recipient = db.session.scalar(open_)
    payer = payer_of(recipient)
    return _prospect(
        seller,
        -balance(accounts.seller(seller.code)),
        db.session.scalar(named),
        db.session.get(PayoutPlan, seller.id),
        _last_payouts([seller.id]).get(seller.id),
        total(one.sum for one in list_held(seller)),
        recipient,
        ways_of([seller], {seller.id: payer} if payer else {})[seller.id],
    )


def _last_payouts(ids: Sequence[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Payout.seller_id, func.max(Payout.created_at))
        .where(Payout.seller_id.in_(ids), Payout.state.in_([PayoutState.PLANNED, PayoutState.PAID]))
        .group_by(Payout.seller_id)
    )
    return dict(rows.tuples().all())


def _prospect(
    seller: Seller,
    available: Money,
    account: PayoutAccount | None,
    plan: PayoutPlan | None,
    last: datetime | None,
    held: Money,
    recipient: Recipient | None,
    found: Sequence[Way],
) -> Prospect:
    plan = plan or PayoutPlan(seller_id=seller.id, rhythm=Rhythm.WEEKLY, minimum=terms().minimum)
    own = [one for one in found if not one.is_by_bank]
    by_bank = [one for one in found if one.is_by_bank]
    rest, rest_hold, until = available - total(one.sum for one in own), None, None
    if own and rest <= ZERO:
        rest_hold = Hold.NOTHING
    elif account is None and (by_bank or not found):
        rest_hold = Hold.NO_ACCOUNT
    elif account is not None and account.is_cooling and by_bank:
        rest_hold, until = Hold.COOLING, account.usable_from.astimezone(clock.WIB).date()
    leaving = (*own, *([] if rest_hold else by_bank))
    hold: Hold | None = None
    if available < ZERO:
        hold = Hold.DEBT if available + held < ZERO else Hold.DISPUTE
    elif not available:
        hold = Hold.NOTHING
    elif seller.state is SellerState.SUSPENDED:
        hold = Hold.SUSPENDED
    elif not leaving:
        hold = rest_hold
    elif available < plan.minimum:
        hold = Hold.MINIMUM
    elif last is not None:
        next_on = last.astimezone(clock.WIB).date() + timedelta(days=_DAYS[plan.rhythm])
        if next_on > clock.today():
            hold, until = Hold.RHYTHM, next_on
    if hold is not None:
        leaving = ()
    if hold not in (Hold.COOLING, Hold.RHYTHM):
        until = None
    return Prospect(seller, available, account, plan, hold, until, held, recipient, leaving, rest, rest_hold)


def list_waiting(seller: Seller, limit: int = 50) -> list[Waiting]:
    """Orders of this shop whose money is held, the next release first."""
    paid = select(Journal.id).where(Journal.order_code == Order.code)
    orders = db.session.scalars(
        select(Order)
        .where(
            Order.seller_id == seller.id,
            Order.state.in_([OrderState.TO_CONFIRM, OrderState.PROCESSING, OrderState.SHIPPED, OrderState.DELIVERED]),
            paid.exists(),
        )
        .order_by(Order.due_at, Order.id)
        .limit(limit)
    ).all()
    of = {one.code: one for one in standings([order.id for order in orders])}
    return [Waiting(one, of[one.code], of[one.code].net, one.due_at) for one in orders]


def list_movements(
    seller: Seller,
    after: int | None = None,
    limit: int = 30,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Movement]:
    """What moved the shop's account, the newest first, each with its parts; above zero it earns."""
    account = accounts.seller(seller.code)
    query = (
        select(Journal)
        .where(Journal.id.in_(select(Posting.journal_id).where(Posting.account == account)))
        .order_by(Journal.id.desc())
        .limit(limit)
    )
    if after:
        query = query.where(Journal.id < after)
    if since is not None:
        query = query.where(Journal.at >= since)
    if until is not None:
        query = query.where(Journal.at < until)
    journals = db.session.scalars(query).all()
    return [Movement(one, [(row[2], Money(-row[1])) for row in one.entries if row[0] == account]) for one in journals]


def stood_at(seller: Seller, moment: datetime) -> Money:
    """What stood on the shop's account before `moment`; below zero it owed."""
    query = (
        select(func.sum(whole(Posting.total)))
        .join(Journal, Journal.id == Posting.journal_id)
        .where(Posting.account == accounts.seller(seller.code), Journal.at < moment)
    )
    return Money(-int(db.session.scalar(query) or 0))


def list_batches(limit: int = 20) -> list[PayoutBatch]:
    query = select(PayoutBatch).options(
        selectinload(PayoutBatch.payouts), joinedload(PayoutBatch.drawn_by), joinedload(PayoutBatch.approved_by)
    )
    return list(db.session.scalars(query.order_by(PayoutBatch.id.desc()).limit(limit)))


def find_batch(code: str) -> PayoutBatch | None:
    """A batch with its payouts and their shops."""
    query = select(PayoutBatch).options(
        selectinload(PayoutBatch.payouts).joinedload(Payout.seller, innerjoin=True),
        selectinload(PayoutBatch.payouts).selectinload(Payout.lines).joinedload(PayoutLine.journal, innerjoin=True),
        joinedload(PayoutBatch.drawn_by),
        joinedload(PayoutBatch.approved_by),
    )
    return db.session.scalar(query.where(PayoutBatch.code == code))


def find_payout(code: str) -> Payout | None:
    query = select(Payout).options(joinedload(Payout.batch, innerjoin=True), joinedload(Payout.seller, innerjoin=True))
    return db.session.scalar(query.where(Payout.code == code))


def list_payouts(seller: Seller, limit: int = 20) -> list[Payout]:
    """A shop's payouts, the newest first, with their lines."""
    query = select(Payout).where(Payout.seller_id == seller.id).options(selectinload(Payout.lines))
    return list(db.session.scalars(query.order_by(Payout.id.desc()).limit(limit)))


def count_to_approve() -> int:
    query = select(func.count()).select_from(PayoutBatch)
    return db.session.scalar(query.where(PayoutBatch.state == BatchState.DRAWN)) or 0
