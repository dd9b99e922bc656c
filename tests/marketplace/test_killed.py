"""A process is killed at any moment of a sale, a cancellation or a return: what it had acknowledged stands, and nothing
stands by halves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from catalog import clock
from catalog.db import change, db, transaction
from catalog.errors import DomainError
from catalog.inventory import services as inventory
from catalog.inventory.models import Reservation, Stock, StockMovement
from marketplace.carts import services as carts
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.ledger.models import Journal, Posting
from marketplace.notifications.models import Notification
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderEvent, OrderLine, OrderState, Purchase
from marketplace.outbox.models import Message
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund
from marketplace.returns import laws, services
from marketplace.returns.answers import Answer
from marketplace.returns.models import RefundLine, Return, ReturnEvent, ReturnLine
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, pay, request_for
from tests.marketplace.killing import Fork, dying
from tests.marketplace.returns.coming import ask, came, wish

pytestmark = [both_databases, pytest.mark.race, pytest.mark.durable]

WATCHED = (
    Order, OrderLine, OrderEvent, Payment, Refund, RefundLine, Return, ReturnLine, ReturnEvent,
    Stock, StockMovement, Reservation, Message, Notification, Journal, Posting,
)  # fmt: skip


def test_a_killed_process_loses_nothing_that_it_acknowledged(app: Flask, cast: Cast) -> None:
    with transaction():
        one = factories.product(cast.ratnas, "Kain untuk banyak pembeli", stock=5000)
        two = factories.product(cast.budis, "Plakat untuk banyak pembeli", stock=5000)
        variants = [one.variants[0].code, two.variants[0].code]

    def sell(tell: Callable[[str], None]) -> None:
        while True:
            with transaction():
                owner = guest()
                for variant in variants:
                    carts.add(owner, variant, 1)
                code = place(owner, request_for(owner)).purchase.code
            tell(code)  # acknowledged: from here on it may not be lost
            db.session.remove()

    dice, told = random.Random(7), []
    for _ in range(4):
        seller = Fork(sell)
        told += [seller.hear() for _ in range(dice.randint(2, 5))]
        time.sleep(dice.uniform(0, 0.05))
        told += seller.kill()
    kept = set(db.session.scalars(select(Purchase.code)))
    assert set(told) <= kept, "an acknowledged purchase is lost"
    assert len(kept) - len(set(told)) <= 4, "at most one unacknowledged purchase a kill"
    assert check_laws() == []
    bought = db.session.scalar(select(func.count(Order.id)))
    lines = db.session.scalar(select(func.count(OrderLine.id)))
    assert bought == lines == 2 * len(kept)


def test_the_control_a_purchase_in_two_commits_is_caught(app: Flask, cast: Cast) -> None:
    """Half a purchase, as a process killed before it held the pieces would leave it, breaks a law."""
    with transaction():
        owner = guest()
    buy(owner, (cast.shawl, 1))
    with transaction() as session:
        session.execute(delete(Reservation))
    assert check_laws() != []


def seen() -> dict[str, list[Any]]:
    """Every row of all that a cancellation or a return may touch."""
    db.session.rollback()
    rows = {}
    for model in WATCHED:
        table = model.__table__
        rows[table.name] = list(db.session.execute(select(table).order_by(*table.primary_key)))
    return rows


def kill_everywhere(deed: Callable[[], Any]) -> int:
    """Kill `deed` before each of its changes, and once more after the last: all of it happened or nothing; how often."""
    before = seen()
    for step in count(1):
        told = Fork(dying(step, deed)).end()
        after = seen()
        halves = [name for name in after if after[name] != before[name]]
        if told:
            assert halves, "it was acknowledged, and nothing has changed"
            assert check_laws() == laws.check_laws() == []
            return step
        assert not halves, f"killed before change {step}, it stands by halves in {halves}"
    raise AssertionError


@pytest.fixture
def paid(app: Flask, cast: Cast) -> Iterator[Order]:
    """Two shawls of a purchase from two shops that has been paid."""
    purchase = buy(of(cast.sari), (cast.shawl, 2), (cast.plaque, 1)).purchase
    pay(purchase, cast.tono)
    yield next(one for one in orders_of(purchase) if one.seller_id == cast.ratnas.id)


def test_a_cancellation_that_is_killed_happens_wholly_or_not_at_all(cast: Cast, paid: Order) -> None:
    key, other = paid.id, next(one.id for one in orders_of(paid.purchase) if one.id != paid.id)

    def cancel() -> None:
        with transaction() as session:
            orders.cancel(session.get_one(Order, key), Actor.BUYER, "berubah pikiran")

    assert kill_everywhere(cancel) > 5
    with pytest.raises(DomainError):
        cancel()  # whoever presses again after the crash does not do it twice
    later = clock.now() + timedelta(days=30)

    def sweep() -> None:
        with transaction():
            orders.sweep_due(later)

    assert kill_everywhere(sweep) > 5, "the clock takes the other order back"
    assert db.session.get_one(Order, other).state is OrderState.CANCELLED
    owed = db.session.scalars(select(Refund)).all()
    (payment,) = db.session.scalars(select(Payment))
    assert sum(one.total.rupiah for one in owed) == payment.due.rupiah and len(owed) == 2
    tono, refund = cast.tono.id, owed[0].id

    def send() -> None:
        with transaction() as session:
            payments.send_refund(session.get_one(Refund, refund), "BACK 1", session.get_one(type(cast.tono), tono))

    assert kill_everywhere(send) > 1
    before = seen()
    send()
    assert seen() == before, "said again after the crash, it changes nothing"


def test_a_return_that_is_killed_happens_wholly_or_not_at_all(cast: Cast) -> None:
    order = came(cast, (cast.shawl, 2))
    key, line = order.id, order.lines[0].code

    def open_it() -> None:
        with transaction() as session:
            found = session.get_one(Order, key)
            services.ask(found, wish(found, pieces=2))

    assert kill_everywhere(open_it) > 4
    found = db.session.scalars(select(Return)).one().id

    def step(name: str, *values: Any) -> Callable[[], None]:
        def take() -> None:
            with transaction() as session:
                getattr(services, name)(session.get_one(Return, found), *values)

        return take

    assert kill_everywhere(step("accept", Answer("refund", sends_back=True))) > 2
    step("send_back", "", "")()
    receive = step("receive", {line: 1})
    assert kill_everywhere(receive) > 6, "pieces on the shelf, money owed, the return settled"
    with pytest.raises(DomainError):
        receive()
    (payment,), (refund,) = db.session.scalars(select(Payment)), db.session.scalars(select(Refund))
    assert refund.total == payment.due, "once, with the surplus of the transfer"
    silent = ask(came(cast, (cast.shawl, 1)), "claim").id
    later = clock.now() + timedelta(days=30)

    def sweep() -> None:
        with transaction() as session:
            services.sweep_one(session.get_one(Return, silent), later)

    assert kill_everywhere(sweep) > 2, "the clock takes a silent return to the operator"


def test_the_control_a_cancellation_in_two_commits_is_caught(cast: Cast, paid: Order) -> None:
    key, code = paid.id, paid.code

    def cancel() -> None:
        with transaction():
            change(update(Order).where(Order.id == key).values(state=OrderState.CANCELLED, due_at=None))
        with transaction():
            inventory.put_back(code)

    with pytest.raises(AssertionError, match="killed before change"):
        kill_everywhere(cancel)
