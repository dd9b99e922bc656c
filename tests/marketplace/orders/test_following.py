"""Following parcels: what the courier says is written down, and what has arrived has arrived."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from marketplace.orders.models import Actor, Order, OrderState, Shipment
from marketplace.orders.queries import list_to_follow
from marketplace.orders.services import ship
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.courier import TrackingEvent, TrackingState
from marketplace.subscribers.clock import follow_parcels
from tests.cast import Cast
from tests.fakes.couriers import FakeCourier
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

NUMBER = "JX1234567890"


@pytest.fixture
def order(cast: Cast) -> Order:
    placed = buy(of(cast.sari), (cast.shawl, 2))
    pay(placed.purchase, cast.tono)
    (found,) = orders_of(placed.purchase)
    with transaction() as session:
        session.get_one(Order, found.id).delivery = DeliveryKind.COURIER
    with transaction():
        ship(found, Actor.SELLER, "J&T", NUMBER)
    return found


def parcel(order: Order) -> Shipment:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(db.select(Shipment).where(Shipment.order_id == order.id)).one()


def event(text: str, state: TrackingState = TrackingState.UNDERWAY) -> TrackingEvent:
    return TrackingEvent(clock.now(), text, state)


def test_it_is_asked_a_few_times_a_day_and_written_down(cast: Cast, order: Order) -> None:
    courier = FakeCourier()
    courier.events[NUMBER] = [event("Dijemput"), event("Di Pangkal Pinang")]
    follow_parcels(courier)
    follow_parcels(courier)
    assert courier.tracked == [("J&T", NUMBER)]
    assert [one["text"] for one in parcel(order).scans] == ["Dijemput", "Di Pangkal Pinang"]
    courier.events[NUMBER] = []
    with clock.frozen(clock.now() + timedelta(hours=8)):
        follow_parcels(courier)
    assert len(parcel(order).scans) == 2, "an empty answer forgets nothing"


def test_what_the_courier_has_delivered_has_arrived(cast: Cast, order: Order) -> None:
    courier = FakeCourier()
    courier.events[NUMBER] = [event("Dijemput"), event("Diterima SARI", TrackingState.DELIVERED)]
    follow_parcels(courier)
    assert parcel(order).delivered_at is not None
    assert parcel(order).order.state is OrderState.DELIVERED
    assert list_to_follow(clock.now() + timedelta(days=1)) == []


def test_a_failed_parcel_is_told_and_moves_nothing(cast: Cast, order: Order) -> None:
    courier = FakeCourier()
    courier.events[NUMBER] = [event("Diterima?", TrackingState.DELIVERED), event("Kembali", TrackingState.FAILED)]
    follow_parcels(courier)
    assert parcel(order).order.state is OrderState.SHIPPED


def test_silence_changes_nothing_and_is_tried_again(cast: Cast, order: Order) -> None:
    follow_parcels(FakeCourier(price=None))
    assert parcel(order).followed_at is None
    assert len(list_to_follow(clock.now())) == 1
