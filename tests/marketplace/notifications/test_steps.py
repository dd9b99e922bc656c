"""Whoever should know of a step of an order, of a balance or of money that goes back is told, in their language, once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.accounts.models import User
from marketplace.notifications.models import Notification
from marketplace.notifications.services import prefer
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order
from marketplace.orders.states import ORDER
from marketplace.payments import services as payments
from marketplace.payments.models import Refund
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.subscribers.orders import TO_BUYER, TO_SELLER, UNTOLD
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, pay, payment_of
from tests.marketplace.notifications.post_office import PostOffice, work
from tests.marketplace.returns.coming import ask, came


def kinds(name: str) -> list[str]:
    db.session.rollback()
    told = db.select(Notification.kind).join(User).where(User.name == name).order_by(Notification.id)
    return list(db.session.scalars(told))


def paid(cast: Cast, **values: Any) -> Order:
    purchase = buy(of(cast.sari), (cast.shawl, 1), **values).purchase
    pay(purchase, cast.tono)
    return orders_of(purchase)[0]


@pytest.mark.parametrize("name", sorted(ORDER.transitions))
def test_every_step_of_an_order_is_told_or_it_stands_written_why_not(name: str) -> None:
    assert (name in TO_BUYER and name in TO_SELLER) or UNTOLD.get(name)


def test_the_buyer_hears_that_it_is_accepted_and_that_it_has_arrived(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    order = paid(cast, locale="en", deliveries={cast.ratnas.code: "own"})
    with transaction():
        orders.confirm(order, Actor.SELLER)
    with transaction():
        orders.ship(order, Actor.SELLER)
    with transaction():
        orders.mark_delivered(order, Actor.OPERATOR)
    assert kinds("Sari") == ["order-placed", "order-paid", "order-accepted", "order-shipped", "order-delivered"]
    with clock.frozen(clock.now() + timedelta(days=4)), transaction():
        assert orders.sweep_due() == 1
    assert kinds("Ratna") == ["order-new", "order-arrived", "order-completed"]
    purchase, code = order.purchase.code, order.code
    work(app, office, 0, 6_000)
    sent = {one.subject: one for one in office.to("sari@contoh.example")}
    accepted = sent["Sanggar Contoh Ratna has accepted your order"]
    arrived = sent["It has arrived: Sanggar Contoh Ratna"]
    assert "It will be handed over by" in accepted.text and accepted.leave, "whoever wants fewer letters may say so"
    assert "until" in arrived.text and not arrived.leave, "from then on days are counted"
    assert f"/purchases/{purchase}" in arrived.text and "token=" in arrived.text
    assert "Pesanan selesai" not in arrived.text
    assert [one.subject for one in office.to("ratna@contoh.example")][1:] == [f"Pesanan {code} selesai"]


@pytest.mark.parametrize(
    ("locale", "sent"),
    [
        ("id", r"dikirim|dalam perjalanan|menyerahkan|sampaikah"),
        ("en", r"hand it over|on its way|\bsent\b|it arrived"),
    ],
)
def test_letters_about_what_is_picked_up_speak_of_coming_for_it(
    app: Flask, cast: Cast, office: PostOffice, locale: str, sent: str
) -> None:
    with transaction():
        cast.ratna.locale = locale
    order = paid(cast, locale=locale, delivery="pickup")
    for step, actor in (
        (orders.confirm, Actor.SELLER),
        (orders.ship, Actor.SELLER),
        (orders.mark_delivered, Actor.SYSTEM),
    ):
        with transaction():
            step(order, actor)
    work(app, office, 0, 6_000)
    about = [one for one in office.sent if one.to.startswith(("sari", "ratna"))]
    assert len(about) >= 6
    for one in about:
        assert not re.search(sent, f"{one.subject}\n{one.text}".casefold()), (one.subject, one.text)


def test_nobody_is_told_what_they_do_themselves_or_what_is_over_in_the_same_moment(cast: Cast) -> None:
    order = paid(cast)
    with transaction():
        orders.ship(order, Actor.SELLER)  # accepts it on the way
    with transaction():
        orders.complete(order, Actor.BUYER)  # it arrives on the way
    assert kinds("Sari") == ["order-placed", "order-paid", "order-shipped"]
    assert kinds("Ratna") == ["order-new", "order-completed"]


def test_who_does_not_want_the_letter_still_finds_it_under_the_bell(app: Flask, cast: Cast, office: PostOffice) -> None:
    with transaction():
        prefer(cast.sari, "order-accepted", False)
    order = paid(cast)
    with transaction():
        orders.confirm(order, Actor.SELLER)
    work(app, office)
    assert "order-accepted" in kinds("Sari")
    assert not [one for one in office.subjects if "menerima pesanan" in one]


def test_a_guest_hears_by_letter_what_the_clock_has_counted_as_delivered(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    with transaction():
        visitor = guest()
    way = {cast.ratnas.code: "own"}
    purchase = buy(visitor, (cast.shawl, 1), email="tamu@contoh.example", deliveries=way).purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    with transaction():
        orders.ship(order, Actor.SELLER)
    with clock.frozen(clock.now() + timedelta(days=22)), transaction():
        assert orders.sweep_due() == 1
    work(app, office, 31_700)
    (letter,) = [one for one in office.to("tamu@contoh.example") if one.subject.startswith("Sudah sampaikah?")]
    assert "dianggap sampai" in letter.text and "token=" in letter.text


def test_money_that_goes_back_is_told_when_it_is_owed_late_and_when_it_leaves(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
    (order,) = orders_of(purchase)
    with transaction():
        orders.cancel(order, Actor.BUYER, "")
    pay(purchase, cast.tono)  # it comes all the same
    with transaction():
        refund = db.session.scalars(db.select(Refund)).one()
        payments.send_refund(refund, "BALIK 1", cast.tono)
        payments.send_refund(refund, "BALIK 1", cast.tono)
    assert kinds("Sari") == ["order-placed", "order-cancelled", "payment-late", "refund-account", "refund-sent"]
    work(app, office)
    back = office.to("sari@contoh.example")[-1]
    assert "BALIK 1" in back.text and "dikembalikan kepada Anda" in back.subject


def test_the_letter_of_a_deposit_names_both_payments(app: Flask, cast: Cast, office: PostOffice) -> None:
    with transaction():
        cloth = factories.product(cast.ratnas, "Kain pesanan", 2_000_000, stock=None)
        cloth.variants[0].deposit_percent = 40
    plaque = cast.plaque
    purchase = buy(of(cast.sari), (cloth, 1), (plaque, 1), locale="en").purchase
    due = payment_of(purchase).due
    work(app, office)
    letter = office.to("sari@contoh.example")[0].text
    assert f"Transfer exactly this sum: Rp{due.rupiah:,}" in letter and due < Money(1_200_000)
    assert "first of two payments. The balance of Rp1,200,000" in letter and "7 days" in letter
    assert "Balance, when it is ready (in " in letter and letter.count("Balance, when") == 1
    whole = buy(of(db.session.merge(cast.sari)), (db.session.merge(cloth), 1), in_full=True).purchase
    assert payment_of(whole).due >= Money(2_000_000)
    office.sent.clear()
    work(app, office)
    assert "pembayaran" not in office.sent[0].text.split("Pembelian")[0]
    assert "Pelunasan" not in office.sent[0].text


def test_letters_of_what_is_called_off_speak_of_money_where_there_is_some(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    with transaction():
        cloth = factories.product(cast.ratnas, "Kain pesanan", 2_000_000, stock=None)
        cloth.variants[0].deposit_percent = 50
        cast.ratna.locale = "en"
    by_cash = orders_of(buy(of(cast.sari), (cast.shawl, 1), method="cash", locale="en").purchase)[0]
    with_deposit = buy(of(db.session.merge(cast.sari)), (db.session.merge(cloth), 1), locale="en").purchase
    pay(with_deposit, cast.tono)
    begun = orders_of(with_deposit)[0]
    with transaction():
        orders.confirm(begun, Actor.SELLER)
    for one in (by_cash, begun):
        with transaction():
            orders.cancel(one, Actor.BUYER, "Berubah pikiran")
    work(app, office)
    said = {
        one.text.split("Total: ")[1].split()[0]: one.text
        for one in office.sent
        if "called off" in one.text or "is cancelled" in one.text
    }
    assert len(said) == 2 and "paid already" not in "".join(said.values())
    gone = [one.text for one in office.to("ratna@contoh.example") if "was cancelled" in one.text]
    assert ["Rp500,000 of the deposit stays with you" in one for one in gone] == [False, True]


def test_letters_after_the_balance_ask_for_nothing_more(app: Flask, cast: Cast, office: PostOffice) -> None:
    order = paid(cast, locale="en")
    with transaction() as session:
        row = session.get_one(Order, order.id)
        row.balance = Money(500)
        row.ready_at = row.balance_paid_at = clock.now()
    with transaction():
        orders.ship(order, Actor.SELLER)
    work(app, office)
    assert "Balance" not in next(one.text for one in office.sent if "Ready to be picked up" in one.subject)


def test_an_operator_hears_of_a_rest_that_is_not_sent(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 2), deliveries={cast.ratnas.code: "own"}).purchase
    pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    with transaction():
        orders.ship(order, Actor.SELLER, pieces={order.lines[0].code: 1})
    for days in (20, 30, 40):
        with clock.frozen(clock.now() + timedelta(days=days)), transaction():
            orders.sweep_due()
    assert kinds("Tono").count("rest-unsent") == 1
    assert kinds("Sari").count("order-rest-late") == 1


def test_letters_say_what_goes_back_and_lead_to_the_return_line_by_line(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    order = paid(cast)
    with transaction():
        orders.cancel(order, Actor.OPERATOR, "Alat tenun rusak.")
    sum_ = db.session.scalars(db.select(Refund.total)).one()
    assert sum_ > order.total, "with the rupiah by which the transfer was known"
    ask(came(cast, (db.session.merge(cast.shawl), 1), owner=of(db.session.merge(cast.sari))))
    work(app, office)
    letters = {one.subject.split(":")[0].split(" ")[0]: one.text for one in office.to("sari@contoh.example")}
    assert f"{sum_.format('id')} kembali kepada Anda" in letters["Dibatalkan"]
    words = letters["Permintaan"]
    assert "\nAda benang yang putus di tepi kain.\nToko menjawab paling lambat " in words
    assert "/returns/" in words and "token=" in words


def test_letters_about_a_return_say_what_was_offered_and_what_is_waited_for(
    app: Flask, cast: Cast, office: PostOffice
) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    found = ask(came(cast, (made, 1)), "remake")
    office.sent.clear()
    with transaction():
        returns.accept(found, Answer("remake", promised_on=clock.today() + timedelta(days=30)))
    with transaction():
        returns.take(found)
    with transaction():
        returns.send_anew(found, "", "")
    work(app, office)
    told = {one.subject.split(":")[0]: one.text for one in office.sent}
    offer = told["Sanggar Contoh Ratna memberi Anda tawaran"]
    assert "Dibuat ulang, paling lambat" in offer and "Mohon jawab paling lambat" in offer
    assert "Mohon kirim tepat waktu" in told["Tawaran diterima"]
    assert "Mohon kabari paling lambat" in told["Pesanan Anda sudah dibuat ulang dan dalam perjalanan"]
