"""Stripe keeps the contract of all who bring shops their money, and opens accounts for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from catalog.errors import Invalid, Unavailable
from catalog.money import ZERO, Money
from marketplace.adapters import stripe_wire as wire
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe import StripeProvider
from marketplace.adapters.stripe_transfers import StripeTransfers
from marketplace.payments.providers import Refused
from marketplace.payouts.providers import (
    AccountState,
    Applicant,
    Destination,
    OpensAccounts,
    Outcome,
    PayoutRequest,
)
from tests.contracts.payment_contract import ask as ask_payment
from tests.contracts.payout_contract import SUM, PayoutContract, Till
from tests.fakes import stripe_connect
from tests.fakes.stripe_server import StripeServer, message

KEY, SECRET, THIN = "sk_test_0123456789", "whsec_snapshot", "whsec_thin0000"
SHOP = Applicant("shop1", "ratna@contoh.example", "Tenun Ratna")


@pytest.fixture(scope="module")
def running() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server


@pytest.fixture
def server(running: StripeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeServer]:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    monkeypatch.setattr("stripe._http_client.HTTPClient.MAX_DELAY", 0.02)
    running.forget()
    yield running
    running.silent = False


@pytest.fixture
def provider(server: StripeServer) -> StripeTransfers:
    return StripeTransfers(KEY, [SECRET, THIN], "ID", server.url, Breaker(failures=50))


@pytest.fixture
def account(server: StripeServer, provider: StripeTransfers) -> str:
    found = provider.open_account(SHOP)
    stripe_connect.become(server, found.reference, "active")
    return found.reference


def about(transfer: str) -> dict[str, Any]:
    thing = {"id": transfer, "object": "transfer", "metadata": {"payout": "p1"}}
    return {"id": "evt_1", "object": "event", "type": "transfer.reversed", "livemode": False, "data": {"object": thing}}


def paid(server: StripeServer, reference: str, total: Money) -> tuple[str, dict[str, Any]]:
    """A payment that a buyer has made: the provider's name of it, and its charge."""
    cards = StripeProvider(KEY, [SECRET], server.url)
    charge = server.pay(cards.start(ask_payment(reference, total)).provider_reference or "")
    return str(charge["payment_intent"]), charge


class TestStripeTransfers(PayoutContract):
    @pytest.fixture
    def till(self, server: StripeServer, provider: StripeTransfers, account: str) -> Till:
        def fill(rupiah: int) -> None:
            server.balances["platform"] += rupiah * 100

        def spend(where: Destination) -> None:
            server.balances[where.number] = 0

        def sign(body: bytes) -> dict[str, str]:
            import stripe

            made = int(time.time())
            signed = stripe.WebhookSignature._compute_signature(f"{made}.{body.decode()}", SECRET)
            return {"Stripe-Signature": f"t={made},v1={signed}"}

        return Till(
            provider, Destination("Stripe", account, "Tenun Ratna"), fill, spend, sign,
            lambda reference: message(about(reference), SECRET)[0],
        )  # fmt: skip


def test_an_order_is_paid_out_of_its_own_charge_and_never_beyond(
    server: StripeServer, provider: StripeTransfers, account: str
) -> None:
    intent, charge = paid(server, "c1", Money(300_000))
    where = Destination("Stripe", account, "Tenun Ratna")
    first = PayoutRequest("o1", Money(180_000), where, intent, "purchase1", "order1")
    assert provider.send(first).outcome is Outcome.SENT  # nothing of ours has settled
    (row,) = [one for one in server.rows.values() if one["object"] == "transfer"]
    assert (row["amount"], row["currency"], row["source_transaction"]) == (18_000_000, "idr", charge["id"])
    assert (row["transfer_group"], row["metadata"]) == ("purchase1", {"payout": "o1", "order": "order1"})
    over = provider.send(replace(first, reference="o2", total=Money(120_001)))
    assert (over.outcome, over.why) == (Outcome.FAILED, "transfer_source_balance_parameters_mismatch")
    headers = next(headers for method, path, headers, _ in server.asked if (method, path) == ("POST", "/v1/transfers"))
    assert (headers["idempotency-key"], headers["stripe-version"]) == ("transfer-o1-1", "2026-10-28.endive")


