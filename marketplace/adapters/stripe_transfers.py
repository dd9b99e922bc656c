"""Stripe Connect: shops open a recipient account there and get the money of each order by a transfer of its own.

Separate charges and transfers: buyers pay the house, and when an order is over its part goes on, out of the very charge
that paid it (`source_transaction`) and in the group of its purchase. Accounts are those of API v2, asked for one
capability only, `stripe_transfers`: shops take no cards themselves. Fees and losses are the house's.

A transfer is looked for by our code before it is made, because Stripe forgets idempotency keys after a while; what
Stripe refuses it keeps under its key, so a later attempt has another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import structlog

from catalog.errors import DomainError, Invalid, Several
from catalog.money import Money
from catalog.text import N_
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe_wire import Wire, not_signed, read_message
from marketplace.ledger import accounts
from marketplace.payments.currencies import minor, rupiah
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import Hint, Refused
from marketplace.payouts.providers import (
    Account,
    AccountState,
    Applicant,
    Capabilities,
    Destination,
    Outcome,
    PayoutRequest,
    PayoutSnapshot,
)

PAGES = ("https://accounts.stripe.com", "https://connect.stripe.com")
SILENT = N_("The payment partner does not answer at the moment. Nothing was changed.")
INCLUDED = ["configuration.recipient", "requirements"]
GIVEN_UP = "given up"

_STATES = {
    "active": AccountState.ACTIVE,
    "pending": AccountState.CHECKED,
    "rejected": AccountState.REFUSED,
    "unsupported": AccountState.REFUSED,
}
_LOOKED_AT = {"determining_status", "requirements_pending_verification"}
_NO_FUNDS = {"balance_insufficient", "insufficient_funds"}
_UNKNOWN = {"resource_missing", "not_found"}
"""How API v1 and v2 say that something does not exist."""

log = structlog.get_logger("stripe")


class StripeTransfers:
    """A `PayoutProvider` that `OpensAccounts`, by Stripe. `secrets` are those of the event destinations that lead to
    `/hooks/payouts/stripe`; `country` is that of the accounts that shops may open."""

    code = "stripe"
    name = "Stripe"

    def __init__(
        self, key: str, secrets: Sequence[str], country: str = "ID", url: str = "", breaker: Breaker | None = None
    ) -> None:
        method = PaymentMethod.CARD.value
        self.capabilities = Capabilities(
            is_local=False,
            pays_from=accounts.gateway(method),
            source=method,
            takes_back=True,
            highest=Money(9_999_999_999),
            pages=PAGES,
        )
        self.secrets, self.country = tuple(secrets), country
        self._wire = Wire(key, url, breaker, SILENT)
        self._client, self._ask, self.breaker = self._wire.client, self._wire.ask, self._wire.breaker

    def validate(self, destination: Destination) -> None:
        number, errors = destination.number, list[DomainError]()
        if destination.bank != self.name:
            errors.append(Invalid(N_("Choose a bank of the list."), field="bank"))
        if not (number.startswith("acct_") and number.isascii() and number.replace("_", "").isalnum()):
            errors.append(Invalid(N_("This is no account at the payment partner."), field="number"))
        if errors:
            raise Several(errors)

    def send(self, request: PayoutRequest) -> PayoutSnapshot:
        known = self.fetch(request)
        if known is not None:
            return known
        params: dict[str, Any] = {
            "amount": minor(request.total.rupiah, "IDR"),
            "currency": "idr",
            "destination": request.destination.number,
            "transfer_group": request.group,
            "metadata": {"payout": request.reference, "order": request.order},
        }
        options: Any = {"idempotency_key": f"transfer-{request.reference}-{request.attempt}"}
        try:
            if request.source:
                params["source_transaction"] = self._charge_of(request.source)
            asked: Any = params
            return _snapshot(self._ask(lambda: self._client.v1.transfers.create(asked, options)))
        except Refused as error:
            return PayoutSnapshot(_no(error), why=error.why[:200])

    def fetch(self, request: PayoutRequest) -> PayoutSnapshot | None:
        reference = request.provider_reference
        if reference:
            return _snapshot(self._ask(lambda: self._client.v1.transfers.retrieve(reference)))
        params: Any = {"transfer_group": request.group, "limit": 100}
        rows = self._ask(lambda: self._client.v1.transfers.list(params)).get("data", [])
        found = (one for one in rows if (one.get("metadata") or {}).get("payout") == request.reference)
        return next(map(_snapshot, found), None)

    def take_back(self, request: PayoutRequest, sum_: Money, returned: Money) -> PayoutSnapshot:
        reference = request.provider_reference
        params: Any = {"amount": minor(sum_.rupiah, "IDR"), "metadata": {"payout": request.reference}}
        key = f"reversal-{request.reference}-{returned.rupiah}-{request.attempt}"
        options: Any = {"idempotency_key": key}
        try:
            self._ask(lambda: self._client.v1.transfers.reversals.create(reference, params, options))
        except Refused as error:
            return PayoutSnapshot(Outcome.FAILED, reference=reference, why=error.why[:200])
        return _snapshot(self._ask(lambda: self._client.v1.transfers.retrieve(reference)))

    def cancel(self, request: PayoutRequest) -> PayoutSnapshot | None:
        return self.fetch(request) or PayoutSnapshot(Outcome.FAILED, why=GIVEN_UP)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> list[Hint]:
        event = read_message(headers, body, self.secrets)
        try:
            name, kind = str(event["id"]), str(event["type"])
            is_thin = event.get("object") == "v2.core.event"
            thing = event["related_object"] if is_thin else event["data"]["object"]
            mine = event["livemode"] is self._wire.is_live and not event.get("account")
            reference = str(thing["id"])
            payout = str((thing.get("metadata") or {}).get("payout") or "")
        except (KeyError, TypeError, AttributeError):
            raise not_signed() from None
        if not mine or not kind.startswith("v2.core.account" if is_thin else "transfer."):
            log.info("a message that is not ours", event_id=name, kind=kind)
            return []
        return [Hint(reference, name, payout)]

    def open_account(self, applicant: Applicant) -> Account:
        params: Any = {
            "contact_email": applicant.email,
            "display_name": applicant.name,
            "dashboard": "express",
            "identity": {"country": self.country},
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
            "defaults": {
                "currency": "idr",
                "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
            },
            "metadata": {"shop": applicant.reference},
            "include": INCLUDED,
        }
        options: Any = {"idempotency_key": f"account-{applicant.reference}"}
        return _account(self._ask(lambda: self._client.v2.core.accounts.create(params, options)))

    def link(self, account: str, back_url: str, again_url: str) -> str:
        params: Any = {
            "account": account,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": again_url,
                    "return_url": back_url,
                    "collection_options": {"fields": "eventually_due", "future_requirements": "include"},
                },
            },
        }
        url = str(self._ask(lambda: self._client.v2.core.account_links.create(params)).get("url") or "")
        where = urlsplit(url)
        if f"{where.scheme}://{where.netloc}" not in self.capabilities.pages:
            raise self._wire.silence()
        return url

    def fetch_account(self, account: str) -> Account | None:
        params: Any = {"include": INCLUDED}
        try:
            return _account(self._ask(lambda: self._client.v2.core.accounts.retrieve(account, params)))
        except Refused as error:
            if error.why not in _UNKNOWN:
                raise
            return None

    def _charge_of(self, intent: str) -> str:
        """The charge that took a payment's money: Stripe's name for it is known once it was taken."""
        found = self._ask(lambda: self._client.v1.payment_intents.retrieve(intent))
        charge = found.get("latest_charge") or ""
        return str(charge.get("id") if isinstance(charge, dict) else charge)


def _snapshot(row: dict[str, Any]) -> PayoutSnapshot:
    currency = str(row.get("currency") or "")
    sent = rupiah(int(row["amount"]), currency)
    returned = rupiah(int(row.get("amount_reversed") or 0), currency)
    if sent is None or returned is None:  # not made by us: a person must look at it there
        return PayoutSnapshot(Outcome.PENDING, reference=str(row["id"]), why=f"{row['amount']} {currency}")
    return PayoutSnapshot(Outcome.SENT, sent, returned, str(row["id"]))


def _no(error: Refused) -> Outcome:
    return Outcome.WAITS if error.why in _NO_FUNDS else Outcome.FAILED


def _account(row: dict[str, Any]) -> Account:
    here: Any = row
    for name in ("configuration", "recipient", "capabilities", "stripe_balance", "stripe_transfers"):
        here = (here or {}).get(name)
    told = here or {}
    why = tuple(str(one.get("code")) for one in told.get("status_details") or [])
    state = _STATES.get(str(told.get("status")), AccountState.INCOMPLETE)
    if state is AccountState.INCOMPLETE and why and set(why) <= _LOOKED_AT:
        state = AccountState.CHECKED
    if row.get("closed"):
        state = AccountState.REFUSED
    return Account(str(row["id"]), state, why)
