"""PaymentProvider: who moves the money. The shop knows one row per attempt (`Payment`); a provider never sees an order.

A provider's message from outside (`parse_webhook`) is a hint, `fetch` is the fact, and both end in `services.settle`.
A provider that talks to the network says `is_local=False`; it is started after the commit that made the payment, never
inside it (see `charges`). Those here are local: they decide an amount and an account, and people do the rest. Payouts
are another protocol of another subject: who collects money need not be able to send any.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from sqlalchemy import Select, bindparam, select

from catalog.db import db
from catalog.errors import Unavailable
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.payments import qris
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, ReceivingAccount

SURPLUS_MAX = 999
_LOWEST = Money(1)
_HIGHEST = Money(10**12)


class RefundWay(StrEnum):
    MANUAL = "manual"
    API = "api"


class RefundOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    PENDING = "pending"
    FAILED = "failed"
    BY_HAND = "by-hand"
    """Nobody but an operator can send this money back."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do. `lowest` and `highest` bound one payment, `window` how long its page stays open (None:
    as long as the house holds pieces), `refund_days` how long its own refunds are possible (None: always). `pages` are
    the origins of its hosted pages: browsers may be sent there and nowhere else."""

    methods: frozenset[PaymentMethod]
    is_local: bool
    expires: bool
    refund: RefundWay
    lowest: Money = _LOWEST
    highest: Money = _HIGHEST
    currencies: frozenset[str] = frozenset({"IDR"})
    window: timedelta | None = None
    refund_days: int | None = None
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """`reference` is the payment's code (with the number of the attempt from the second on) and the idempotency key
    towards the provider; `payment` the code alone. `title` is what the hosted page calls the purchase. The page leads to
    `return_url` when it is done, to `leave_url` who gives up, where it tells the two apart."""

    reference: str
    total: Money
    expires_at: datetime | None
    return_url: str = ""
    payment: str = ""
    title: str = ""
    email: str = ""
    locale: str = "id"
    leave_url: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """What the buyer is asked for. `surplus` is part of `due`; `redirect_url` leads to a provider's hosted page."""

    due: Money
    surplus: int = 0
    account_id: int | None = None
    provider_reference: str | None = None
    redirect_url: str | None = None


class Dispute(StrEnum):
    """The buyer's bank takes the money back, for now or for good."""

    OPENED = "opened"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the provider holds to be true now: PENDING, PAID, EXPIRED or CANCELLED, and what has come and gone back.

    `odd` tells in the provider's own words what a person must look at: a sum that is no whole rupiah or is of another
    currency (`paid` is then of no use), or a state in which the provider itself waits for somebody. `fee` is what the
    provider keeps, once it says so. `second_reference` is its name for the money itself. `disputed` is what a dispute is
    about, where the provider says so: else all that has not gone back.
    """

    state: PaymentState
    paid: Money
    refunded: Money
    odd: str = ""
    fee: Money | None = None
    dispute: Dispute | None = None
    second_reference: str = ""
    disputed: Money | None = None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """`reference` is the refund's code and the idempotency key; the other two are the provider's, of the payment."""

    reference: str
    provider_reference: str | None
    total: Money
    second_reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundResult:
    """`reference` is the provider's own of the refund, `why` its words when it failed."""

    outcome: RefundOutcome
    reference: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have happened to what the provider calls `provider_reference`: a payment or its money, a payout or a
    shop's account. `event` recognises a message that comes twice; `code` is our own where the message carries it."""

    provider_reference: str
    event: str
    code: str = ""


class Refused(Unavailable):
    """The provider answers, and says no to this one question (`why`, in its own words). Where nobody knows better it
    reads like silence: the buyer may try another way."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


class Turn(StrEnum):
    """What a line of a provider's book is."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    """To our own bank."""
    TRANSFER = "transfer"
    """To a shop."""
    FEE = "fee"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class BookLine:
    """One line of a provider's own book. `total` is above zero what came to us; `fee` what was kept of it (of a payment
    only: any other fee is a line of its own). `about` is the provider's name for the money, or our code of a refund or a
    payout. `odd` tells a sum that is no whole rupiah in the provider's words; `total` is then of no use."""

    reference: str
    turn: Turn
    total: Money
    fee: Money
    at: datetime
    about: str
    odd: str = ""


@dataclass(frozen=True, slots=True)
class BookPage:
    """Some lines, and where the next page begins; an empty `after` is the end."""

    lines: Sequence[BookLine]
    after: str = ""


@runtime_checkable
class Mirror(Protocol):
    """A provider that lets its own book be read; not every one does."""

    code: str

    def read_book(self, since: datetime, until: datetime, after: str = "") -> BookPage:
        """Lines from `since` until `until`, a page at a time. Unavailable when there is no answer."""


class PaymentProvider(Protocol):
    """Everything that talks to the network ends within seconds; Unavailable when there is no answer, and then nothing
    is known: the same call may be made again and does the same thing once."""

    code: str
    capabilities: Capabilities

    def start(self, request: PaymentRequest) -> Start:
        """Begin an attempt. Called again (with the same reference) when a local choice of amount was just taken."""

    def fetch(self, provider_reference: str) -> Snapshot | None:
        """The fact; None when there is nobody to ask."""

    def refund(self, request: RefundRequest) -> RefundResult:
        """Send money back, once per reference."""

    def cancel(self, provider_reference: str, page: str = "") -> Snapshot | None:
        """Give an attempt up, and close the page that `start` gave; the answer says whether it was in time."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        """Verify a message and return what it hints at; Invalid when it is not the provider's."""


