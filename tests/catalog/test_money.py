"""Money: no float ever, every split adds up, what people type is read in one way only."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.errors import Invalid
from catalog.money import LIMIT, ZERO, Money, total

sums = st.integers(-(10**12), 10**12).map(Money)
positive = st.integers(0, 10**12).map(Money)


@given(sums, st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_a_split_adds_up_exactly(whole: Money, weights: list[int]) -> None:
    assume(sum(weights) > 0)
    parts = whole.split(weights)
    assert len(parts) == len(weights)
    assert total(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        fair = abs(whole.rupiah) * weight / sum(weights)
        assert abs(abs(part.rupiah) - fair) < 1.001, "nobody is further than one rupiah from the fair share"
        assert weight or part == ZERO
        assert part.rupiah * whole.rupiah >= 0


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=20))
def test_a_discount_never_exceeds_what_it_is_taken_from(discount: int, lines: list[int]) -> None:
    assume(discount <= sum(lines))
    assert all(part.rupiah <= line for part, line in zip(Money(discount).split(lines), lines, strict=True))


@given(sums, st.lists(st.integers(0, 100), min_size=2, max_size=9))
def test_a_split_is_the_same_every_time(whole: Money, weights: list[int]) -> None:
    assume(sum(weights) > 0)
    assert whole.split(weights) == whole.split(weights)


def test_a_coupon_over_three_shops() -> None:
    assert [one.rupiah for one in Money(100_000).split([1, 1, 1])] == [33_334, 33_333, 33_333]


def test_rounding_each_share_alone_would_miss_the_sum_often() -> None:
    """The negative control: why the largest remainder is needed."""
    dice = random.Random(7)
    missed = 0
    for _ in range(2_000):
        whole, weights = dice.randint(1_000, 10**6), [dice.randint(1, 10**6) for _ in range(3)]
        missed += sum(round(whole * weight / sum(weights)) for weight in weights) != whole
        assert sum(one.rupiah for one in Money(whole).split(weights)) == whole
    assert missed > 200


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_nothing_to_split_over_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        Money(1).split(weights)
    if all(weight >= 0 for weight in weights):
        assert total(ZERO.split(weights)) == ZERO


@given(positive, st.integers(0, 10_000))
def test_a_share_is_half_up_and_never_more_than_all(whole: Money, points: int) -> None:
    exact = whole.rupiah * points
    assert whole.share(points).rupiah == (exact + 5_000) // 10_000
    assert whole.share(points) <= whole
    assert (-whole).share(points) == -whole.share(points), "what is taken is given back exactly"


@given(sums, st.integers(0, 2_000))
def test_what_is_without_a_part_on_top_comes_to_the_whole_with_it(whole: Money, points: int) -> None:
    rest = whole.without(points)
    assert abs((rest + rest.share(points) - whole).rupiah) <= 1
    assert (-whole).without(points) == -rest


def test_half_a_rupiah_goes_up() -> None:
    assert Money(1).share(5_000) == Money(1)
    assert Money(99_999).share(750) == Money(7_500)


@given(positive)
def test_what_is_written_can_be_read(whole: Money) -> None:
    assert Money.parse(whole.format("id")) == whole
    assert Money.parse(whole.format("en")) == whole
    assert Money.parse(str(whole.rupiah)) == whole


@pytest.mark.parametrize(
    ("typed", "rupiah"),
    [
        ("1250000", 1_250_000),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("Rp1.250.000", 1_250_000),
        ("Rp 1.250.000,00", 1_250_000),
        ("rp. 1.250.000,-", 1_250_000),
        ("IDR 1,250,000.00", 1_250_000),
        ("1.250.000.00", 1_250_000),
        (" 1 250 000 ", 1_250_000),
        ("1.250", 1_250),
        ("1,250", 1_250),
        ("0", 0),
        ("00", 0),
        ("150000,00", 150_000),
        ("150000,-", 150_000),
        ("Rp\u00a01.250", 1_250),
    ],
)
def test_reads_what_people_type(typed: str, rupiah: int) -> None:
    assert Money.parse(typed) == Money(rupiah)


HOSTILE = [
    "", " ", "-1", "−1", "+1", "1.5", "1,5", "1.50", "12abc", "abc", "1e3", "1E3", "0x10", "NaN", "nan", "inf", "Infinity", "٣٠٠٠", "１２３",
    "1.25.000", "1.2500", "1.250,000", "1,250.000", "..", ",", "Rp", "1.250.000,50", "99999999999999999999", "9" * 400,
    str(2**63), "1_000", "1'000", "1 000,5", "½", "²", "1\n2x", "1;2", "<b>1</b>", "\x00", "1.250.000.000.000.000.000",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_refuses_everything_else_and_names_the_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Money.parse(typed, field="price")
    assert refusal.value.field == "price"


@given(st.text(max_size=40))
def test_reading_never_fails_otherwise(typed: str) -> None:
    try:
        read = Money.parse(typed)
    except Invalid:
        return
    assert 0 <= read.rupiah <= LIMIT


@pytest.mark.parametrize("wrong", [1.0, 1.5, "1", None, True, float("nan"), complex(1), b"1"])
def test_only_whole_numbers_become_money(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [1.5, "2", True, None])
def test_only_whole_numbers_multiply_it(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(10) * wrong  # type: ignore[operator]
    with pytest.raises(TypeError):
        Money(10).share(wrong)  # type: ignore[arg-type]


def test_money_and_numbers_do_not_mix() -> None:
    for mix in (lambda: Money(1) + 1, lambda: 1 + Money(1), lambda: Money(1) < 1, lambda: Money(1) * Money(1)):  # type: ignore[operator]
        with pytest.raises((TypeError, AttributeError)):
            mix()
    assert Money(1) != 1


def test_a_sum_beyond_every_purchase_is_refused() -> None:
    with pytest.raises(OverflowError):
        Money(LIMIT) + Money(1)
    with pytest.raises(OverflowError):
        Money(10**15) * 1_000


@given(st.lists(sums, max_size=20))
def test_sums_are_those_of_whole_numbers(parts: list[Money]) -> None:
    assert total(parts).rupiah == sum(one.rupiah for one in parts)
    assert sum(parts, ZERO) == total(parts)


def test_writes_both_languages_and_the_minus_before_the_symbol() -> None:
    assert Money(1_250_000).format() == "Rp1.250.000"
    assert Money(1_250_000).format("en") == "Rp1,250,000"
    assert Money(-5_000).format() == "−Rp5.000"
    assert str(ZERO) == "Rp0"
    assert not ZERO and Money(1)
