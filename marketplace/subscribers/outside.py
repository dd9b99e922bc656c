"""Asking providers outside: after a hint, after a silence, and to send money back. Each question stands alone, outside
of every transaction; what follows from the answer is one small transaction."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError, Unavailable
from catalog.money import Money
from marketplace.accounts.models import Role
from marketplace.bookkeeping.disputes import shares
from marketplace.notifications import notify
from marketplace.orders.models import Order
from marketplace.outbox.services import Taken
from marketplace.payments import charges
from marketplace.payments.models import Charge, Payment, PaymentState, Refund, WebhookMessage
from marketplace.payments.providers import Refused, Snapshot, provider_of
from marketplace.signals import payment_disputed, payment_parked

log = structlog.get_logger("payments")
_GIVEN_UP = (PaymentState.EXPIRED, PaymentState.CANCELLED)


def connect() -> None:
    payment_parked.connect(tell_parked)
    payment_disputed.connect(tell_disputed)


def tell_parked(charge: Charge, **_: Any) -> None:
    payment = charge.payment
    values = {"code": payment.purchase_code, "due": payment.due, "odd": charge.odd}
    notify(Role.OPERATOR, "payment-parked", f"{charge.code}-{charge.odd}"[:60], values)


def tell_disputed(payment: Payment, dispute: str, sum_: Money, **_: Any) -> None:
    """The operators, and every shop whose order it is about: what is held, given back or gone."""
    values = {"code": payment.purchase_code, "due": payment.due, "dispute": dispute}
    notify(Role.OPERATOR, "payment-disputed", f"{payment.code}-{dispute}", values)
    parts = shares(payment, sum_) if sum_ else {}
    query = select(Order).where(Order.code.in_(parts)).options(joinedload(Order.seller, innerjoin=True))
    for order in db.session.scalars(query.order_by(Order.id)):
        told = {"code": order.code, "sum": parts[order.code], "dispute": dispute}
        notify(order.seller, "order-disputed", f"{order.code}-{payment.code}-{dispute}", told)


def follow_hint(message: Taken) -> None:
    """The inbox's message: ask the provider what is true now. One about nothing of ours is only marked."""
    row = db.session.get(WebhookMessage, message.payload["id"])
    if row is None or row.done_at is not None:
        db.session.rollback()
        return
    charge = charges.charge_meant(row)
    key, is_known = row.id, charge is not None and charge.reference is not None
    charge_id = charge.id if charge is not None and is_known else None
    db.session.rollback()
    if charge_id is not None:
        follow(charge_id)
    with transaction() as session:
        done = session.get_one(WebhookMessage, key)
        done.done_at, done.is_known = clock.now(), is_known


def follow(charge_id: int) -> None:
    """Ask for the fact and note it. What we have closed and nobody has paid is given up at the provider as well."""
    charge = db.session.get_one(Charge, charge_id)
    asked = provider_of(charge.provider)
    reference, page = charge.reference, charge.url
    given_up = charge.payment.state in _GIVEN_UP and charge.closed_at is None
    db.session.rollback()
    if reference is None:
        return
    if asked is None:
        raise LookupError("nobody stands ready to be asked about this charge")
    said: Snapshot | None = asked.cancel(reference, page) if given_up else asked.fetch(reference)
    if said is None:
        return
    with transaction() as session:
        charges.note(session.get_one(Charge, charge_id), said)


def ask_providers() -> None:
    """Charges that nobody has spoken of: messages get lost. A provider that is silent is left alone until next time."""
    due = charges.list_to_ask(clock.now())
    db.session.rollback()
    for charge_id in due:
        try:
            follow(charge_id)
        except Refused as error:
            db.session.rollback()
            log.warning("the provider does not speak of a charge", charge=charge_id, reason=error.why)
            with transaction() as session:
                charges.note_refusal(session.get_one(Charge, charge_id), error.why)
        except Unavailable as error:
            log.warning("the provider does not answer", reason=str(error))
            return
        except (DomainError, LookupError) as error:
            log.warning("a charge was not followed", charge=charge_id, reason=str(error))
        finally:
            db.session.rollback()


def send_refunds() -> None:
    """Money that providers may send back by themselves, each reserved before it is asked for."""
    due = charges.list_refunds_to_try(clock.now())
    db.session.rollback()
    for refund_id in due:
        try:
            with transaction() as session:
                reserved = charges.reserve(session.get_one(Refund, refund_id))
            asked = provider_of(reserved[0]) if reserved else None
            if reserved is None or asked is None:
                continue
            result = asked.refund(reserved[1])
            with transaction() as session:
                charges.note_refund(session.get_one(Refund, refund_id), result)
        except Unavailable as error:
            log.warning("the provider does not answer", reason=str(error))
            return
        finally:
            db.session.rollback()
