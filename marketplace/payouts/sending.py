"""Payouts that a provider outside brings: what it is asked, and what follows from its answer. Nobody is asked here.

A payout is marked (`reserve`) before the provider is asked and keeps its own code there, so a worker that dies between
the transfer and its note asks again and finds the same transfer. `note` takes the provider's present answer, under the
payout's lock: the same answer twice changes nothing. What comes back is a difference: to what the provider says has
come back in all, from what we knew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, func, or_, select

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict
from catalog.money import ZERO, Money, total
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.bookkeeping.disputes import list_held
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.services import Entry, post
from marketplace.outbox.services import put
from marketplace.payouts import services
from marketplace.payouts.models import BatchState, Payout, PayoutBatch, PayoutLine, PayoutState
from marketplace.payouts.providers import Destination, Outcome, PayoutRequest, PayoutSnapshot, provider_of
from marketplace.payouts.ways import ORDER, free_lines

ASKED_AGAIN = timedelta(minutes=2)
"""Every answer is there or lost by then."""
WAITS_LONGER = timedelta(hours=1)
WATCHED = timedelta(days=120)
"""So long a payout is asked about once a day: somebody may take it back at the provider's own desk."""
S = PayoutState
NOT_THERE = N_("The payment partner cannot bring it to your account there at the moment.")
GIVEN_UP = N_("It was called off before it had left.")

log = structlog.get_logger("payouts")


def request_for(payout: Payout) -> PayoutRequest:
    """What the provider is asked: the same for the same payout, whenever it is asked."""
    return PayoutRequest(
        payout.code, payout.total, Destination(payout.bank, payout.number, payout.holder), payout.source,
        payout.group_code, payout.order_code or "", payout.reference or "", payout.attempt,
    )  # fmt: skip


def reserve(payout: Payout) -> tuple[str, PayoutRequest, bool] | None:
    """Mark a payout as being sent: the provider's code, the request and whether it is to be given up instead; None when
    there is nothing to send any more."""
    payout = services.held(payout)
    if payout.is_by_hand or payout.state is not S.PLANNED or payout.batch.state is not BatchState.APPROVED:
        return None
    payout.tried_at = clock.now()
    db.session.flush()
    return payout.provider, request_for(payout), payout.given_up_at is not None


def note(payout: Payout, said: PayoutSnapshot) -> None:
    """The provider's present answer, and everything that follows from it."""
    payout = services.held(payout)
    payout.asked_at = clock.now()
    if payout.state is S.PLANNED:
        _note_planned(payout, said)
    elif said.outcome is Outcome.SENT and payout.state is not S.PAID:
        log.error("a payout that is over here has left there", payout=payout.code, reference=said.reference)
    if payout.state is S.PAID and said.outcome is Outcome.SENT:
        _note_returned(payout, said.returned)
    db.session.flush()


def _note_planned(payout: Payout, said: PayoutSnapshot) -> None:
    if said.outcome is Outcome.SENT and said.sent == payout.total:
        services.pay(payout, said.reference, None)
    elif said.outcome is Outcome.FAILED:
        payout.waits_for = said.why[:200]
        services.put_back(payout, S.FAILED, GIVEN_UP if payout.given_up_at else NOT_THERE, None)
    else:
        payout.waits_for = (said.why or f"{said.sent.rupiah} IDR")[:200]
        payout.attempt += said.outcome is Outcome.WAITS


def _note_returned(payout: Payout, returned: Money) -> None:
    """What came back is the shop's again until it is paid anew, or settles what the shop owes."""
    back = returned - payout.returned
    if back <= ZERO:
        return
    payout.returned, payout.unreturned = returned, ZERO
    shop = accounts.seller(payout.seller.code)
    entries = [Entry(services.source_of(payout), back, "returned"), Entry(shop, -back, "returned")]
    post(f"returned:{payout.code}:{returned.rupiah}", Kind.REMITTED, entries, reference=payout.code)


