"""What no courier carries: galleries, own delivery, hotels; who may offer what, and what is promised to a guest."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Invalid, Several
from catalog.money import Money
from marketplace.checkout.queries import check_laws, prepare
from marketplace.orders.models import Purchase
from marketplace.sellers.models import DeliveryKind, DeliveryOffer, PickupPoint, Seller
from marketplace.sellers.services import remove_delivery, save_point, set_delivery
from marketplace.shipping.services import Parcel, list_all_options, list_options
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import MENTOK, buy, of, orders_of

SMALL = [Parcel(400, 300, 200, 60)]
GALLERY = {
    "name": "Galeri Dekranasda Contoh",
    "district_code": "19.71.02",
    "address": "Jalan Contoh 8",
    "hours": "Senin–Sabtu 9–16",
    "phone": "0812 3456 7890",
}


def shop(of_: Seller) -> Seller:
    return db.session.get_one(Seller, of_.id)


@pytest.fixture
def gallery(cast: Cast) -> PickupPoint:
    """Kept by Budi's people, offered by Ratna."""
    with transaction():
        point = save_point(None, {**GALLERY, "keeper": cast.budis.code})
        set_delivery(shop(cast.ratnas), DeliveryKind.GALLERY, days=2, point=point)
    return point


@pytest.fixture
def hotel(cast: Cast) -> None:
    with transaction():
        set_delivery(shop(cast.ratnas), DeliveryKind.HOTEL, Money(25_000), ["19.05"], days=1)


def keys(cast: Cast, place: str | None) -> list[str]:
    db.session.rollback()
    return [one.key for one in list_options(shop(cast.ratnas), place, SMALL)]


def test_a_gallery_stands_beside_the_workshop_even_without_a_place(cast: Cast, gallery: PickupPoint) -> None:
    assert keys(cast, None) == ["pickup", f"gallery:{gallery.code}"]
    option = list_options(shop(cast.ratnas), None, SMALL)[1]
    assert (option.name, option.days_max, option.point_id) == (GALLERY["name"], 2, gallery.id)
    assert "Jalan Contoh 8" in option.note


def test_a_closed_gallery_is_offered_to_nobody(cast: Cast, gallery: PickupPoint) -> None:
    with transaction() as session:
        save_point(session.get_one(PickupPoint, gallery.id), {**GALLERY, "is_active": False})
    assert keys(cast, None) == ["pickup"]
    with pytest.raises(Invalid) as error, transaction() as session:
        point = session.get_one(PickupPoint, gallery.id)
        set_delivery(shop(cast.budis), DeliveryKind.GALLERY, point=point)
    assert error.value.field == "points"


def test_several_galleries_and_still_three_questions(
    cast: Cast, gallery: PickupPoint, hotel: None, count_queries: Any
) -> None:
    with transaction():
        other = save_point(None, {**GALLERY, "name": "Galeri Lain"})
        set_delivery(shop(cast.ratnas), DeliveryKind.GALLERY, point=other)
    key = cast.ratnas.id
    db.session.expire_all()
    with count_queries(at_most=3):
        found = list_all_options({key: SMALL}, MENTOK)[key]
    assert [one.kind for one in found] == ["pickup", "gallery", "gallery", "own", "hotel"]


