"""Several hands on one order at once, on both databases. Every race has a control: a naive version that the same look
at what came of it catches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog import clock
from catalog.db import change, db, transaction
from catalog.inventory import services as inventory
from catalog.inventory.models import MovementKind, Stock, StockMovement
from marketplace.accounts.models import User
from marketplace.checkout.queries import check_laws
from marketplace.orders import services as orders
from marketplace.orders import wishes
from marketplace.orders.models import Actor, Order, OrderEvent, OrderState, Purchase, Shipment
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentState, Refund, RefundState
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, pay
from tests.marketplace.checkout.test_races import at_once, count

pytestmark = [both_databases, pytest.mark.race]

MANY = 6


@pytest.fixture
def purchase(app: Flask, cast: Cast) -> Purchase:
    """Two shawls from Ratna and a plaque from Budi, not paid yet."""
    return buy(of(cast.sari), (cast.shawl, 2), (cast.plaque, 1)).purchase


@pytest.fixture
def paid(cast: Cast, purchase: Purchase) -> int:
    """Ratna's order of it, paid and being prepared."""
    pay(purchase, cast.tono)
    with transaction() as session:
        order = session.scalars(select(Order).where(Order.seller_id == cast.ratnas.id)).one()
        orders.confirm(order, Actor.SELLER)
    return order.id


def cancelling(key: int, actor: Actor = Actor.SELLER) -> Callable[[], str]:
    def press() -> str:
        with transaction() as session:
            orders.cancel(session.get_one(Order, key), actor, "Benangnya habis.")
        return "cancelled"

    return press


def state(key: int) -> OrderState:
    db.session.rollback()
    return db.session.scalars(select(Order.state).where(Order.id == key)).one()


def gone_back() -> int:
    """What goes back to the buyer, in rupiah."""
    return sum(one.rupiah for one in db.session.scalars(select(Refund.total)))


def due() -> int:
    """What the buyer has paid, in rupiah."""
    return sum(one.rupiah for one in db.session.scalars(select(Payment.due).where(Payment.paid_at.is_not(None))))


def on_hand(cast: Cast) -> int:
    return db.session.scalars(select(Stock.on_hand).where(Stock.variant_id == cast.shawl.variants[0].id)).one()


# One order is called off in many windows.


def test_an_order_called_off_in_many_windows_gives_its_pieces_back_once(app: Flask, cast: Cast, paid: int) -> None:
    before = on_hand(cast)
    assert at_once(app, [cancelling(paid)] * MANY, threads=MANY) == {"cancelled": 1, "Conflict": MANY - 1}
    assert (state(paid), on_hand(cast), count(Refund)) == (OrderState.CANCELLED, before + 2, 1)
    assert check_laws() == []


def test_control_looking_first_and_putting_back_afterwards_makes_pieces_of_nothing(
    app: Flask, cast: Cast, paid: int
) -> None:
    seen, variant, before = Barrier(MANY, timeout=30), cast.shawl.variants[0].id, on_hand(cast)

    def press() -> str:
        order = db.session.get_one(Order, paid)
        found, code = order.state, order.code
        db.session.rollback()
        seen.wait()
        if found is OrderState.CANCELLED:
            return "late"
        with transaction() as session:
            change(update(Order).where(Order.id == paid).values(state=OrderState.CANCELLED, due_at=None))
            change(update(Stock).where(Stock.variant_id == variant).values(on_hand=Stock.on_hand + 2))
            session.add(StockMovement(variant_id=variant, kind=MovementKind.RETURNED, quantity=2, reference=code))
        return "cancelled"

    at_once(app, [press] * MANY, threads=MANY)
    assert on_hand(cast) > before + 2
    assert any(one.law == "L1" for one in check_laws())


# The seller hands it over in one window and calls it off in another.


def is_sent_and_on_the_shelf(key: int) -> bool:
    """Whether pieces of an order are in a parcel and in the stock again."""
    code = db.session.scalars(select(Order.code).where(Order.id == key)).one()
    moves = select(func.sum(StockMovement.quantity)).where(
        StockMovement.reference == code, StockMovement.kind.in_([MovementKind.SOLD, MovementKind.RETURNED])
    )
    return count(Shipment, Shipment.order_id == key) > 0 and not db.session.scalar(moves)


