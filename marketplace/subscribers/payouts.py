"""Asking those who bring shops their money, and telling shops what became of it. Each question stands alone, outside of
every transaction; what follows from the answer is one small transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError, Unavailable
from catalog.text import N_
from marketplace.notifications import notify
from marketplace.outbox.services import Taken
from marketplace.payments.models import WebhookMessage
from marketplace.payouts import recipients, sending
from marketplace.payouts.inbox import desk_of
from marketplace.payouts.models import Payout, PayoutAccount, Recipient
from marketplace.payouts.providers import AccountState, OpensAccounts, Outcome, provider_of
from marketplace.sellers.models import Seller
from marketplace.signals import payout_account_named, payout_came_back, payout_paid, recipient_changed

LATELY, LONG_AGO = timedelta(days=1), timedelta(days=60)
SWITCHED_OFF = N_("Nobody carries out payouts of this kind at the moment.")

log = structlog.get_logger("payouts")


def connect() -> None:
    payout_paid.connect(tell_paid)
    payout_came_back.connect(tell_back)
    payout_account_named.connect(tell_account)
    recipient_changed.connect(tell_recipient)


def tell_paid(payout: Payout, **_: Any) -> None:
    notify(payout.seller, "payout-sent", payout.code, _about(payout))


def tell_back(payout: Payout, **_: Any) -> None:
    notify(payout.seller, "payout-failed", payout.code, {**_about(payout), "reason": payout.reason})


def _about(payout: Payout) -> dict[str, Any]:
    where = payout.bank if not payout.is_by_hand else f"{payout.bank} {payout.masked}"
    return {"sum": payout.total, "where": where}


def tell_account(account: PayoutAccount, **_: Any) -> None:
    seller = db.session.get_one(Seller, account.seller_id)
    values = {"where": f"{account.bank} {account.masked}", "day": account.usable_from.astimezone(clock.WIB).date()}
    notify(seller, "payout-account", account.code, {**values, "event": "bank"})


def tell_recipient(recipient: Recipient, event: str, **_: Any) -> None:
    if event == AccountState.CHECKED:
        return  # nothing to do, and the next word follows
    payer = provider_of(recipient.provider)
    day = recipient.usable_from.astimezone(clock.WIB).date()
    values = {"where": payer.name if payer else recipient.provider, "day": day, "event": event}
    notify(recipient.seller, "payout-account", f"{recipient.code}-{event}-{clock.now():%Y%m%d%H}", values)


def send(payout_id: int) -> None:
    """Let the provider bring one payout (or give it up), and note its answer."""
    with transaction() as session:
        reserved = sending.reserve(session.get_one(Payout, payout_id))
    if reserved is None:
        return
    code, request, is_given_up = reserved
    payer = provider_of(code)
    if payer is None:
        raise Unavailable(SWITCHED_OFF)
    said = payer.cancel(request) if is_given_up else payer.send(request)
    if said is not None:
        with transaction() as session:
            sending.note(session.get_one(Payout, payout_id), said)


def send_now(message: Taken) -> None:
    """The outbox's message about a payout of a batch that was approved."""
    send(message.payload["id"])


def send_payouts() -> None:
    """Payouts that were not sent, or whose answer was lost. A provider that is silent is left alone until next time."""
    due = sending.list_to_send(clock.now())
    db.session.rollback()
    _each(due, send)


def ask_about_payouts() -> None:
    """What became of payouts that were brought: somebody may have taken one back at the provider's own desk."""
    due = sending.list_to_ask(clock.now())
    db.session.rollback()
    _each(due, ask)


def ask(payout_id: int) -> None:
    payout = db.session.get_one(Payout, payout_id)
    payer, request = provider_of(payout.provider), sending.request_for(payout)
    db.session.rollback()
    said = payer.fetch(request) if payer else None
    if said is not None:
        with transaction() as session:
            sending.note(session.get_one(Payout, payout_id), said)


def take_money_back(is_thorough: bool = False) -> None:
    """Orders that went back to their buyers after the shop had been paid for them."""
    due = sending.list_to_take_back(clock.now() - (LONG_AGO if is_thorough else LATELY))
    db.session.rollback()
    _each(due, take_back)


def take_back(payout_id: int) -> None:
    """First the fact, then the difference: what came back there and was never noted here is not asked back twice."""
    with transaction() as session:
        is_wished = sending.wish(session.get_one(Payout, payout_id)) is not None
    if not is_wished:
        return
    ask(payout_id)
    with transaction() as session:
        payout = session.get_one(Payout, payout_id)
        wished, code = sending.wish(payout), payout.provider
    payer = provider_of(code)
    if wished is None or payer is None:
        return
    request, sum_, returned = wished
    said = payer.take_back(request, sum_, returned)
    if said.outcome is Outcome.BY_HAND:
        return
    with transaction() as session:
        sending.note_taken_back(session.get_one(Payout, payout_id), sum_, said)


def follow_hint(message: Taken) -> None:
    """The inbox's message: ask what is true now. One about nothing of ours is only marked."""
    row = db.session.get(WebhookMessage, message.payload["id"])
    if row is None or row.done_at is not None:
        db.session.rollback()
        return
    key, desk = row.id, desk_of(row)
    payout = sending.find_by_hint(desk, row.reference, row.payment_code)
    recipient = None if payout else recipients.find_by_reference(desk, row.reference)
    payout_id, recipient_id = payout.id if payout else None, recipient.id if recipient else None
    db.session.rollback()
    if payout_id is not None:
        ask(payout_id)
    elif recipient_id is not None:
        read_account(recipient_id)
    with transaction() as session:
        done = session.get_one(WebhookMessage, key)
        done.done_at, done.is_known = clock.now(), bool(payout_id or recipient_id)


def ask_about_accounts() -> None:
    """Accounts of shops that nobody has spoken of for a while."""
    due = recipients.list_to_ask(clock.now())
    db.session.rollback()
    _each(due, read_account)


def read_account(recipient_id: int) -> None:
    """Ask the provider how far a shop's account is, and note it."""
    recipient = db.session.get_one(Recipient, recipient_id)
    payer, reference = provider_of(recipient.provider), recipient.reference
    db.session.rollback()
    if not isinstance(payer, OpensAccounts) or reference is None:
        return
    found = payer.fetch_account(reference)
    with transaction() as session:
        recipients.note(session.get_one(Recipient, recipient_id), found)


def _each(due: list[int], deed: Any) -> None:
    for key in due:
        try:
            deed(key)
        except Unavailable as error:
            log.warning("the provider does not answer", reason=str(error))
            return
        except DomainError as error:
            log.warning("a payout was not followed", key=key, reason=str(error))
        finally:
            db.session.rollback()
