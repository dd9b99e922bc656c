"""Cash at a gallery's counter: taken for any shop, held by the gallery, brought with a reference; shops bring what they owe."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Several
from catalog.money import ZERO, Money
from marketplace.bookkeeping.laws import check_laws
from marketplace.bookkeeping.outside import bring, hand_on
from marketplace.bookkeeping.rates import set_rate
from marketplace.bookkeeping.tills import list_holders
from marketplace.ledger.queries import balance
from marketplace.notifications.models import Notification
from marketplace.orders.models import Actor
from marketplace.orders.services import mark_delivered, ship
from marketplace.sellers.models import DeliveryKind, PickupPoint
from marketplace.sellers.services import save_point, set_delivery
from marketplace.subscribers.tills import remind_of_cash
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of
from tests.marketplace.returns.coming import came, over

PLACE = {"name": "Galeri Contoh", "district_code": "19.05.01", "address": "Jalan Contoh 5", "hours": "Senin–Sabtu"}


@pytest.fixture
def gallery(cast: Cast) -> PickupPoint:
    with transaction():
        set_rate(1000)
        point = save_point(None, {**PLACE, "keeper": cast.budis.code, "takes_cash": True})
        set_delivery(cast.ratnas, DeliveryKind.GALLERY, price=ZERO, point=point)
    return point


def test_a_counter_without_a_keeper_takes_no_cash(cast: Cast) -> None:
    with pytest.raises(Several) as error, transaction():
        save_point(None, {**PLACE, "takes_cash": True})
    assert error.value.field == "keeper"


@both_databases
def test_a_gallery_holds_what_it_took_and_the_shop_is_owed_all_of_its_share(cast: Cast, gallery: PickupPoint) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Bakul contoh", 100_000)
    purchase = buy(of(cast.sari), (piece, 2), method="cash", delivery=f"gallery:{gallery.code}").purchase
    (order,) = orders_of(purchase)
    till, shop = f"till:{gallery.code}", f"seller:{cast.ratnas.code}"
    with transaction():
        ship(order, Actor.SELLER)
        mark_delivered(order, Actor.BUYER)
    assert balance(till) == order.total
    assert balance(f"cash:{cast.ratnas.code}") == ZERO
    over(order)
    assert -balance(shop) == order.total - Money(22_200)  # 10 % and 11 % PPN of it
    assert balance(till) == order.total
    assert check_laws() == []
    (held,) = list_holders()
    assert (held.point, held.sum, held.is_overdue) == (db.session.merge(gallery), order.total, False)
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert list_holders()[0].is_overdue
        remind_of_cash()
        remind_of_cash()  # once for that day
        told = db.session.scalars(db.select(Notification).where(Notification.kind == "cash-overdue")).all()
        assert [(one.user_id, one.params["where"]) for one in told] == [(cast.budi.id, PLACE["name"])]
        db.session.rollback()
        with transaction():
            hand_on(gallery, Money(150_000), "b", "SETOR 1", cast.tono)
            assert hand_on(gallery, Money(150_000), "b", "SETOR 1", cast.tono) is None  # said twice, booked once
        (held,) = list_holders()
        assert (held.sum, held.is_overdue) == (Money(50_000), True)  # the oldest rest counts
        with pytest.raises(Conflict), transaction():
            hand_on(gallery, Money(50_001), "b", "SETOR 2", cast.tono)
        with transaction():
            hand_on(gallery, Money(50_000), "b", "SETOR 3", cast.tono)
    assert list_holders() == []
    assert check_laws() == []


def test_a_shop_that_took_the_cash_itself_owes_the_commission_and_brings_it(cast: Cast, gallery: PickupPoint) -> None:
    over(came(cast, (cast.shawl, 1), method="cash"))
    (held,) = list_holders()
    assert held.point is None
    assert held.seller is not None
    assert held.sum == balance(f"seller:{cast.ratnas.code}") > ZERO
    with pytest.raises(Conflict), transaction():
        bring(held.seller, held.sum + Money(1), "b", "SETOR 9", cast.tono)
    with transaction():
        bring(held.seller, held.sum, "b", "SETOR 9", cast.tono)
    assert list_holders() == []
    assert check_laws() == []
