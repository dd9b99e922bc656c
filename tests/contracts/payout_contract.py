"""What every PayoutProvider promises, asked of whoever brings the money.

A `Till` is a provider and somebody who plays the provider's clerk; None where a deed is not possible there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from catalog.errors import Invalid, Several
from catalog.money import ZERO, Money
from marketplace.payouts.providers import Capabilities, Destination, Outcome, PayoutProvider, PayoutRequest

SUM = Money(325_000)


@dataclass
class Till:
    provider: PayoutProvider
    destination: Destination
    """Somewhere money arrives."""
    fill: Callable[[int], None] | None = None
    """So many rupiah of ours come to lie at the provider."""
    spend: Callable[[Destination], None] | None = None
    """The shop takes everything out that was brought there."""
    sign: Callable[[bytes], dict[str, str]] | None = None
    """Headers of a message that is the provider's own."""
    message: Callable[[str], bytes] | None = None
    """A message about a transfer."""

    def ask(self, reference: str, total: Money = SUM) -> PayoutRequest:
        return PayoutRequest(reference, total, self.destination, group="purchase1", order="order1")


class PayoutContract:
    """Inherit and give a fixture `till`."""

    def test_says_what_it_can_do(self, till: Till) -> None:
        can = till.provider.capabilities
        assert isinstance(can, Capabilities)
        assert can.currencies == {"IDR"}
        assert ZERO < can.lowest <= can.highest
        assert can.is_local == (not can.pages)
        assert can.is_local == bool(can.layouts)
        assert can.pays_from.partition(":")[0] in ("bank", "gateway")
        assert not (can.is_local and (can.takes_back or can.source))
        assert till.provider.code
        assert till.provider.name

    def test_knows_where_nothing_could_arrive(self, till: Till) -> None:
        till.provider.validate(till.destination)
        for wrong in ({"bank": "Bank Entah"}, {"number": ""}, {"number": "12 34; DROP"}, {"number": "９" * 10}):
            with pytest.raises(Several) as refusal:
                till.provider.validate(replace(till.destination, **wrong))
            assert [one.field for one in refusal.value.errors] == list(wrong)

    def test_brings_a_sum_once_or_says_that_people_must(self, till: Till) -> None:
        asked = till.ask("p1")
        assert till.provider.fetch(asked) is None
        if till.provider.capabilities.is_local:
            assert till.provider.send(asked).outcome is Outcome.BY_HAND
            assert till.provider.fetch(asked) is None
            return
        assert till.fill is not None
        till.fill(2 * SUM.rupiah)
        first, again = till.provider.send(asked), till.provider.send(asked)
        assert (first.outcome, first.sent, first.returned) == (Outcome.SENT, SUM, ZERO)
        assert first.reference
        assert again == first
        for known in (asked, replace(asked, provider_reference=first.reference)):
            assert till.provider.fetch(known) == first

    def test_waits_for_money_and_never_lends(self, till: Till) -> None:
        if till.fill is None:
            return
        poor = till.provider.send(till.ask("p2"))
        assert (poor.outcome, poor.sent) == (Outcome.WAITS, ZERO)
        till.fill(SUM.rupiah)
        assert till.provider.send(replace(till.ask("p2"), attempt=2)).outcome is Outcome.SENT
        assert till.provider.send(till.ask("p3", Money(1))).outcome is Outcome.WAITS

    def test_says_when_it_will_never_arrive(self, till: Till) -> None:
        if till.fill is None:
            return
        till.fill(SUM.rupiah)
        nowhere = replace(till.ask("p4"), destination=replace(till.destination, number="acct_nobody"))
        for _ in range(2):
            found = till.provider.send(nowhere)
            assert (found.outcome, found.sent) == (Outcome.FAILED, ZERO)
            assert found.why

    def test_asks_back_what_is_still_there(self, till: Till) -> None:
        sent = till.ask("p5")
        if not till.provider.capabilities.takes_back:
            outcome = till.provider.take_back(sent, Money(1), ZERO).outcome
            assert outcome in (Outcome.BY_HAND, Outcome.FAILED)
            return
        assert till.fill is not None
        assert till.spend is not None
        till.fill(SUM.rupiah)
        sent = replace(sent, provider_reference=till.provider.send(sent).reference)
        part = Money(100_000)
        for _ in range(2):  # the second is the first again
            found = till.provider.take_back(sent, part, ZERO)
            assert (found.outcome, found.sent, found.returned) == (Outcome.SENT, SUM, part)
        assert till.provider.take_back(sent, SUM, part).outcome is Outcome.FAILED
        till.spend(till.destination)
        assert till.provider.take_back(replace(sent, attempt=2), part, part).outcome is Outcome.FAILED
        now = till.provider.fetch(sent)
        assert now is not None
        assert now.returned == part

    def test_gives_up_what_has_not_left(self, till: Till) -> None:
        asked = till.ask("p6")
        if till.fill is None:
            assert till.provider.cancel(asked) is None
            return
        given_up = till.provider.cancel(asked)
        assert given_up is not None
        assert given_up.outcome is Outcome.FAILED
        till.fill(SUM.rupiah)
        gone = till.ask("p7")
        till.provider.send(gone)
        too_late = till.provider.cancel(gone)
        assert too_late is not None
        assert (too_late.outcome, too_late.sent) == (Outcome.SENT, SUM)

    def test_a_message_is_only_a_hint_and_only_if_it_is_the_providers(self, till: Till) -> None:
        if till.sign is None or till.message is None:
            assert till.provider.parse_webhook({}, b"{}") == []
            return
        body = till.message("tr_1")
        (hint,) = till.provider.parse_webhook(till.sign(body), body)
        assert hint.provider_reference == "tr_1"
        assert hint.event
        for wrong in (b"", b"[]", b"null", b"\xff\xfe", body[:-1], body.replace(b":", b": ", 1) + b" ", b"{" * 5000):
            with pytest.raises(Invalid):
                till.provider.parse_webhook(till.sign(body), wrong)