def test_what_is_sent_and_called_off_at_once_is_one_of_the_two(app: Flask, paid: int) -> None:
    def ship() -> str:
        with transaction() as session:
            orders.ship(session.get_one(Order, paid), Actor.SELLER)
        return "shipped"

    results = at_once(app, [ship, cancelling(paid)] * 3, threads=MANY)
    assert results["shipped"] + results["cancelled"] == 1, results
    assert results["Conflict"] + results["Forbidden"] == MANY - 1, results
    assert (state(paid) is OrderState.SHIPPED) == (count(Shipment) == 1) == (results["shipped"] == 1)
    assert not is_sent_and_on_the_shelf(paid) and check_laws() == []


def test_control_two_windows_that_look_first_send_what_they_put_back(app: Flask, paid: int) -> None:
    seen = Barrier(2, timeout=30)

    def look() -> str:
        order = db.session.get_one(Order, paid)
        assert order.state is OrderState.PROCESSING
        code = order.code
        db.session.rollback()
        seen.wait()
        return code

    def ship() -> None:
        look()
        with transaction() as session:
            change(update(Order).where(Order.id == paid).values(state=OrderState.SHIPPED, due_at=clock.now()))
            session.add(Shipment(order_id=paid, courier="", number=""))

    def cancel() -> None:
        code = look()
        with transaction():
            change(update(Order).where(Order.id == paid).values(state=OrderState.CANCELLED, due_at=None))
            inventory.put_back(code)

    at_once(app, [ship, cancel], threads=2)
    assert is_sent_and_on_the_shelf(paid)


# The transfer comes while the buyer calls it off.


def paying(cast: Cast) -> Callable[[], str]:
    amount, tono = db.session.scalars(select(Payment.due)).one(), cast.tono.id

    def see() -> str:
        with transaction() as session:
            return payments.confirm_transfer(amount, "TRX 1", session.get_one(User, tono)).state.value

    return see


@pytest.fixture
def unpaid(cast: Cast) -> int:
    """One order that waits for its transfer."""
    return buy(of(cast.sari), (cast.shawl, 2)).purchase.orders[0].id


def test_money_that_comes_while_the_order_is_called_off_goes_back_whole(app: Flask, cast: Cast, unpaid: int) -> None:
    results = at_once(app, [paying(cast), cancelling(unpaid, Actor.BUYER)] * 3, threads=MANY)
    assert results["cancelled"] == 1 and results["paid"] + results["late"] >= 1, results
    assert state(unpaid) is OrderState.CANCELLED
    assert gone_back() == due() > 0 and count(Refund) == 1
    assert check_laws() == []


def test_control_calling_off_by_an_older_look_keeps_the_money(app: Flask, cast: Cast, unpaid: int) -> None:
    see, seen = paying(cast), Barrier(2, timeout=30)

    def pay_now() -> str:
        seen.wait()
        told = see()
        seen.wait()
        return told

    def cancel() -> None:
        found = db.session.scalars(select(Payment.state)).one()
        db.session.rollback()
        seen.wait()
        seen.wait()
        with transaction():
            change(update(Order).where(Order.id == unpaid).values(state=OrderState.CANCELLED, due_at=None))
            assert found is PaymentState.PENDING, "nothing has come, so nothing goes back"

    at_once(app, [pay_now, cancel], threads=2)
    assert state(unpaid) is OrderState.CANCELLED and gone_back() < due()
    assert check_laws() != []


# Both orders of a purchase are called off in the same moment.


def test_two_orders_called_off_at_once_send_back_the_surplus_once(app: Flask, cast: Cast, paid: int) -> None:
    both = db.session.scalars(select(Order.id)).all()
    results = at_once(app, [cancelling(one) for one in both] * 2, threads=4)
    assert results["cancelled"] == 2, results
    assert gone_back() == due() and count(Refund) == 2
    assert check_laws() == []