def wish(payout: Payout) -> tuple[PayoutRequest, Money, Money] | None:
    """What should be asked back of a payout whose order went back to its buyer afterwards, or was lost in a dispute: the
    request, the sum, and what has come back so far; None when that is nothing, or was asked for in vain."""
    payout = services.held(payout)
    payer = provider_of(payout.provider)
    if payer is None or not payer.capabilities.takes_back or payout.state is not S.PAID:
        return None
    codes = set(
        db.session.scalars(
            select(Journal.order_code)
            .join(PayoutLine, PayoutLine.journal_id == Journal.id)
            .where(PayoutLine.payout_id == payout.id, PayoutLine.freed_at.is_(None), Journal.order_code.is_not(None))
        )
    )
    free = free_lines([payout.seller])[payout.seller_id]
    owed = -total(sum_ for code in codes for sum_ in free.get(code, {}).values())
    owed -= total(one.sum for one in list_held(payout.seller) if one.order_code in codes)  # not decided yet
    sum_ = min(owed, payout.total - payout.returned)
    if sum_ <= payout.unreturned:
        return None
    return request_for(payout), sum_, payout.returned


def note_taken_back(payout: Payout, sum_: Money, said: PayoutSnapshot) -> None:
    """What the provider said to asking `sum_` back. When it is not there any more the shop owes it, and its next sales
    pay it off."""
    if said.outcome is Outcome.SENT:
        note(payout, said)
        return
    payout = services.held(payout)
    payout.unreturned, payout.attempt = sum_, payout.attempt + 1
    db.session.flush()


def give_up(payout: Payout, operator: User) -> Payout:
    """It is not to be sent any more, if it has not left yet: the worker asks. Conflict while it may be on its way."""
    services.check_operator(operator)
    payout = services.held(payout)
    if payout.is_by_hand or payout.state is not S.PLANNED or payout.given_up_at is not None:
        raise Conflict(N_("This payout is over already."))
    if payout.tried_at is not None and payout.tried_at > clock.now() - ASKED_AGAIN:
        raise Conflict(N_("It is being sent just now. Please look again in some minutes."))
    payout.given_up_at = clock.now()
    db.session.flush()
    put(services.TOPIC, {"id": payout.id})
    return payout


def list_to_send(now: datetime, limit: int = 40) -> list[int]:
    """Ids of payouts that a provider was not asked to send, or has not answered for, or that wait for its money."""
    query = (
        select(Payout.id)
        .join(PayoutBatch, PayoutBatch.id == Payout.batch_id)
        .where(
            Payout.provider != "bank",
            Payout.state == S.PLANNED,
            PayoutBatch.state == BatchState.APPROVED,
            or_(
                Payout.tried_at.is_(None),
                and_(Payout.waits_for == "", Payout.tried_at < now - ASKED_AGAIN),
                Payout.tried_at < now - WAITS_LONGER,
            ),
        )
    )
    return list(db.session.scalars(query.order_by(Payout.tried_at, Payout.id).limit(limit)))


def list_to_ask(now: datetime, limit: int = 40) -> list[int]:
    """Ids of payouts that were brought lately and not asked about for a day."""
    query = select(Payout.id).where(
        Payout.provider != "bank", Payout.state == S.PAID, Payout.paid_at > now - WATCHED,
        or_(Payout.asked_at.is_(None), Payout.asked_at < now - timedelta(days=1)),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Payout.asked_at, Payout.id).limit(limit)))


def list_to_take_back(since: datetime, limit: int = 40) -> list[int]:
    """Ids of payouts of orders of which something went back to the buyer since then."""
    refunds = select(ORDER).where(Journal.at > since, Journal.kind.in_([Kind.REFUND, Kind.DISPUTE]), ORDER.is_not(None))
    query = (
        select(Payout.id)
        .join(PayoutLine, PayoutLine.payout_id == Payout.id)
        .join(Journal, Journal.id == PayoutLine.journal_id)
        .where(
            Payout.provider != "bank",
            Payout.state == S.PAID,
            Payout.returned + Payout.unreturned < Payout.total,
            PayoutLine.freed_at.is_(None),
            Journal.order_code.in_(refunds),
        )
    )
    return list(db.session.scalars(query.distinct().order_by(Payout.id).limit(limit)))


def find_by_hint(provider: str, reference: str, code: str) -> Payout | None:
    """The payout that a provider's message hints at."""
    meant = Payout.code == code if code else Payout.reference == reference
    return db.session.scalar(select(Payout).where(Payout.provider == provider, meant))


def count_waiting() -> int:
    """How many payouts a provider has not sent although it was asked to."""
    query = select(func.count()).select_from(Payout)
    return (
        db.session.scalar(query.where(Payout.provider != "bank", Payout.state == S.PLANNED, Payout.waits_for != ""))
        or 0
    )
