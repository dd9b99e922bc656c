"""A line that came pays exactly what asks for it, once; everything else waits for a person and its money is in the book."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money, total
from marketplace.banking import laws, subscribers  # noqa: F401
from marketplace.banking.clearing import Outcome, assign, ignore, reopen
from marketplace.banking.matching import day_of, link, match, verdict
from marketplace.banking.models import BankLine, LineState, MatchKind, Reason
from marketplace.bookkeeping.laws import check_laws as check_books
from marketplace.checkout.queries import check_laws
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.orders.services import sweep_due
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.queries import find_payment
from marketplace.payments.services import confirm_transfer
from marketplace.signals import payment_settled
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.banking.lines import account, come, line
from tests.marketplace.checkout.shopping import buy, of, pay, payment_of
from tests.marketplace.checkout.test_races import at_once, count

S = LineState


def asked(cast: Cast, **values: Any) -> Payment:
    return payment_of(buy(of(cast.sari), (cast.shawl, 1), **values).purchase)


def bank() -> Money:
    return balance(accounts.bank(account().code))


def all_laws() -> list[Any]:
    return [*check_laws(), *check_books(), *laws.check_laws()]


@both_databases
def test_the_exact_sum_pays_and_a_second_one_waits(cast: Cast) -> None:
    payment = asked(cast)
    first = come(cast, payment)
    assert (first.state, first.matched_kind, first.matched_code) == (S.MATCHED, MatchKind.PAYMENT, payment.code)
    paid = db.session.get_one(Payment, payment.id, populate_existing=True)
    assert (paid.state, paid.confirmed_by_id) == (PaymentState.PAID, None)
    assert first.code in (paid.reference or "")
    again = come(cast, payment)
    assert (again.state, again.reason) == (S.PARKED, Reason.AGAIN)
    assert bank() == payment.due * 2
    assert balance(accounts.suspense(again.code)) == -payment.due
    with transaction() as session:  # said once more, nothing more follows
        match(session.get_one(BankLine, again.id))
    assert all_laws() == []
    with transaction() as session:
        assert assign(again, paid, cast.tono) is Outcome.BACK
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert (refund.total, refund.payment.purpose.value) == (payment.due, "extra")
    assert find_payment(payment.purchase_code) is not None
    assert (find_payment(payment.purchase_code) or again).id == payment.id
    assert balance(accounts.suspense(again.code)) == Money(0)
    assert all_laws() == []


@pytest.mark.parametrize(
    ("more", "reason"), [(-1, Reason.NEAR), (1, Reason.NEAR), (-900, Reason.NEAR), (5000, Reason.NOTHING)]
)
def test_another_sum_pays_nothing(cast: Cast, more: int, reason: Reason) -> None:
    payment = asked(cast)
    found = come(cast, payment, more)
    assert (found.state, found.reason) == (S.PARKED, reason)
    assert db.session.get_one(Payment, payment.id, populate_existing=True).state is PaymentState.PENDING
    assert bank() == payment.due + Money(more)
    assert all_laws() == []


def test_sen_days_and_closed_payments_are_told_apart(cast: Cast) -> None:
    payment = asked(cast)
    today = day_of(payment.created_at)
    assert come(cast, payment, sen=50).reason is Reason.NOTHING
    assert come(cast, payment, on=today - timedelta(days=1)).reason is Reason.EARLY
    assert come(cast, payment, on=today + timedelta(days=4)).reason is Reason.LATE
    with clock.frozen(clock.now() + timedelta(days=3)):
        with transaction():
            sweep_due()
        late = come(cast, payment, on=today + timedelta(days=1))
        assert late.reason is Reason.CLOSED
        with transaction() as session:
            assert assign(late, session.get_one(Payment, payment.id), cast.tono) is Outcome.BACK
    after = db.session.get_one(Payment, payment.id, populate_existing=True)
    assert (after.state, late.matched_kind) == (PaymentState.LATE, MatchKind.PAYMENT)
    assert all_laws() == []


def test_money_that_left_and_a_few_sen_are_only_kept(cast: Cast) -> None:
    with transaction():
        for made in (line(cast, -5_000, date(2026, 11, 2)), line(cast, 0, date(2026, 11, 2), sen=40)):
            match(made)
            assert made.state in (S.OPEN, S.FRESH)
    assert bank() == Money(0)
    assert laws.check_laws() == []


def test_what_was_confirmed_by_hand_is_found_again(cast: Cast) -> None:
    payment = pay(buy(of(cast.sari), (cast.shawl, 1)).purchase, cast.tono)
    found = come(cast, payment)
    assert (found.state, found.matched_code) == (S.MATCHED, payment.code)
    assert come(cast, payment).reason is Reason.AGAIN
    other = asked(cast)
    parked = come(cast, other, on=day_of(other.created_at) + timedelta(days=4))
    assert parked.state is S.PARKED
    with transaction():
        confirm_transfer(other.due, "TRX by hand", cast.tono)
    assert db.session.get_one(BankLine, parked.id, populate_existing=True).matched_code == other.code
    assert bank() == payment.due * 2 + other.due
    assert all_laws() == []


def test_a_line_long_after_a_confirmation_by_hand_is_no_line_of_it(cast: Cast) -> None:
    payment = pay(buy(of(cast.sari), (cast.shawl, 1)).purchase, cast.tono)
    assert come(cast, payment, on=day_of(payment.created_at) + timedelta(days=5)).reason is Reason.AGAIN


def test_a_transfer_that_came_twice_long_ago_is_no_line_of_another_buyers_payment(cast: Cast) -> None:
    first = asked(cast)
    come(cast, first)
    twice = come(cast, first)
    assert (twice.state, twice.reason) == (S.PARKED, Reason.AGAIN)
    with clock.frozen(clock.now() + timedelta(days=30)):
        second = asked(cast)
        with transaction() as session:  # its amount is free again by now
            session.get_one(Payment, first.id).holds_amount = False
            session.flush()
            session.get_one(Payment, second.id).due = first.due
        with transaction():
            confirm_transfer(first.due, "TRX by hand", cast.tono)
        assert db.session.get_one(BankLine, twice.id, populate_existing=True).state is S.PARKED
        real = come(cast, second)
    assert (real.state, real.matched_code) == (S.MATCHED, second.code)


def test_a_verdict_needs_nothing_but_what_it_is_given(cast: Cast) -> None:
    payment = asked(cast)
    made = BankLine(booked_on=day_of(payment.created_at), total=payment.due)
    assert verdict(made, [payment], []).payment is payment
    assert verdict(made, [], [], near=True).reason is Reason.NEAR
    assert verdict(made, [], []).reason is Reason.NOTHING


@both_databases
@pytest.mark.race
def test_hand_and_statement_at_once_pay_once(app: Flask, cast: Cast) -> None:
    payment = asked(cast)
    with transaction():
        ids = [line(cast, payment.due, day_of(payment.created_at)).id for _ in range(2)]
    tono, due, heard = cast.tono.id, payment.due, []
    listener = lambda payment, **_: heard.append(payment.code)  # noqa: E731

    def matching(key: int) -> Callable[[], str]:
        def run() -> str:
            with transaction() as session:
                return match(session.get_one(BankLine, key)).state.value

        return run

    def by_hand() -> str:
        with transaction() as session:
            confirm_transfer(due, "TRX 1", session.get_one(type(cast.tono), tono))
        return "by hand"

    with payment_settled.connected_to(listener):
        results = at_once(app, [matching(ids[0]), by_hand, matching(ids[1]), matching(ids[0])], threads=4)
    assert results["OperationalError"] == 0, results
    with transaction() as session:  # what had to give way is tried again
        for key in ids:
            match(session.get_one(BankLine, key))
    assert heard == [payment.code]
    states = sorted(one.state.value for one in db.session.scalars(db.select(BankLine)))
    assert states == ["matched", "parked"]
    assert all_laws() == []


@pytest.mark.race
def test_the_count_catches_a_naive_matching(app: Flask, cast: Cast) -> None:
    payment = asked(cast)
    with transaction():
        ids = [line(cast, payment.due, day_of(payment.created_at)).id for _ in range(2)]
    meeting = threading.Barrier(2, timeout=10)

    def naive(key: int) -> Callable[[], str]:
        def run() -> str:
            is_open = db.session.get_one(Payment, payment.id).state is PaymentState.PENDING
            db.session.rollback()
            meeting.wait()
            with transaction() as session:
                if is_open:
                    link(session.get_one(BankLine, key), MatchKind.PART, payment.code)
            return "paid"

        return run

    assert at_once(app, [naive(key) for key in ids], threads=2)["paid"] == 2
    assert count(BankLine, BankLine.state == S.MATCHED) == 2
    assert "L5" in {one.law for one in laws.check_laws()}


@given(deeds=st.lists(st.tuples(st.sampled_from(["exact", "less", "more", "twice", "nothing", "give", "leave", "again"]), st.integers(0, 3)), min_size=3, max_size=7))  # fmt: skip
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_matched_is_what_was_settled_and_what_is_owed_back(cast: Cast, deeds: list[tuple[str, int]]) -> None:
    payments = [asked(cast) for _ in range(2)] if not count(Payment) else []
    payments = payments or list(db.session.scalars(db.select(Payment).where(Payment.purpose != "extra")).all())[:2]
    for name, number in deeds:
        payment = payments[number % 2]
        more = {"less": -7_000, "more": 3_000, "nothing": 123_456}.get(name, 0)
        if name in ("exact", "less", "more", "twice", "nothing"):
            for _ in range(2 if name == "twice" else 1):
                come(cast, payment, more)
            continue
        waiting = db.session.scalars(db.select(BankLine).where(BankLine.state.in_([S.PARKED, S.HELD, S.IGNORED]))).all()
        if not waiting:
            continue
        chosen = waiting[number % len(waiting)]
        with transaction() as session:
            if name == "give":
                assign(chosen, session.get_one(Payment, payment.id), cast.tono)
            elif name == "leave" and chosen.state is not S.IGNORED:
                ignore(chosen, "Bunga bank", cast.tono)
            elif name == "again" and chosen.state is not S.PARKED:
                reopen(chosen, cast.tono)
    lines = db.session.scalars(db.select(BankLine)).all()
    matched = total(one.total for one in lines if one.state is S.MATCHED)
    came = db.session.scalars(db.select(Payment).where(Payment.state.in_(["paid", "late", "refunded"]))).all()
    assert matched == total(one.due for one in came)
    owed = total(one.total for one in db.session.scalars(db.select(Refund)))
    assert owed == total(one.due for one in came if one.purpose.value == "extra" or one.state is PaymentState.LATE)
    assert bank() == total(one.total for one in lines)
    assert all_laws() == []