def test_control_looking_at_the_other_order_before_the_lock_keeps_the_surplus(app: Flask, paid: int) -> None:
    both, seen = db.session.scalars(select(Order.id)).all(), Barrier(2, timeout=30)

    def press(key: int) -> Callable[[], None]:
        def cancel() -> None:
            order = db.session.get_one(Order, key)
            others = select(Order.id).where(Order.id != key, Order.state != OrderState.CANCELLED)
            is_last = db.session.scalar(others) is None
            (payment,) = db.session.scalars(select(Payment))
            total, values = order.total, {"payment_id": payment.id, "order_code": order.code, "reason": "?"}
            db.session.rollback()
            seen.wait()
            with transaction() as session:
                change(update(Order).where(Order.id == key).values(state=OrderState.CANCELLED, due_at=None))
                session.add(Refund(total=total if not is_last else payment.due, **values))

        return cancel

    at_once(app, [press(one) for one in both], threads=2)
    assert 0 < gone_back() < due()


# The seller answers a wish in the very moment in which the clock does.


@pytest.fixture
def unwanted(paid: int) -> int:
    with transaction() as session:
        wishes.ask_to_cancel(session.get_one(Order, paid), "Saya salah memilih.")
    return paid


def answers(key: int) -> Counter[str]:
    """What became of a wish: how often it was kept on, how often called off."""
    db.session.rollback()
    names = db.session.scalars(select(OrderEvent.name).where(OrderEvent.order_id == key))
    return Counter(one for one in names if one in ("keep", "cancel"))


def keeping(key: int) -> Callable[[], str]:
    def keep() -> str:
        with transaction() as session:
            wishes.keep_on(session.get_one(Order, key), Actor.SELLER, "Kainnya sudah dipotong.")
        return "kept"

    return keep


def test_a_wish_has_one_answer_of_the_seller_or_of_the_clock(app: Flask, unwanted: int) -> None:
    later = db.session.get_one(Order, unwanted).due_at

    def sweep() -> str:
        with transaction():
            return "swept" if orders.sweep_due(later) else "late"

    results = at_once(app, [sweep, keeping(unwanted)] * 3, threads=MANY)
    assert results["swept"] + results["kept"] == 1, results
    assert sum(answers(unwanted).values()) == 1
    assert (state(unwanted) is OrderState.CANCELLED) == (results["swept"] == 1)
    assert check_laws() == []


def test_control_a_clock_that_acts_on_an_older_look_overrules_the_seller(app: Flask, unwanted: int) -> None:
    keep, seen = keeping(unwanted), Barrier(2, timeout=30)

    def answer() -> str:
        seen.wait()
        told = keep()
        seen.wait()
        return told

    def sweep() -> None:
        order = db.session.get_one(Order, unwanted)
        assert order.is_unwanted
        db.session.rollback()
        seen.wait()
        seen.wait()
        with transaction() as session:
            orders._cancel(*orders.hold(session.get_one(Order, unwanted)), Actor.SYSTEM, orders.WISH_UNANSWERED, None)

    assert at_once(app, [answer, sweep], threads=2) == {"kept": 1, "done": 1}
    assert answers(unwanted) == {"keep": 1, "cancel": 1}


# The operator sends the money back.


@pytest.fixture
def owed(paid: int) -> int:
    cancelling(paid)()
    return db.session.scalars(select(Refund.id)).one()


def test_money_that_is_sent_back_in_many_windows_leaves_once(app: Flask, cast: Cast, owed: int) -> None:
    tono = cast.tono.id

    def send(n: int) -> Callable[[], str]:
        def press() -> str:
            with transaction() as session:
                payments.send_refund(session.get_one(Refund, owed), f"BACK {n}", session.get_one(User, tono))
            return "sent"

        return press

    results = at_once(app, [send(n) for n in range(MANY)], threads=MANY)
    assert results == {"sent": 1, "Conflict": MANY - 1}
    assert check_laws() == []


def test_control_looking_first_sends_it_from_every_window(app: Flask, owed: int) -> None:
    seen = Barrier(MANY, timeout=30)

    def send(n: int) -> Callable[[], str]:
        def press() -> str:
            found = db.session.scalars(select(Refund.state).where(Refund.id == owed)).one()
            db.session.rollback()
            seen.wait()
            if found is RefundState.SENT:
                return "late"
            with transaction():
                values = {"state": RefundState.SENT, "reference": f"BACK {n}", "sent_at": clock.now()}
                change(update(Refund).where(Refund.id == owed).values(**values))
            return "sent"

        return press

    assert at_once(app, [send(n) for n in range(MANY)], threads=MANY)["sent"] > 1
