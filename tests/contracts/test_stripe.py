"""Stripe keeps the contract of all providers: the real SDK over real HTTP against a strict double."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.errors import Invalid, Unavailable
from catalog.money import ZERO, Money
from marketplace.adapters import stripe_wire as wire
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe import StripeProvider
from marketplace.payments.currencies import decimals, minor, rupiah, whole
from marketplace.payments.models import PaymentState
from marketplace.payments.providers import Dispute, RefundOutcome, RefundRequest
from tests.contracts.payment_contract import SUM, Desk, PaymentContract, ask
from tests.fakes.stripe_server import StripeServer, message

OLD, NEW = "whsec_old0000", "whsec_new0000"


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
def provider(server: StripeServer) -> StripeProvider:
    return StripeProvider("sk_test_0123456789", [NEW, OLD], server.url, Breaker(failures=50))


def about(reference: str) -> dict[str, Any]:
    return {
        "id": "evt_1", "object": "event", "type": "checkout.session.completed", "livemode": False,
        "data": {"object": {"id": reference, "object": "checkout.session", "metadata": {"payment": "p1"}}},
    }  # fmt: skip


class TestStripe(PaymentContract):
    @pytest.fixture
    def desk(self, server: StripeServer, provider: StripeProvider) -> Desk:
        def sign(body: bytes) -> dict[str, str]:
            import stripe

            made = int(time.time())
            signed = stripe.WebhookSignature._compute_signature(f"{made}.{body.decode()}", NEW)
            return {"Stripe-Signature": f"t={made},v1={signed}"}

        return Desk(
            provider,
            pay=lambda reference: server.pay(reference) and None,
            sign=sign,
            message=lambda reference: message(about(reference), NEW)[0],
        )


@pytest.mark.parametrize(
    ("currency", "digits"), [("IDR", 2), ("idr", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("BHD", 3)]
)
def test_every_currency_has_its_decimals(currency: str, digits: int) -> None:
    assert decimals(currency) == digits
    assert minor(150_000, currency) == 150_000 * 10**digits
    assert whole(minor(7, currency), currency) == 7


def test_only_whole_rupiah_are_rupiah() -> None:
    assert rupiah(15_000_000, "idr") == Money(150_000)
    assert rupiah(15_000_001, "idr") is None
    assert rupiah(15_000_000, "usd") is None


def test_rupiah_are_sent_with_two_decimals_and_the_pinned_version(
    server: StripeServer, provider: StripeProvider
) -> None:
    provider.start(ask("m1", Money(150_000)))
    ((_, _, headers, asked),) = server.asked
    assert asked["line_items"]["0"]["price_data"]["unit_amount"] == "15000000"
    assert headers["stripe-version"] == "2026-10-28.endive"
    assert headers["idempotency-key"] == "checkout-m1"
    assert "x-stripe-client-telemetry" not in headers


def test_an_answer_that_was_lost_comes_again_and_nothing_is_done_twice(
    server: StripeServer, provider: StripeProvider
) -> None:
    server.drops = 1
    begun = provider.start(ask("l1"))
    assert [one["object"] for one in server.rows.values()] == ["checkout.session"]
    server.drops = 2  # also the retry is lost: nobody knows, and later it is known
    asked = ask("l2")  # the same to the second, as a payment's is
    with pytest.raises(Unavailable):
        provider.start(asked)
    again = provider.start(asked)
    assert len([one for one in server.rows.values() if one["object"] == "checkout.session"]) == 2
    assert again.provider_reference != begun.provider_reference


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_refusal_of_the_moment_is_silence_not_an_answer(
    server: StripeServer, provider: StripeProvider, status: int
) -> None:
    server.statuses = [status] * (1 if status == 429 else 2)  # the SDK tries the others again
    with pytest.raises(Unavailable):
        provider.start(ask("s1"))
    assert not server.rows
    assert provider.start(ask("s1")).redirect_url


def test_silence_ends_within_seconds_and_the_breaker_opens(server: StripeServer) -> None:
    hasty = StripeProvider("sk_test_0123456789", [NEW], server.url, Breaker(failures=1, pause=60))
    server.silent = True
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Unavailable):
            hasty.fetch("cs_test_1")
    assert time.monotonic() - began < 2
    assert hasty.breaker.state == "open"


def test_a_wrong_key_and_a_sum_too_small_begin_nothing(server: StripeServer, provider: StripeProvider) -> None:
    with pytest.raises(Unavailable):
        StripeProvider("sk_live_0123456789", [NEW], server.url).start(ask("k1"))
    with pytest.raises(Unavailable):
        provider.start(ask("k2", Money(5_000)))
    assert not server.rows
    assert provider.capabilities.lowest >= Money(8_000)


@pytest.mark.parametrize(
    ("received", "currency", "odd"),
    [(32_500_001, "idr", "32500001 IDR/100"), (32_500, "usd", "32500 USD/100"), (325_000, "jpy", "325000 JPY/1")],
)
def test_a_sum_that_is_no_whole_rupiah_is_told_as_it_is(
    server: StripeServer, provider: StripeProvider, received: int, currency: str, odd: str
) -> None:
    reference = provider.start(ask("o1")).provider_reference or ""
    server.pay(reference, received, currency)
    found = provider.fetch(reference)
    assert found is not None
    assert (found.state, found.paid, found.odd) == (PaymentState.PAID, ZERO, odd)


def test_tells_the_fee_and_what_became_of_a_dispute(server: StripeServer, provider: StripeProvider) -> None:
    reference = provider.start(ask("d1")).provider_reference or ""
    charge = server.pay(reference)
    for status, said in (("needs_response", Dispute.OPENED), ("lost", Dispute.LOST), ("won", Dispute.WON)):
        server.dispute(charge, status)
        found = provider.fetch(reference)
        assert found is not None
        assert (found.paid, found.fee, found.dispute, found.disputed) == (SUM, Money(5_000), said, SUM)


def test_a_refund_is_found_again_when_its_key_was_forgotten(server: StripeServer, provider: StripeProvider) -> None:
    reference = provider.start(ask("f1")).provider_reference or ""
    server.pay(reference)
    found = provider.fetch(reference)
    assert found is not None
    wish = RefundRequest("r9", reference, Money(1_000), found.second_reference)
    first = provider.refund(wish)
    server.keys.clear()
    assert provider.refund(wish) == first
    assert len([one for one in server.rows.values() if one["object"] == "refund"]) == 1
    assert provider.refund(RefundRequest("r8", reference, Money(1))).outcome is RefundOutcome.BY_HAND


class TestMessages:
    def test_both_secrets_hold_while_they_are_changed(self, provider: StripeProvider) -> None:
        for secret in (OLD, NEW):
            body, headers = message(about("cs_test_1"), secret)
            (hint,) = provider.parse_webhook(headers, body)
            assert (hint.provider_reference, hint.event, hint.code) == ("cs_test_1", "evt_1", "p1")
        body, headers = message(about("cs_test_1"), OLD)
        with pytest.raises(Invalid):
            StripeProvider("sk_test_0123456789", [NEW]).parse_webhook(headers, body)

    @pytest.mark.parametrize("seconds", [-301, -86_400, 302, 86_400])
    def test_neither_yesterdays_nor_tomorrows_signature_counts(self, provider: StripeProvider, seconds: int) -> None:
        body, headers = message(about("cs_test_1"), NEW, time.time() + seconds)
        with pytest.raises(Invalid):
            provider.parse_webhook(headers, body)

    @pytest.mark.parametrize("header", ["", "t=1", "v1=00", "t=x,v1=00", "t=1,v0=00", "nonsense", "t=1,v1=" + "0" * 64])
    def test_refuses_every_other_signature(self, provider: StripeProvider, header: str) -> None:
        body, _ = message(about("cs_test_1"), NEW)
        with pytest.raises(Invalid):
            provider.parse_webhook({"Stripe-Signature": header} if header else {}, body)

    def test_one_byte_more_or_less_is_another_message(self, provider: StripeProvider) -> None:
        body, headers = message(about("cs_test_1"), NEW)
        good = headers["Stripe-Signature"]
        for wrong in (body + b" ", body[1:], body.replace(b"cs_test_1", b"cs_test_2"), b"x" * 300_000):
            with pytest.raises(Invalid):
                provider.parse_webhook({"Stripe-Signature": good}, wrong)
        with pytest.raises(Invalid):
            provider.parse_webhook({"Stripe-Signature": good.replace("v1=", "v0=")}, body)

    @pytest.mark.parametrize("change", [{"livemode": True}, {"account": "acct_1"}, {"type": "customer.created"}])
    def test_messages_of_another_mode_account_or_matter_are_nothing_to_us(
        self, provider: StripeProvider, change: dict[str, Any]
    ) -> None:
        body, headers = message({**about("cs_test_1"), **change}, NEW)
        assert provider.parse_webhook(headers, body) == []


def test_a_long_window_leaves_the_end_to_stripe(server: StripeServer, provider: StripeProvider) -> None:
    from dataclasses import replace

    begun = provider.start(replace(ask("w1"), expires_at=clock.after(timedelta(days=6))))
    assert begun.redirect_url
    ((_, _, headers, asked),) = server.asked
    assert "expires_at" not in asked
    assert headers["idempotency-key"] == "checkout-w1-open"
