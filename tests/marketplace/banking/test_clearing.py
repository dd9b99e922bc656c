"""What an operator decides about a parked line: too much goes back, too little waits, nothing is decided twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Invalid
from catalog.money import Money
from marketplace.banking import laws
from marketplace.banking.clearing import Outcome, assign, explain, ignore, reopen, send_back
from marketplace.banking.matching import day_of, match, suspend
from marketplace.banking.models import BankLine, LineState, MatchKind, Reason
from marketplace.banking.queries import held_for, list_candidates, list_lines
from marketplace.bookkeeping.laws import check_laws as check_books
from marketplace.checkout.queries import check_laws
from marketplace.ledger import accounts
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance
from marketplace.ledger.services import Entry, post
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.services import add_account, confirm_transfer
from marketplace.reconciliation.banks import list_recognised
from marketplace.signals import payment_came_short
from tests.cast import Cast
from tests.marketplace.banking.lines import account, come, line
from tests.marketplace.banking.test_matching import asked, bank

S = LineState


def all_laws() -> list[Any]:
    return [*check_laws(), *check_books(), *laws.check_laws()]


def fresh(payment: Payment) -> Payment:
    return db.session.get_one(Payment, payment.id, populate_existing=True)


def test_too_much_pays_and_the_rest_is_owed_back(cast: Cast) -> None:
    payment = asked(cast)
    parked = come(cast, payment, 20_000)
    with transaction():
        assert assign(parked, payment, cast.tono) is Outcome.MORE
    assert fresh(payment).state is PaymentState.PAID
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert refund.total == Money(20_000)
    assert bank() == payment.due + Money(20_000)
    assert balance(accounts.refund(payment.purchase_code)) == Money(-20_000)
    assert all_laws() == []
    with pytest.raises(Conflict), transaction():
        assign(parked, payment, cast.tono)
    with pytest.raises(Conflict), transaction():
        ignore(parked, "doch nicht", cast.tono)


def test_too_little_waits_for_the_rest(cast: Cast) -> None:
    payment = asked(cast)
    heard: list[Money] = []
    listener = lambda payment, came, **_: heard.append(came)  # noqa: E731
    with payment_came_short.connected_to(listener):
        first = come(cast, payment, -30_000)
        with transaction():
            assert assign(first, payment, cast.tono) is Outcome.SHORT
    assert (fresh(payment).state, first.state, heard) == (PaymentState.PENDING, S.HELD, [payment.due - Money(30_000)])
    assert held_for([payment.code]) == {payment.code: payment.due - Money(30_000)}
    assert all_laws() == []
    with transaction():
        rest = line(cast, 31_000, first.booked_on)
    with transaction():
        match(rest)
    with transaction():
        assert assign(rest, payment, cast.tono) is Outcome.MORE
    assert fresh(payment).state is PaymentState.PAID
    kinds = [one.matched_kind for one in db.session.scalars(db.select(BankLine).order_by(BankLine.id))]
    assert kinds == [MatchKind.PART, MatchKind.PAYMENT]
    assert [one.total for one in db.session.scalars(db.select(Refund))] == [Money(1_000)]
    assert all_laws() == []


def test_what_waits_may_be_taken_back_or_sent_back(cast: Cast) -> None:
    payment = asked(cast)
    first = come(cast, payment, -30_000)
    with transaction():
        assign(first, payment, cast.tono)
    with transaction():
        reopen(first, cast.tono)
    assert (first.state, held_for([payment.code])) == (S.PARKED, {})
    with transaction():
        assert send_back(first, payment, cast.tono) is Outcome.BACK
    assert fresh(payment).state is PaymentState.PENDING
    assert [one.total for one in db.session.scalars(db.select(Refund))] == [first.total]
    assert all_laws() == []
    assert come(cast, payment).state is S.MATCHED


def test_money_on_another_account_pays_and_both_accounts_stand_right(cast: Cast) -> None:
    payment = asked(cast)
    with transaction():
        other = add_account("Bank Kedua", "123-456-789", "Kriyaloka")
        stray = line(cast, payment.due, payment.created_at.date(), account_id=other.id)
    with transaction():
        match(stray)
    with transaction():
        assert assign(stray, payment, cast.tono) is Outcome.PAID
    assert (bank(), balance(accounts.bank(other.code))) == (Money(0), payment.due)
    assert all_laws() == []


def test_a_line_is_left_aside_only_with_a_reason(cast: Cast) -> None:
    parked = come(cast, asked(cast), 77_000)
    for reason in ("", " ", "x"):
        with pytest.raises(Invalid) as error, transaction():
            ignore(parked, reason, cast.tono)
        assert error.value.field == "reason"
    with transaction():
        ignore(parked, "Setoran modal", cast.tono)
    assert [one.code for one in list_lines([S.IGNORED])] == [parked.code]
    assert all_laws() == []
    with transaction():
        reopen(parked, cast.tono)
    with pytest.raises(Conflict), transaction():
        reopen(parked, cast.tono)


def test_a_line_may_be_what_was_booked_otherwise(cast: Cast) -> None:
    payment = asked(cast)
    parked = come(cast, payment, 77_000)
    with transaction():
        explain(parked, MatchKind.OUTSIDE, "sponsored:dinas:1", cast.tono, "Dana voucher")
        where = accounts.bank(account().code)
        post(
            "sponsored:dinas:1",
            Kind.SPONSORED,
            [Entry(where, parked.total), Entry(accounts.sponsor("x"), -parked.total)],
        )
    assert (bank(), parked.note) == (parked.total, "Dana voucher")
    assert laws.check_laws() == []
    with transaction():
        left, twin = (line(cast, -5_000, parked.booked_on) for _ in range(2))
        left.state = twin.state = S.OPEN
        explain(left, MatchKind.PAYOUT, "abc")
    for deed in (
        lambda: explain(twin, MatchKind.PAYOUT, "abc"),
        lambda: explain(left, MatchKind.REFUND, "def"),
        lambda: assign(twin, payment, cast.tono),
    ):
        with pytest.raises(DomainError), transaction():
            deed()
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            db.update(BankLine)
            .where(BankLine.id == twin.id)
            .values(state=S.MATCHED, matched_kind=MatchKind.PAYOUT, matched_code="abc")
        )


def test_what_was_recognised_wrongly_is_undone_as_often_as_needed(cast: Cast) -> None:
    parked = come(cast, asked(cast), 77_000)
    for times, key in enumerate(("sponsored:dinas:1", "sponsored:dinas:2"), 1):
        with transaction():
            explain(parked, MatchKind.OUTSIDE, key)
        assert (bank(), laws.check_laws()) == (Money(0), [])
        with transaction():
            reopen(parked, cast.tono)
        assert (parked.state, parked.matched_code, parked.by_id, len(parked.never)) == (
            S.PARKED,
            None,
            cast.tono.id,
            times,
        )
        assert (bank(), laws.check_laws()) == (parked.total, [])
    payment = asked(cast)
    with transaction():
        left = line(cast, -5_000, parked.booked_on)
        left.state = S.OPEN
        explain(left, MatchKind.PAYOUT, "abc")
    with transaction():
        reopen(left, cast.tono)
        assert assign(parked, payment, cast.tono) is Outcome.MORE
    assert (left.state, left.never, bank()) == (S.OPEN, ["abc"], parked.total)
    assert all_laws() == []
    with pytest.raises(Conflict), transaction():
        reopen(parked, cast.tono)  # a payment was settled by it


def test_a_line_is_no_payment_that_was_confirmed_by_hand_when_an_operator_says_so(cast: Cast) -> None:
    """Before its line came, and after it had been parked: the payment stays paid, the money lies in suspense."""
    early, late = asked(cast), asked(cast)
    with transaction():
        confirm_transfer(early.due, "dilihat di m-banking", cast.tono)
        parked = line(cast, late.due, day_of(clock.now()))
        parked.state, parked.reason = S.PARKED, Reason.LATE
        suspend(parked)
        confirm_transfer(late.due, "dilihat di layar", cast.tono)
    lines = [come(cast, early), parked]
    assert [one.id for one in list_recognised()] == [one.id for one in sorted(lines, key=lambda one: -one.id)]
    before = bank()
    for one, payment in zip(lines, (early, late), strict=True):
        assert (one.matched_kind, one.matched_code) == (MatchKind.PAYMENT, payment.code)
        with transaction():
            reopen(one, cast.tono)
        assert (one.state, one.never, fresh(payment).state) == (S.PARKED, [payment.code], PaymentState.PAID)
    assert bank() == before + early.due + late.due
    assert all_laws() == [] and list_recognised() == []


def test_an_operator_finds_whom_a_line_may_be_of(cast: Cast) -> None:
    payment = asked(cast)
    parked = come(cast, payment, -1)
    assert [one.code for one in list_candidates(parked)] == [payment.code]
    strange = come(cast, payment, 500_000)
    assert list_candidates(strange) == []
    for words in (payment.purchase_code, payment.code, str(payment.due)):
        assert [one.code for one in list_candidates(strange, words)] == [payment.code]
    assert list_candidates(strange, "zzz") == []
