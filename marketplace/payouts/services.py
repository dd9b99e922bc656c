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
from catalog.text import N_, tidy
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.books import KEPT_HERE
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.services import Entry, post
from marketplace.outbox.services import put
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
from marketplace.payouts.providers import BANK, Destination, PayoutRequest, provider
from marketplace.payouts.queries import Prospect, prospect, prospects
from marketplace.payouts.ways import Way
from marketplace.sellers.models import Seller
from marketplace.signals import payout_came_back, payout_paid

S = PayoutState
TOPIC = "payout-send"


def draw(operator: User) -> PayoutBatch:
    """A batch of everybody who is to be paid now. Conflict when that is nobody, or when another was drawn meanwhile."""
    check_operator(operator)
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
        _plan(batch, one.seller, operator)
    if not batch.payouts:
        raise Conflict(N_("Nobody is to be paid at the moment."))
    return batch


def _plan(batch: PayoutBatch, seller: Seller, operator: User) -> None:
    fresh = prospect(seller)  # read again: the shop's row is held now
    for way in fresh.ways:
        payer = provider(way.provider)
        where = _destination(fresh, way)
        payout = Payout(
            code=new_code(10), batch_id=batch.id, seller_id=seller.id, provider=payer.code, order_code=way.order_code,
            group_code=way.group, source=way.source, bank=where.bank, number=where.number, holder=where.holder,
            total=way.sum, pays_from="" if way.is_by_bank else payer.capabilities.pays_from,
        )  # fmt: skip
        payout.lines = [PayoutLine(journal_id=key, total=each) for key, each in way.lines.items()]
        try:
            with db.session.begin_nested():
                batch.payouts.append(payout)
                db.session.add(payout)
        except IntegrityError:
            raise Conflict(N_("Another batch was drawn in this moment. Please look at it.")) from None
        shop = accounts.seller(seller.code)
        entries = [Entry(shop, way.sum, "payout"), Entry(accounts.payout(payout.code), -way.sum)]
        post(f"payout:{payout.code}", Kind.PAYOUT, entries, reference=payout.code, by=operator)


def _destination(prospect: Prospect, way: Way) -> Destination:
    account, recipient = prospect.account, prospect.recipient
    if way.is_by_bank:
        assert account is not None
        return Destination(account.bank, account.number, account.holder)
    assert recipient is not None
    return Destination(provider(way.provider).name, recipient.reference or "", recipient.name)


def approve(batch: PayoutBatch, operator: User) -> PayoutBatch:
    """A second operator has looked at it. Forbidden for whoever drew it."""
    check_operator(operator)
    batch = _hold(batch)
    if batch.drawn_by_id == operator.id:
        raise Forbidden(N_("You drew this batch: somebody else approves it."))
    if batch.state is not BatchState.DRAWN:
        raise Conflict(N_("This batch has been looked at already."))
    batch.state, batch.approved_by_id, batch.approved_at = BatchState.APPROVED, operator.id, clock.now()
    db.session.flush()
    for payout in batch.payouts:
        if not payout.is_by_hand:
            put(TOPIC, {"id": payout.id})
    return batch


def cancel(batch: PayoutBatch, operator: User) -> PayoutBatch:
    """It is not paid: every shop has its money on its balance again."""
    check_operator(operator)
    batch = _hold(batch)
    if batch.state is not BatchState.DRAWN:
        raise Conflict(N_("This batch has been looked at already."))
    batch.state = BatchState.CANCELLED
    for payout in batch.payouts:
        put_back(held(payout), S.CANCELLED, "", operator)
    return batch


def bank_file(batch: PayoutBatch, bank: str = "", layout: str = PLAIN) -> bytes:
    """What a bank's mass transfer takes: a row per payout that is to be paid, to one bank or to all. Conflict before
    somebody else has approved it; Invalid names `layout`."""
    if batch.state is not BatchState.APPROVED:
        raise Conflict(N_("A second operator must approve this batch first."))
    requests = [
        PayoutRequest(one.code, one.total, Destination(one.bank, one.number, one.holder))
        for one in batch.payouts
        if one.is_by_hand and one.state is S.PLANNED and (not bank or one.bank == bank)
    ]
    source = db.session.scalar(select(ReceivingAccount.number).where(ReceivingAccount.code == batch.source))
    return BANK.file(requests, layout, source or "", clock.today().strftime("%Y%m%d"))


