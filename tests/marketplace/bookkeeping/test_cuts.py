"""What is left of a price: one rule, half up once per line, and refunds that telescope."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import ZERO, Money, total
from marketplace.bookkeeping.cuts import Cut, Sold, Terms, cut

RATES = st.builds(Terms, st.integers(0, 5000), st.sampled_from([0, 1100]), st.sampled_from([0, 50]))
SUMS = st.integers(0, 5_000_000).map(Money)


@pytest.mark.parametrize(
    ("base", "terms", "commission", "ppn", "pph22", "net"),
    [
        (100_000, Terms(750), 7_500, 0, 0, 92_500),
        (100_001, Terms(750, 1100, 50), 7_500, 825, 500, 91_176),
        (33, Terms(750, 1100), 2, 0, 0, 31),
        (7, Terms(750), 1, 0, 0, 6),
        (6, Terms(750), 0, 0, 0, 6),
        (0, Terms(5000, 1100, 50), 0, 0, 0, 0),
        (1_850_000, Terms(), 0, 0, 0, 1_850_000),
        (1_110_000, Terms(0, 0, 50, 1100), 0, 0, 5_000, 1_105_000),
        (100_001, Terms(750, 1100, 50, 1100), 7_500, 825, 450, 91_226),
    ],
)
def test_half_up_once_per_line(base: int, terms: Terms, commission: int, ppn: int, pph22: int, net: int) -> None:
    found = cut(Money(base), terms)
    assert found == Cut(Money(base), Money(commission), Money(ppn), Money(pph22))
    assert found.net == Money(net)


@given(base=SUMS, terms=RATES)
def test_nothing_is_lost_and_nobody_pays_for_selling(base: Money, terms: Terms) -> None:
    found = cut(base, terms)
    assert found.net + found.commission + found.ppn + found.pph22 == base
    assert found.net >= ZERO


@given(
    paid=SUMS,
    backed=st.lists(SUMS, max_size=3),
    terms=RATES,
    parts=st.lists(st.integers(0, 100), max_size=6),
    r=st.randoms(),
)
def test_partial_refunds_come_to_the_same_in_any_order(paid, backed, terms, parts, r) -> None:  # type: ignore[no-untyped-def]
    accounts = tuple((f"sponsor:{n}", sum_) for n, sum_ in enumerate(backed))
    refunds = paid.split(parts) if sum(parts) else []
    ends = []
    for _ in range(2):
        r.shuffle(refunds)
        moved, back, before = Cut(), ZERO, Sold(paid, accounts, ZERO, terms)
        given_back: dict[str, Money] = {}
        for one in refunds:
            back += one
            after = Sold(paid, accounts, back, terms)
            assert ZERO <= after.left <= before.left
            for name, sum_ in after.returned.items():
                assert sum_ >= before.returned[name]
                given_back[name] = given_back.get(name, ZERO) + sum_ - before.returned[name]
            step = after.cut
            moved += Cut(*(getattr(step, n) - getattr(before.cut, n) for n in ("goods", "commission", "ppn", "pph22")))
            before = after
        ends.append((moved, sorted(given_back.items()), before.left))
    assert ends[0] == ends[1]
    whole = Sold(paid, accounts, paid, terms)
    if paid:
        assert whole.left == ZERO
        assert whole.cut == Cut()
        assert total(whole.returned.values()) == total(backed)
