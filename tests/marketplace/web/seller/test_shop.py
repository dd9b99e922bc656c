"""The shop, its ways of handing over, and its makers' stories."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db
from catalog.makers.models import Maker
from marketplace.sellers.models import DeliveryKind, DeliveryOffer, Seller
from tests.marketplace.web.seller.conftest import Desk

SHOP = {
    "name": "Sanggar Baru", "address": "Jalan Baru 7", "phone": "0812 9999 0000", "place_q": "Mentok, Bangka Barat",
    "place_asked": "Mentok, Bangka Barat", "place_code": "19.05.01", "accepts_cash": "y",
}  # fmt: skip


def _shop(desk: Desk) -> Seller:
    db.session.expire_all()
    return db.session.scalars(db.select(Seller).where(Seller.code == desk.seller)).one()


def test_saves_the_shop(ratnas: Desk) -> None:
    assert ratnas.post("shop", SHOP).status_code == 303
    shop = _shop(ratnas)
    assert (shop.name, shop.phone, shop.district_code) == ("Sanggar Baru", "+6281299990000", "19.05.01")


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "ab"), ("name", "x" * 91), ("address", ""), ("address", "jl"), ("phone", "none"), ("phone", "12"), ("place_q", ""), ("place_q", "Zzyzx")]
)  # fmt: skip
def test_names_the_field_that_is_wrong(ratnas: Desk, field: str, value: str) -> None:
    answer = ratnas.post("shop", {**SHOP, field: value})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
    assert "Jalan Baru 7" in answer.text or field == "address"
    assert _shop(ratnas).name == "Sanggar Contoh Ratna"


def test_a_place_that_was_chosen_for_other_words_does_not_count(ratnas: Desk) -> None:
    answer = ratnas.post("shop", {**SHOP, "place_q": "Tamansari"})
    assert answer.status_code in (303, 422)
    assert _shop(ratnas).district_code != "19.05.01" or answer.status_code == 422


def test_looking_for_a_place_saves_nothing_and_complains_of_nothing_else(ratnas: Desk) -> None:
    answer = ratnas.post("shop", {**SHOP, "name": "", "find": "1"})
    assert 'id="name-error"' not in answer.text
    assert _shop(ratnas).name == "Sanggar Contoh Ratna"


def _offers(desk: Desk) -> dict[DeliveryKind, DeliveryOffer]:
    return {one.kind: one for one in _shop(desk).deliveries}


def test_saves_the_ways_of_handing_over(ratnas: Desk) -> None:
    typed = {"own": "y", "price": "20.000", "places": ["19.05.01", "19.71"], "courier": "y"}
    assert ratnas.post("shop/deliveries", typed).status_code == 303
    offers = _offers(ratnas)
    assert set(offers) == {DeliveryKind.OWN, DeliveryKind.COURIER}
    assert offers[DeliveryKind.OWN].price.rupiah == 20_000 and offers[DeliveryKind.OWN].places == ["19.05.01", "19.71"]


@pytest.mark.parametrize(
    ("typed", "at"),
    [({}, ""), ({"own": "y", "places": ["19.05"]}, "price"), ({"own": "y", "price": "lima", "places": ["19.05"]}, "price"),
     ({"own": "y", "price": "6.000.000", "places": ["19.05"]}, "price"), ({"own": "y", "price": "5000"}, "places"),
     ({"own": "y", "price": "5000", "places": ["99.99"]}, "places"), ({"pickup": "y", "pickup_note": "x" * 201}, "pickup_note")],
)  # fmt: skip
def test_refuses_ways_that_cannot_be(ratnas: Desk, typed: dict[str, Any], at: str) -> None:
    answer = ratnas.post("shop/deliveries", typed)
    assert answer.status_code == 422
    assert (f'id="{at}-error"' if at else "form-errors") in answer.text
    assert len(_offers(ratnas)) == 3


def test_saves_a_makers_story(ratnas: Desk) -> None:
    typed = {
        "name": "Sanggar Ratna",
        "story": "Kami menenun sejak kecil.",
        "people": "5",
        "founded": "1998",
        "crafts": ["tenun-cual"],
    }
    assert ratnas.post(f"makers/{ratnas.maker}", typed).status_code == 303
    maker = db.session.scalars(
        db.select(Maker).where(Maker.code == ratnas.maker).execution_options(populate_existing=True)
    ).one()
    assert (maker.people, maker.founded, [one.slug for one in maker.crafts]) == (5, 1998, ["tenun-cual"])
    assert ratnas.get(f"makers/{ratnas.maker}/edit").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("people", "0"),
        ("people", "lima"),
        ("founded", "98"),
        ("founded", "3000"),
        ("crafts", ["x"]),
        ("story", "x" * 6001),
    ],
)
def test_names_what_is_wrong_about_a_maker(ratnas: Desk, field: str, value: Any) -> None:
    answer = ratnas.post(f"makers/{ratnas.maker}", {"name": "Sanggar Ratna", "crafts": [], field: value})
    assert answer.status_code == 422 and f'id="{field}-error"' in answer.text
