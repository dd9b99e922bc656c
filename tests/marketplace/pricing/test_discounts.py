"""Vouchers take off exactly what they say, from what they are for, and never more than there is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import ZERO, Money, total
from marketplace.pricing.discounts import QuotedVoucher
from marketplace.pricing.quoting import Basket, BasketPart, QuotedDelivery, QuotedLine, differences, quote

SELLERS = ("s1", "s2", "s3")
VARIANTS = ("a", "b", "c", "d", "e", "f")
sums = st.integers(1, 10**7).map(Money)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    parts = []
    for number, seller in enumerate(SELLERS[: draw(st.integers(1, 3))]):
        lines = [
            QuotedLine(variant, variant, draw(st.integers(1, 5)), Money(draw(st.integers(0, 10**6))), 2)
            for variant in VARIANTS[number * 2 : number * 2 + draw(st.integers(1, 2))]
        ]
        delivery = QuotedDelivery("own", "", Money(draw(st.integers(0, 60_000))), 1, 2)
        parts.append(BasketPart(seller, seller, lines, delivery))
    vouchers = [
        QuotedVoucher(
            code=f"V{number}",
            payer=draw(st.sampled_from(["seller", "platform", "programme"])),
            kind=kind,
            percent=draw(st.integers(1, 100)) if kind == "percentage" else 0,
            worth=draw(sums) if kind == "fixed" else ZERO,
            cap=draw(st.none() | sums) if kind != "fixed" else None,
            variants=draw(st.frozensets(st.sampled_from(VARIANTS))),
            sellers=draw(st.frozensets(st.sampled_from(SELLERS))),
        )
        for number, kind in enumerate(draw(st.lists(st.sampled_from(["percentage", "fixed", "shipping"]), max_size=4)))
    ]
    return Basket(parts, "19.05.01", "cash", vouchers)


@given(baskets())
def test_shares_add_up_and_nothing_is_below_zero(basket: Basket) -> None:
    found = quote(basket)
    assert found.total == found.items_total + found.shipping_total - found.discount_total
    assert found.total == total(part.total for part in found.parts)
    assert found.total >= ZERO
    assert found.discount_total == total(one.sum for one in found.vouchers)
    for part in found.parts:
        assert part.discount_total == total(share.sum for share in part.shares)
        for line, shares in zip(part.lines, part.line_shares, strict=True):
            assert ZERO <= total(share.sum for share in shares) <= line.total
        assert total(share.sum for share in part.delivery_shares) <= part.shipping_total
    told = {one.voucher: one for one in found.vouchers}
    for voucher in basket.vouchers:
        shares = [share for part in found.parts for share in part.shares if share.voucher == voucher.code]
        assert total(share.sum for share in shares) == (told[voucher.code].sum if voucher.code in told else ZERO)
        assert all(share.sum > ZERO and share.payer == voucher.payer for share in shares)
        if voucher.cap is not None:
            assert total(share.sum for share in shares) <= voucher.cap


@given(baskets())
def test_a_voucher_touches_only_what_it_is_for(basket: Basket) -> None:
    by_code = {one.code: one for one in basket.vouchers}
    for part in quote(basket).parts:
        for line, shares in zip(part.lines, part.line_shares, strict=True):
            assert all(line.variant in by_code[one.voucher].variants for one in shares)
            assert all(by_code[one.voucher].kind != "shipping" for one in shares)
        assert all(part.seller in by_code[one.voucher].sellers for one in part.delivery_shares)
        assert all(by_code[one.voucher].kind == "shipping" for one in part.delivery_shares)


@given(baskets(), st.randoms())
def test_the_order_of_lines_sellers_and_vouchers_does_not_matter(basket: Basket, random: object) -> None:
    def mixed(things: object) -> list:  # type: ignore[type-arg]
        return random.sample(list(things), len(list(things)))  # type: ignore[attr-defined, call-overload]

    parts = [replace(part, lines=mixed(part.lines)) for part in basket.parts]
    other = replace(basket, parts=mixed(parts), vouchers=mixed(basket.vouchers))
    assert quote(other).text == quote(basket).text


def three_sellers(*vouchers: QuotedVoucher, price: int = 100_000) -> Basket:
    parts = [
        BasketPart(
            seller,
            seller,
            [QuotedLine(variant, variant, 1, Money(price), 2)],
            QuotedDelivery("own", "", Money(15_000), 1, 2),
        )
        for seller, variant in zip(SELLERS, VARIANTS, strict=False)
    ]
    return Basket(parts, "19.05.01", "cash", vouchers)


EVERYTHING = frozenset(VARIANTS)


def test_a_hundred_thousand_over_three_sellers_adds_up_to_the_rupiah() -> None:
    found = quote(three_sellers(QuotedVoucher("V", "platform", "fixed", worth=Money(100_000), variants=EVERYTHING)))
    assert [part.discount_total.rupiah for part in found.parts] == [33_334, 33_333, 33_333]
    assert found.discount_total == Money(100_000)


def test_the_control_rounding_each_share_by_itself_misses_the_sum() -> None:
    base, worth = 100_000, 100_000
    assert sum(round(worth * base / (3 * base)) for _ in range(3)) != worth


@pytest.mark.parametrize(
    ("vouchers", "off"),
    [
        ([QuotedVoucher("V", "platform", "fixed", worth=Money(10**9), variants=EVERYTHING)], 300_000),
        ([QuotedVoucher("V", "platform", "percentage", percent=100, variants=EVERYTHING)], 300_000),
        ([QuotedVoucher("V", "platform", "percentage", percent=50, cap=Money(20_000), variants=EVERYTHING)], 20_000),
        ([QuotedVoucher("V", "platform", "shipping", sellers=frozenset(SELLERS))], 45_000),
        ([QuotedVoucher("V", "platform", "shipping", cap=Money(10_000), sellers=frozenset(SELLERS))], 10_000),
        ([QuotedVoucher("V", "platform", "percentage", percent=10, variants=frozenset())], 0),
        # The seller's tenth of 100.000 comes first, then half of the 290.000 that are left.
        (
            [
                QuotedVoucher("A", "platform", "percentage", percent=50, variants=EVERYTHING),
                QuotedVoucher("B", "seller", "percentage", percent=10, variants=frozenset("a")),
            ],
            155_000,
        ),
        # Percentages before fixed sums: half of 300.000, then 30.000.
        (
            [
                QuotedVoucher("A", "platform", "fixed", worth=Money(30_000), variants=EVERYTHING),
                QuotedVoucher("B", "programme", "percentage", percent=50, variants=EVERYTHING),
            ],
            180_000,
        ),
    ],
)
def test_what_vouchers_take_off(vouchers: list[QuotedVoucher], off: int) -> None:
    assert quote(three_sellers(*vouchers)).discount_total == Money(off)


def test_the_digest_covers_what_is_taken_off_and_who_pays() -> None:
    voucher = QuotedVoucher("V", "platform", "fixed", worth=Money(9_000), variants=EVERYTHING)
    before = quote(three_sellers(voucher))
    for other in (
        replace(voucher, worth=Money(9_001)),
        replace(voucher, payer="programme"),
        replace(voucher, code="W"),
        replace(voucher, variants=frozenset("ab")),
    ):
        assert quote(three_sellers(other)).digest != before.digest
    assert json.loads(before.text)["vouchers"] == {"V": {"payer": "platform", "sum": 9_000}}


@pytest.mark.parametrize(
    ("vouchers", "said"),
    [
        ([], "Voucher V takes nothing off any more."),
        ([8_000], "Voucher V now takes Rp8.000 off instead of Rp9.000."),
    ],
)
def test_a_change_is_told(vouchers: list[int], said: str) -> None:
    def of(*sums: int) -> Basket:
        return three_sellers(
            *(QuotedVoucher("V", "platform", "fixed", worth=Money(one), variants=EVERYTHING) for one in sums)
        )

    assert [str(one) for one in differences(quote(of(9_000)).text, quote(of(*vouchers)))] == [said]
    assert [one.kind for one in differences(quote(of()).text, quote(of(9_000)))] == ["voucher"]


def test_a_voucher_is_used_once() -> None:
    voucher = QuotedVoucher("V", "platform", "fixed", worth=Money(9_000), variants=EVERYTHING)
    with pytest.raises(ValueError):
        quote(three_sellers(voucher, voucher))