def test_an_answer_that_was_lost_comes_again_and_nothing_is_brought_twice(
    server: StripeServer, provider: StripeTransfers, account: str
) -> None:
    server.balances["platform"] = 10**9
    asked = PayoutRequest("l1", SUM, Destination("Stripe", account, "R"), group="g1")
    assert provider.fetch(asked) is None
    server.fails("POST /v1/transfers", "drop", "drop")  # made, and neither its answer nor the retry's is heard
    with pytest.raises(Unavailable):
        provider.send(asked)
    assert server.balances[account] == SUM.rupiah * 100
    first = provider.send(asked)
    server.keys.clear()  # a day later Stripe has forgotten the key
    assert provider.send(asked) == first
    assert server.balances[account] == SUM.rupiah * 100
    server.fails("POST /v1/transfers/.+", "drop")
    sent = replace(asked, provider_reference=first.reference)
    assert provider.take_back(sent, Money(25_000), ZERO).returned == Money(25_000)
    assert server.balances[account] == 30_000_000


@pytest.mark.parametrize("status", [409, 429, 500])
def test_a_refusal_of_the_moment_is_silence_not_an_answer(
    server: StripeServer, provider: StripeTransfers, account: str, status: int
) -> None:
    server.balances["platform"] = 10**9
    asked = PayoutRequest("s1", SUM, Destination("Stripe", account, "R"), group="g2")
    server.statuses = [status] * (1 if status == 429 else 2)
    with pytest.raises(Unavailable):
        provider.send(asked)
    server.silent = status == 500
    if server.silent:
        with pytest.raises(Unavailable):
            provider.send(asked)
        server.silent = False
    assert server.balances[account] == 0
    assert provider.send(asked).outcome is Outcome.SENT


def test_an_account_is_opened_once_and_asks_for_transfers_alone(
    server: StripeServer, provider: StripeTransfers
) -> None:
    assert isinstance(provider, OpensAccounts)
    server.drops = 1
    first = provider.open_account(SHOP)
    assert provider.open_account(SHOP) == first
    assert first.state is AccountState.INCOMPLETE
    _, _, headers, asked = server.asked[0]
    assert headers["idempotency-key"] == "account-shop1"
    assert set(asked["configuration"]) == {"recipient"}
    assert asked["defaults"]["responsibilities"] == {"fees_collector": "application", "losses_collector": "application"}
    assert (asked["dashboard"], asked["identity"]) == ("express", {"country": "ID"})
    url = provider.link(first.reference, "https://contoh.example/back", "https://contoh.example/again")
    assert url.startswith("https://accounts.stripe.com/")
    with pytest.raises(Unavailable):
        provider.link("acct_nobody", "https://contoh.example/back", "https://contoh.example/again")
    assert provider.fetch_account("acct_nobody") is None
    server.fails(r"GET /v2/core/accounts/\w+", 400)
    with pytest.raises(Refused):  # a no of another kind is no word about the account
        provider.fetch_account(first.reference)


@pytest.mark.parametrize(
    ("status", "codes", "state"),
    [
        ("active", (), AccountState.ACTIVE),
        ("pending", ("requirements_pending_verification",), AccountState.CHECKED),
        ("restricted", ("requirements_past_due",), AccountState.INCOMPLETE),
        ("restricted", ("requirements_pending_verification",), AccountState.CHECKED),
        ("rejected", ("rejected_other",), AccountState.REFUSED),
        ("unsupported", ("unsupported_country",), AccountState.REFUSED),
        ("something-new", (), AccountState.INCOMPLETE),
    ],
)
def test_what_stripe_says_of_an_account_in_our_words(
    server: StripeServer, provider: StripeTransfers, status: str, codes: tuple[str, ...], state: AccountState
) -> None:
    reference = provider.open_account(SHOP).reference
    stripe_connect.become(server, reference, status, *codes)
    found = provider.fetch_account(reference)
    assert found is not None
    assert (found.state, found.why) == (state, codes)
    body, headers = message(server.events[-1], THIN)
    (hint,) = provider.parse_webhook(headers, body)
    assert hint.provider_reference == reference
    with pytest.raises(Invalid):
        StripeTransfers(KEY, [SECRET]).parse_webhook(headers, body)


@pytest.mark.parametrize("change", [{"livemode": True}, {"account": "acct_1"}, {"type": "payout.paid"}])
def test_messages_of_another_mode_account_or_matter_are_nothing_to_us(
    provider: StripeTransfers, change: dict[str, Any]
) -> None:
    body, headers = message({**about("tr_1"), **change}, SECRET)
    assert provider.parse_webhook(headers, body) == []
