"""What is booked because of others: cash that galleries and shops bring, and disputes that a bank opens and decides. Every
deed names the reference of the statement or the case, and is booked once per reference. What operators read on statements
besides is typed, looked at and approved: see `bookings`."""

from __future__ import annotations

from catalog.errors import Conflict, Invalid
from catalog.money import ZERO, Money
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.bookkeeping.books import account_of
from marketplace.ledger import accounts
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.queries import balance
from marketplace.ledger.services import Entry, post, take_turns
from marketplace.payments.models import Payment
from marketplace.sellers.models import PickupPoint, Seller
from marketplace.shipping.models import CourierService

MOST_FEE = 1000
"""Hundredths of a percent of what a courier took, which it may keep: usual are two to four percent."""


def settlement(provider: str, gross: Money, fee: Money, bank_account: str) -> list[Entry]:
    """The entries of what a provider has paid out; Invalid names `fee`."""
    if not ZERO <= fee <= gross or not gross:
        raise Invalid(N_("The fee cannot be more than the sum."), field="fee")
    return [
        Entry(accounts.bank(bank_account), gross - fee, "settled"),
        Entry(accounts.fee(provider), fee),
        Entry(accounts.gateway(provider), -gross, "settled"),
    ]


def hand_on(
    point: PickupPoint, sum_: Money, bank_account: str, reference: str, by: User | None = None
) -> Journal | None:
    """A gallery has handed on cash that it took. Conflict when that is more than it holds."""
    account = accounts.till(point.code)
    entries = [Entry(accounts.bank(bank_account), sum_, "brought"), Entry(account, -sum_, "brought")]
    return _once(f"brought:{point.code}:{reference_of(reference)}", Kind.REMITTED, entries, account, sum_, by)


def remit_cod(
    service: CourierService,
    sum_: Money,
    bank_account: str,
    reference: str,
    fee: Money = ZERO,
    by: User | None = None,
) -> Journal | None:
    """A courier has handed on what it took at the door, less its fee, which is the house's. Conflict when that is more
    than it holds; Invalid names `fee` above `MOST_FEE`: what is missing beyond that, two operators write off."""
    if not ZERO <= fee <= sum_.share(MOST_FEE):
        message = N_("A courier keeps at most a tenth. What it never brings is written off by two operators.")
        raise Invalid(message, field="fee")
    account = accounts.cod(service.code)
    entries = [
        Entry(accounts.bank(bank_account), sum_ - fee, "brought"),
        Entry(accounts.fee(service.code), fee),
        Entry(account, -sum_, "brought"),
    ]
    return _once(f"brought:{service.code}:{reference_of(reference)}", Kind.REMITTED, entries, account, sum_, by)


def bring(seller: Seller, sum_: Money, bank_account: str, reference: str, by: User | None = None) -> Journal | None:
    """A shop has paid what it owes, such as the commission of cash that it took. Conflict when it owes less."""
    account = accounts.seller(seller.code)
    entries = [Entry(accounts.bank(bank_account), sum_, "brought"), Entry(account, -sum_, "brought")]
    return _once(f"brought:{seller.code}:{reference_of(reference)}", Kind.REMITTED, entries, account, sum_, by)


def open_dispute(case: str, payment: Payment, sum_: Money, fee: Money = ZERO) -> Journal | None:
    """A buyer's bank has taken `sum_` of a payment away until it decides; the fee is ours whatever comes."""
    if not ZERO < sum_ <= payment.due:
        raise Invalid(N_("More would be sent back than was paid."), field="sum")
    where = account_of(payment)
    entries = [
        Entry(accounts.dispute(case), sum_),
        Entry(accounts.fee(payment.provider), fee),
        Entry(where, -sum_ - fee, "dispute"),
    ]
    return post(f"dispute:{case}", Kind.DISPUTE, entries, reference=payment.code)


def win_dispute(case: str, payment: Payment) -> Journal | None:
    """The bank has given it back."""
    return _decide(case, "won", account_of(payment), "dispute", payment.code)


def lose_dispute(case: str, payment: Payment, seller: Seller | None = None) -> Journal | None:
    """It is gone: the shop bears it (and may fall into debt), or the house where none is named."""
    account = accounts.seller(seller.code) if seller else accounts.LOSS
    return _decide(case, "lost", account, "dispute", payment.code)


def _decide(case: str, how: str, account: str, what: str, reference: str) -> Journal | None:
    key = f"dispute-decided:{case}"
    taken = balance(accounts.dispute(case))
    if not taken:
        raise Conflict(N_("This dispute is not open."))
    entries = [Entry(account, taken, what), Entry(accounts.dispute(case), -taken)]
    return post(key, Kind.DISPUTE, entries, reference=reference, note=how)


def _once(key: str, kind: Kind, entries: list[Entry], account: str, sum_: Money, by: User | None) -> Journal | None:
    """`sum_` leaves `account`, which must hold it, unless this very deed was booked before."""
    if not sum_:
        raise Invalid(N_("Write a sum above Rp0."), field="sum")
    take_turns(account)
    journal = post(key, kind, entries, reference=key.rpartition(":")[2], by=by)
    left = balance(account)
    if journal is not None and (left < ZERO if sum_ > ZERO else left > ZERO):
        raise Conflict(N_("Our book holds less than that. Compare the statement with the ledger first."))
    return journal


def reference_of(text: str) -> str:
    text = tidy(text)
    if not 3 <= len(text) <= 60 or ":" in text:
        raise Invalid(N_("Copy the reference of the statement (3 to 60 characters, no colon)."), field="reference")
    return text
