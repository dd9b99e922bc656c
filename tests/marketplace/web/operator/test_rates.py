"""Couriers' prices at the operator's desk: a file with a report per row, services and single prices."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog.db import db, transaction
from catalog.money import Money
from marketplace.shipping.models import CourierService, ShippingRate
from marketplace.shipping.rates import save_service
from tests.marketplace.shipping.test_rates import HEAD, SERVICE
from tests.marketplace.web.operator.conftest import post

FILES = "/operator/rates/imports"


@pytest.fixture
def reg(cast: Any) -> str:
    with transaction():
        return save_service(None, SERVICE).code


def send(client: FlaskClient, data: bytes | str, **fields: Any) -> Any:
    body = data.encode() if isinstance(data, str) else data
    return post(client, FILES, file=(BytesIO(body), "C:\\tabel\\harga.csv"), **fields)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00nonsense", b"a,b\n1,2\n", b'origin,destination,service,price,days_min,days_max\n"x']
)
def test_refuses_a_file_that_is_no_table(tono: FlaskClient, data: bytes) -> None:
    answer = send(tono, data)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_refuses_nothing_at_all(tono: FlaskClient) -> None:
    assert post(tono, FILES).status_code == 422


def test_a_report_says_what_is_wrong_and_gives_the_rows_back(tono: FlaskClient, reg: str) -> None:
    rows = HEAD + "19.05,31,JNE REG,45000,3,6\n19.05,77,<b>x</b>,abc,3,6\n"
    answer = send(tono, rows)
    assert answer.status_code == 303
    page = tono.get(answer.location).text
    assert "1 baris salah, jadi tidak ada yang diubah" in page and "harga.csv" in page and "&lt;b&gt;" in page
    assert db.session.scalar(db.select(db.func.count(ShippingRate.id))) == 0
    file = tono.get(f"{answer.location}/failures.csv")
    assert file.headers["Content-Disposition"].endswith('.csv"') and "no-store" in file.headers["Cache-Control"]
    assert len(file.text.strip().splitlines()) == 2 and "<b>x</b>" in file.text
    answer = send(tono, rows, takes_good="y")
    page = tono.get(answer.location).text
    assert "1 baris salah dan dilewati" in page and "1 ditambahkan" in page
    assert db.session.scalars(db.select(ShippingRate.price)).all() == [Money(45_000)]
    assert "harga.csv" in tono.get("/operator/rates").text
    assert "45000" in tono.get("/operator/rates/table.csv").text


def test_a_service_is_made_shown_changed_and_switched_off(tono: FlaskClient) -> None:
    typed = {**{name: str(value) for name, value in SERVICE.items()}, "is_active": "y"}
    assert post(tono, "/operator/rates/services", **{**typed, "divisor": "x"}).status_code == 422
    answer = post(tono, "/operator/rates/services", **typed)
    assert answer.status_code == 303 and "JNE REG" in tono.get(answer.location).text
    service = db.session.scalars(db.select(CourierService)).one()
    wrong = post(tono, f"/operator/rates/services/{service.code}", **{**typed, "tolerance": "5000"})
    assert wrong.status_code == 422 and 'id="tolerance-error"' in wrong.text
    typed.pop("is_active")
    assert post(tono, f"/operator/rates/services/{service.code}", **typed).status_code == 303
    assert "Tidak ditawarkan" in tono.get("/operator/rates").text


def test_a_price_by_hand_knows_places_by_name_and_by_code(tono: FlaskClient, reg: str) -> None:
    typed = {
        "service": reg, "origin": "19.05", "destination": "Bangka", "price": "45.000", "days_min": "2", "days_max": "4",
    }  # fmt: skip
    several = post(tono, "/operator/rates", **{**typed, "destination": "Bandung"})
    assert several.status_code == 422 and "32.04" in several.text and 'value="Bandung"' in several.text
    nowhere = post(tono, "/operator/rates", **{**typed, "destination": "Atlantis"})
    assert nowhere.status_code == 422 and 'id="destination-error"' in nowhere.text
    assert post(tono, "/operator/rates", **{**typed, "destination": "Jawa Barat"}).status_code == 303
    rate = db.session.scalars(db.select(ShippingRate)).one()
    assert rate.destination == "32"
    twice = post(tono, "/operator/rates", **{**typed, "destination": "32"})
    assert twice.status_code == 422 and "Sudah ada tarif" in twice.text
    page = tono.get(f"/operator/rates/{rate.code}/edit").text
    assert 'value="Jawa Barat"' in page
    again = {
        **typed,
        "origin": "Kabupaten Bangka Barat, Kepulauan Bangka Belitung",
        "destination": "Jawa Barat",
        "price": "1",
    }
    assert post(tono, f"/operator/rates/{rate.code}", **again).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(db.select(ShippingRate.price)).one() == Money(1)
    assert post(tono, f"/operator/rates/{rate.code}/removal").status_code == 303
    assert db.session.scalar(db.select(db.func.count(ShippingRate.id))) == 0


def test_nobody_else_brings_prices_in(others: list[FlaskClient]) -> None:
    for client in others:
        assert send(client, b"x").status_code == 404
