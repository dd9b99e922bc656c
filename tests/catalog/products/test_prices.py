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
from catalog.products.services import VariantInput, hold, publish, release, set_variants, submit, withdraw
from marketplace.web.price_steps import steps_of
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


def history(*asked: tuple[int, int | None]) -> list[PriceSpan]:
    """(days ago, price) from the oldest; the last one holds. Without a price it is off sale."""
    ends = [days for days, _ in asked[1:]] + [None]
    return [
        PriceSpan(price=Money(price), since=NOW - days * DAY, until=None if end is None else NOW - end * DAY)
        for (days, price), end in zip(asked, ends, strict=True)
        if price is not None
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
    "on sale for a short time": (history((100, 100), (5, 80)), 10, None),
    "a day short of thirty days": (history((34, 100), (5, 80)), 34, None),
    "thirty days to the hour": (history((35, 100), (5, 80)), 35, 100),
    "known for long and on sale for a day less": (history((100, 100), (5, 80)), 34, None),
    "played with before it was on sale": (history((100, 500), (20, 100), (5, 80)), 10, None),
    "off sale in between": (history((100, 100), (30, None), (20, 100), (5, 80)), 100, None),
    "off sale until it was cheaper": (history((100, 100), (6, None), (5, 80)), 100, None),
    "off sale for long before": (history((200, 100), (90, None), (60, 120), (5, 80)), 200, 120),
    "off sale until thirty days before": (history((200, 70), (90, None), (35, 100), (5, 80)), 200, 100),
    "off sale now": (history((100, 100), (5, 80), (1, None)), 100, None),
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


@given(
    st.lists(
        st.tuples(st.integers(0, 120), st.none() | st.integers(1, 9)), min_size=1, max_size=9, unique_by=lambda x: x[0]
    ),
    st.integers(0, 120),
)
def test_what_it_cost_before_was_asked_on_every_one_of_thirty_days(
    steps: list[tuple[int, int | None]], on_sale: int
) -> None:
    steps.sort(reverse=True)
    found = before(history(*steps), NOW - on_sale * DAY, NOW)

    def price_at(days: int) -> int | None:
        return next((price for since, price in reversed(steps) if since >= days), None)

    began, present = steps[-1]
    over = [price_at(days) for days in range(began + 1, began + 31)]
    was = min((one for one in over if one is not None), default=0)
    honest = present is not None and None not in over and on_sale >= began + 30 > began and began < 30 and was > present
    assert (found.rupiah if found else None) == (was if honest else None)


def test_what_came_back_was_not_on_sale_before(cast: Any) -> None:
    shawl = cast.shawl
    shawl.submitted_at, shawl.published_at = NOW - 101 * DAY, NOW - 100 * DAY
    assert shawl.on_sale_since == NOW - 100 * DAY
    shawl.submitted_at = NOW - 20 * DAY
    assert shawl.on_sale_since == NOW - 20 * DAY
    shawl.submitted_at = None
    assert shawl.on_sale_since == NOW - 100 * DAY
    shawl.published_at = None
    assert shawl.on_sale_since is None


@both_databases
class TestTimeOffSale:
    def spans(self, cast: Any) -> list[tuple[int, bool]]:
        variant_id = cast.shawl.variants[0].id
        return [(one.price.rupiah, one.until is None) for one in list_spans([variant_id])[variant_id]]

    def test_is_no_time_of_asking(self, cast: Any) -> None:
        for leave, come in ((hold, [release]), (withdraw, [lambda one: submit(one, {one.variants[0].id}), publish])):
            with transaction():
                leave(db.session.get_one(Product, cast.shawl.id))
            assert not any(is_open for _, is_open in self.spans(cast))
            for step in come:
                with transaction():
                    step(db.session.get_one(Product, cast.shawl.id))
            assert self.spans(cast)[-1] == (1_850_000, True)
        variant_id = cast.shawl.variants[0].id
        assert all(one.until < two.since for one, two in pairwise(list_spans([variant_id])[variant_id]))
        assert len(self.spans(cast)) == 3

    def test_a_price_set_meanwhile_was_never_asked(self, cast: Any) -> None:
        with transaction():
            withdraw(db.session.get_one(Product, cast.shawl.id))
        for price in (9_000_000, 1_500_000):
            with transaction():
                set_variants(db.session.get_one(Product, cast.shawl.id), [row(price)])
        assert self.spans(cast) == [(1_850_000, False)]
        with transaction():
            submit(db.session.get_one(Product, cast.shawl.id), {cast.shawl.variants[0].id})
        with transaction():
            publish(db.session.get_one(Product, cast.shawl.id))
        assert self.spans(cast) == [(1_850_000, False), (1_500_000, True)]

    def test_what_nobody_can_choose_is_asked_of_nobody(self, cast: Any) -> None:
        for active, price, kept in (
            (False, 1_850_000, [(1_850_000, False)]),
            (False, 9_000_000, [(1_850_000, False)]),
            (True, 1_700_000, [(1_850_000, False), (1_700_000, True)]),
            (True, 1_700_000, [(1_850_000, False), (1_700_000, True)]),
        ):
            with transaction():
                variant = db.session.get_one(Variant, cast.shawl.variants[0].id)
                variant.is_active, variant.price = active, Money(price)
            assert self.spans(cast) == kept

    def test_the_first_day_on_sale_begins_no_new_price(self, cast: Any) -> None:
        with transaction() as session:
            session.execute(update(Product).values(state="draft", published_at=None))
        for step in (lambda one: submit(one, {one.variants[0].id}), publish):
            with transaction():
                step(db.session.get_one(Product, cast.shawl.id))
        assert self.spans(cast) == [(1_850_000, True)]


def test_the_picture_of_what_has_been_off_sale_for_years(cast: Any) -> None:
    gone = [PriceSpan(price=Money(100), since=NOW - 900 * DAY, until=NOW - 800 * DAY)]
    assert steps_of(gone, NOW - 900 * DAY, NOW).lowest == Money(100)


class TestWhatBuyersSee:
    def test_a_new_piece_shows_no_price_before(self, client: Any, cast: Any) -> None:
        for price in (2_000_000, 1_500_000):
            with transaction():
                set_variants(db.session.get_one(Product, cast.shawl.id), [row(price)])
        text = client.get(f"/products/{cast.shawl.slug}-{cast.shawl.code}").text
        assert "1.500.000" in text
        assert "price__old" not in text

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
