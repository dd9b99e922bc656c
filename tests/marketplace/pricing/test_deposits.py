"""Now and later: the two are always the whole, a deposit never falls short, and the digest covers both."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import ZERO, Money
from marketplace.pricing.deposits import LEAST, balance_of, share_of
from marketplace.pricing.discounts import QuotedVoucher
from marketplace.pricing.quoting import Basket, BasketPart, QuotedDelivery, QuotedLine, differences, quote

sums = st.integers(0, 10**9).map(Money)
lines = st.builds(
    QuotedLine, st.uuids().map(str), st.just("Kain"), st.integers(1, 9), sums, st.integers(0, 60), st.integers(0, 90)
)
parts = st.builds(
    BasketPart,
    st.uuids().map(str),
    st.just("Ratna"),
    st.lists(lines, min_size=1, max_size=4),
    st.builds(QuotedDelivery, st.just("own"), st.just("Diantar"), sums, st.just(1), st.just(3)),
)


@given(st.lists(parts, min_size=1, max_size=4), st.integers(0, 10**9).map(Money))
def test_what_is_paid_now_and_later_is_the_whole_to_the_rupiah(parts: list[BasketPart], off: Money) -> None:
    everything = frozenset(line.variant for part in parts for line in part.lines)
    found = quote(Basket(parts, vouchers=[QuotedVoucher("V", "platform", "fixed", worth=off, variants=everything)]))
    assert found.now + found.balance == found.total
    assert found.balance == sum(part.balance for part in found.parts)
    for part in found.parts:
        assert part.now + part.balance == part.total
        assert part.now >= part.shipping_total, "shipping is paid now"
        assert part.balance == sum(part.line_balances)
        for line, shares, later in zip(part.lines, part.line_shares, part.line_balances, strict=True):
            net = line.total - sum((one.sum for one in shares), ZERO)
            deposit = net - later
            assert ZERO <= later <= net
            assert not later or (line.deposit and later >= LEAST)
            assert deposit.rupiah * 100 >= net.rupiah * line.deposit, "a deposit is never below its share"
            assert not later or deposit.rupiah * 100 < net.rupiah * line.deposit + 100, "and never a rupiah above"


def test_the_written_cases() -> None:
    assert balance_of(Money(1_850_001), 50) == Money(925_000), "the odd rupiah is paid now"
    assert balance_of(Money(1_850_000), 0) == ZERO
    assert balance_of(Money(15_000), 50) == ZERO, "a balance below Rp10,000 is not worth a second payment"
    assert share_of(Money(925_001), 50) == Money(462_500), "what stays is rounded in the buyer's favour"


def test_the_digest_covers_deposit_and_terms_and_names_what_has_changed() -> None:
    line = QuotedLine("v1", "Kain", 1, Money(1_000_000), 20, 50)
    part = BasketPart("s1", "Ratna", [line], QuotedDelivery("own", "Diantar", Money(15_000), 1, 3))
    shown = quote(Basket([part], keeps=(50, 100)))
    assert (shown.now, shown.balance) == (Money(515_000), Money(500_000))
    for changed, said in (
        (Basket([replace(part, lines=[replace(line, deposit=60)])], keeps=(50, 100)), "60 percent"),
        (Basket([replace(part, lines=[replace(line, deposit=0)])], keeps=(50, 100)), "paid at once"),
        (Basket([part], keeps=(70, 100)), "another share"),
    ):
        other = quote(changed)
        assert other.digest != shown.digest
        assert [one.kind for one in differences(shown.text, other)] == ["deposit"]
        assert said in str(differences(shown.text, other)[0])


@pytest.mark.parametrize("deposit", [-1, 100, 101])
def test_a_deposit_is_no_whole_and_nothing_below_zero(deposit: int) -> None:
    line = QuotedLine("v1", "Kain", 1, Money(1_000_000), 20, deposit)
    with pytest.raises(ValueError, match="deposit"):
        quote(Basket([BasketPart("s1", "Ratna", [line], QuotedDelivery("own", "", ZERO, 1, 3))]))