def test_a_hotel_is_reached_where_the_seller_goes(cast: Cast, hotel: None) -> None:
    assert "hotel" in keys(cast, "19.05.01.1003")
    assert "hotel" not in keys(cast, "19.71.02")
    assert "hotel" not in keys(cast, None)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("gallery", {}, "points"),
        ("hotel", {"price": Money(1), "places": []}, "places"),
        ("hotel", {"price": Money(1), "places": ["99.99"]}, "places"),
        ("hotel", {"price": Money(-1), "places": ["19.05"]}, "price"),
        ("own", {"places": ["19.05"], "days": 31}, "days"),
        ("drone", {}, "kind"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(cast: Cast, kind: str, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error, transaction():
        set_delivery(shop(cast.ratnas), kind, **values)
    assert error.value.field == field


@pytest.mark.parametrize("name", ["name", "address", "hours", "district_code", "keeper", "phone"])
def test_a_pick_up_point_names_every_wrong_field(cast: Cast, name: str) -> None:
    with pytest.raises(Several) as error, transaction():
        save_point(None, {**GALLERY, name: "x"})
    assert [one.field for one in error.value.errors] == [name]


def test_one_of_two_galleries_is_taken_back_alone(cast: Cast, gallery: PickupPoint) -> None:
    with transaction() as session:
        remove_delivery(shop(cast.ratnas), "gallery", session.get_one(PickupPoint, gallery.id))
    assert keys(cast, None) == ["pickup"]


@both_databases
def test_the_database_keeps_one_offer_of_each_kind_and_a_gallery_with_its_point(
    cast: Cast, gallery: PickupPoint
) -> None:
    wrong = [
        DeliveryOffer(seller_id=cast.ratnas.id, kind=DeliveryKind.PICKUP),
        DeliveryOffer(seller_id=cast.ratnas.id, kind=DeliveryKind.GALLERY, point_id=gallery.id),
        DeliveryOffer(seller_id=cast.budis.id, kind=DeliveryKind.GALLERY),
        DeliveryOffer(seller_id=cast.budis.id, kind=DeliveryKind.HOTEL, point_id=gallery.id),
        DeliveryOffer(seller_id=cast.budis.id, kind=DeliveryKind.HOTEL, days=31),
    ]
    for offer in wrong:
        with pytest.raises(IntegrityError), transaction() as session:
            session.add(offer)


@both_databases
def test_a_gallery_needs_no_address_and_remembers_where(cast: Cast, gallery: PickupPoint) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1), delivery=f"gallery:{gallery.code}", place_code="", address="")
    (order,) = orders_of(placed.purchase)
    assert (order.delivery, order.point_id, order.delivery_name) == (DeliveryKind.GALLERY, gallery.id, GALLERY["name"])
    assert (placed.purchase.place_code, placed.purchase.address) == (None, "")
    assert check_laws() == []


def test_cash_is_no_way_of_paying_at_another_shops_counter(cast: Cast, gallery: PickupPoint) -> None:
    with pytest.raises(Several) as error:
        buy(of(cast.sari), (cast.shawl, 1), delivery=f"gallery:{gallery.code}", method="cash")
    assert error.value.field == "payment_method"


STAY = {"delivery": "hotel", "hotel": "Hotel Contoh", "hotel_guest": "Kamar 12"}
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


@both_databases
def test_a_hotel_is_kept_with_the_last_day_of_the_stay(cast: Cast, hotel: None) -> None:
    with clock.frozen(MONDAY):
        placed = buy(of(cast.sari), (cast.shawl, 1), stay_until="2026-12-04", **STAY)
    db.session.rollback()
    kept = db.session.get_one(Purchase, placed.purchase.id)
    assert (kept.hotel, kept.hotel_guest, kept.stay_until) == ("Hotel Contoh", "Kamar 12", date(2026, 12, 4))
    assert orders_of(kept)[0].delivery is DeliveryKind.HOTEL


def test_nothing_is_promised_for_a_day_on_which_the_guest_has_left(cast: Cast, hotel: None) -> None:
    with clock.frozen(MONDAY):
        promised = prepare_hotel(cast)
        with pytest.raises(Several) as error:
            buy(of(cast.sari), (cast.shawl, 1), stay_until="2026-11-23", **STAY)
        assert error.value.field == f"deliveries-{cast.ratnas.code}"
        assert error.value.params["day"] == promised
        buy(of(cast.sari), (cast.shawl, 1), stay_until=promised.isoformat(), **STAY)


def prepare_hotel(cast: Cast) -> date:
    from marketplace.carts import services as carts

    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
        seen = prepare(of(cast.sari), place_code=MENTOK, deliveries={cast.ratnas.code: "hotel"})
        carts.remove(of(cast.sari), seen.cart.lines[0].code)
    return seen.promises[cast.ratnas.code][1]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"hotel": ""}, "hotel"),
        ({"hotel_guest": ""}, "hotel_guest"),
        ({"stay_until": ""}, "stay_until"),
        ({"stay_until": "besok"}, "stay_until"),
        ({"stay_until": "2026-11-22"}, "stay_until"),
        ({"stay_until": "2028-01-01"}, "stay_until"),
    ],
)
def test_a_hotel_without_its_particulars_is_refused(cast: Cast, hotel: None, typed: dict[str, str], field: str) -> None:
    with clock.frozen(MONDAY), pytest.raises(Several) as error:
        buy(of(cast.sari), (cast.shawl, 1), **{"stay_until": "2026-12-20", **STAY, **typed})
    assert [one.field for one in error.value.errors] == [field]


def test_what_was_typed_about_a_hotel_is_forgotten_where_nothing_goes_there(cast: Cast, hotel: None) -> None:
    typed = {**STAY, "delivery": "own", "stay_until": "nonsense"}
    assert buy(of(cast.sari), (cast.shawl, 1), **typed).purchase.hotel == ""
