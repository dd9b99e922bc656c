"""The rule by which money goes back: it never comes to more than was paid, and to all of it in the end."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.money import Money, total
from marketplace.returns.worth import part, shares

rupiah = st.integers(0, 50_000_000).map(Money)


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(rupiah, min_size=1, max_size=5), shipping=rupiah, discount=st.integers(0, 100))
def test_shares_add_up_to_exactly_what_was_paid(lines: list[Money], shipping: Money, discount: int) -> None:
    goods = Money(total(lines).rupiah * (100 - discount) // 100)
    parts = shares(lines, goods, shipping)
    assert total(one.items for one in parts) == goods
    assert total(one.shipping for one in parts) == shipping
    assert all(one.items <= line for one, line in zip(parts, lines, strict=True)) or not total(lines)


@settings(max_examples=150, deadline=None)
@given(whole=rupiah, steps=st.lists(st.integers(1, 7), min_size=1, max_size=6))
def test_one_by_one_or_all_at_once_comes_to_the_same(whole: Money, steps: list[int]) -> None:
    quantity, before, parts = sum(steps), 0, []
    for pieces in steps:
        parts.append(part(whole, quantity, before, pieces))
        before += pieces
    assert total(parts) == whole
    assert all(one >= Money(0) for one in parts)
