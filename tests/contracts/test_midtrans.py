"""Midtrans keeps the contract of all providers: real HTTP against a strict double."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.errors import Invalid, Unavailable
from catalog.money import ZERO, Money
from marketplace.adapters import midtrans as adapter
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.midtrans import Midtrans
from marketplace.payments.models import PaymentState
from marketplace.payments.providers import Dispute, RefundOutcome, RefundRequest
from tests.contracts.payment_contract import SUM, Desk, PaymentContract, ask
from tests.fakes.midtrans_server import KEY, Bad, MidtransServer, message

METHODS = ("bca_va", "gopay", "other_qris")
OLD, NEW = "old-signature-key", "new-signature-key"


@pytest.fixture(scope="module")
def running() -> Iterator[MidtransServer]:
    with MidtransServer() as server:
        yield server


@pytest.fixture
def server(running: MidtransServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[MidtransServer]:
    monkeypatch.setattr(adapter, "READ_SECONDS", 0.3)
    running.forget()
    yield running
    running.silent = False


@pytest.fixture
def provider(server: MidtransServer) -> Midtrans:
    return Midtrans(KEY, (), METHODS, server.url, server.url, "https://contoh.example/hooks", Breaker(failures=50))


def about(reference: str, status: str = "settlement", **values: Any) -> dict[str, Any]:
    return {
        "transaction_id": "t1", "order_id": reference, "status_code": "200", "gross_amount": "325000.00",
        "transaction_status": status, "fraud_status": "accept", "payment_type": "qris", **values,
    }  # fmt: skip


def begin(provider: Midtrans, name: str, total: Money = SUM) -> str:
    return provider.start(ask(name, total)).provider_reference or ""


class _Desks(PaymentContract):
    way = "qris"

    @pytest.fixture
    def desk(self, server: MidtransServer, provider: Midtrans) -> Desk:
        def pay(reference: str) -> None:
            server.pay(reference, self.way)

        return Desk(
            provider,
            pay=pay,
            sign=lambda body: {},
            message=lambda reference: message(about(reference)),
            signs_bytes=False,
        )


class TestMidtrans(_Desks):
    """A name counts as used once somebody has chosen a way of paying."""


class TestMidtransThatTakesANameAtOnce(_Desks):
    @pytest.fixture(autouse=True)
    def strict(self, server: MidtransServer) -> None:
        server.names = "asked"


def test_asks_for_whole_rupiah_by_virtual_account_and_qris_until_the_end(
    server: MidtransServer, provider: Midtrans
) -> None:
    begun = provider.start(ask("m1", Money(150_000)))
    ((_, path, asked, headers),) = server.asked
    assert path == "/snap/v1/transactions"
    assert asked["transaction_details"] == {"order_id": "m1", "gross_amount": 150_000}
    assert asked["enabled_payments"] == list(METHODS)
    assert asked["page_expiry"] == {"duration": 120, "unit": "minutes"}
    assert asked["expiry"]["start_time"].endswith("+0700")
    assert headers["x-override-notification"] == "https://contoh.example/hooks"
    assert begun.redirect_url
    assert begun.redirect_url.startswith(provider.capabilities.pages[0] + "/snap/v4/redirection/")
    provider.start(replace(ask("m2", Money(25_000_000)), expires_at=clock.after(timedelta(days=30))))
    (_, _, asked, _) = server.asked[-1]
    assert asked["enabled_payments"] == ["bca_va"]  # QRIS takes less
    assert asked["page_expiry"]["duration"] == 7 * 24 * 60
    sandbox, real = Midtrans("SB-Mid-server-1"), Midtrans("Mid-server-1")
    assert sandbox.capabilities.pages == ("https://app.sandbox.midtrans.com",)
    assert (real.url, real.page_url) == ("https://api.midtrans.com", "https://app.midtrans.com")


def test_what_is_paid_already_is_not_asked_for_again(server: MidtransServer, provider: Midtrans) -> None:
    begin(provider, "p1")
    server.choose("p1")
    assert begin(provider, "p1") == "p1~2"  # the address of the first page is lost
    server.pay("p1")
    assert provider.start(ask("p1")).redirect_url == ask("p1").return_url


@pytest.mark.parametrize("names", ["charged", "asked"])
def test_a_page_whose_answer_was_lost_is_followed_by_another_and_both_are_asked_about(
    server: MidtransServer, provider: Midtrans, names: str
) -> None:
    server.names, server.drops = names, 1
    with pytest.raises(Unavailable):
        provider.start(ask("l1"))
    begun = provider.start(ask("l1"))
    name = begun.provider_reference or ""
    assert name == ("l1" if names == "charged" else "l1~2")
    assert begun.redirect_url
    server.pay("l1")  # also on the page that we know nothing of
    found = provider.fetch(name)
    assert found is not None
    assert (found.state, found.paid) == (PaymentState.PAID, SUM)
    if names == "asked":
        server.pay("l1~2")
        found = provider.fetch(name)
        assert found is not None
        assert (found.state, found.odd) == (PaymentState.PAID, "325000 + 325000")


def test_money_on_a_page_of_an_earlier_attempt_is_seen(server: MidtransServer, provider: Midtrans) -> None:
    for name in ("e1", "e1-2", "e1-3"):
        begin(provider, name)
    server.pay("e1")
    found = provider.fetch("e1-3")
    assert found is not None
    assert (found.state, found.paid) == (PaymentState.PAID, SUM)


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_refusal_of_the_moment_is_silence_not_an_answer(
    server: MidtransServer, provider: Midtrans, status: int
) -> None:
    server.statuses = [status]
    with pytest.raises(Unavailable):
        provider.start(ask("s1"))
    assert not server.pages
    assert provider.start(ask("s1")).redirect_url
    server.statuses = [status]
    with pytest.raises(Unavailable):
        provider.fetch("s1")


def test_silence_ends_within_seconds_and_the_breaker_opens(server: MidtransServer) -> None:
    hasty = Midtrans(KEY, (), METHODS, server.url, server.url, breaker=Breaker(failures=1, pause=60))
    server.silent = True
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Unavailable):
            hasty.fetch("x")
    assert time.monotonic() - began < 2
    assert hasty.breaker.state == "open"


def test_a_wrong_key_and_an_address_elsewhere_begin_nothing(server: MidtransServer, provider: Midtrans) -> None:
    with pytest.raises(Unavailable):
        Midtrans("SB-Mid-server-wrong", (), METHODS, server.url, server.url).start(ask("k1"))
    assert not server.pages
    with pytest.raises(Unavailable):
        Midtrans(KEY, (), METHODS, server.url, server.url.replace("127.0.0.1", "localhost")).start(ask("k2"))


@pytest.mark.parametrize(
    ("values", "state", "odd", "dispute"),
    [
        ({"transaction_status": "authorize"}, PaymentState.PENDING, "", None),
        ({"transaction_status": "capture"}, PaymentState.PAID, "", None),
        ({"transaction_status": "capture", "fraud_status": "challenge"}, PaymentState.PENDING, "challenge", None),
        ({"transaction_status": "capture", "fraud_status": "deny"}, PaymentState.CANCELLED, "", None),
        ({"transaction_status": "deny"}, PaymentState.CANCELLED, "", None),
        ({"transaction_status": "failure"}, PaymentState.CANCELLED, "", None),
        ({"transaction_status": "expire"}, PaymentState.EXPIRED, "", None),
        ({"transaction_status": "refund"}, PaymentState.PAID, "", None),
        ({"transaction_status": "partial_refund"}, PaymentState.PAID, "-None IDR", None),
        ({"transaction_status": "chargeback"}, PaymentState.PAID, "", Dispute.LOST),
        ({"transaction_status": "partial_chargeback"}, PaymentState.PAID, "partial_chargeback", None),
        ({"transaction_status": "something_new"}, PaymentState.PENDING, "status something_new", None),
        ({"transaction_status": "settlement", "gross_amount": "325000.50"}, PaymentState.PAID, "325000.50 IDR", None),
        ({"transaction_status": "settlement", "currency": "USD"}, PaymentState.PAID, "325000.00 USD", None),
    ],
)
def test_every_state_of_theirs_is_one_of_ours_or_waits_for_a_person(
    server: MidtransServer, provider: Midtrans, values: dict[str, Any], state: PaymentState, odd: str, dispute: Any
) -> None:
    begin(provider, "o1")
    server.choose("o1", "qris").update(values)
    found = provider.fetch("o1")
    assert found is not None
    assert (found.state, found.odd, found.dispute) == (state, odd, dispute)
    assert found.paid == (SUM if state is PaymentState.PAID and not odd.endswith(("50 IDR", "USD")) else ZERO)
    assert found.refunded == (SUM if values["transaction_status"] == "refund" else ZERO)


def test_giving_up_closes_the_page_and_what_was_begun_on_it(server: MidtransServer, provider: Midtrans) -> None:
    for name, way in (("c1", None), ("c2", "bank_transfer")):
        begun = provider.start(ask(name))
        if way:
            server.choose(name, way)
        found = provider.cancel(name, begun.redirect_url or "")
        assert found is not None
        assert found.state is PaymentState.CANCELLED
        with pytest.raises(Bad):
            server.choose(name)


class TestRefunds:
    @pytest.mark.parametrize(
        ("way", "values", "part", "why"),
        [
            ("bank_transfer", {}, False, "bank_transfer"),
            ("echannel", {}, False, "echannel"),
            ("qris", {"acquirer": "gopay", "issuer": "dana"}, True, "qris: 7 days"),
            ("gopay", {}, True, ""),
            ("qris", {"acquirer": "gopay", "issuer": "gopay"}, True, ""),
            ("shopeepay", {}, True, "shopeepay: whole only"),
            ("qris", {"acquirer": "airpay shopee", "issuer": "airpay shopee"}, True, "qris: whole only"),
        ],
    )
    def test_each_payment_says_whether_its_way_takes_money_back(
        self, server: MidtransServer, provider: Midtrans, way: str, values: dict[str, Any], part: bool, why: str
    ) -> None:
        begin(provider, "f1")
        server.choose("f1", way, **values)
        row = server.pay("f1")
        settled = datetime.strptime(row["settlement_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        wish = RefundRequest("r1", "f1", Money(1_000) if part else SUM, row["transaction_id"])
        with clock.frozen(settled + timedelta(days=8)):
            said = provider.refund(wish)
        assert (said.outcome, said.why) == ((RefundOutcome.BY_HAND, why) if why else (RefundOutcome.SUCCEEDED, ""))
        if not why:
            with clock.frozen(settled + timedelta(days=46)):
                assert provider.refund(wish) == said  # what was sent is sent
                late = provider.refund(replace(wish, reference="r2"))
            assert late == adapter.RefundResult(RefundOutcome.BY_HAND, why=f"{way}: 45 days")

    def test_shopeepay_sleeps_at_night(self, server: MidtransServer, provider: Midtrans) -> None:
        begin(provider, "n1")
        row = server.pay("n1", "shopeepay")
        wish = RefundRequest("r1", "n1", SUM, row["transaction_id"])
        day = clock.now().replace(hour=3, minute=0)
        with clock.frozen(day.replace(hour=17)):  # midnight in Jakarta
            assert provider.refund(wish).outcome is RefundOutcome.PENDING
        assert "refunds" not in row
        with clock.frozen(day):
            assert provider.refund(wish).outcome is RefundOutcome.SUCCEEDED

    def test_an_answer_that_was_lost_sends_nothing_twice(self, server: MidtransServer, provider: Midtrans) -> None:
        begin(provider, "t1")
        row = server.pay("t1", "gopay")
        wish = RefundRequest("r1", "t1", Money(1_000), row["transaction_id"])
        with pytest.MonkeyPatch.context() as patch:
            answer = server.answer

            def once_deaf(method: str, path: str, *rest: Any) -> tuple[int, dict[str, Any]]:
                server.drops = 1 if path.endswith("/refund") else 0
                return answer(method, path, *rest)

            patch.setattr(server, "answer", once_deaf)
            with pytest.raises(Unavailable):
                provider.refund(wish)
        assert provider.refund(wish).outcome is RefundOutcome.SUCCEEDED
        assert [one["refund_amount"] for one in row["refunds"]] == ["1000.00"]

    def test_what_the_bank_has_not_confirmed_is_on_its_way(self, server: MidtransServer, provider: Midtrans) -> None:
        begin(provider, "w1")
        row = server.pay("w1", "gopay")
        server.send_back(row, "r1", 1_000, method="offline")
        wish = RefundRequest("r1", "w1", Money(1_000), row["transaction_id"])
        assert provider.refund(wish).outcome is RefundOutcome.PENDING
        row["refunds"][0]["bank_confirmed_at"] = "2026-11-28 10:00:00"
        assert provider.refund(wish).outcome is RefundOutcome.SUCCEEDED

    def test_a_card_that_is_not_settled_is_called_off_whole_or_waits(
        self, server: MidtransServer, provider: Midtrans
    ) -> None:
        begin(provider, "k1")
        server.choose("k1", "credit_card")
        row = server.become("k1", "capture")
        part = RefundRequest("r1", "k1", Money(1_000), row["transaction_id"])
        assert provider.refund(part).outcome is RefundOutcome.PENDING
        assert provider.refund(replace(part, total=SUM)).outcome is RefundOutcome.SUCCEEDED
        assert row["transaction_status"] == "cancel"
        assert provider.refund(replace(part, total=SUM)).outcome is RefundOutcome.SUCCEEDED  # asked again: the same
        assert provider.refund(RefundRequest("r2", "never", SUM)).outcome is RefundOutcome.BY_HAND


class TestMessages:
    def test_both_keys_hold_while_they_are_changed_and_the_server_key_where_none_is_named(self) -> None:
        two = Midtrans(KEY, (NEW, OLD), METHODS)
        for secret in (OLD, NEW):
            (hint,) = two.parse_webhook({}, message(about("p1-2~3"), secret))
            assert (hint.provider_reference, hint.code) == ("p1-2~3", "p1")
        for stranger in (two, Midtrans("SB-Mid-server-other", (), METHODS)):
            with pytest.raises(Invalid):
                stranger.parse_webhook({}, message(about("p1")))
        assert Midtrans(KEY).parse_webhook({}, message(about("p1")))

    @pytest.mark.parametrize("field", ["order_id", "status_code", "gross_amount", "signature_key"])
    def test_what_the_signature_covers_cannot_be_changed(self, field: str) -> None:
        told = json.loads(message(about("p1")))
        for wrong in ("", "x", None, 7, ["x"], told[field] + "0", told[field][:-1], "é"):
            with pytest.raises(Invalid):
                Midtrans(KEY).parse_webhook({}, json.dumps({**told, field: wrong}).encode())
        with pytest.raises(Invalid):
            Midtrans(KEY).parse_webhook({}, json.dumps({k: v for k, v in told.items() if k != field}).encode())

    def test_the_same_message_is_one_event_and_another_state_another(self) -> None:
        parse = Midtrans(KEY).parse_webhook
        same = {parse({}, message(about("p1")))[0].event, parse({}, message(about("p1")) + b"  ")[0].event}
        assert len(same) == 1
        others = [about("p1", "refund"), about("p1", transaction_id="t2"), about("p1", refund_amount="1.00")]
        assert len(same | {parse({}, message(one))[0].event for one in others}) == 4
        with pytest.raises(Invalid):
            parse({}, b" " * 300_000 + message(about("p1")))
