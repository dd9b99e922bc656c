"""The checkout offers galleries with their hours, and asks about the hotel where something is brought to one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.carts import services as carts
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.orders.services import mark_delivered, ship
from marketplace.payments.models import Payment, Purpose
from marketplace.payments.shop_codes import name_code
from marketplace.sellers.models import Seller
from marketplace.sellers.services import save_point, set_delivery
from tests import factories
from tests.cast import Cast
from tests.factories import PASSWORD, qris_text
from tests.marketplace.checkout.shopping import MENTOK, buy, of, orders_of, pay
from tests.marketplace.shipping.test_by_hand import GALLERY


def test_a_guest_of_a_hotel_and_a_gallery(cast: Cast, sign_in: Callable[[Any], FlaskClient]) -> None:
    with transaction() as session:
        ratnas = session.get_one(Seller, cast.ratnas.id)
        set_delivery(ratnas, "gallery", point=save_point(None, GALLERY))
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
    sari = sign_in(cast.sari)
    page = sari.get("/checkout").text
    assert "Galeri Dekranasda Contoh" in page and "Senin–Sabtu 9–16" in page and 'name="hotel"' not in page
    with transaction() as session:
        set_delivery(session.get_one(Seller, cast.ratnas.id), "hotel", Money(25_000), ["19.05"])
    typed = {
        "form_token": sari.form_token, "place_code": MENTOK, f"deliveries-{cast.ratnas.code}": "hotel",  # type: ignore[attr-defined]
        "recipient": "Sari", "phone": "081234567890", "email": "sari@contoh.example", "address": "Jalan Contoh 2",
        "postal_code": "33311", "payment_method": "bank-transfer",
    }  # fmt: skip
    sari.post("/checkout/draft", data=typed)
    page = sari.get("/checkout").text
    assert 'name="hotel"' in page and 'type="date"' in page
    assert "tiba paling lambat" in page
    for name in ("digest", "key"):
        typed[name] = page.split(f'name="{name}" value="')[1].split('"')[0]
    answer = sari.post("/checkout", data=typed)
    assert answer.status_code == 422
    assert all(f'id="{name}-error"' in answer.text for name in ("hotel", "hotel_guest", "stay_until"))
    stay = {"hotel": "Hotel Contoh", "hotel_guest": "Kamar 12", "stay_until": clock.today().isoformat()}
    answer = sari.post("/checkout", data={**typed, **stay})
    assert answer.status_code == 422 and "setelah Anda pulang" in answer.text and "Kamar 12" in answer.text
    stay["stay_until"] = (clock.today() + timedelta(days=60)).isoformat()
    assert sari.post("/checkout", data={**typed, **stay}).status_code == 303
    assert db.session.scalars(db.select(Purchase.hotel)).all() == ["Hotel Contoh"]


def test_everything_may_be_paid_at_once_where_a_deposit_would_do(
    cast: Cast, sign_in: Callable[[Any], FlaskClient]
) -> None:
    with transaction():
        cloth = factories.product(cast.ratnas, "Kain pesanan", 2_000_000, stock=None)
        cloth.variants[0].deposit_percent = 40
        carts.add(of(cast.sari), cloth.variants[0].code, 1)
    sari = sign_in(cast.sari)
    typed = {
        "form_token": sari.form_token, "place_code": MENTOK, f"deliveries-{cast.ratnas.code}": "pickup",  # type: ignore[attr-defined]
        "recipient": "Sari", "phone": "081234567890", "email": "sari@contoh.example", "payment_method": "bank-transfer",
    }  # fmt: skip
    sari.post("/checkout/draft", data=typed)
    assert "Rp800.000" in sari.get("/checkout").text and "Kapan Anda membayar" in sari.get("/checkout").text
    sari.post("/checkout/draft", data={**typed, "in_full": "yes"})
    page = sari.get("/checkout").text
    assert "Rp800.000" not in page and 'name="in_full" value="yes" checked' in page
    for name in ("digest", "key"):
        typed[name] = page.split(f'name="{name}" value="')[1].split('"')[0]
    assert sari.post("/checkout", data=typed).status_code == 409, "another way of paying than was shown"
    named, typed = {"Idempotency-Key": '"pesanan-sari-1"'}, {**typed, "in_full": "yes"}
    assert sari.post("/checkout", data=typed, headers={"Idempotency-Key": "x y"}).status_code == 422
    first = sari.post("/checkout", data=typed, headers=named)
    again = sari.post("/checkout", data={**typed, "key": "another-key"}, headers={"Idempotency-Key": "pesanan-sari-1"})
    assert first.status_code == again.status_code == 303 and first.location == again.location, "the header names it"
    assert sari.post("/checkout", data={**typed, "recipient": "Dewi"}, headers=named).status_code == 422, (
        "another order"
    )
    assert len(db.session.scalars(db.select(Purchase)).all()) == 1
    order = db.session.scalars(db.select(Order)).one()
    assert (order.balance, order.deposit, order.due_first) == (Money(0), Money(0), Money(2_000_000))
    assert db.session.scalars(db.select(Payment.purpose)).all() == [Purpose.WHOLE]


def test_the_shops_qris_is_named_where_the_shop_hands_over_and_not_at_a_gallery(
    cast: Cast, sign_in: Callable[[Any], FlaskClient]
) -> None:
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        name_code(cast.ratnas, qris_text(), PASSWORD, cast.ratna)
    with transaction() as session:
        point = save_point(None, GALLERY)
        set_delivery(session.get_one(Seller, cast.ratnas.id), "gallery", point=point)
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
        key = f"gallery:{point.code}"
    sari = sign_in(cast.sari)
    for way, is_named in (("pickup", True), (key, False)):
        typed = {"form_token": sari.form_token, f"deliveries-{cast.ratnas.code}": way, "payment_method": "cash"}  # type: ignore[attr-defined]
        sari.post("/checkout/draft", data=typed)
        assert ("QRIS perajin" in sari.get("/checkout").text) is is_named, way


def test_what_waits_to_be_picked_up_is_nowhere_said_to_be_on_its_way(
    cast: Cast, sign_in: Callable[[Any], FlaskClient]
) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1), delivery="pickup").purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    code, page, desk = order.code, f"/purchases/{purchase.code}", f"/seller/{order.seller.code}/orders"
    sari, ratna, tono = sign_in(cast.sari), sign_in(cast.ratna), sign_in(cast.tono)
    assert "Dapat diambil mulai" in sari.get(page).text
    with transaction():
        ship(db.session.scalars(db.select(Order).where(Order.code == code)).one(), Actor.SELLER)
    places = (
        (sari, page),
        (sari, "/account/purchases"),
        (ratna, f"{desk}/{code}"),
        (tono, f"/operator/orders/{code}"),
        (tono, f"/operator/orders?q={code}"),
    )
    for who, path in places:
        text = who.get(path).text.partition("<main")[2].split('<ul class="queue">')[-1]
        assert "Siap diambil" in text and "Dalam perjalanan<" not in text and "Diserahkan<" not in text, path
    assert "Menunggu Anda ambil" in sari.get(page).text and "Sudah saya ambil" in sari.get(page).text
    with transaction():
        mark_delivered(db.session.scalars(db.select(Order).where(Order.code == code)).one(), Actor.OPERATOR)
    for who, path in places:
        text = who.get(path).text.partition("<main")[2].split('<ul class="queue">')[-1]
        assert "Sudah diambil" in text and "Sampai<" not in text and "Sudah sampai<" not in text, path
    for who, path in (places[0], places[2], places[3]):
        box = who.get(path).text.partition("parcel__title")[2].partition("</article>")[0]
        assert "Sudah diambil" in box and "Siap sejak" in box and "diambil" in box and "diserahkan" not in box, path
