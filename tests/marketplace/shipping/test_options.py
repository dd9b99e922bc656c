"""Weights, ways of delivery, days, and rate tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from catalog.db import transaction
from catalog.inventory.workdays import Calendar, Closure
from catalog.money import Money
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.models import CourierService, ShippingRate
from marketplace.shipping.services import (
    Parcel,
    chargeable_weight,
    earliest_day,
    list_all_options,
    list_options,
    promised_day,
)
from marketplace.shipping.tracking import suggest_courier
from tests.cast import Cast

JNE = CourierService(courier="JNE", name="REG", divisor=6000, minimum=1000, step=1000, tolerance=300)
LION = CourierService(courier="Lion", name="INTERPACK", divisor=5000, minimum=1000, step=1000, tolerance=0)
CARGO = CourierService(courier="J&T", name="Cargo", divisor=5000, minimum=11_000, step=1000, tolerance=0)
SEA = CourierService(courier="Kargo", name="Laut", divisor=4000, minimum=10_000, step=1000, tolerance=0)
SMALL = Parcel(400, 300, 200, 60)


@pytest.mark.parametrize(
    ("service", "parcel", "grams"),
    [
        (JNE, Parcel(1300, 10, 10, 10), 1000),
        (JNE, Parcel(1310, 10, 10, 10), 2000),
        (JNE, Parcel(1, 500, 500, 1000), 42_000),
        (JNE, Parcel(10, 10, 10, 10), 1000),
        (JNE, Parcel(700, 10, 10, 10, quantity=3), 2000),
        (LION, Parcel(1010, 10, 10, 10), 2000),
        (LION, Parcel(1000, 10, 10, 10), 1000),
        (CARGO, Parcel(2_000, 10, 10, 10), 11_000),
        (CARGO, Parcel(11_001, 10, 10, 10), 12_000),
        (CARGO, Parcel(1, 500, 500, 1000), 50_000),
        (SEA, Parcel(1, 400, 400, 400), 16_000),
    ],
)
def test_the_published_examples(service: CourierService, parcel: Parcel, grams: int) -> None:
    assert chargeable_weight([parcel], service) == grams


@pytest.fixture
def rates(cast: Cast) -> None:
    with transaction() as session:
        reg = CourierService(
            code="jnereg00", courier="JNE", name="REG", divisor=6000, minimum=1000, step=1000, tolerance=300
        )
        yes = CourierService(code="jneyes00", courier="JNE", name="YES", is_active=False)
        session.add_all([reg, yes])
        session.flush()
        for service, destination, price, low, high in (
            (reg, "", 60_000, 5, 9),
            (reg, "31", 40_000, 3, 6),
            (reg, "31.74.04", 35_000, 2, 4),
            (yes, "31", 90_000, 1, 1),
        ):
            session.add(
                ShippingRate(
                    service_id=service.id,
                    origin="19.05",
                    destination=destination,
                    price=Money(price),
                    days_min=low,
                    days_max=high,
                )
            )


def test_the_longest_matching_destination_wins(cast: Cast, rates: None) -> None:
    def price(place: str) -> list[tuple[str, Money]]:
        return [(one.key, one.price) for one in list_options(cast.ratnas, place, [SMALL]) if one.kind == "courier"]

    assert price("31.74.04.1001") == [("courier:jnereg00", Money(35_000))]
    assert price("31.74.05") == [("courier:jnereg00", Money(40_000))]
    assert price("19.71.02") == [("courier:jnereg00", Money(60_000))]


def test_own_delivery_only_where_it_reaches_and_nothing_but_pick_up_without_a_place(cast: Cast, rates: None) -> None:
    def keys(place: str | None) -> list[str]:
        return [one.key for one in list_options(cast.ratnas, place, [SMALL])]

    assert keys("19.05.04.2005") == ["pickup", "own", "courier:jnereg00"]
    assert keys("19.71.02.1003") == ["pickup", "courier:jnereg00"]
    assert keys(None) == ["pickup"]


def test_several_sellers_take_three_questions(cast: Cast, rates: None, count_queries: object) -> None:
    ids = {cast.ratnas.id: [SMALL], cast.budis.id: [SMALL]}
    with count_queries(at_most=3):  # type: ignore[operator]
        found = list_all_options(ids, "31.74.04")
    assert {one.key for one in found[cast.budis.id]} == {"pickup"}


def test_heavier_costs_more_steps(cast: Cast, rates: None) -> None:
    option = next(
        one for one in list_options(cast.ratnas, "31.74.04", [Parcel(2_400, 10, 10, 10)]) if one.kind == "courier"
    )
    assert (option.weight, option.price) == (3000, Money(105_000))


@pytest.mark.parametrize(
    ("parcel", "grams", "is_bulky"), [(Parcel(400, 300, 200, 300), 3000, True), (SMALL, 1000, False)]
)
def test_what_counts_for_its_size_says_so(cast: Cast, rates: None, parcel: Parcel, grams: int, is_bulky: bool) -> None:
    option = next(one for one in list_options(cast.ratnas, "31.74.04", [parcel]) if one.kind == "courier")
    assert (option.weight, option.is_bulky) == (grams, is_bulky)


def test_a_sellers_own_rate_stands_before_the_shared_one_and_is_nobody_elses(cast: Cast, rates: None) -> None:
    with transaction() as session:
        reg = session.scalars(select(CourierService).where(CourierService.code == "jnereg00")).one()
        for shop, price in ((cast.ratnas, 21_000), (cast.budis, 1_000)):
            own = {"service_id": reg.id, "origin": "19.05", "days_min": 1, "days_max": 2, "seller_id": shop.id}
            session.add(ShippingRate(**own, destination="", price=Money(price)))
    (option,) = (one for one in list_options(cast.ratnas, "31.74.04.1001", [SMALL]) if one.kind == "courier")
    assert (option.key, option.price, option.days_max) == ("courier:jnereg00", Money(21_000), 2)
    found = list_all_options({cast.ratnas.id: [SMALL], cast.budis.id: [SMALL]}, "31.74.04")
    assert [one.price for one in found[cast.budis.id] if one.kind == "courier"] == []


def test_the_promise_is_counted_in_working_days(cast: Cast, rates: None) -> None:
    option = next(one for one in list_options(cast.ratnas, "31.74.04", [SMALL]) if one.kind == "courier")
    start = date(2026, 12, 21)  # 24 and 25 December are holidays, 27 a Sunday
    assert earliest_day(2, option, start) == date(2026, 12, 28)
    assert promised_day(2, option, start) == date(2026, 12, 30)
    away = Calendar(closures=(Closure(date(2026, 12, 28), date(2026, 12, 29)),))
    assert promised_day(2, option, start, away) == date(2026, 12, 30), "a courier drives meanwhile"
    own = replace(option, kind=DeliveryKind.OWN)
    assert promised_day(2, own, start, away) == date(2027, 1, 2), "nobody brings it while the shop is away"


@pytest.mark.parametrize(
    ("number", "courier"),
    [
        ("JX 1234567890", "J&T"),
        ("rr123456789id", "Pos Indonesia"),
        ("SOCAG00183235715", "JNE"),
        ("123", None),
        ("123456789012", None),
    ],
)
def test_a_tracking_number_only_suggests(number: str, courier: str | None) -> None:
    assert suggest_courier(number) == courier
