"""Rates by file and by hand: every wrong row is told, sending again changes nothing, a seller's table is the seller's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Several
from catalog.money import Money
from marketplace.sellers.models import Seller
from marketplace.shipping.models import CourierService, RateImport, ShippingRate
from marketplace.shipping.queries import find_rate, list_rates, tracking_link, tracking_pages
from marketplace.shipping.rates import (
    export_failures,
    export_rates,
    forget_imports,
    import_rates,
    remove_rate,
    save_rate,
    save_service,
)
from marketplace.shipping.tables import read_table
from tests.cast import Cast
from tests.conftest import both_databases

HEAD = "origin,destination,service,price,days_min,days_max\n"
SERVICE: dict[str, Any] = {
    "courier": "JNE",
    "name": "REG",
    "divisor": 6000,
    "minimum": 1000,
    "step": 1000,
    "tolerance": 300,
}


@pytest.fixture
def reg(cast: Cast) -> CourierService:
    with transaction():
        return save_service(None, SERVICE)


def bring(cast: Cast, text: str | bytes, seller: Seller | None = None, **options: Any) -> RateImport:
    with transaction() as session:
        owner = session.get_one(Seller, seller.id) if seller else None
        return import_rates(text, cast.ratna if seller else cast.tono, owner, **options)


def count(*where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(ShippingRate.id)).where(*where)) or 0


def figures(report: RateImport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.failed


@both_databases
def test_a_table_is_taken_in_once(cast: Cast, reg: CourierService) -> None:
    text = "\ufeff" + HEAD.replace(",", ";") + f"19.05;31;jne  reg;45.000;3;6\r\n19.05;32;{reg.code};50000;3;7\r\n"
    assert figures(bring(cast, text.encode())) == (2, 0, 0, 0)
    assert figures(bring(cast, text)) == (0, 0, 2, 0)
    assert figures(bring(cast, text.replace("45.000", "46.000"))) == (0, 1, 1, 0)
    assert [one.price for one in list_rates(None)] == [Money(46_000), Money(50_000)]


WRONG = (
    HEAD
    + "19.05,33,JNE REG,45000,3,6\n99.99,31,JNE REG,abc,6,3\n19.05,31,Merpati,1000,x,2\n19.05,33,JNE REG,1,1,1\n"
    + "19.05,34,JNE REG,20.000.000,1,91\n"
)
TOLD = [
    (3, "origin"), (3, "price"), (3, "days_max"), (4, "service"), (4, "days_min"), (5, "destination"), (6, "price"), (6, "days_max"),
]  # fmt: skip


def test_one_wrong_row_keeps_all_out_and_every_wrong_row_is_told(cast: Cast, reg: CourierService) -> None:
    report = bring(cast, WRONG)
    assert figures(report) == (0, 0, 0, 4)
    assert report.is_nothing
    assert [(one["row"], error["field"]) for one in report.failures for error in one["errors"]] == TOLD
    assert count() == 0


def test_the_right_rows_are_taken_where_that_is_wished_and_again_changes_nothing(
    cast: Cast, reg: CourierService
) -> None:
    assert figures(bring(cast, WRONG, takes_good=True)) == (1, 0, 0, 4)
    assert figures(bring(cast, WRONG, takes_good=True)) == (0, 0, 1, 4)
    assert count() == 1


def test_the_wrong_rows_come_back_as_a_file_that_can_be_corrected_and_sent_as_it_is(
    cast: Cast, reg: CourierService
) -> None:
    bad = HEAD + "19.05,31,=JNE REG,45000,3,6\n19.05,32,JNE REG,45000,3,6\n"
    report = bring(cast, bad, takes_good=True)
    file = export_failures(report, lambda error: f"salah: {error['field']}")
    (row,) = read_table(file, HEAD.strip().split(","))
    assert (row.cells["service"], row.cells["problem"]) == ("=JNE REG", "salah: service")
    assert "'=JNE REG" in file.decode()
    corrected = file.decode().replace("'=JNE REG", "JNE REG")
    assert figures(bring(cast, corrected)) == (1, 0, 0, 0)


def test_what_goes_out_comes_in_unchanged(cast: Cast, reg: CourierService) -> None:
    bring(cast, HEAD + "19.05,31,JNE REG,45000,3,6\n19.71,,JNE REG,60000,5,9\n")
    assert figures(bring(cast, export_rates())) == (0, 0, 2, 0)


OWN = "destination,service,price,days_min,days_max\n"


@both_databases
def test_a_sellers_table_needs_no_origin_and_leaves_the_shared_one_alone(cast: Cast, reg: CourierService) -> None:
    bring(cast, HEAD + "19.05,31,JNE REG,45000,3,6\n")
    assert figures(bring(cast, OWN + "31,JNE REG,30000,2,3\n", cast.ratnas)) == (1, 0, 0, 0)
    (own,) = list_rates(cast.ratnas)
    assert (own.origin, own.destination, own.price) == ("19.05", "31", Money(30_000))
    assert [one.price for one in list_rates(None)] == [Money(45_000)]
    assert list_rates(cast.budis) == []
    assert find_rate(cast.budis, own.code) is None and find_rate(None, own.code) is None
    assert find_rate(cast.ratnas, own.code) is not None
    assert b"30000" in export_rates(cast.ratnas) and b"45000" not in export_rates(cast.ratnas)


@pytest.mark.parametrize("origin", ["19.71", "31.74.04", "19"])
def test_a_sellers_parcels_start_at_the_sellers_place(cast: Cast, reg: CourierService, origin: str) -> None:
    report = bring(cast, HEAD + f"{origin},31,JNE REG,30000,2,3\n19.05.01,31,JNE REG,1000,1,1\n", cast.ratnas)
    assert [one["errors"][0]["field"] for one in report.failures] == ["origin"]


def test_a_thousand_rows_are_written_in_few_statements(cast: Cast, reg: CourierService, count_queries: Any) -> None:
    from catalog.places.gazetteer import gazetteer

    rows = [f"19.05,{code},JNE REG,{1000 + n},1,2\n" for n, code in enumerate(list(gazetteer())[:1_000])]
    text = HEAD + "".join(rows)
    with count_queries(at_most=12):
        assert figures(bring(cast, text)) == (1_000, 0, 0, 0)
    with count_queries(at_most=12):
        assert figures(bring(cast, text.replace(",1,2\n", ",2,3\n"))) == (0, 1_000, 0, 0)


RATE = {
    "service": "JNE REG",
    "origin": "19.05",
    "destination": "31",
    "price": "45.000",
    "days_min": "2",
    "days_max": "4",
}


def test_one_rate_by_hand_is_made_changed_and_removed(cast: Cast, reg: CourierService) -> None:
    with transaction():
        rate = save_rate(None, RATE)
    with pytest.raises(Conflict), transaction():
        save_rate(None, {**RATE, "price": "1"})
    with transaction() as session:
        save_rate(session.get_one(ShippingRate, rate.id), {**RATE, "price": "47000"})
    assert [one.price for one in list_rates(None)] == [Money(47_000)]
    with transaction() as session:
        remove_rate(session.get_one(ShippingRate, rate.id))
    assert count() == 0


@pytest.mark.parametrize(
    "wrong",
    [{"service": "x"}, {"origin": "19"}, {"destination": "zz"}, {"price": "-1"}, {"days_min": "9"}, {"days_max": ""}],
)
def test_a_rate_that_cannot_be_names_its_field(cast: Cast, reg: CourierService, wrong: dict[str, str]) -> None:
    with pytest.raises(Several), transaction():
        save_rate(None, {**RATE, **wrong})
    assert count() == 0


@both_databases
def test_the_database_keeps_one_shared_and_one_own_rate_of_a_way(cast: Cast, reg: CourierService) -> None:
    values = {
        "service_id": reg.id,
        "origin": "19.05",
        "destination": "31",
        "price": Money(1),
        "days_min": 1,
        "days_max": 1,
    }
    with transaction() as session:
        session.add_all([ShippingRate(**values, seller_id=owner) for owner in (None, cast.ratnas.id, cast.budis.id)])
    for owner in (None, cast.ratnas.id):
        with pytest.raises(IntegrityError), transaction() as session:
            session.add(ShippingRate(**values, seller_id=owner))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"courier": "J"}, "courier"),
        ({"divisor": 0}, "divisor"),
        ({"divisor": None}, "divisor"),
        ({"minimum": -1}, "minimum"),
        ({"step": 10}, "step"),
        ({"tolerance": 1000}, "tolerance"),
        ({"tracking_url": "javascript:alert(1)"}, "tracking_url"),
        ({"courier": "jne", "name": "reg"}, "name"),
    ],
)
def test_a_service_that_cannot_be_names_its_field(
    cast: Cast, reg: CourierService, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Several) as error, transaction():
        save_service(None, {**SERVICE, "name": "YES", **wrong})
    assert [one.field for one in error.value.errors] == [field]


def test_a_service_is_changed_and_no_longer_offered(cast: Cast, reg: CourierService) -> None:
    with transaction() as session:
        save_service(session.get_one(CourierService, reg.id), {**SERVICE, "divisor": 5000, "is_active": False})
    db.session.expire_all()
    kept = db.session.get_one(CourierService, reg.id)
    assert (kept.divisor, kept.is_active) == (5000, False)


def test_a_couriers_page_for_a_parcel(cast: Cast, reg: CourierService) -> None:
    with transaction() as session:
        page = "https://lacak.contoh.example/?resi={number}"
        save_service(session.get_one(CourierService, reg.id), {**SERVICE, "tracking_url": page})
    pages = tracking_pages({"jne", "J&T"})
    assert tracking_link("JNE", "TG123", pages) == "https://lacak.contoh.example/?resi=TG123"
    assert tracking_link("J&T", "JX1", pages) == ""
    assert tracking_pages(set()) == {}


def test_reports_are_forgotten_after_a_while(cast: Cast, reg: CourierService) -> None:
    bring(cast, HEAD + "19.05,31,JNE REG,45000,3,6\n")
    with transaction():
        assert forget_imports(clock.now() - timedelta(days=1)) == 0
        assert forget_imports(clock.now() + timedelta(days=1)) == 1


def test_no_table_no_report(cast: Cast) -> None:
    with pytest.raises(Invalid):
        bring(cast, b"a,b\n1,2\n")
    assert db.session.scalar(select(func.count(RateImport.id))) == 0
