"""Many buyers at once, on both databases. Every race has a control: a naive version that the same count catches."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError

from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError
from catalog.inventory import services as inventory
from catalog.inventory.models import Reservation, Stock
from catalog.money import Money
from marketplace.accounts.models import Session
from marketplace.carts.models import Cart, CartLine, Owner
from marketplace.checkout import services as checkout
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.orders.services import sweep_due
from marketplace.payments.models import Payment, PaymentMethod, PaymentState
from marketplace.payments.providers import BankTransfer
from marketplace.payments.services import confirm_transfer
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, payment_of, request_for
from tests.together import Meeting

pytestmark = [both_databases, pytest.mark.race]

THREADS = 24
TRIES = 3


def at_once(app: Flask, jobs: list[Callable[[], Any]], threads: int = THREADS) -> Counter[str]:
    """Run all jobs, many at a time, each with its own connection; what came of them by name."""
    gate = threading.Barrier(min(threads, len(jobs)), timeout=30)
    lined_up = threading.local()

    def run(job: Callable[[], Any]) -> str:
        if not getattr(lined_up, "yes", False):
            lined_up.yes = True
            gate.wait()
        with app.app_context():
            for tried in range(TRIES):
                try:
                    return str(job() or "done")
                except DomainError as error:
                    return type(error).__name__
                except OperationalError:  # the one bounded retry that the web makes as well
                    db.session.rollback()
                    if tried == TRIES - 1:
                        return "OperationalError"
                finally:
                    db.session.remove()
        raise AssertionError

    with ThreadPoolExecutor(min(threads, len(jobs))) as pool:
        results = Counter(pool.map(run, jobs))
    db.session.rollback()  # what this thread has read before belongs to the past
    return results


def carts_of(variant_ids: list[list[int]]) -> list[int]:
    """One guest's cart per list; the ids of the sessions."""
    ids = []
    with transaction() as session:
        for wanted in variant_ids:
            owner = guest()
            assert owner.session is not None
            cart = Cart(session_id=owner.session.id)
            session.add(cart)
            session.flush()
            session.add_all(
                [CartLine(cart_id=cart.id, variant_id=one, quantity=1, seen_price=Money(1)) for one in wanted]
            )
            ids.append(owner.session.id)
    return ids


def checkout_of(session_id: int, **values: Any) -> Callable[[], str]:
    def press() -> str:
        owner = Owner(session=db.session.get_one(Session, session_id))
        asked = request_for(owner, **values)
        with transaction():
            return "replayed" if place(owner, asked).replayed else "placed"

    return press


def count(model: Any, *where: Any) -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(model).where(*where)) or 0


@pytest.mark.parametrize("units", [1, 20])
def test_two_hundred_buyers_buy_exactly_what_is_there(app: Flask, cast: Cast, units: int) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain terakhir", stock=units)
    sessions = carts_of([[piece.variants[0].id]] * 200)
    results = at_once(app, [checkout_of(one) for one in sessions])
    assert results["placed"] == units, results
    assert results["Conflict"] + results["QuoteChanged"] == 200 - units, results
    assert count(Order) == units
    assert check_laws() == []


def race_for_stock(app: Flask, variant_id: int, take: Callable[[str], None]) -> int:
    def attempt(n: int) -> Callable[[], None]:
        return lambda: take(f"buyer-{n}")

    at_once(app, [attempt(n) for n in range(40)], threads=20)
    return count(Reservation, Reservation.variant_id == variant_id)


@pytest.mark.parametrize("units", [1, 20])
def test_reservations_never_exceed_the_stock(app: Flask, cast: Cast, units: int) -> None:
    with transaction():
        variant_id = factories.product(cast.ratnas, "Kain", stock=units).variants[0].id

    def take(reference: str) -> None:
        with transaction():
            inventory.reserve({variant_id: 1}, reference)

    assert race_for_stock(app, variant_id, take) == units
    assert check_laws() == []


