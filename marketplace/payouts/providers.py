"""PayoutProvider: who brings shops their money. The shop knows one row per transfer (`Payout`).

A protocol of its own: who collects money need not be able to send any. What a provider answers to `fetch` is the fact,
its messages are hints. One that talks to the network says `is_local=False`; it is asked after the commit that planned
the payout, never inside it (see `sending`), always under the payout's own code, so that asking again does nothing twice.
Here stands the one inside the house, `BankBatch`: a file for the bank, and people who say what became of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from catalog.errors import DomainError, Invalid, Several, Unavailable
from catalog.money import ZERO, Money
from catalog.text import N_, tidy
from marketplace.payments.providers import Hint
from marketplace.payouts.files import BANKS, LAYOUTS, Row


class Outcome(StrEnum):
    BY_HAND = "by-hand"
    """Nobody but an operator carries it out, and says so."""
    PENDING = "pending"
    WAITS = "waits"
    """The provider holds too little of ours at the moment; it may be asked again."""
    SENT = "sent"
    FAILED = "failed"
    """It did not leave and will not."""


class AccountState(StrEnum):
    """How far a shop's account at a provider is."""

    INCOMPLETE = "incomplete"
    """The provider wants to know more, or nothing was told yet."""
    CHECKED = "checked"
    """Everything is told; the provider looks at it."""
    ACTIVE = "active"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do. `pays_from` is the account of the ledger that its payouts leave (with the code of our
    bank account behind it where it is `bank`). With `source` it brings each order's money by itself, and only money
    that came by this way of paying; `takes_back`: what was brought can be asked back while it is still there. `layouts`
    are the kinds of file that it makes, `pages` the origins of its own pages where shops open accounts."""

    is_local: bool
    pays_from: str
    source: str = ""
    takes_back: bool = False
    lowest: Money = Money(1)
    highest: Money = Money(10**12)
    currencies: frozenset[str] = frozenset({"IDR"})
    layouts: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a payout goes: a bank account; or an account at the provider, then `bank` is its name."""

    bank: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    """`reference` is the payout's code and the idempotency key. `source` is the provider's name for the payment whose
    money it is, where one payment covers it; `group` the purchase, `order` the order that it is of.
    `provider_reference` is the provider's own name of the transfer, once it has one. `attempt` rises with every no, so
    that a no which a provider keeps with its key is not heard again when the world has changed."""

    reference: str
    total: Money
    destination: Destination
    source: str = ""
    group: str = ""
    order: str = ""
    provider_reference: str = ""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class PayoutSnapshot:
    """What the provider holds to be true now: what has left, and what of it came back. `why` are its own words."""

    outcome: Outcome
    sent: Money = ZERO
    returned: Money = ZERO
    reference: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """A shop that opens an account at a provider; `reference` is our code of it and the idempotency key."""

    reference: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """A shop's account at a provider: its name there, and how far it is. `why` are the provider's codes."""

    reference: str
    state: AccountState
    why: tuple[str, ...] = ()


class PayoutProvider(Protocol):
    """Everything that talks to the network ends within seconds; Unavailable when there is no answer, and then nothing
    is known: the same call may be made again and does the same thing once."""

    code: str
    name: str
    capabilities: Capabilities

    def validate(self, destination: Destination) -> None:
        """Several (naming `bank`, `number`, `holder`) when nothing could ever arrive there."""

    def send(self, request: PayoutRequest) -> PayoutSnapshot:
        """Bring the money, once per reference."""

    def fetch(self, request: PayoutRequest) -> PayoutSnapshot | None:
        """The fact; None when there is nobody to ask, or nobody knows of it."""

    def take_back(self, request: PayoutRequest, sum_: Money, returned: Money) -> PayoutSnapshot:
        """Ask `sum_` back of a transfer of which `returned` came back so far. FAILED when it is not there any more."""

    def cancel(self, request: PayoutRequest) -> PayoutSnapshot | None:
        """Whether it can still be given up: FAILED when nothing left, SENT when it is too late. It is not asked again."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        """Verify a message and return what it hints at; Invalid when it is not the provider's."""


@runtime_checkable
class OpensAccounts(Protocol):
    """A PayoutProvider at which shops open an account of their own, on its own pages."""

    def open_account(self, applicant: Applicant) -> Account:
        """Begin one, once per reference."""

    def link(self, account: str, back_url: str, again_url: str) -> str:
        """An address of the provider where the shop goes on; it holds once and for minutes."""

    def fetch_account(self, account: str) -> Account | None:
        """The fact; None when there is no such account."""


class BankBatch:
    """A file for our bank's mass transfer, carried there by people, who say afterwards what became of each row."""

    code = "bank"
    name = N_("Bank transfer")
    capabilities = Capabilities(is_local=True, pays_from="bank", layouts=tuple(LAYOUTS))

    def validate(self, destination: Destination) -> None:
        errors: list[DomainError] = []
        if destination.bank not in BANKS:
            errors.append(Invalid(N_("Choose a bank of the list."), field="bank"))
        if not (8 <= len(destination.number) <= 20 and destination.number.isascii() and destination.number.isdigit()):
            errors.append(Invalid(N_("An account number has 8 to 20 digits."), field="number"))
        if not 3 <= len(tidy(destination.holder)) <= 80:
            message = N_("Write the holder's name as the bank knows it (3 to 80 characters).")
            errors.append(Invalid(message, field="holder"))
        if errors:
            raise Several(errors)

    def send(self, request: PayoutRequest) -> PayoutSnapshot:
        return PayoutSnapshot(Outcome.BY_HAND)

    def fetch(self, request: PayoutRequest) -> PayoutSnapshot | None:
        return None

    def take_back(self, request: PayoutRequest, sum_: Money, returned: Money) -> PayoutSnapshot:
        return PayoutSnapshot(Outcome.BY_HAND)

    def cancel(self, request: PayoutRequest) -> PayoutSnapshot | None:
        return None

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        return []

    def file(self, requests: Sequence[PayoutRequest], layout: str, account: str, today: str) -> bytes:
        """What a bank takes: a row per payout in one of `capabilities.layouts`; `account` is the number that pays and
        `today` the day as YYYYMMDD. Invalid names `layout`."""
        make: Callable[[list[Row], str, str], bytes] | None = LAYOUTS.get(layout)
        if make is None:
            raise Invalid(N_("Choose one of the kinds of file."), field="layout")
        rows = [
            Row(one.destination.bank, one.destination.number, one.destination.holder, one.total.rupiah, one.reference)
            for one in requests
        ]
        return make(rows, account, today)


BANK = BankBatch()
_PROVIDERS: dict[str, PayoutProvider] = {BANK.code: BANK}


def provider(code: str) -> PayoutProvider:
    """Who carries out payouts of this code; Unavailable when nobody does any more."""
    found = _PROVIDERS.get(code)
    if found is None:
        raise Unavailable(N_("Nobody carries out payouts of this kind at the moment."))
    return found


def provider_of(code: str) -> PayoutProvider | None:
    """The same, or None."""
    return _PROVIDERS.get(code)


def offered() -> list[PayoutProvider]:
    """Everybody who stands ready."""
    return list(_PROVIDERS.values())


def use(code: str, realisation: PayoutProvider | None) -> None:
    """Let `realisation` carry out payouts of this code from now on (called at the start of the process); None: nobody."""
    if realisation is None:
        _PROVIDERS.pop(code, None)
    else:
        _PROVIDERS[code] = realisation
