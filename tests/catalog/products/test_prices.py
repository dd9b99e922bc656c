"""What a variant costs at a quantity, over time, and compared with before."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Several
from catalog.money import Money
from catalog.products.models import PriceBreak, PriceSpan, Product, Variant
from catalog.products.prices import before, list_spans, next_break, unit_price, wrong_breaks
from catalog.products.services import VariantInput, set_variants
from tests.conftest import both_databases

DAY = timedelta(days=1)
BREAKS = [(5, Money(92_000)), (10, Money(85_000))]


@pytest.mark.parametrize(("quantity", "each"), [(1, 100), (4, 100), (5, 92), (9, 92), (10, 85), (11, 85), (999, 85)])
def test_one_price_holds_for_the_whole_line(quantity: int, each: int) -> None:
    assert unit_price(Money(100_000), BREAKS, quantity) == Money(each * 1000)
    assert unit_price(Money(100_000), list(reversed(BREAKS)), quantity) == Money(each * 1000)


def test_the_next_break_is_the_nearest() -> None:
    assert next_break(BREAKS, 1) == BREAKS[0]
    assert next_break(BREAKS, 5) == BREAKS[1]
    assert next_break(BREAKS, 10) is None
    assert next_break([], 1) is None


@st.composite
def tiers(draw: Any) -> tuple[Money, list[tuple[int, Money]]]:
    quantities = sorted(draw(st.sets(st.integers(2, 999), max_size=4)))
    prices = sorted(
        draw(st.sets(st.integers(1_000, 10_000_000), min_size=len(quantities) + 1, max_size=len(quantities) + 1))
    )
    top, *rest = [Money(one) for one in reversed(prices)]
    return top, list(zip(quantities, rest, strict=True))


@given(tiers(), st.integers(1, 998))
def test_more_pieces_never_cost_more_each(tier: tuple[Money, list[tuple[int, Money]]], quantity: int) -> None:
    price, breaks = tier
    assert not wrong_breaks(price, breaks, "variants-0")
    each, one_more = unit_price(price, breaks, quantity), unit_price(price, breaks, quantity + 1)
    assert one_more <= each <= price
    assert each in {price, *(cost for _, cost in breaks)}


@pytest.mark.parametrize(
    ("breaks", "field"),
    [
        ([(1, Money(90_000))], "quantity_1"),
        ([(0, Money(90_000))], "quantity_1"),
        ([(-3, Money(90_000))], "quantity_1"),
        ([(1000, Money(90_000))], "quantity_1"),
        ([(5, Money(100_000))], "price_1"),
        ([(5, Money(120_000))], "price_1"),
        ([(5, Money(0))], "price_1"),
        ([(5, Money(92_000)), (5, Money(85_000))], "quantity_2"),
        ([(10, Money(92_000)), (5, Money(85_000))], "quantity_2"),
        ([(5, Money(92_000)), (10, Money(92_000))], "price_2"),
        ([(5, Money(92_000)), (10, Money(95_000))], "price_2"),
        (
            [(2, Money(95_000)), (3, Money(94_000)), (4, Money(93_000)), (5, Money(92_000)), (6, Money(91_000))],
            "quantity_1",
        ),
    ],
)
def test_refuses_breaks_that_do_not_fall(breaks: Any, field: str) -> None:
    fields = [error.field for error in wrong_breaks(Money(100_000), breaks, "variants-3")]
    assert f"variants-3-break_{field}" in fields


class TestTheDatabase:
    @both_databases
    @pytest.mark.parametrize(("quantity", "price"), [(1, 5000), (1000, 5000), (5, 0), (5, -1)])
    def test_refuses_what_would_be_wrong(self, cast: Any, quantity: int, price: int) -> None:
        with pytest.raises(IntegrityError), transaction() as session:
            session.add(PriceBreak(variant_id=cast.shawl.variants[0].id, quantity=quantity, price=Money(price)))

    @both_databases
    def test_refuses_a_second_present_price(self, cast: Any) -> None:
        with pytest.raises(IntegrityError), transaction() as session:
            session.add(PriceSpan(variant_id=cast.shawl.variants[0].id, price=Money(1), since=clock.now()))


def row(price: int, **values: Any) -> VariantInput:
    return VariantInput(price=Money(price), weight=300, box=(300, 200, 50), **values)


@both_databases
class TestTheHistory:
    def test_every_change_of_a_price_is_kept_and_nothing_else(self, cast: Any) -> None:
        variant_id = cast.shawl.variants[0].id
        for price in (2_000_000, 2_000_000, 1_700_000):
            with transaction():
                set_variants(db.session.get_one(Product, cast.shawl.id), [row(price)])
        with transaction():
            db.session.get_one(Variant, variant_id).weight = 999
        spans = list_spans([variant_id])[variant_id]
        assert [one.price.rupiah for one in spans] == [1_850_000, 2_000_000, 1_700_000]
        assert [one.until is None for one in spans] == [False, False, True]
        assert all(one.until == two.since for one, two in pairwise(spans))

    def test_a_change_past_the_services_is_kept_too(self, cast: Any) -> None:
        with transaction():
            db.session.get_one(Variant, cast.shawl.variants[0].id).price = Money(5)
        assert len(list_spans([cast.shawl.variants[0].id])[cast.shawl.variants[0].id]) == 2

    def test_what_is_rolled_back_was_never_asked(self, cast: Any) -> None:
        with pytest.raises(Several), transaction():
            set_variants(db.session.get_one(Product, cast.shawl.id), [row(2_000_000, breaks=[(5, Money(1_900_000))])])
            set_variants(db.session.get_one(Product, cast.shawl.id), [row(2_000_000, breaks=[(1, Money(0))])])
        assert len(list_spans([cast.shawl.variants[0].id])[cast.shawl.variants[0].id]) == 1

    def test_breaks_stay_unless_they_are_named(self, cast: Any) -> None:
        for breaks, kept in (
            ([(5, Money(90))], [(5, 90)]),
            (None, [(5, 90)]),
            ([(3, Money(80)), (5, Money(70))], [(3, 80), (5, 70)]),
            ([], []),
        ):
            breaks = breaks and [(least, each * 10_000) for least, each in breaks]
            with transaction():
                set_variants(db.session.get_one(Product, cast.shawl.id), [row(1_850_000, breaks=breaks)])
            found = db.session.execute(
                select(PriceBreak.quantity, PriceBreak.price).order_by(PriceBreak.quantity)
            ).all()
            assert [(least, each.rupiah // 10_000) for least, each in found] == kept


NOW = datetime(2026, 11, 28, 3, 0, tzinfo=clock.now().tzinfo)


def history(*asked: tuple[int, int]) -> list[PriceSpan]:
    """(days ago, price) from the oldest; the last one holds."""
    ends = [days for days, _ in asked[1:]] + [None]
    return [
        PriceSpan(price=Money(price), since=NOW - days * DAY, until=None if end is None else NOW - end * DAY)
        for (days, price), end in zip(asked, ends, strict=True)
    ]


def previous(spans: list[PriceSpan], published_at: Any, now: Any) -> Money | None:
    """The naive rule, as a control: whatever it cost last."""
    return spans[-2].price if len(spans) > 1 and spans[-2].price > spans[-1].price else None


CASES = {
    "never changed": (history((100, 100)), 100, None),
    "plainly reduced": (history((100, 100), (5, 80)), 100, 100),
    "raised": (history((100, 100), (5, 120)), 100, None),
    "raised for a sale": (history((100, 100), (15, 150), (5, 120)), 100, None),
    "raised for a sale and lower than ever": (history((100, 100), (15, 150), (5, 90)), 100, 100),
    "reduced in steps": (history((100, 100), (12, 90), (5, 80)), 100, 90),
    "an old low is forgotten": (history((200, 60), (100, 100), (5, 80)), 200, 100),
    "a low that just ended counts": (history((200, 60), (34, 100), (5, 80)), 200, None),
    "reduced long ago": (history((100, 100), (31, 80)), 100, None),
    "reduced before anybody could buy it": (history((100, 100), (50, 80)), 40, None),
    "on sale for a short time": (history((100, 100), (5, 80)), 10, 100),
    "played with before it was on sale": (history((100, 500), (20, 100), (5, 80)), 10, 100),
}


@pytest.mark.parametrize("case", CASES)
def test_a_price_is_compared_with_the_lowest_of_thirty_days(case: str) -> None:
    spans, published, expected = CASES[case]
    found = before(spans, NOW - published * DAY, NOW)
    assert (found.rupiah if found else None) == expected


def test_the_cases_catch_the_naive_rule() -> None:
    wrong = [
        case
        for case, (spans, published, expected) in CASES.items()
        if (naive.rupiah if (naive := previous(spans, NOW - published * DAY, NOW)) else None) != expected
    ]
    assert {"raised for a sale", "raised for a sale and lower than ever", "reduced long ago"} <= set(wrong)


def test_what_was_never_on_sale_was_never_reduced() -> None:
    assert before(history((100, 100), (5, 80)), None, NOW) is None
    assert before([], NOW - DAY, NOW) is None


class TestWhatBuyersSee:
    def reduce(self, cast: Any) -> None:
        with transaction() as session:
            session.execute(update(Product).values(published_at=clock.now() - 90 * DAY))
            session.execute(update(PriceSpan).values(since=clock.now() - 90 * DAY))
        with transaction():
            set_variants(
                db.session.get_one(Product, cast.shawl.id),
                [row(1_500_000, breaks=[(5, Money(1_400_000)), (10, Money(1_300_000))])],
            )

    def test_the_page_says_both_prices_and_what_many_cost(self, client: Any, cast: Any) -> None:
        self.reduce(cast)
        text = client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
        assert "Rp1.850.000" in text
        assert "harga terendah dalam 30 hari" in text
        for words in ("1–4 buah", "5–9 buah", "10 atau lebih", "Rp1.300.000"):
            assert words in text

    def test_the_page_says_nothing_where_nothing_changed(self, client: Any, cast: Any) -> None:
        text = client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
        assert "price__old" not in text
        assert "price-breaks" not in text

    def test_the_cart_counts_with_the_break_and_says_what_more_would_save(self, client: Any, cast: Any) -> None:
        self.reduce(cast)
        with transaction() as session:
            from catalog.inventory.models import Stock

            session.execute(update(Stock).values(on_hand=50))
        client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "4"})
        text = client.get("/cart").text
        assert "Rp6.000.000" in text
        assert "Tambah 1 lagi, jadi Rp1.400.000" in text
        client.post("/cart", data={"variant": cast.shawl.variants[0].code, "quantity": "2"})
        text = client.get("/cart").text
        assert "Rp8.400.000" in text
        assert "hemat Rp600.000" in text

    def test_the_seller_sees_the_picture_of_it(self, cast: Any, sign_in: Any) -> None:
        self.reduce(cast)
        page = sign_in(cast.ratna).get(f"/seller/{cast.ratnas.code}/products/{cast.shawl.code}/variants")
        assert page.status_code == 200
        assert "price-steps__line" in page.text
        assert 'name="variants-0-break_quantity_1" ' in page.text or 'name="variants-0-break_quantity_1"' in page.text

    def test_wrong_breaks_come_back_with_what_was_typed(self, cast: Any, sign_in: Any) -> None:
        ratna = sign_in(cast.ratna)
        address = f"/seller/{cast.ratnas.code}/products/{cast.shawl.code}/variants"
        answer = ratna.post(address, data={
            "form_token": ratna.form_token, "version": "1", "variants-0-values": "", "variants-0-price": "100.000",
            "variants-0-stock": "3", "variants-0-stock_seen": "3", "variants-0-weight": "300", "variants-0-length": "30",
            "variants-0-width": "20", "variants-0-height": "5", "variants-0-fulfilment": "ready", "variants-0-dispatch_days": "2",
            "variants-0-break_quantity_1": "5", "variants-0-break_price_1": "120.000",
        })  # fmt: skip
        assert answer.status_code == 422
        assert 'value="120.000"' in answer.text
        assert "Tulis harga di bawah Rp100.000" in answer.text
        assert not db.session.scalar(select(PriceBreak.id))
