"""Whoever writes a line into a file of their own pays nothing large with it: a file is the word of one operator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Forbidden
from catalog.money import Money
from marketplace.accounts.models import Role, User
from marketplace.banking import laws
from marketplace.banking.clearing import Outcome, assign, send_back
from marketplace.banking.matching import day_of, match
from marketplace.banking.models import BankLine, LineState, Reason
from marketplace.banking.queries import list_candidates
from marketplace.payments import by_hand
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.services import approve_refund, confirm_transfer, second, send_refund, unsee
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.banking.lines import come, line
from tests.marketplace.banking.test_clearing import all_laws, fresh
from tests.marketplace.banking.test_matching import asked

S = LineState


@pytest.fixture(autouse=True)
def low_limit() -> Iterator[None]:
    by_hand.use(by_hand.Limit(Money(100_000)))
    yield
    by_hand.use(by_hand.Limit())


@pytest.fixture
def wati(cast: Cast) -> User:
    with transaction():
        return factories.user("Wati", email="wati@contoh.example", roles=(Role.OPERATOR,))


def again(one: BankLine) -> BankLine:
    return db.session.get_one(BankLine, one.id, populate_existing=True)


@both_databases
def test_an_invented_line_pays_nothing_until_somebody_else_has_looked(cast: Cast, wati: User) -> None:
    payment = asked(cast)
    invented = come(cast, payment)  # Tono has brought it in
    assert (invented.state, invented.reason) == (S.PARKED, Reason.LARGE)
    assert (fresh(payment).state, fresh(payment).seen_by_id) == (PaymentState.PENDING, cast.tono.id)
    for deed in (
        lambda: second(payment, cast.tono),
        lambda: assign(invented, payment, cast.tono),
    ):
        with pytest.raises(Forbidden), transaction():
            deed()
    with transaction():
        assert confirm_transfer(payment.due, "TRX 1", cast.tono).state is PaymentState.PENDING
    for values in (
        {"state": PaymentState.PAID, "paid_at": clock.now()},
        {"state": PaymentState.PAID, "paid_at": clock.now(), "confirmed_by_id": cast.tono.id},
        {"state": PaymentState.LATE, "paid_at": clock.now(), "seen_by_id": None, "seen_at": None},
    ):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(db.update(Payment).values(**values))
    assert again(invented).state is S.PARKED
    assert all_laws() == []
    with transaction():
        assert assign(again(invented), payment, wati) is Outcome.PAID
    paid = fresh(payment)
    assert (paid.state, paid.seen_by_id, paid.confirmed_by_id) == (PaymentState.PAID, cast.tono.id, wati.id)
    assert (again(invented).state, all_laws()) == (S.MATCHED, [])


def test_the_second_look_finds_the_line_that_was_the_first(cast: Cast, wati: User) -> None:
    payment = asked(cast)
    first, twin = come(cast, payment), come(cast, payment)
    assert (first.reason, twin.reason) == (Reason.LARGE, Reason.AGAIN)
    with transaction():
        second(payment, wati)
    assert fresh(payment).state is PaymentState.PAID
    assert (again(first).state, again(twin).state, all_laws()) == (S.MATCHED, S.PARKED, [])
    with transaction():
        assert assign(again(twin), fresh(payment), wati) is Outcome.BACK
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert refund.by_two, "what goes back is as large"


def test_a_look_by_hand_and_a_line_of_another_are_two(cast: Cast, wati: User) -> None:
    payment, other = asked(cast), asked(cast)
    with transaction():
        confirm_transfer(payment.due, "TRX 1", wati)
        confirm_transfer(other.due, "TRX 2", cast.tono)
    assert come(cast, payment).state is S.MATCHED
    assert (fresh(payment).state, fresh(payment).confirmed_by_id) == (PaymentState.PAID, cast.tono.id)
    mine = come(cast, other)  # the same person has typed it and brought the file
    assert (mine.state, mine.reason, fresh(other).state) == (S.PARKED, Reason.LARGE, PaymentState.PENDING)
    with transaction():
        unsee(other)
    with pytest.raises(Forbidden), transaction():
        assign(again(mine), other, cast.tono)
    with pytest.raises(Conflict), transaction():
        second(other, wati)
    assert all_laws() == []


def test_neither_do_parts_of_ones_own_nor_money_sent_back(cast: Cast, wati: User) -> None:
    payment = asked(cast)
    invented = come(cast, payment, -1_000)
    with pytest.raises(Forbidden), transaction():
        assign(invented, payment, cast.tono)
    assert again(invented).state is S.PARKED
    with transaction():
        assert send_back(again(invented), payment, cast.tono) is Outcome.BACK
        (refund,) = db.session.scalars(db.select(Refund)).all()
        with pytest.raises(Forbidden):
            send_refund(refund, "BALIK 1", cast.tono)
        approve_refund(refund, cast.tono)
        with pytest.raises(Forbidden):
            send_refund(refund, "BALIK 1", cast.tono)


def test_a_line_that_may_be_the_rest_of_another_payment_is_looked_at(cast: Cast) -> None:
    by_hand.use(by_hand.Limit())
    short, exact = asked(cast), asked(cast)
    part = come(cast, short, -12_345)
    with transaction():
        assign(part, short, cast.tono)
        db.session.get_one(Payment, exact.id).due = Money(12_345)
    rest = come(cast, fresh(exact))
    assert (rest.state, rest.reason) == (S.PARKED, Reason.EITHER)
    assert {one.code for one in list_candidates(rest)} == {short.code, exact.code}
    with transaction():
        strange = line(cast, 12_346, day_of(short.created_at))
        match(strange)
    assert strange.reason is Reason.NEAR
    with transaction():
        assert assign(again(rest), short, cast.tono) is Outcome.PAID
    assert laws.check_laws() == []
