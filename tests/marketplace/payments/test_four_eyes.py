"""Above the limit the word of one operator is not enough, neither for money that came nor for money that goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden
from catalog.money import Money
from marketplace.accounts.models import Role, User
from marketplace.checkout.queries import check_laws
from marketplace.orders.models import Actor, OrderState
from marketplace.orders.services import cancel, sweep_due
from marketplace.payments import by_hand
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.services import (
    approve_refund,
    confirm_transfer,
    looked_at_until,
    second,
    see,
    send_refund,
    settle,
    unsee,
)
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of


@pytest.fixture(autouse=True)
def low_limit() -> Iterator[None]:
    by_hand.use(by_hand.Limit(Money(100_000)))
    yield
    by_hand.use(by_hand.Limit())


@pytest.fixture
def wati(cast: Cast) -> User:
    with transaction():
        return factories.user("Wati", email="wati@contoh.example", roles=(Role.OPERATOR,))


def asked(cast: Cast) -> Payment:
    return payment_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)


def fresh(payment: Payment) -> Payment:
    return db.session.get_one(Payment, payment.id, populate_existing=True)


@both_databases
def test_two_operators_must_have_seen_a_large_sum(cast: Cast, wati: User) -> None:
    payment = asked(cast)
    assert payment.by_two
    for _ in range(2):
        with transaction():
            assert confirm_transfer(payment.due, "TRX 1", cast.tono).state is PaymentState.PENDING
    with pytest.raises(Forbidden), transaction():
        second(payment, cast.tono)
    with pytest.raises(Forbidden), transaction():
        settle(payment, operator=cast.tono)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(db.update(Payment).values(confirmed_by_id=cast.tono.id))
    with transaction():
        assert second(payment, wati).state is PaymentState.PAID
    paid = fresh(payment)
    assert (paid.seen_by_id, paid.confirmed_by_id, paid.reference) == (cast.tono.id, wati.id, "TRX 1")
    for deed in (second, lambda one, _: unsee(one)):
        with pytest.raises(Conflict), transaction():
            deed(payment, wati)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(db.update(Payment).values(seen_by_id=None, seen_at=None))
    assert check_laws() == []


def test_the_second_may_also_type_the_sum_again(cast: Cast, wati: User) -> None:
    payment = asked(cast)
    with transaction():
        confirm_transfer(payment.due, "TRX 1", cast.tono)
    with transaction():
        assert confirm_transfer(payment.due, "TRX 1", wati).state is PaymentState.PAID


def test_a_file_that_one_operator_has_brought_in_is_no_second_person(cast: Cast) -> None:
    payment = asked(cast)
    with pytest.raises(Forbidden), transaction():
        settle(payment, reference="statement")
    with transaction():
        see(payment, cast.tono.id, "statement")
    for operator in (None, cast.tono):
        with pytest.raises(Forbidden), transaction():
            settle(payment, reference="statement", operator=operator)


def test_a_small_sum_needs_one(cast: Cast) -> None:
    by_hand.use(by_hand.Limit(Money(5_000_000)))
    payment = asked(cast)
    by_hand.use(by_hand.Limit(Money(1)))  # what was asked for keeps the limit of its day
    with transaction():
        assert confirm_transfer(payment.due, "TRX 1", cast.tono).state is PaymentState.PAID


def test_a_first_look_can_be_taken_back(cast: Cast) -> None:
    payment = asked(cast)
    with pytest.raises(Conflict), transaction():
        unsee(payment)
    with transaction():
        confirm_transfer(payment.due, "TRX 1", cast.tono)
        unsee(payment)
    assert (fresh(payment).seen_by_id, fresh(payment).seen_reference) == (None, "")


def test_an_order_is_not_lost_while_the_second_has_not_looked(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    payment = payment_of(placed.purchase)
    with clock.frozen(clock.now() + timedelta(hours=47)), transaction():
        confirm_transfer(payment.due, "TRX 1", cast.tono)
    with clock.frozen(clock.now() + timedelta(hours=60)), transaction():
        sweep_due()
        assert looked_at_until(fresh(payment)) is not None
    assert orders_of(placed.purchase)[0].state is OrderState.AWAITING_PAYMENT
    with clock.frozen(clock.now() + timedelta(days=6)), transaction():
        sweep_due()
    assert orders_of(placed.purchase)[0].state is OrderState.CANCELLED


@both_databases
def test_a_large_refund_is_approved_by_one_and_sent_by_another(cast: Cast, wati: User) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    pay(placed.purchase, wati)
    with transaction():
        cancel(orders_of(placed.purchase)[0], Actor.BUYER, "Tidak jadi")
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert refund.by_two
    with pytest.raises(Forbidden), transaction():
        send_refund(refund, "BACK 1", cast.tono)
    with transaction():
        approve_refund(refund, cast.tono)
        approve_refund(refund, wati)
    assert refund.approved_by_id == cast.tono.id
    with pytest.raises(Forbidden), transaction():
        send_refund(refund, "BACK 1", cast.tono)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            db.update(Refund).values(state="sent", sent_by_id=cast.tono.id, sent_at=clock.now(), reference="x")
        )
    with transaction():
        send_refund(refund, "BACK 1", wati)
    with pytest.raises(Conflict), transaction():
        approve_refund(refund, wati)