class ByHand:
    """What providers without a machine behind them share: nobody to ask, refunds by an operator, no messages."""

    def fetch(self, provider_reference: str) -> Snapshot | None:
        return None

    def refund(self, request: RefundRequest) -> RefundResult:
        return RefundResult(RefundOutcome.BY_HAND)

    def cancel(self, provider_reference: str, page: str = "") -> Snapshot | None:
        return None

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        return []


_ACTIVE = select(ReceivingAccount.id).where(ReceivingAccount.is_active).order_by(ReceivingAccount.id)
_TAKEN = select(Payment.due).where(
    Payment.account_id == bindparam("account"),
    Payment.holds_amount,
    Payment.due > bindparam("sum"),
    Payment.due <= bindparam("most"),
)


class _ByAmount(ByHand):
    """Money sent to one of the platform's accounts, recognised by its amount.

    1–999 rupiah are added so that no two open payments to one account ask for the same amount. Which are free is only
    looked up here; that none is given twice is held by the database (`uq_payments_open_amount`).
    """

    accounts: Select[int]
    closed: str

    def start(self, request: PaymentRequest) -> Start:
        """Choose an account and a free amount. Unavailable when there is no account, or no amount left."""
        for account_id in db.session.scalars(self.accounts).all():
            free = self._free(account_id, request.total)
            if free:
                surplus = secrets.choice(free)
                return Start(request.total + Money(surplus), surplus, account_id)
        raise Unavailable(self.closed)

    def _free(self, account_id: int, sum_: Money) -> list[int]:
        asked = {"account": account_id, "sum": sum_, "most": sum_ + Money(SURPLUS_MAX)}
        used = {due.rupiah - sum_.rupiah for due in db.session.scalars(_TAKEN, asked)}
        return [surplus for surplus in range(1, SURPLUS_MAX + 1) if surplus not in used]


class BankTransfer(_ByAmount):
    """A transfer to one of the platform's bank accounts."""

    code = PaymentMethod.BANK_TRANSFER.value
    capabilities = Capabilities(
        methods=frozenset({PaymentMethod.BANK_TRANSFER}), is_local=True, expires=True, refund=RefundWay.MANUAL
    )
    accounts = _ACTIVE.where(ReceivingAccount.qris.is_(None))
    closed = N_("Bank transfer is not possible at the moment. Please choose another way of paying.")


class StaticQris(_ByAmount):
    """The platform's own printed QRIS, shown with the sum in it. Nobody calls when it is paid: the sum names its payment
    on the statement, as with a transfer."""

    code = PaymentMethod.QRIS.value
    capabilities = Capabilities(
        methods=frozenset({PaymentMethod.QRIS}), is_local=True, expires=True, refund=RefundWay.MANUAL,
        highest=qris.HIGHEST - Money(SURPLUS_MAX),
    )  # fmt: skip
    accounts = _ACTIVE.where(ReceivingAccount.qris.is_not(None))
    closed = N_("QRIS is not possible at the moment. Please choose another way of paying.")


class CashOnDelivery(ByHand):
    """Paid at hand, at the seller's own delivery or at pick-up."""

    code = PaymentMethod.CASH.value
    capabilities = Capabilities(
        methods=frozenset({PaymentMethod.CASH}), is_local=True, expires=False, refund=RefundWay.MANUAL
    )

    def start(self, request: PaymentRequest) -> Start:
        return Start(request.total)


class Nothing(ByHand):
    """Rp0: there is nobody to ask for money. The house settles it where it is placed."""

    code = PaymentMethod.NOTHING.value
    capabilities = Capabilities(
        methods=frozenset({PaymentMethod.NOTHING}), is_local=True, expires=False, refund=RefundWay.MANUAL, lowest=ZERO,
        highest=ZERO,
    )  # fmt: skip

    def start(self, request: PaymentRequest) -> Start:
        return Start(request.total)


_PROVIDERS: dict[PaymentMethod, PaymentProvider] = {
    PaymentMethod.BANK_TRANSFER: BankTransfer(),
    PaymentMethod.QRIS: StaticQris(),
    PaymentMethod.CASH: CashOnDelivery(),
    PaymentMethod.NOTHING: Nothing(),
}


def provider(method: PaymentMethod) -> PaymentProvider:
    """Who carries out payments by `method`; Unavailable when nobody does any more."""
    found = _PROVIDERS.get(method)
    if found is None:
        raise Unavailable(N_("This way of paying is not possible at the moment. Please choose another."))
    return found


def provider_of(code: str) -> PaymentProvider | None:
    """The provider with this code, if it stands ready."""
    return next((one for one in _PROVIDERS.values() if one.code == code), None)


def codes() -> set[str]:
    """The codes of all providers that stand ready."""
    return {one.code for one in _PROVIDERS.values()}


def offered() -> list[PaymentMethod]:
    """The ways of paying that somebody carries out, in the order in which buyers see them."""
    return [one for one in PaymentMethod if one in _PROVIDERS and one is not PaymentMethod.NOTHING]


def can_be_asked(method: str) -> bool:
    """Whether somebody outside knows if a payment by `method` was made; then nobody has to look at a statement."""
    found = _PROVIDERS.get(PaymentMethod(method))
    return found is not None and not found.capabilities.is_local


def use(method: PaymentMethod, realisation: PaymentProvider | None) -> None:
    """Let `realisation` carry out `method` from now on (called at the start of the process); None: nobody."""
    if realisation is None:
        _PROVIDERS.pop(method, None)
    else:
        _PROVIDERS[method] = realisation
