"""Drawing a batch, approving it, and what the bank says afterwards.

Drawing takes each shop's balance off its account at once, so that nothing is paid twice; whatever does not arrive goes
back onto it. Every step holds its row first and is refused the second time.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.codes import new_code
from catalog.db import change, db, lock
from catalog.errors import Conflict, Forbidden, Invalid
from catalog.money import Money, total
from catalog.text import N_, tidy
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.books import KEPT_HERE
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.services import Entry, post
from marketplace.payments.models import ReceivingAccount
from marketplace.payouts.files import PLAIN
from marketplace.payouts.models import (
    OVER,
    BatchState,
    Payout,
    PayoutBatch,
    PayoutLine,
    PayoutState,
)
from marketplace.payouts.providers import BANK, Destination, PayoutRequest
from marketplace.payouts.queries import Prospect, free_lines, prospects
from marketplace.sellers.models import Seller

S = PayoutState


def draw(operator: User) -> PayoutBatch:
    """A batch of everybody who is to be paid now. Conflict when that is nobody, or when another was drawn meanwhile."""
    _operator(operator)
    ready = [one for one in prospects() if one.is_ready]
    if not ready:
        raise Conflict(N_("Nobody is to be paid at the moment."))
    sellers = select(Seller.id).where(Seller.id.in_([one.seller.id for one in ready])).order_by(Seller.id)
    db.session.execute(lock(sellers)).all()
    source = db.session.scalar(
        select(ReceivingAccount.code).where(ReceivingAccount.is_active).order_by(ReceivingAccount.id).limit(1)
    )
    batch = PayoutBatch(code=new_code(8), source=source or KEPT_HERE, drawn_by_id=operator.id)
    db.session.add(batch)
    db.session.flush()
    for one in ready:
        _plan(batch, one, operator)
    if not batch.payouts:
        raise Conflict(N_("Nobody is to be paid at the moment."))
    return batch


def _plan(batch: PayoutBatch, prospect: Prospect, operator: User) -> None:
    lines = free_lines(prospect.seller)  # read again: the shop's row is held now
    sum_ = total(lines.values())
    account = prospect.account
    if account is None or sum_ < max(prospect.plan.minimum, Money(1)):
        return
    payout = Payout(
        code=new_code(10), batch_id=batch.id, seller_id=prospect.seller.id, bank=account.bank, number=account.number,
        holder=account.holder, total=sum_,
    )  # fmt: skip
    payout.lines = [PayoutLine(journal_id=key, total=each) for key, each in lines.items()]
    try:
        with db.session.begin_nested():
            batch.payouts.append(payout)
            db.session.add(payout)
    except IntegrityError:
        raise Conflict(N_("Another batch was drawn in this moment. Please look at it.")) from None
    shop = accounts.seller(prospect.seller.code)
    entries = [Entry(shop, sum_, "payout"), Entry(accounts.payout(payout.code), -sum_)]
    post(f"payout:{payout.code}", Kind.PAYOUT, entries, reference=payout.code, by=operator)


def approve(batch: PayoutBatch, operator: User) -> PayoutBatch:
    """A second operator has looked at it. Forbidden for whoever drew it."""
    _operator(operator)
    batch = _hold(batch)
    if batch.drawn_by_id == operator.id:
        raise Forbidden(N_("You drew this batch: somebody else approves it."))
    if batch.state is not BatchState.DRAWN:
        raise Conflict(N_("This batch has been looked at already."))
    batch.state, batch.approved_by_id, batch.approved_at = BatchState.APPROVED, operator.id, clock.now()
    db.session.flush()
    return batch


def cancel(batch: PayoutBatch, operator: User) -> PayoutBatch:
    """It is not paid: every shop has its money on its balance again."""
    _operator(operator)
    batch = _hold(batch)
    if batch.state is not BatchState.DRAWN:
        raise Conflict(N_("This batch has been looked at already."))
    batch.state = BatchState.CANCELLED
    for payout in batch.payouts:
        _take_back(_held(payout), S.CANCELLED, "", operator)
    return batch


def bank_file(batch: PayoutBatch, bank: str = "", layout: str = PLAIN) -> bytes:
    """What a bank's mass transfer takes: a row per payout that is to be paid, to one bank or to all. Conflict before
    somebody else has approved it; Invalid names `layout`."""
    if batch.state is not BatchState.APPROVED:
        raise Conflict(N_("A second operator must approve this batch first."))
    requests = [
        PayoutRequest(one.code, one.total, Destination(one.bank, one.number, one.holder))
        for one in batch.payouts
        if one.state is S.PLANNED and (not bank or one.bank == bank)
    ]
    source = db.session.scalar(select(ReceivingAccount.number).where(ReceivingAccount.code == batch.source))
    return BANK.file(requests, layout, source or "", clock.today().strftime("%Y%m%d"))


def confirm(payout: Payout, reference: str, operator: User) -> Payout:
    """The bank has paid it, in the line that it calls `reference`. Saying the same again changes nothing."""
    _operator(operator)
    reference = tidy(reference)
    if not 3 <= len(reference) <= 80:
        raise Invalid(N_("Copy the bank's reference of this line (at most 80 characters)."), field="reference")
    payout = _held(payout)
    if payout.state is S.PAID and payout.reference == reference:
        return payout
    if payout.state is not S.PLANNED:
        raise Conflict(N_("This payout is over already."))
    if payout.batch.state is not BatchState.APPROVED:
        raise Conflict(N_("A second operator must approve this batch first."))
    try:
        with db.session.begin_nested():
            payout.state, payout.reference, payout.paid_at = S.PAID, reference, clock.now()
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("This line of the statement belongs to another payout."), field="reference") from None
    entries = [Entry(accounts.payout(payout.code), payout.total), Entry(_source(payout), -payout.total, "payout")]
    post(f"paid-out:{payout.code}", Kind.PAID_OUT, entries, reference=payout.code, by=operator)
    return payout


def fail(payout: Payout, reason: str, operator: User) -> Payout:
    """It did not arrive, or came back after it had been paid: the shop has it on its balance again."""
    _operator(operator)
    reason = tidy(reason)[:300]
    if len(reason) < 3:
        raise Invalid(N_("Write for the shop why it did not arrive."), field="reason")
    payout = _held(payout)
    if payout.state in OVER:
        raise Conflict(N_("This payout is over already."))
    if payout.batch.state is not BatchState.APPROVED:
        raise Conflict(N_("A second operator must approve this batch first."))
    _take_back(payout, S.REVERSED if payout.state is S.PAID else S.FAILED, reason, operator)
    return payout


def _take_back(payout: Payout, state: PayoutState, reason: str, operator: User) -> None:
    where = _source(payout) if payout.state is S.PAID else accounts.payout(payout.code)
    payout.state, payout.reason = state, reason
    shop = accounts.seller(payout.seller.code)
    entries = [Entry(where, payout.total, "back"), Entry(shop, -payout.total, "payout")]
    post(f"payout-back:{payout.code}", Kind.PAYOUT_BACK, entries, reference=payout.code, note=reason, by=operator)
    change(
        update(PayoutLine)
        .where(PayoutLine.payout_id == payout.id, PayoutLine.freed_at.is_(None))
        .values(freed_at=clock.now())
    )
    db.session.flush()


def _source(payout: Payout) -> str:
    return accounts.bank(payout.batch.source)


def _hold(batch: PayoutBatch) -> PayoutBatch:
    query = lock(select(PayoutBatch).where(PayoutBatch.id == batch.id)).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def _held(payout: Payout) -> Payout:
    db.session.execute(lock(select(PayoutBatch.id).where(PayoutBatch.id == payout.batch_id))).all()
    query = lock(select(Payout).where(Payout.id == payout.id)).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def _operator(user: User) -> None:
    if not user.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))


def banks_of(payouts: Iterable[Payout]) -> list[str]:
    """The banks in a batch, for a file per bank."""
    return sorted({one.bank for one in payouts if one.state is S.PLANNED})
