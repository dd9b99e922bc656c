"""PaymentProvider: who moves the money. The shop knows one row per attempt (`Payment`); a provider never sees an order.

A provider's message from outside (`parse_webhook`) is a hint, `fetch` is the fact, and both end in `services.settle`.
A provider that talks to the network says `is_local=False`; it is started after the commit that made the payment, never
inside it. The two here are local: they decide an amount and an account, and people do the rest.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import select

from catalog.db import db
from catalog.errors import Unavailable
from catalog.money import ZERO, Money
from catalog.text import N_
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
    """What a provider can do. `lowest` and `highest` bound one payment."""

    methods: frozenset[PaymentMethod]
    is_local: bool
    expires: bool
    refund: RefundWay
    lowest: Money = _LOWEST
    highest: Money = _HIGHEST


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """`reference` is the payment's code and the idempotency key towards the provider."""

    reference: str
    total: Money
    expires_at: datetime | None
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """What the buyer is asked for. `surplus` is part of `due`; `redirect_url` leads to a provider's hosted page."""

    due: Money
    surplus: int = 0
    account_id: int | None = None
    provider_reference: str | None = None
    redirect_url: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the provider holds to be true now."""

    state: PaymentState
    paid: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class RefundRequest:
    reference: str
    provider_reference: str | None
    total: Money


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have happened to `provider_reference`; `event` recognises a message that comes twice."""

    provider_reference: str
    event: str


class PaymentProvider(Protocol):
    code: str
    capabilities: Capabilities

    def start(self, request: PaymentRequest) -> Start:
        """Begin an attempt. Called again (with the same reference) when a local choice of amount was just taken."""

    def fetch(self, provider_reference: str) -> Snapshot | None:
        """The fact; None when there is nobody to ask."""

    def refund(self, request: RefundRequest) -> RefundOutcome:
        """Send money back, once per reference."""

    def cancel(self, provider_reference: str) -> Snapshot | None:
        """Give an attempt up; the answer says whether it was in time."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        """Verify a message and return what it hints at; Invalid when it is not the provider's."""


class _ByHand:
    """What providers without a machine behind them share: nobody to ask, refunds by an operator, no messages."""

    def fetch(self, provider_reference: str) -> Snapshot | None:
        return None

    def refund(self, request: RefundRequest) -> RefundOutcome:
        return RefundOutcome.BY_HAND

    def cancel(self, provider_reference: str) -> Snapshot | None:
        return None

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        return []


class BankTransfer(_ByHand):
    """A transfer to one of the platform's accounts, recognised by its amount.

    1–999 rupiah are added so that no two open payments to one account ask for the same amount. Which are free is only
    looked up here; that none is given twice is held by the database (`uq_payments_open_amount`).
    """

    code = PaymentMethod.BANK_TRANSFER.value
    capabilities = Capabilities(
        methods=frozenset({PaymentMethod.BANK_TRANSFER}), is_local=True, expires=True, refund=RefundWay.MANUAL
    )

    def start(self, request: PaymentRequest) -> Start:
        """Choose an account and a free amount. Unavailable when there is no account, or no amount left."""
        accounts = db.session.scalars(
            select(ReceivingAccount.id).where(ReceivingAccount.is_active).order_by(ReceivingAccount.id)
        ).all()
        for account_id in accounts:
            free = self._free(account_id, request.total)
            if free:
                surplus = secrets.choice(free)
                return Start(request.total + Money(surplus), surplus, account_id)
        raise Unavailable(N_("Bank transfer is not possible at the moment. Please choose another way of paying."))

    def _free(self, account_id: int, sum_: Money) -> list[int]:
        taken = db.session.scalars(
            select(Payment.due).where(
                Payment.account_id == account_id,
                Payment.holds_amount,
                Payment.due > sum_,
                Payment.due <= sum_ + Money(SURPLUS_MAX),
            )
        )
        used = {due.rupiah - sum_.rupiah for due in taken}
        return [surplus for surplus in range(1, SURPLUS_MAX + 1) if surplus not in used]


class CashOnDelivery(_ByHand):
    """Paid at hand, at the seller's own delivery or at pick-up."""

    code = PaymentMethod.CASH.value
    capabilities = Capabilities(
        methods=frozenset({PaymentMethod.CASH}), is_local=True, expires=False, refund=RefundWay.MANUAL
    )

    def start(self, request: PaymentRequest) -> Start:
        return Start(request.total)


class Nothing(_ByHand):
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
    PaymentMethod.CASH: CashOnDelivery(),
    PaymentMethod.NOTHING: Nothing(),
}


def provider(method: PaymentMethod) -> PaymentProvider:
    """Who carries out payments by `method`."""
    return _PROVIDERS[method]


def use(method: PaymentMethod, realisation: PaymentProvider) -> None:
    """Let `realisation` carry out `method` from now on (called at the start of the process)."""
    _PROVIDERS[method] = realisation