def test_control_looking_first_and_writing_afterwards_oversells(app: Flask, cast: Cast) -> None:
    with transaction():
        variant_id = factories.product(cast.ratnas, "Kain", stock=1).variants[0].id

    meeting = Meeting()

    def take(reference: str) -> None:
        seen = db.session.get_one(Stock, variant_id)
        on_hand, reserved = seen.on_hand, seen.reserved
        db.session.rollback()
        meeting.wait()
        if on_hand - reserved < 1:
            raise Conflict("sold out")
        with transaction() as session:
            session.execute(update(Stock).where(Stock.variant_id == variant_id).values(reserved=reserved + 1))
            session.add(Reservation(variant_id=variant_id, quantity=1, reference=reference))

    assert race_for_stock(app, variant_id, take) > 1
    assert any(one.law == "L1" for one in check_laws())


def test_crossing_carts_neither_deadlock_nor_half_buy(app: Flask, cast: Cast) -> None:
    with transaction():
        ids = [
            factories.product(shop, f"Kain {n}", stock=6).variants[0].id
            for n in range(4)
            for shop in (cast.ratnas, cast.budis)
        ]
    wanted = [
        [ids[n % 8], ids[(n * 3 + 1) % 8], ids[(n * 5 + 2) % 8]] if n % 2 else [ids[-1 - n % 8], ids[n % 7]]
        for n in range(60)
    ]
    wanted = [list(dict.fromkeys(one)) for one in wanted]
    sessions = carts_of(wanted)
    results = at_once(app, [checkout_of(one) for one in sessions])
    assert results["OperationalError"] == 0, results
    assert results["placed"] == count(Purchase) > 0
    assert all(level.reserved <= level.on_hand for level in db.session.scalars(db.select(Stock)))
    assert check_laws() == []


def test_control_taking_rows_in_the_carts_order_deadlocks(app: Flask, cast: Cast, database: str) -> None:
    if database == "sqlite":
        pytest.skip("SQLite has one write lock: nothing to cross")
    with transaction():
        one, other = (factories.product(cast.ratnas, f"Kain {n}", stock=50).variants[0].id for n in range(2))
    meeting = threading.Barrier(2, timeout=10)

    def take(first: int, second: int) -> Callable[[], None]:
        def run() -> None:
            with transaction() as session:
                session.execute(update(Stock).where(Stock.variant_id == first).values(reserved=Stock.reserved + 1))
                try:
                    meeting.wait(2)
                except threading.BrokenBarrierError:
                    pass
                session.execute(update(Stock).where(Stock.variant_id == second).values(reserved=Stock.reserved + 1))

        return run

    deadlocks = []

    def note(context: Any) -> None:
        deadlocks.append(type(context.original_exception).__name__)

    db.event.listen(db.engine, "handle_error", note)
    at_once(app, [take(one, other), take(other, one)], threads=2)
    assert "DeadlockDetected" in deadlocks


def test_one_key_fifty_times_in_flight_is_one_purchase(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=100)
    (session_id,) = carts_of([[piece.variants[0].id]])
    asked = request_for(Owner(session=db.session.get_one(Session, session_id)))

    def press() -> str:
        owner = Owner(session=db.session.get_one(Session, session_id))
        with transaction():
            return place(owner, asked).purchase.code

    results = at_once(app, [press] * 50)
    assert len(results) == 1, results
    assert count(Purchase) == 1
    assert check_laws() == []


def test_control_looking_before_the_lock_buys_again_and_again(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=100)
    (session_id,) = carts_of([[piece.variants[0].id]])
    asked = request_for(Owner(session=db.session.get_one(Session, session_id)))

    meeting = Meeting()

    def press() -> str:
        owner = Owner(session=db.session.get_one(Session, session_id))
        seen = checkout._recalculate(owner, asked)
        meeting.wait()
        with transaction():
            return checkout._snapshot(owner, asked, *seen).code

    at_once(app, [press] * 10, threads=10)
    assert count(Purchase) > 1


class Forgetful(BankTransfer):
    """Believes that three amounts are always free: the staleness of a look before a write, made certain."""

    def _free(self, account_id: int, sum_: Money) -> list[int]:
        return [1, 2, 3]


@contextmanager
def forgetful() -> Iterator[None]:
    from marketplace.payments import providers

    before = providers.provider(PaymentMethod.BANK_TRANSFER)
    providers.use(PaymentMethod.BANK_TRANSFER, Forgetful())
    try:
        yield
    finally:
        providers.use(PaymentMethod.BANK_TRANSFER, before)


