"""Pick-up points: made, changed and closed by the operator, with what was typed kept when something is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db
from marketplace.sellers.models import PickupPoint
from tests.cast import Cast

TYPED = {
    "name": "Galeri Contoh", "place_q": "Mentok", "place_asked": "", "place_code": "", "address": "Jalan Contoh 8",
    "hours": "Senin–Sabtu 9–16", "phone": "", "is_active": "y",
}  # fmt: skip


def only() -> PickupPoint:
    db.session.expire_all()
    return db.session.scalars(db.select(PickupPoint)).one()


def test_made_given_to_a_keeper_and_closed(cast: Cast, tono: Any) -> None:
    assert tono.post("/operator/rates/points", data={**TYPED, "form_token": tono.form_token}).status_code == 303
    point = only()
    assert (point.name, point.district_code, point.keeper_id, point.is_active) == (
        "Galeri Contoh",
        "19.05.01",
        None,
        True,
    )
    page = tono.get(f"/operator/rates/points/{point.code}/edit").text
    assert "Jalan Contoh 8" in page
    changed = {**TYPED, "keeper": cast.budis.code, "hours": "Setiap hari", "form_token": tono.form_token}
    changed.pop("is_active")
    assert tono.post(f"/operator/rates/points/{point.code}", data=changed).status_code == 303
    assert (only().keeper_id, only().hours, only().is_active) == (cast.budis.id, "Setiap hari", False)
    assert "Setiap hari" in tono.get("/operator/rates/points").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": ""}, "name"), ({"keeper": "nobody00"}, "keeper"), ({"place_q": "Atlantis"}, "place_q")],
)
def test_what_is_wrong_is_told_at_its_field(cast: Cast, tono: Any, wrong: dict[str, str], field: str) -> None:
    answer = tono.post("/operator/rates/points", data={**TYPED, **wrong, "form_token": tono.form_token})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and "Jalan Contoh 8" in answer.text
    assert db.session.scalar(db.select(db.func.count(PickupPoint.id))) == 0
