"""Stripe: one hosted Checkout Session per payment, asked about afterwards; refunds; signed messages.

Rupiah have two decimals there (see `payments.currencies`). Keys are made from our own codes: beginning the same attempt
or sending the same refund again gives the same session and refund back. Before a refund is sent the refunds of the
payment are read, because Stripe forgets keys after a while.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog

from catalog import clock
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.adapters import stripe_book
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_wire import Wire, not_signed, read_message
from marketplace.payments.currencies import minor, rupiah, spelled
from marketplace.payments.models import PaymentMethod, PaymentState
from marketplace.payments.providers import (
    BookPage,
    Capabilities,
    Dispute,
    Hint,
    PaymentRequest,
    RefundOutcome,
    RefundRequest,
    RefundResult,
    RefundWay,
    Refused,
    Snapshot,
    Start,
)

PAGE = "https://checkout.stripe.com"
LONGEST_PAGE = timedelta(hours=23)
AFTERWARDS = timedelta(minutes=31)
"""A page must be open for half an hour from its making, so it may outlive the payment's window by this."""
SILENT = N_("The payment partner does not answer at the moment. Nothing was charged.")

_SPOKEN_OF = ("checkout.session.", "payment_intent.", "charge.", "refund.")
_OVER = {"won": Dispute.WON, "lost": Dispute.LOST, "warning_closed": Dispute.WON, "prevented": Dispute.WON}
_REFUNDS = {"succeeded": RefundOutcome.SUCCEEDED, "failed": RefundOutcome.FAILED, "canceled": RefundOutcome.FAILED}

log = structlog.get_logger("stripe")