def pending_amounts() -> list[int]:
    return [
        one.rupiah for one in db.session.scalars(db.select(Payment.due).where(Payment.state == PaymentState.PENDING))
    ]


def test_no_amount_is_asked_for_twice(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=100)
    sessions = carts_of([[piece.variants[0].id]] * 40)
    results = at_once(app, [checkout_of(one) for one in sessions])
    assert results["placed"] == 40, results
    assert len(set(pending_amounts())) == 40


def test_the_database_refuses_an_amount_that_everybody_believes_free(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=100)
    sessions = carts_of([[piece.variants[0].id]] * 8)
    with forgetful():
        results = at_once(app, [checkout_of(one) for one in sessions], threads=8)
    amounts = pending_amounts()
    assert len(amounts) == len(set(amounts)) == results["placed"] <= 3
    assert results["Unavailable"] == 8 - results["placed"]
    assert count(Purchase) == results["placed"]


def test_control_without_the_constraint_amounts_repeat(app: Flask, cast: Cast) -> None:
    index = next(one for one in Payment.__table__.indexes if one.name == "uq_payments_open_amount")
    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=100)
    sessions = carts_of([[piece.variants[0].id]] * 8)
    with transaction() as session:
        session.execute(text("DROP INDEX uq_payments_open_amount"))
    try:
        with forgetful():
            at_once(app, [checkout_of(one) for one in sessions], threads=8)
        amounts = pending_amounts()
        assert len(set(amounts)) < len(amounts)
        assert any(one.law == "payments" for one in check_laws())
    finally:
        with transaction() as session:
            session.execute(Payment.__table__.update().values(holds_amount=False, state="cancelled"))
            index.create(session.connection())


def test_confirming_and_expiring_at_once_end_in_one_state(app: Flask, cast: Cast) -> None:
    from datetime import timedelta

    from catalog import clock

    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=100)
    purchases = [buy(of(cast.sari), (piece, 1)).purchase for _ in range(10)]
    asked = [(payment_of(one).due, payment_of(one).code) for one in purchases]
    later = clock.now() + timedelta(days=3)
    operator_id = cast.tono.id

    def confirm(due: Money, code: str) -> Callable[[], str]:
        def run() -> str:
            with transaction() as session:
                return confirm_transfer(due, f"TRX-{code}", session.get_one(type(cast.tono), operator_id)).state.value

        return run

    def sweep() -> str:
        with transaction():
            sweep_due(later)
        return "swept"

    jobs = [job for due, code in asked for job in (confirm(due, code), sweep, confirm(due, code))]
    results = at_once(app, jobs, threads=12)
    with transaction():
        sweep_due(later)
    assert results["OperationalError"] == 0, results
    states = Counter(db.session.scalars(db.select(Payment.state)))
    assert set(states) <= {PaymentState.PAID, PaymentState.LATE}, states
    by_state = Counter(db.session.scalars(db.select(Order.state)))
    assert by_state[OrderState.CANCELLED] >= states[PaymentState.LATE]
    assert check_laws() == []


def test_control_a_transfer_that_was_looked_at_before_the_clock_pays_for_nothing(app: Flask, cast: Cast) -> None:
    from datetime import timedelta

    from catalog import clock

    with transaction():
        piece = factories.product(cast.ratnas, "Kain", stock=1)
    payment = payment_of(buy(of(cast.sari), (piece, 1)).purchase)
    key, later = payment.id, clock.now() + timedelta(days=3)
    looked, swept = threading.Event(), threading.Event()

    def sweep() -> str:
        looked.wait(30)
        with transaction():
            sweep_due(later)
        swept.set()
        return "swept"

    def confirm() -> str:
        is_pending = db.session.get_one(Payment, key).state is PaymentState.PENDING
        db.session.rollback()
        looked.set()
        swept.wait(30)
        with transaction() as session:
            if is_pending:
                values = {"state": PaymentState.PAID, "paid_at": clock.now()}
                session.execute(update(Payment).where(Payment.id == key).values(values))
        return "confirmed"

    assert at_once(app, [sweep, confirm], threads=2) == {"swept": 1, "confirmed": 1}
    assert count(Payment, Payment.state == PaymentState.PAID) == count(Order, Order.state == OrderState.CANCELLED) == 1
    assert any(one.law == "payments" for one in check_laws()), check_laws()
