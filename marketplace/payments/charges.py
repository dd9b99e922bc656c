"""Payments that somebody outside carries out: begun after the commit, followed by asking, settled by the fact alone.

Messages from outside are hints that lie in an inbox until the worker has asked the provider. Whatever their order and
number, what follows is decided by `note` from the provider's present answer, under the payment's lock: the same answer
twice changes nothing, and an older message can only lead to the newest answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict
from catalog.money import total
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.outbox.services import put
from marketplace.payments import services
from marketplace.payments.models import Charge, Payment, PaymentState, Refund, RefundState, WebhookMessage
from marketplace.payments.paybacks import by_hand
from marketplace.payments.providers import (
    Hint,
    PaymentRequest,
    RefundOutcome,
    RefundRequest,
    RefundResult,
    Snapshot,
    Start,
)
from marketplace.signals import payment_disputed, payment_parked, refund_refused

TOPIC = "payment-hint"
ASKED_EVERY = timedelta(minutes=2)
WATCHED = timedelta(days=120)
"""So long a paid charge is asked about once a day: a buyer's bank may still take the money back."""
ABANDONED = timedelta(days=3)
"""So long one that nobody paid: money may have been on its way to a page that we had given up."""
TRIED_EVERY = timedelta(hours=1)
_SEEN = (PaymentState.PAID, PaymentState.LATE, PaymentState.REFUNDED)


def find_charge(payment: Payment) -> Charge | None:
    return db.session.scalar(select(Charge).where(Charge.payment_id == payment.id))


def request_for(
    payment: Payment, charge: Charge, title: str, return_url: str, email: str, locale: str, leave_url: str = ""
) -> PaymentRequest:
    """What the provider is asked to begin: the same for the same attempt, whenever it is asked. Conflict when the
    payment is closed."""
    if payment.state is not PaymentState.PENDING:
        raise Conflict(N_("This payment is closed."))
    reference = payment.code if charge.attempt == 1 else f"{payment.code}-{charge.attempt}"
    return PaymentRequest(
        reference, payment.due, payment.expires_at, return_url, payment.code, title, email, locale, leave_url
    )


def keep(payment: Payment, begun: Start) -> bool:
    """Write down what the provider has begun; False when the payment was closed meanwhile (it is then given up there).
    Of two that were begun in the same moment the first is kept: nobody is led to the other."""
    payment = services.hold(payment)
    charge = _charge_of(payment)
    if charge.reference and charge.url:
        return payment.state is PaymentState.PENDING
    charge.reference, charge.url = begun.provider_reference, begun.redirect_url or ""
    charge.asked_at = charge.closed_at = None
    db.session.flush()
    return payment.state is PaymentState.PENDING


def receive(provider: str, hints: list[Hint], topic: str = TOPIC) -> int:
    """Put hints into the inbox, each event once, and wake the worker; how many were new."""
    new = 0
    for hint in hints:
        row = WebhookMessage(
            provider=provider, event=hint.event[:120], reference=hint.provider_reference[:120], payment_code=hint.code[:40]
        )  # fmt: skip
        known = select(WebhookMessage.id).where(WebhookMessage.provider == provider, WebhookMessage.event == row.event)
        if db.session.scalar(known):
            continue
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:  # the same message in the same moment
            continue
        put(topic, {"id": row.id})
        new += 1
    db.session.flush()
    return new


def charge_meant(message: WebhookMessage) -> Charge | None:
    """The charge that a message hints at, if it is one of ours."""
    query = select(Charge).options(joinedload(Charge.payment)).where(Charge.provider == message.provider)
    if message.payment_code:
        found = db.session.scalar(query.join(Charge.payment).where(Payment.code == message.payment_code))
        if found is not None:
            return found
    if not message.reference:
        return None
    meant = or_(Charge.reference == message.reference, Charge.second_reference == message.reference)
    return db.session.scalar(query.where(meant).limit(1))


def note(charge: Charge, said: Snapshot) -> None:
    """The provider's present answer, and everything that follows from it."""
    payment = services.hold(charge.payment)
    charge = _charge_of(payment)
    charge.asked_at = clock.now()
    charge.second_reference = said.second_reference or charge.second_reference
    charge.fee = charge.fee if said.fee is None else said.fee
    if said.state is PaymentState.PAID:
        _note_paid(payment, charge, said)
    elif said.state is PaymentState.PENDING:
        if said.odd:
            _park(charge, said.odd)
    elif payment.state is PaymentState.PENDING:
        charge.attempt += 1  # its page is closed, the payment is not: the buyer may open another
        charge.reference, charge.url = None, ""
    else:
        charge.closed_at = charge.closed_at or clock.now()
    db.session.flush()


def _note_paid(payment: Payment, charge: Charge, said: Snapshot) -> None:
    charge.closed_at = charge.closed_at or clock.now()
    is_odd = bool(said.odd) or said.paid != payment.due
    if not is_odd and payment.state not in _SEEN:
        services.settle(payment)
    charge.refunded = said.refunded
    _park(charge, ", ".join(_oddities(payment, said, is_odd)))
    dispute = said.dispute.value if said.dispute else ""
    if dispute and dispute != charge.dispute:
        charge.dispute = dispute
        payment_disputed.send(payment, dispute=dispute, sum_=said.disputed or payment.due - said.refunded)


