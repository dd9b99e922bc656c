"""Several parcels of one order: nothing is sent twice, nothing arrives before it left, and half an order is no whole one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import change, db, transaction
from catalog.errors import Conflict, DomainError, Invalid, Several
from marketplace.checkout.queries import check_laws
from marketplace.orders import parcels
from marketplace.orders.models import Actor, Order, OrderLine, OrderState, Shipment, ShipmentLine
from marketplace.orders.services import cancel, complete, confirm, mark_delivered, receive, relabel, ship, sweep_due
from marketplace.payments.models import PaymentState
from marketplace.sellers.models import DeliveryKind
from marketplace.signals import order_moved, shipment_sent
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of
from tests.marketplace.checkout.test_races import at_once
from tests.together import Meeting


@pytest.fixture
def order(cast: Cast) -> Order:
    """Three shawls for Sari, paid and accepted, to go by courier."""
    placed = buy(of(cast.sari), (cast.shawl, 3))
    pay(placed.purchase, cast.tono)
    with transaction() as session:
        (found,) = orders_of(placed.purchase)
        session.get_one(Order, found.id).delivery = DeliveryKind.COURIER
    with transaction():
        confirm(found, Actor.SELLER)
    return found


def now(order: Order) -> Order:
    db.session.rollback()
    return db.session.scalars(
        db.select(Order).where(Order.id == order.id).execution_options(populate_existing=True)
    ).one()


def send(order: Order, pieces: Mapping[str, int] | None = None, number: str = "JX1234567890") -> None:
    with transaction():
        ship(order, Actor.SELLER, "J&T", number, pieces=pieces)


def line(order: Order) -> OrderLine:
    return order.lines[0]


@both_databases
def test_an_order_is_shipped_with_its_last_piece(cast: Cast, order: Order) -> None:
    sent: list[Shipment] = []
    hear = lambda shipment, **_: sent.append(shipment)  # noqa: E731
    with shipment_sent.connected_to(hear):
        send(order, {line(order).code: 2})
        assert now(order).state is OrderState.PROCESSING
        assert now(order).is_partly_sent
        assert line(now(order)).left == 1
        assert check_laws() == []
        send(order, number="JX0000000002")
    assert now(order).state is OrderState.SHIPPED
    assert [sum(one.quantity for one in shipment.lines) for shipment in now(order).shipments] == [2, 1]
    assert len(sent) == 2
    assert check_laws() == []


@both_databases
def test_an_order_has_arrived_with_its_last_parcel(cast: Cast, order: Order) -> None:
    send(order, {line(order).code: 1})
    send(order)
    first, second = now(order).shipments
    with transaction():
        receive(second, Actor.BUYER)
    assert now(order).state is OrderState.SHIPPED
    with pytest.raises(Conflict), transaction():
        receive(second, Actor.BUYER)
    with transaction():
        receive(first, Actor.BUYER)
    assert now(order).state is OrderState.DELIVERED
    assert check_laws() == []


def test_a_parcel_that_arrives_before_the_rest_has_left_leaves_the_order_open(cast: Cast, order: Order) -> None:
    send(order, {line(order).code: 1})
    (first,) = now(order).shipments
    with transaction():
        receive(first, Actor.BUYER)
    assert now(order).state is OrderState.PROCESSING
    send(order)
    second = now(order).shipments[1]
    with transaction():
        receive(second, Actor.BUYER)
    assert now(order).state is OrderState.DELIVERED


def test_saying_that_all_is_well_closes_every_parcel(cast: Cast, order: Order) -> None:
    send(order, {line(order).code: 1})
    send(order)
    with transaction():
        complete(order, Actor.BUYER)
    assert all(one.delivered_at for one in now(order).shipments)
    assert check_laws() == []


@pytest.mark.parametrize("quantity", [4, -1, 10**12])
def test_no_more_than_was_sold_lies_in_a_parcel(cast: Cast, order: Order, quantity: int) -> None:
    with pytest.raises(Several) as error:
        send(order, {line(order).code: quantity})
    assert error.value.field == f"pieces-{line(order).code}"
    assert now(order).shipments == []


@pytest.mark.parametrize("pieces", [{}, {"nonsense00": 1}])
def test_an_empty_parcel_and_a_strange_line_are_refused(cast: Cast, order: Order, pieces: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        send(order, pieces)
    with pytest.raises(Invalid):
        send(order, {line(order).code: 0})


def test_a_parcel_by_courier_names_courier_and_number_at_once(cast: Cast, order: Order) -> None:
    with pytest.raises(Several) as error, transaction():
        ship(order, Actor.SELLER, "", "12")
    assert [one.field for one in error.value.errors] == ["courier", "number"]


def test_nothing_is_packed_before_it_is_paid_or_after_it_is_over(cast: Cast) -> None:
    (unpaid,) = orders_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)
    with pytest.raises(DomainError), transaction():
        ship(unpaid, Actor.SELLER)
    with transaction():
        cancel(unpaid, Actor.BUYER, "")
    with pytest.raises(Conflict), transaction():
        ship(unpaid, Actor.SELLER)
    assert db.session.scalar(db.select(db.func.count(Shipment.id))) == 0


def test_what_is_picked_up_is_set_ready_all_at_once(cast: Cast) -> None:
    (order,) = orders_of(buy(of(cast.sari), (cast.shawl, 2), method="cash").purchase)
    with pytest.raises(Invalid) as error, transaction():
        ship(order, Actor.SELLER, pieces={order.lines[0].code: 1})
    assert error.value.field == "pieces"
    with transaction():
        ship(order, Actor.SELLER, pieces={order.lines[0].code: 2})
    assert now(order).state is OrderState.SHIPPED


@pytest.mark.parametrize("actor", [Actor.BUYER, Actor.SELLER])
def test_half_an_order_on_its_way_is_called_off_by_the_operator_alone(cast: Cast, order: Order, actor: Actor) -> None:
    send(order, {line(order).code: 1})
    with pytest.raises(DomainError), transaction():
        cancel(order, actor, "berubah pikiran")
    with transaction():
        cancel(order, Actor.OPERATOR, "Sisanya tidak dapat dikirim", cast.tono)
    assert now(order).state is OrderState.CANCELLED
    assert check_laws() == []


def test_the_clock_reminds_of_the_rest_once_then_an_operator_and_takes_nothing_back(cast: Cast, order: Order) -> None:
    send(order, {line(order).code: 1})
    before = now(order).due_at
    assert before is not None
    with clock.frozen(before + timedelta(minutes=1)):
        with transaction():
            assert sweep_due() == 1
            assert sweep_due() == 0
        after = now(order)
        assert after.state is OrderState.PROCESSING
        assert after.due_at is not None and after.due_at > clock.now()
        assert after.events[-1].name == "late"
        assert payment_of(after.purchase).state is PaymentState.PAID
        again = after.due_at + timedelta(minutes=1)
    heard: list[str] = []
    listener = lambda order, event, **_: heard.append(event)  # noqa: E731
    with clock.frozen(again), order_moved.connected_to(listener), transaction():
        assert sweep_due() == 1
    assert heard == ["rest_unsent"]
    assert [one.name for one in now(order).events].count("late") == 1


def test_a_wrong_number_is_corrected_until_it_arrives(cast: Cast, order: Order) -> None:
    send(order)
    (parcel,) = now(order).shipments
    with pytest.raises(Invalid), transaction():
        relabel(parcel, "J&T", "")
    with transaction():
        relabel(parcel, "JNE", "tg 12345678")
    assert (now(order).shipments[0].courier, now(order).shipments[0].number) == ("JNE", "TG12345678")
    with transaction():
        mark_delivered(order, Actor.BUYER)
    with pytest.raises(Conflict), transaction():
        relabel(now(order).shipments[0], "JNE", "TG12345679")


@both_databases
def test_the_database_refuses_more_than_was_sold(cast: Cast, order: Order) -> None:
    with pytest.raises(IntegrityError), transaction():
        change(db.update(OrderLine).where(OrderLine.id == line(order).id).values(shipped=4))
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Shipment(order_id=order.id, lines=[ShipmentLine(line_id=line(order).id, quantity=0)]))


@both_databases
@pytest.mark.race
def test_a_button_pressed_in_eight_tabs_sends_each_piece_once(app: Flask, cast: Cast, order: Order) -> None:
    key, code = order.id, line(order).code

    def press() -> None:
        with transaction() as session:
            ship(session.get_one(Order, key), Actor.SELLER, "J&T", "JX1234567890", pieces={code: 1})

    results = at_once(app, [press] * 8, threads=8)
    assert results["done"] == 3, results
    assert len(now(order).shipments) == 3
    assert now(order).state is OrderState.SHIPPED
    assert check_laws() == []


@both_databases
@pytest.mark.race
def test_control_counting_first_and_packing_afterwards_sends_a_piece_again(
    app: Flask, cast: Cast, order: Order
) -> None:
    key = line(order).id

    meeting = Meeting(4)

    def press() -> None:
        seen = db.session.get_one(OrderLine, key)
        left, shipped, order_id = seen.left, seen.shipped, seen.order_id
        db.session.rollback()
        meeting.wait()
        if left:
            with transaction() as session:
                session.add(Shipment(order_id=order_id, lines=[ShipmentLine(line_id=key, quantity=1)]))
                change(db.update(OrderLine).where(OrderLine.id == key).values(shipped=shipped + 1))

    at_once(app, [press] * 8, threads=8)
    assert any(one.law == "parcels" for one in check_laws())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(parts=st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 3)), min_size=1, max_size=6))
def test_parcels_hold_what_was_sold_however_they_are_packed(parts: list[tuple[int, int]], packed: Packed) -> None:
    with transaction():
        order = packed.fresh()
        codes = [one.code for one in order.lines]
        left = [one.quantity for one in order.lines]
        for quantities in parts:
            wanted = dict(zip(codes, quantities, strict=True))
            fits = all(0 <= n <= have for n, have in zip(quantities, left, strict=True)) and any(quantities)
            try:
                with db.session.begin_nested():
                    parcels.pack(order, wanted, parcels.Label())
            except DomainError:
                assert not fits
                continue
            assert fits
            left = [have - n for n, have in zip(quantities, left, strict=True)]
            assert [one.left for one in order.lines] == left
        sums = dict(
            db.session.execute(
                db.select(ShipmentLine.line_id, db.func.sum(ShipmentLine.quantity))
                .where(ShipmentLine.line_id.in_([one.id for one in order.lines]))
                .group_by(ShipmentLine.line_id)
            ).all()
        )
        assert [sums.get(one.id, 0) for one in order.lines] == [one.shipped for one in order.lines]
        db.session.rollback()


class Packed:
    """An order of two lines, as it was before anything was packed."""

    def __init__(self, key: int) -> None:
        self.key = key

    def fresh(self) -> Order:
        db.session.expire_all()
        return db.session.get_one(Order, self.key)


@pytest.fixture
def packed(cast: Cast) -> Packed:
    from tests import factories

    with transaction():
        second = factories.product(cast.ratnas, "Taplak cual", stock=2)
    placed = buy(of(cast.sari), (cast.shawl, 3), (second, 2), deliveries={cast.ratnas.code: "own"})
    return Packed(orders_of(placed.purchase)[0].id)
