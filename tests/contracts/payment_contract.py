"""What every PaymentProvider promises, asked of whoever stands before the door.

A `Desk` is a provider and somebody who plays the buyer and the provider's clerk behind it; None where a deed is not
possible there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from catalog import clock
from catalog.errors import Invalid
from catalog.money import ZERO, Money
from marketplace.payments.models import PaymentMethod, PaymentState
from marketplace.payments.providers import (
    Capabilities,
    PaymentProvider,
    PaymentRequest,
    RefundOutcome,
    RefundRequest,
    RefundWay,
)

SUM = Money(325_000)


@dataclass
class Desk:
    provider: PaymentProvider
    pay: Callable[[str], None] | None = None
    """The buyer pays what the provider calls by this reference."""
    sign: Callable[[bytes], dict[str, str]] | None = None
    """Headers of a message that is the provider's own."""
    message: Callable[[str], bytes] | None = None
    """A message about a reference."""
    signs_bytes: bool = True
    """Whether its signature covers every byte of a message; else only what it says that matters."""
    calls: Callable[[], int] = field(default=lambda: 0)


def ask(reference: str, total: Money = SUM) -> PaymentRequest:
    return PaymentRequest(
        reference, total, clock.after(timedelta(hours=2)), "https://contoh.example/purchases/x", reference, "Purchase x",
        "sari@contoh.example",
    )  # fmt: skip


class PaymentContract:
    """Inherit and give a fixture `desk`."""

    def test_says_what_it_can_do(self, desk: Desk) -> None:
        can = desk.provider.capabilities
        assert isinstance(can, Capabilities)
        assert can.methods <= set(PaymentMethod)
        assert can.currencies == {"IDR"}
        assert ZERO <= can.lowest <= can.highest
        assert can.is_local == (not can.pages)
        assert all(page.startswith(("https://", "http://127.0.0.1")) for page in can.pages)
        assert can.refund is RefundWay.API or can.refund_days is None
        assert desk.provider.code

    def test_asks_for_the_sum_and_its_own_surplus(self, desk: Desk) -> None:
        begun = desk.provider.start(ask("a1"))
        assert begun.due == SUM + Money(begun.surplus)
        if desk.provider.capabilities.is_local:
            assert begun.redirect_url is None
            assert begun.provider_reference is None
        else:
            assert begun.surplus == 0
            assert begun.redirect_url
            assert begun.provider_reference

    def test_the_same_attempt_begins_once(self, desk: Desk) -> None:
        if desk.provider.capabilities.is_local:
            return
        first, second = desk.provider.start(ask("a2")), desk.provider.start(ask("a2"))
        assert desk.pay is not None
        assert first.provider_reference is not None
        assert second.provider_reference is not None
        desk.pay(second.provider_reference)
        found = desk.provider.fetch(second.provider_reference)
        assert found is not None
        assert found.state is PaymentState.PAID

    def test_the_fact_follows_the_buyer(self, desk: Desk) -> None:
        begun = desk.provider.start(ask("a3"))
        if begun.provider_reference is None:
            assert desk.provider.fetch("a3") is None
            return
        before = desk.provider.fetch(begun.provider_reference)
        assert before is not None
        assert (before.state, before.paid, before.refunded) == (PaymentState.PENDING, ZERO, ZERO)
        assert desk.pay is not None
        desk.pay(begun.provider_reference)
        after = desk.provider.fetch(begun.provider_reference)
        assert after is not None
        assert (after.state, after.paid, after.odd) == (PaymentState.PAID, SUM, "")

    def test_gives_up_in_time_or_says_that_it_is_too_late(self, desk: Desk) -> None:
        begun = desk.provider.start(ask("a4"))
        if begun.provider_reference is None:
            assert desk.provider.cancel("a4") is None
            return
        for _ in range(2):
            given_up = desk.provider.cancel(begun.provider_reference)
            assert given_up is not None
            assert given_up.state in (PaymentState.CANCELLED, PaymentState.EXPIRED)
        paid = desk.provider.start(ask("a5"))
        assert desk.pay is not None
        assert paid.provider_reference is not None
        desk.pay(paid.provider_reference)
        too_late = desk.provider.cancel(paid.provider_reference)
        assert too_late is not None
        assert too_late.state is PaymentState.PAID

    def test_sends_money_back_once_or_says_that_people_must(self, desk: Desk) -> None:
        begun = desk.provider.start(ask("a6"))
        if desk.provider.capabilities.refund is RefundWay.MANUAL:
            asked = RefundRequest("r1", begun.provider_reference, Money(1))
            assert desk.provider.refund(asked).outcome is RefundOutcome.BY_HAND
            return
        assert desk.pay is not None
        assert begun.provider_reference is not None
        desk.pay(begun.provider_reference)
        found = desk.provider.fetch(begun.provider_reference)
        assert found is not None
        part = RefundRequest("r1", begun.provider_reference, Money(100_000), found.second_reference)
        first, again = desk.provider.refund(part), desk.provider.refund(part)
        assert first.outcome in (RefundOutcome.SUCCEEDED, RefundOutcome.PENDING)
        assert (first.reference, first.outcome) == (again.reference, again.outcome)
        found = desk.provider.fetch(begun.provider_reference)
        assert found is not None
        assert (found.state, found.paid, found.refunded) == (PaymentState.PAID, SUM, Money(100_000))
        over = RefundRequest("r2", begun.provider_reference, SUM, found.second_reference)
        refused = desk.provider.refund(over)
        assert refused.outcome in (RefundOutcome.FAILED, RefundOutcome.BY_HAND)
        found = desk.provider.fetch(begun.provider_reference)
        assert found is not None
        assert found.refunded == Money(100_000)

    def test_a_message_is_only_a_hint_and_only_if_it_is_the_providers(self, desk: Desk) -> None:
        if desk.sign is None or desk.message is None:
            assert desk.provider.parse_webhook({}, b"{}") == []
            return
        begun = desk.provider.start(ask("a7"))
        assert begun.provider_reference is not None
        body = desk.message(begun.provider_reference)
        (hint,) = desk.provider.parse_webhook(desk.sign(body), body)
        assert hint.provider_reference == begun.provider_reference
        assert hint.event
        found = desk.provider.fetch(begun.provider_reference)
        assert found is not None
        assert found.state is PaymentState.PENDING  # whatever the message said
        nonsense = [b"", b"[]", b"null", b"\xff\xfe", body[:-1], b"{" * 5000]
        for wrong in [*nonsense, *([body.replace(b":", b": ", 1) + b" "] if desk.signs_bytes else [])]:
            with pytest.raises(Invalid):
                desk.provider.parse_webhook(desk.sign(body), wrong)
