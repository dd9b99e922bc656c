"""The quote is arithmetic: it adds up, does not care about order, and notices every change."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import Money
from marketplace.pricing.quoting import (
    Basket,
    BasketPart,
    QuotedDelivery,
    QuotedLine,
    differences,
    digest_of,
    quote,
)

sums = st.integers(0, 10**9).map(Money)
lines = st.builds(QuotedLine, st.uuids().map(str), st.text(max_size=20), st.integers(1, 999), sums, st.integers(0, 365))
deliveries = st.builds(
    QuotedDelivery,
    st.sampled_from(["pickup", "own", "courier:jne"]),
    st.text(max_size=10),
    sums,
    st.integers(0, 5),
    st.integers(5, 9),
)
parts = st.builds(
    BasketPart, st.uuids().map(str), st.text(max_size=20), st.lists(lines, min_size=1, max_size=6), deliveries
)
baskets = st.builds(
    Basket,
    st.lists(parts, min_size=1, max_size=5),
    st.sampled_from(["", "19.05.01"]),
    st.sampled_from(["cash", "bank-transfer"]),
)


def simple(price: int = 100, quantity: int = 2, delivery: int = 15, days: int = 2) -> Basket:
    line = QuotedLine("v1", "Kain", quantity, Money(price), days)
    return Basket(
        [BasketPart("s1", "Ratna", [line], QuotedDelivery("own", "Diantar", Money(delivery), 1, 3))], "19.05.01", "cash"
    )


@given(baskets)
def test_it_adds_up(basket: Basket) -> None:
    found = quote(basket)
    assert found.total == sum(part.total for part in found.parts) == found.items_total + found.shipping_total
    assert found.items_total == sum(line.total for part in found.parts for line in part.lines)
    assert found.items_total.rupiah == sum(
        line.quantity * line.unit_price.rupiah for part in basket.parts for line in part.lines
    )
    assert found.shipping_total == sum(part.delivery.price for part in basket.parts)
    assert digest_of(found.text) == found.digest
    assert json.loads(found.text)["total"] == found.total.rupiah


@given(baskets, st.randoms())
def test_order_does_not_matter(basket: Basket, random: object) -> None:
    shuffled = [replace(part, lines=random.sample(list(part.lines), len(part.lines))) for part in basket.parts]  # type: ignore[attr-defined]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert quote(replace(basket, parts=shuffled)).digest == quote(basket).digest


@given(baskets)
def test_an_equal_quote_has_no_differences(basket: Basket) -> None:
    assert differences(quote(basket).text, quote(basket)) == []


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        (simple(price=101), "price"),
        (simple(quantity=3), "quantity"),
        (simple(delivery=16), "delivery"),
        (simple(days=3), "days"),
        (replace(simple(), place_code="19.05.04"), "place"),
        (replace(simple(), payment_method="bank-transfer"), "payment"),
    ],
)
def test_every_change_changes_the_digest_and_is_told(changed: Basket, kind: str) -> None:
    before, after = quote(simple()), quote(changed)
    assert before.digest != after.digest
    found = differences(before.text, after)
    assert [one.kind for one in found] == [kind]
    assert str(found[0])


def test_the_same_variant_twice_is_one_line() -> None:
    part = simple().parts[0]
    doubled = replace(simple(), parts=[replace(part, lines=[*part.lines, *part.lines])])
    assert quote(doubled).digest == quote(simple(quantity=4)).digest


def test_refuses_what_has_no_price() -> None:
    part = simple().parts[0]
    other = replace(part.lines[0], unit_price=Money(1))
    for wrong in (
        Basket([]),
        Basket([replace(part, lines=[])]),
        Basket([part, part]),
        Basket([replace(part, lines=[part.lines[0], other])]),
        simple(quantity=0),
        simple(price=-1),
    ):
        with pytest.raises(ValueError):
            quote(wrong)
    for text in ("{}", "[]", "nonsense", '{"parts": 3}'):
        with pytest.raises(ValueError):
            differences(text, quote(simple()))


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=9).filter(any))
def test_a_split_adds_up_and_no_part_is_off_by_more_than_one(whole: int, weights: list[int]) -> None:
    shares = Money(whole).split(weights)
    assert sum(shares) == Money(whole)
    for share, weight in zip(shares, weights, strict=True):
        assert 0 <= share.rupiah * sum(weights) - whole * weight + sum(weights) <= 2 * sum(weights)
