"""A shop's own prices: by file and by hand, and invisible to every other shop."""

from __future__ import annotations

from io import BytesIO

import pytest

from catalog.db import db, transaction
from marketplace.shipping.models import RateImport, ShippingRate
from marketplace.shipping.rates import save_service
from tests.cast import Cast
from tests.marketplace.shipping.test_rates import OWN, SERVICE
from tests.marketplace.web.seller.conftest import Desk


@pytest.fixture
def reg(cast: Cast) -> str:
    with transaction():
        return save_service(None, SERVICE).code


def test_by_file_and_by_hand_and_nobody_elses(ratnas: Desk, budis: Desk, reg: str) -> None:
    rows = OWN + "31,JNE REG,30000,2,3\n32,Merpati,1,1,1\n"
    answer = ratnas.post("shop/rates/imports", {"file": (BytesIO(rows.encode()), "tarif.csv"), "takes_good": "y"})
    assert answer.status_code == 303
    assert "1 baris salah dan dilewati" in ratnas.client.get(answer.location).text
    report = db.session.scalars(db.select(RateImport.code)).one()
    rate = db.session.scalars(db.select(ShippingRate.code)).one()
    for path in (
        f"shop/rates/{rate}/edit",
        f"shop/rates/imports/{report}",
        f"shop/rates/imports/{report}/failures.csv",
    ):
        assert ratnas.get(path).status_code == 200
        assert budis.get(path).status_code == 404
    assert budis.post(f"shop/rates/{rate}/removal").status_code == 404
    assert "JNE REG → " in ratnas.get("shop/rates").text
    assert "30000" in ratnas.get("shop/rates/table.csv").text and "30000" not in budis.get("shop/rates/table.csv").text
    typed = {"service": reg, "destination": "", "price": "9000", "days_min": "1", "days_max": "2", "origin": "19.71"}
    assert ratnas.post("shop/rates", {**typed, "days_max": "0"}).status_code == 422
    assert ratnas.post("shop/rates", typed).status_code == 303
    assert db.session.scalars(db.select(ShippingRate.origin)).all() == ["19.05", "19.05"]
    assert ratnas.post(f"shop/rates/{rate}", {**typed, "destination": "31", "price": "31000"}).status_code == 303
    assert ratnas.post(f"shop/rates/{rate}/removal").status_code == 303
    assert db.session.scalar(db.select(db.func.count(ShippingRate.id))) == 1


def test_a_file_that_is_no_table_is_told_at_its_field(ratnas: Desk) -> None:
    answer = ratnas.post("shop/rates/imports", {"file": (BytesIO(b"x"), "x.csv")})
    assert answer.status_code == 422 and 'id="file-error"' in answer.text
