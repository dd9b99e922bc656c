"""How values look in a page: times by the clock of the place they concern."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from catalog.db import transaction
from marketplace.orders.models import Purchase
from marketplace.web.filters import day, day_short, instant, last_day, number, phone
from tests.marketplace.checkout.shopping import buy, of

NOON = datetime(2027, 2, 12, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (None, "12 Feb 2027 12.30 WIB"),
        ("", "12 Feb 2027 12.30 WIB"),
        ("19.05.01.1003", "12 Feb 2027 12.30 WIB"),
        ("52.02.02.2010", "12 Feb 2027 13.30 WITA"),
        ("91.71", "12 Feb 2027 14.30 WIT"),
        ("nowhere", "12 Feb 2027 12.30 WIB"),
    ],
)
def test_an_instant_is_told_by_the_clock_of_its_place(app: Flask, place: str | None, shown: str) -> None:
    with app.test_request_context("/"):
        assert instant(NOON, place) == shown


def test_a_day_may_differ_from_place_to_place(app: Flask) -> None:
    with app.test_request_context("/"):
        late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
        assert (instant(late, "19"), instant(late, "52")) == ("31 Des 2026 23.30 WIB", "1 Jan 2027 00.30 WITA")


@pytest.mark.parametrize(("locale", "shown"), [("id", "1.234.567"), ("en", "1,234,567")])
def test_numbers_are_grouped_as_the_reader_groups_them(app: Flask, locale: str, shown: str) -> None:
    with app.test_request_context("/", environ_overrides={"kriyaloka.locale": locale}):
        assert number(1_234_567) == shown
        assert number(12) == "12"
        assert number(1234.5) in ("1.234,5", "1,234.5")


def test_a_buyer_in_lombok_reads_lomboks_time(app: Flask, cast: Any, sign_in: Any) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1)).purchase
    with transaction() as session:
        session.get_one(Purchase, placed.id).place_code = "52.02.02.2010"
    page = sign_in(cast.sari).get(f"/purchases/{placed.code}").text
    assert "WITA" in page
    assert "WIB" not in page


def test_dates_stand_in_one_order_and_by_the_clock_of_bangka(app: Flask) -> None:
    late = datetime(2026, 11, 27, 19, 48, tzinfo=UTC)
    with app.test_request_context("/", environ_overrides={"kriyaloka.locale": "en"}):
        assert [day(late), day(late, "long"), day(late, "full")] == [
            "28 Nov 2026", "28 November 2026", "Saturday, 28 November 2026",
        ]  # fmt: skip
    with app.test_request_context("/"):
        assert [day(late), day(late.date(), "full"), day_short(late)] == [
            "28 Nov 2026",
            "Jumat, 27 November 2026",
            "28 Nov",
        ]


def test_what_ends_with_a_day_is_said_to_end_on_it(app: Flask) -> None:
    midnight = datetime(2026, 12, 2, 17, tzinfo=UTC)  # in Bangka
    with app.test_request_context("/"):
        assert (last_day(midnight), last_day(midnight + timedelta(hours=3))) == ("2 Des 2026", "3 Des 2026")


@pytest.mark.parametrize(("number", "shown"), [("+6281234567890", "+62 812-3456-7890"), ("pos jaga", "pos jaga")])
def test_phone_numbers_are_grouped_where_their_country_is_known(number: str, shown: str) -> None:
    assert phone(number) == shown