def confirm(payout: Payout, reference: str, operator: User) -> Payout:
    """The bank has paid it, in the line that it calls `reference`. Saying the same again changes nothing."""
    check_operator(operator)
    reference = tidy(reference)
    if not 3 <= len(reference) <= 80:
        raise Invalid(N_("Copy the bank's reference of this line (at most 80 characters)."), field="reference")
    payout = held(payout)
    _by_hand(payout)
    if payout.state is S.PAID and payout.reference == reference:
        return payout
    if payout.state is not S.PLANNED:
        raise Conflict(N_("This payout is over already."))
    if payout.batch.state is not BatchState.APPROVED:
        raise Conflict(N_("A second operator must approve this batch first."))
    return pay(payout, reference, operator)


def pay(payout: Payout, reference: str, operator: User | None) -> Payout:
    """It is paid, as the bank says to an operator or the provider to the worker (None); its row is held."""
    try:
        with db.session.begin_nested():
            payout.state, payout.reference, payout.paid_at = S.PAID, reference, clock.now()
            payout.waits_for = ""
            db.session.flush()
    except IntegrityError:
        raise Conflict(N_("This line of the statement belongs to another payout."), field="reference") from None
    entries = [Entry(accounts.payout(payout.code), payout.total), Entry(source_of(payout), -payout.total, "payout")]
    post(f"paid-out:{payout.code}", Kind.PAID_OUT, entries, reference=payout.code, by=operator)
    payout_paid.send(payout)
    return payout


def fail(payout: Payout, reason: str, operator: User) -> Payout:
    """It did not arrive, or came back after it had been paid: the shop has it on its balance again."""
    check_operator(operator)
    reason = tidy(reason)[:300]
    if len(reason) < 3:
        raise Invalid(N_("Write for the shop why it did not arrive."), field="reason")
    payout = held(payout)
    _by_hand(payout)
    if payout.state in OVER:
        raise Conflict(N_("This payout is over already."))
    if payout.batch.state is not BatchState.APPROVED:
        raise Conflict(N_("A second operator must approve this batch first."))
    put_back(payout, S.REVERSED if payout.state is S.PAID else S.FAILED, reason, operator)
    return payout


def put_back(payout: Payout, state: PayoutState, reason: str, operator: User | None) -> None:
    """The shop has it on its balance again; its row is held."""
    where = source_of(payout) if payout.state is S.PAID else accounts.payout(payout.code)
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
    if state is not S.CANCELLED:
        payout_came_back.send(payout)


def source_of(payout: Payout) -> str:
    """The account of the ledger that it leaves."""
    return payout.pays_from or accounts.bank(payout.batch.source)


def _by_hand(payout: Payout) -> None:
    if not payout.is_by_hand:
        raise Conflict(N_("The payment partner carries this payout out and says itself what became of it."))


def _hold(batch: PayoutBatch) -> PayoutBatch:
    query = lock(select(PayoutBatch).where(PayoutBatch.id == batch.id)).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def held(payout: Payout) -> Payout:
    """`payout` as it is now, and locked with its batch until the end of the transaction."""
    db.session.execute(lock(select(PayoutBatch.id).where(PayoutBatch.id == payout.batch_id))).all()
    query = lock(select(Payout).where(Payout.id == payout.id)).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def check_operator(user: User) -> None:
    """Forbidden for everybody else."""
    if not user.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))


def banks_of(payouts: Iterable[Payout]) -> list[str]:
    """The banks in a batch, for a file per bank."""
    return sorted({one.bank for one in payouts if one.is_by_hand and one.state is S.PLANNED})