class StripeProvider:
    """A `PaymentProvider` by Stripe. `secrets` are the endpoint's: two while they are being changed."""

    code = "stripe"

    def __init__(self, key: str, secrets: Sequence[str], url: str = "", breaker: Breaker | None = None) -> None:
        self.capabilities = Capabilities(
            methods=frozenset({PaymentMethod.CARD}),
            is_local=False,
            expires=True,
            refund=RefundWay.API,
            lowest=Money(10_000),
            highest=Money(9_999_999_999),
            window=timedelta(hours=2),
            pages=(PAGE,),
        )
        self.secrets = tuple(secrets)
        self._wire = Wire(key, url, breaker, SILENT)
        self._client, self._ask, self.breaker = self._wire.client, self._wire.ask, self._wire.breaker

    def start(self, request: PaymentRequest) -> Start:
        metadata = {"payment": request.payment}
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "idr",
                        "unit_amount": minor(request.total.rupiah, "IDR"),
                        "product_data": {"name": request.title},
                    },
                }
            ],
            "client_reference_id": request.payment,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "success_url": request.return_url,
            "cancel_url": request.leave_url or request.return_url,
            "locale": "en" if request.locale == "en" else "id",
        }
        if request.email:
            params["customer_email"] = request.email
        key = f"checkout-{request.reference}"
        if request.expires_at is not None and request.expires_at - clock.now() < LONGEST_PAGE:
            params["expires_at"] = int((request.expires_at + AFTERWARDS).timestamp())
        else:
            key += "-open"  # Stripe closes it after a day
        session = self._ask(lambda: self._client.v1.checkout.sessions.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]
        where = urlsplit(session.get("url") or "")
        if f"{where.scheme}://{where.netloc}" not in self.capabilities.pages:
            raise self._wire.silence()
        return Start(request.total, provider_reference=session["id"], redirect_url=session["url"])

    def fetch(self, provider_reference: str) -> Snapshot | None:
        params: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
        session = self._ask(lambda: self._client.v1.checkout.sessions.retrieve(provider_reference, params))
        intent = session.get("payment_intent") or {}
        charge = intent.get("latest_charge") or {}
        second = intent.get("id", "")
        if intent.get("status") != "succeeded" and session.get("payment_status") != "paid":
            state = PaymentState.EXPIRED if session.get("status") == "expired" else PaymentState.PENDING
            return Snapshot(state, ZERO, ZERO, second_reference=second)
        sum_, currency = int(intent.get("amount_received") or 0), str(intent.get("currency") or "")
        paid = rupiah(sum_, currency)
        back = rupiah(int(charge.get("amount_refunded") or 0), currency)
        odd = spelled(sum_, currency) if paid is None else ""
        if paid is not None and back is None:
            odd = f"-{spelled(int(charge['amount_refunded']), currency)}"
        balance = charge.get("balance_transaction") or {}
        dispute, disputed = self._dispute(second) if charge.get("disputed") else (None, None)
        return Snapshot(
            PaymentState.PAID,
            paid or ZERO,
            back or ZERO,
            odd=odd,
            fee=rupiah(int(balance.get("fee") or 0), str(balance.get("currency") or "")),
            dispute=dispute,
            second_reference=second,
            disputed=disputed,
        )

    def refund(self, request: RefundRequest) -> RefundResult:
        intent = request.second_reference
        if not intent:
            return RefundResult(RefundOutcome.BY_HAND, why="no payment intent")
        listed: Any = {"payment_intent": intent, "limit": 100}
        try:
            known = self._ask(lambda: self._client.v1.refunds.list(listed))
        except Refused as error:
            return RefundResult(RefundOutcome.FAILED, why=error.why[:200])
        for one in known.get("data", []):
            if (one.get("metadata") or {}).get("refund") == request.reference:
                return _refund(one)
        params: Any = {
            "payment_intent": intent,
            "amount": minor(request.total.rupiah, "IDR"),
            "reason": "requested_by_customer",
            "metadata": {"refund": request.reference},
        }
        options: Any = {"idempotency_key": f"refund-{request.reference}"}
        try:
            return _refund(self._ask(lambda: self._client.v1.refunds.create(params, options)))
        except Refused as error:
            return RefundResult(RefundOutcome.FAILED, why=error.why[:200])

    def cancel(self, provider_reference: str, page: str = "") -> Snapshot | None:
        """Close the page; one that was paid or closed before is only asked about."""
        try:
            self._ask(lambda: self._client.v1.checkout.sessions.expire(provider_reference))
        except Refused:
            pass
        return self.fetch(provider_reference)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        event = read_message(headers, body, self.secrets)
        try:
            name, kind, thing = str(event["id"]), str(event["type"]), event["data"]["object"]
            mine = event["livemode"] is self._wire.is_live and not event.get("account")
            reference = str(thing.get("payment_intent") or thing["id"])
            if kind.startswith("checkout.session."):
                reference = str(thing["id"])
            payment = str((thing.get("metadata") or {}).get("payment") or "")
        except (KeyError, TypeError, AttributeError):
            raise not_signed() from None
        if not mine or not kind.startswith(_SPOKEN_OF):
            log.info("a message that is not ours", event_id=name, kind=kind)
            return []
        return [Hint(reference, name, payment)]

    def read_book(self, since: datetime, until: datetime, after: str = "") -> BookPage:
        return stripe_book.read(self._wire, since, until, after)

    def _dispute(self, intent: str) -> tuple[Dispute, Money | None]:
        """How the newest dispute stands, and over how much it is."""
        params: Any = {"payment_intent": intent, "limit": 1}
        rows = self._ask(lambda: self._client.v1.disputes.list(params)).get("data", [])
        if not rows:
            return Dispute.OPENED, None
        sum_ = rupiah(int(rows[0].get("amount") or 0), str(rows[0].get("currency") or ""))
        return _OVER.get(str(rows[0].get("status")), Dispute.OPENED), sum_ or None


def _refund(row: dict[str, Any]) -> RefundResult:
    outcome = _REFUNDS.get(str(row.get("status")), RefundOutcome.PENDING)
    return RefundResult(outcome, str(row["id"]), str(row.get("failure_reason") or row.get("status") or ""))
