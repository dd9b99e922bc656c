"""The life of an order: every step, every refusal, every deadline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden, Invalid
from catalog.inventory.models import Stock
from catalog.money import Money
from marketplace.checkout.queries import check_laws
from marketplace.orders import access, queries
from marketplace.orders.models import Actor, Order, OrderState, Purchase
from marketplace.orders.services import (
    cancel,
    complete,
    confirm,
    hand_out,
    mark_delivered,
    open_moves,
    ship,
    sweep_due,
)
from marketplace.orders.states import ORDER, TERMINAL
from marketplace.payments.models import PaymentState, Refund, RefundState
from marketplace.payments.services import send_refund
from marketplace.signals import order_moved
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of


def state(order: Order) -> OrderState:
    return db.session.scalars(db.select(Order.state).where(Order.id == order.id)).one()


def level(product: factories.Product) -> tuple[int, int]:
    return tuple(
        db.session.execute(
            db.select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == product.variants[0].id)
        ).one()
    )  # type: ignore[return-value]


@both_databases
def test_from_transfer_to_completion(cast: Cast) -> None:
    heard: list[str] = []
    listener = lambda order, event, **_: heard.append(event)  # noqa: E731
    with order_moved.connected_to(listener):
        placed = buy(of(cast.sari), (cast.shawl, 1))
        (order,) = orders_of(placed.purchase)
        payment = pay(placed.purchase, cast.tono)
        assert payment.state is PaymentState.PAID
        assert level(cast.shawl) == (2, 0)
        assert orders_of(placed.purchase)[0].ship_by is not None
        with transaction():
            confirm(order, Actor.SELLER, cast.ratna)
        with transaction():
            ship(order, Actor.SELLER, user=cast.ratna)
        with transaction():
            hand_out(order, access.pickup_code("geheim", order.code), "geheim", cast.ratna)
        with transaction():
            complete(order, Actor.BUYER, cast.sari)
    assert heard == ["pay", "confirm", "ship", "deliver", "complete"]
    found = queries.find_purchase(placed.purchase.code)
    assert found is not None
    assert [event.name for event in found.orders[0].events] == ["place", *heard]
    assert found.orders[0].due_at is None
    assert check_laws() == []


def test_shipping_confirms_by_itself_and_needs_a_number_only_for_couriers(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    pay(placed.purchase, cast.tono)
    (order,) = orders_of(placed.purchase)
    with transaction() as session:
        from marketplace.sellers.models import DeliveryKind

        session.get_one(Order, order.id).delivery = DeliveryKind.COURIER
    for courier, number, field in (
        ("", "JX1234567890", "courier"),
        ("JNE", "12", "number"),
        ("JNE", "<b>1234567", "number"),
    ):
        with pytest.raises(Invalid) as error, transaction():
            ship(order, Actor.SELLER, courier, number)
        assert error.value.field == field
    with transaction():
        ship(order, Actor.SELLER, "J&T", "jx 1234567890")
    (order,) = orders_of(placed.purchase)
    (parcel,) = order.shipments
    assert (order.state, parcel.courier, parcel.number) == (OrderState.SHIPPED, "J&T", "JX1234567890")
    with pytest.raises(Forbidden), transaction():
        mark_delivered(order, Actor.SELLER)


@both_databases
def test_cancelling_one_of_two_before_payment_asks_for_less(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 2), (cast.plaque, 1))
    first = payment_of(placed.purchase)
    shawls = next(one for one in orders_of(placed.purchase) if one.seller_id == cast.ratnas.id)
    with transaction():
        cancel(shawls, Actor.BUYER, "", cast.sari)
    second = payment_of(placed.purchase)
    assert second.code != first.code
    assert second.due == Money(325_000 + second.surplus)
    assert second.expires_at == first.expires_at
    assert level(cast.shawl) == (3, 0)
    assert level(cast.plaque) == (5, 1)
    assert check_laws() == []
    pay(placed.purchase, cast.tono)
    assert {one.state for one in orders_of(placed.purchase)} == {OrderState.CANCELLED, OrderState.TO_CONFIRM}
    assert check_laws() == []


@both_databases
def test_cancelling_after_payment_owes_the_money_and_leaves_the_sibling_alone(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1))
    payment = pay(placed.purchase, cast.tono)
    shawls = next(one for one in orders_of(placed.purchase) if one.seller_id == cast.ratnas.id)
    with transaction():
        cancel(shawls, Actor.SELLER, "Benang habis", cast.ratna)
    refund = db.session.scalars(db.select(Refund)).one()
    assert (refund.total, refund.state, refund.order_code) == (Money(1_850_000), RefundState.OWED, shawls.code)
    assert level(cast.shawl) == (3, 0)
    assert check_laws() == []
    plaques = next(one for one in orders_of(placed.purchase) if one.seller_id == cast.budis.id)
    assert plaques.state is OrderState.TO_CONFIRM
    with transaction():
        cancel(plaques, Actor.BUYER, "", cast.sari)
    other = db.session.scalars(db.select(Refund).where(Refund.order_code == plaques.code)).one()
    assert other.total == Money(325_000 + payment.surplus)
    with transaction():
        send_refund(refund, "BACK 1", cast.tono)
    with transaction():
        send_refund(refund, "BACK 1", cast.tono)
    with pytest.raises(Conflict), transaction():
        send_refund(other, "BACK 1", cast.tono)
    with transaction():
        send_refund(other, "BACK 2", cast.tono)
    assert payment_of(placed.purchase).state is PaymentState.REFUNDED
    assert check_laws() == []


def test_who_cancels_for_others_says_why(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    with pytest.raises(Invalid) as error, transaction():
        cancel(orders_of(placed.purchase)[0], Actor.SELLER, " ")
    assert error.value.field == "reason"


def test_a_buyer_does_not_cancel_a_piece_that_is_being_made(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    placed = buy(of(cast.sari), (made, 1))
    pay(placed.purchase, cast.tono)
    (order,) = orders_of(placed.purchase)
    assert "cancel" in open_moves(order, Actor.BUYER)
    with transaction():
        confirm(order, Actor.SELLER)
    (order,) = orders_of(placed.purchase)
    assert "cancel" not in open_moves(order, Actor.BUYER)
    assert "cancel" in open_moves(order, Actor.SELLER)
    with pytest.raises(Conflict), transaction():
        cancel(order, Actor.BUYER, "")


def test_cash_is_paid_when_everything_has_arrived_or_was_cancelled(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1), method="cash")
    one, other = orders_of(placed.purchase)
    with transaction():
        ship(one, Actor.SELLER)
        mark_delivered(one, Actor.BUYER)
    assert payment_of(placed.purchase).state is PaymentState.PENDING
    with transaction():
        ship(other, Actor.SELLER)
    with transaction():
        cancel(other, Actor.SELLER, "Pembeli tidak datang")
    payment = payment_of(placed.purchase)
    assert (payment.state, payment.due) == (PaymentState.PAID, one.total)
    assert level(cast.shawl)[1] == level(cast.plaque)[1] == 0
    assert level(cast.plaque)[0] == 5
    assert check_laws() == []


def test_a_lost_parcel_does_not_return_to_the_stock(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    pay(placed.purchase, cast.tono)
    (order,) = orders_of(placed.purchase)
    with transaction():
        ship(order, Actor.SELLER)
    with pytest.raises(Forbidden), transaction():
        cancel(order, Actor.SELLER, "Hilang di jalan")
    with transaction():
        cancel(order, Actor.OPERATOR, "Hilang di jalan", goods_back=False)
    assert level(cast.shawl) == (2, 0)
    assert db.session.scalars(db.select(Refund.total)).one() == order.total + Money(payment_of(placed.purchase).surplus)
    assert check_laws() == []


@pytest.mark.parametrize(
    ("steps", "wait", "ends"),
    [
        ([], timedelta(days=3), OrderState.CANCELLED),
        (["pay"], timedelta(days=14), OrderState.CANCELLED),
        (["pay", "confirm"], timedelta(days=18), OrderState.CANCELLED),
        (["pay", "ship"], timedelta(days=22), OrderState.DELIVERED),
        (["pay", "ship", "deliver"], timedelta(days=4), OrderState.COMPLETED),
    ],
)
def test_what_nobody_does_the_clock_does(cast: Cast, steps: list[str], wait: timedelta, ends: OrderState) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    (order,) = orders_of(placed.purchase)
    for step in steps:
        if step == "pay":
            pay(placed.purchase, cast.tono)
        else:
            with transaction():
                {"confirm": confirm, "ship": ship, "deliver": mark_delivered}[step](order, Actor.OPERATOR)
    with transaction():
        assert sweep_due() == 0
    with clock.frozen(clock.now() + wait):
        with transaction():
            assert sweep_due() == 1
        with transaction():
            assert sweep_due() == 0
    assert state(order) is ends
    assert check_laws() == []


def test_an_unpaid_purchase_expires_whole(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 3), (cast.plaque, 1))
    with clock.frozen(clock.now() + timedelta(days=3)), transaction():
        assert sweep_due() == 2
    assert payment_of(placed.purchase).state is PaymentState.EXPIRED
    assert level(cast.shawl) == (3, 0)
    assert check_laws() == []


def test_every_open_state_has_a_way_on_for_the_clock() -> None:
    assert ORDER.terminal() == set(TERMINAL)
    for one in set(OrderState) - TERMINAL:
        assert ORDER.open_from(one, Actor.SYSTEM), one


def test_the_seller_cannot_take_money_steps(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    (order,) = orders_of(placed.purchase)
    for verb in (confirm, ship, mark_delivered):
        with pytest.raises(DomainError), transaction():
            verb(order, Actor.SELLER)
    assert state(order) is OrderState.AWAITING_PAYMENT


def test_the_inbox_shows_the_next_deadline_first_and_only_ones_own(cast: Cast) -> None:
    with clock.frozen(clock.now() - timedelta(hours=3)):
        old = buy(of(cast.sari), (cast.shawl, 1), method="cash")
    made = []
    for days in (1, 2):
        with clock.frozen(clock.now() + timedelta(days=days)):
            made.append(buy(of(cast.sari), (cast.shawl, 1), method="cash"))
    with transaction():
        cancel(orders_of(made[0].purchase)[0], Actor.BUYER, "")
    listed = queries.list_inbox(cast.ratnas)
    assert [one.order.purchase_id for one in listed] == [old.purchase.id, made[1].purchase.id, made[0].purchase.id]
    walked, page, after = [], [], None
    while page := queries.list_inbox(cast.ratnas, after=after, limit=1, at=page[-1].at if page else ""):
        walked.extend(page)
        after = page[-1].code
    assert [one.code for one in walked] == [one.code for one in listed]
    assert queries.list_inbox(cast.budis) == []
    assert queries.find_order_of(cast.budis, listed[0].code) is None
    assert queries.count_by_state(cast.ratnas)[OrderState.TO_CONFIRM] == 2
    assert [one.code for one in queries.list_orders(words="sari")] == [
        one.code for one in sorted(listed, key=lambda one: -one.order.id)
    ]
    assert queries.list_orders(words="100%") == []


def test_a_buyer_finds_only_own_purchases(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    assert queries.find_purchase_of(cast.sari, placed.purchase.code) is not None
    assert queries.find_purchase_of(cast.dewi, placed.purchase.code) is None
    assert [one.code for one in queries.list_purchases(cast.sari)] == [placed.purchase.code]
    assert queries.list_purchases(cast.sari, after=placed.purchase.code) == []
    assert queries.list_purchases(cast.dewi) == []


def test_the_purchase_page_asks_few_questions(cast: Cast, count_queries: object) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1))
    code = placed.purchase.code
    db.session.expunge_all()
    with count_queries(at_most=6):  # type: ignore[operator]
        found = queries.find_purchase(code)
        assert found is not None
        for order in found.orders:
            assert order.seller.name
            assert [event.name for event in order.events]
            assert [line.image.alt for line in order.lines if line.image]


def test_a_guests_link_opens_one_purchase_only() -> None:
    token = access.access_token("secret", "abc123")
    assert access.token_fits("secret", "abc123", token)
    for secret, code, given in (
        ("other", "abc123", token),
        ("secret", "abc124", token),
        ("secret", "abc123", ""),
        ("secret", "abc123", "é"),
    ):
        assert not access.token_fits(secret, code, given)


def test_a_promise_skips_sundays_and_holidays(cast: Cast) -> None:
    from datetime import UTC, datetime

    with clock.frozen(datetime(2026, 12, 22, 3, tzinfo=UTC)):  # Tuesday; 24 and 25 December are holidays, 27 a Sunday
        placed = buy(of(cast.sari), (cast.shawl, 1), method="cash")
    assert orders_of(placed.purchase)[0].ship_by == date(2026, 12, 26)
    assert db.session.get(Purchase, placed.purchase.id) is not None