def _oddities(payment: Payment, said: Snapshot, is_odd: bool) -> Iterator[str]:
    """What people must look at: another sum than was asked for, money that went back without us, or that came back
    after the provider had said that it was sent (what it says of the last minutes may be older than our own book)."""
    if is_odd:
        yield said.odd or f"{said.paid.rupiah} IDR"
    ours = [
        one
        for one in db.session.scalars(select(Refund).where(Refund.payment_id == payment.id))
        if one.sent_by_id is None and not one.refusal and (one.sent_at or one.tried_at)
    ]
    settled_before = clock.now() - ASKED_EVERY
    arrived = total(one.total for one in ours if one.sent_at is not None and one.sent_at < settled_before)
    if said.refunded > total(one.total for one in ours):
        yield f"-{said.refunded.rupiah} IDR"
    elif said.refunded < arrived and not is_odd:
        yield f"+{(arrived - said.refunded).rupiah} IDR"


def note_refusal(charge: Charge, why: str) -> None:
    """The provider does not want to speak of this charge, though of others: a person must look, and it is asked again
    in its turn."""
    payment = services.hold(charge.payment)
    charge = _charge_of(payment)
    charge.asked_at = clock.now()
    _park(charge, f"? {why}")


def _park(charge: Charge, odd: str) -> None:
    """A person must look, once per oddity."""
    odd = odd[:200]
    if not odd or charge.odd == odd:
        return
    charge.odd, charge.parked_at, charge.looked_at, charge.looked_by_id = odd, clock.now(), None, None
    db.session.flush()
    payment_parked.send(charge)


def look(charge: Charge, operator: User, accepts: bool) -> Payment:
    """An operator has looked at what is odd. With `accepts` the payment counts as paid as it was asked for; else only
    the looking is noted: what has to be put right is put right at the provider."""
    payment = services.hold(charge.payment)
    charge = _charge_of(payment)
    if charge.parked_at is None or charge.looked_at is not None:
        raise Conflict(N_("Somebody has looked at this already."))
    charge.looked_at, charge.looked_by_id = clock.now(), operator.id
    if accepts and payment.state not in _SEEN:
        services.settle(payment, operator=operator)
    db.session.flush()
    return payment


def list_parked(limit: int = 100) -> list[Charge]:
    """What a person must look at, the oldest first."""
    query = select(Charge).options(joinedload(Charge.payment))
    return list(
        db.session.scalars(
            query.where(Charge.parked_at.is_not(None), Charge.looked_at.is_(None))
            .order_by(Charge.parked_at)
            .limit(limit)
        )
    )


def find_parked(code: str) -> Charge | None:
    return db.session.scalar(select(Charge).where(Charge.code == code, Charge.parked_at.is_not(None)))


def list_to_ask(now: datetime, limit: int = 40) -> list[int]:
    """Ids of charges that nobody has spoken of for a while."""
    waits = and_(Charge.closed_at.is_(None), or_(Charge.asked_at.is_(None), Charge.asked_at < now - ASKED_EVERY))
    watched = and_(
        Charge.closed_at.is_not(None),
        Charge.asked_at < now - timedelta(days=1),
        or_(
            and_(Charge.second_reference != "", Charge.created_at > now - WATCHED),
            Charge.created_at > now - ABANDONED,
        ),
    )
    query = select(Charge.id).where(Charge.reference.is_not(None), or_(waits, watched))
    return list(db.session.scalars(query.order_by(Charge.asked_at, Charge.id).limit(limit)))


def list_refunds_to_try(now: datetime, limit: int = 20) -> list[int]:
    """Ids of refunds that the payment's own provider may send."""
    is_due = or_(Refund.tried_at.is_(None), Refund.tried_at < now - TRIED_EVERY)
    query = select(Refund.id).where(Refund.state == RefundState.OWED, ~by_hand(), is_due)
    return list(db.session.scalars(query.order_by(Refund.id).limit(limit)))


def reserve(refund: Refund) -> tuple[str, RefundRequest] | None:
    """Mark a refund as being sent, before anybody is asked to: from now on no operator sends it too. The provider's
    code and the request, or None when it is no longer owed."""
    payment = services.hold(db.session.get_one(Payment, refund.payment_id))
    charge = _charge_of(payment)
    refund = db.session.scalars(
        lock(select(Refund).where(Refund.id == refund.id)).execution_options(populate_existing=True)
    ).one()
    if refund.state is not RefundState.OWED or refund.refusal:
        return None
    refund.tried_at = clock.now()
    db.session.flush()
    return charge.provider, RefundRequest(refund.code, charge.reference, refund.total, charge.second_reference)


def note_refund(refund: Refund, result: RefundResult) -> None:
    """What the provider said to sending it: sent, still on its way, or people must."""
    if result.outcome is RefundOutcome.SUCCEEDED:
        services.send_refund(refund, result.reference[:80], None)
    elif result.outcome is not RefundOutcome.PENDING:
        refund.refusal = result.why[:200] or "?"
        db.session.flush()
        refund_refused.send(refund)
    db.session.flush()


def _charge_of(payment: Payment) -> Charge:
    return db.session.scalars(
        select(Charge).where(Charge.payment_id == payment.id).execution_options(populate_existing=True)
    ).one()
