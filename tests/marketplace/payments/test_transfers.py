"""Transfers: one amount names one payment, one line of a statement pays once, late money is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Unavailable
from catalog.money import Money
from marketplace.checkout.queries import check_laws
from marketplace.orders.models import OrderState
from marketplace.orders.services import sweep_due
from marketplace.payments import queries
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, ReceivingAccount, Refund
from marketplace.payments.providers import PaymentRequest, provider
from marketplace.payments.services import (
    add_account,
    close_account,
    confirm_transfer,
    free_amounts,
    owe_for_return,
    send_refund,
    settle,
)
from marketplace.payments.states import PAYMENT
from marketplace.signals import payment_settled
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of

pytestmark = both_databases


def test_the_exact_amount_pays_and_only_once(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    due = payment_of(placed.purchase).due
    heard: list[Payment] = []
    listener = lambda payment, **_: heard.append(payment)  # noqa: E731
    with payment_settled.connected_to(listener):
        for _ in range(2):
            with transaction():
                payment = confirm_transfer(due, " TRX  1 ", cast.tono)
                assert payment.state is PaymentState.PAID
        with transaction():
            assert settle(payment) is False
    assert len(heard) == 1
    assert (payment.reference, payment.confirmed_by_id) == ("TRX 1", cast.tono.id)
    assert orders_of(placed.purchase)[0].state is OrderState.TO_CONFIRM
    assert check_laws() == []


@pytest.mark.parametrize("off", [-1, 1, 1000])
def test_another_amount_pays_nothing(cast: Cast, off: int) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    with pytest.raises(Invalid) as error, transaction():
        confirm_transfer(payment_of(placed.purchase).due + Money(off), "TRX 1", cast.tono)
    assert error.value.field == "amount"


def test_a_line_pays_only_one_payment(cast: Cast) -> None:
    one, other = buy(of(cast.sari), (cast.shawl, 1)), buy(of(cast.sari), (cast.plaque, 1))
    pay(one.purchase, cast.tono, "TRX 1")
    with pytest.raises(Conflict) as error, transaction():
        confirm_transfer(payment_of(other.purchase).due, "TRX 1", cast.tono)
    assert error.value.field == "reference"
    with pytest.raises(Conflict) as error, transaction():
        confirm_transfer(payment_of(one.purchase).due, "TRX 2", cast.tono)
    assert error.value.field == "amount"
    for wrong in ("", " ", "x" * 81):
        with pytest.raises(Invalid), transaction():
            confirm_transfer(payment_of(other.purchase).due, wrong, cast.tono)


def test_never_more_is_owed_back_than_came(cast: Cast) -> None:
    payment = pay(buy(of(cast.sari), (cast.shawl, 1)).purchase, cast.tono)
    for sums in ([payment.due + Money(1)], [payment.due - Money(5), Money(6)]):
        with pytest.raises(Conflict), transaction():
            for number, sum_ in enumerate(sums):
                owe_for_return(payment, f"r{number}", sum_, "x")
    assert db.session.scalar(db.select(Refund)) is None


def test_late_money_is_kept_flagged_and_sent_back(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    due = payment_of(placed.purchase).due
    with clock.frozen(clock.now() + timedelta(days=3)):
        with transaction():
            sweep_due()
        with transaction():
            payment = confirm_transfer(due, "TRX 1", cast.tono)
        assert payment.state is PaymentState.LATE
        assert orders_of(placed.purchase)[0].state is OrderState.CANCELLED
        assert [one.code for one in queries.list_late()] == [payment.code]
        (refund,) = queries.list_refunds()
        assert refund.total == due
        assert queries.count_open() == {"waiting": 0, "late": 1, "refunds": 1, "odd": 0}
        assert check_laws() == []
        with transaction():
            send_refund(refund, "BACK 1", cast.tono)
    assert payment_of(placed.purchase).state is PaymentState.REFUNDED
    assert queries.list_refunds() == queries.list_late() == []
    assert check_laws() == []


def test_even_long_after_the_amount_was_freed_late_money_finds_its_payment(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    due = payment_of(placed.purchase).due
    with clock.frozen(clock.now() + timedelta(days=9)), transaction():
        sweep_due()
        assert free_amounts() == 1
        assert confirm_transfer(due, "TRX 1", cast.tono).state is PaymentState.LATE


def test_an_amount_is_kept_for_some_days_after_its_window(cast: Cast) -> None:
    buy(of(cast.sari), (cast.shawl, 1))
    with clock.frozen(clock.now() + timedelta(days=2, hours=1)), transaction():
        sweep_due()
        assert free_amounts() == 0


def test_without_an_account_there_is_no_transfer(cast: Cast) -> None:
    with transaction() as session:
        close_account(session.scalars(db.select(ReceivingAccount)).one())
        with pytest.raises(Unavailable):
            provider(PaymentMethod.BANK_TRANSFER).start(PaymentRequest("x", Money(1), None))


def test_two_accounts_may_ask_for_one_amount_and_the_operator_says_which(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.plaque, 1))
    other = buy(of(cast.sari), (cast.plaque, 1))
    with transaction() as session:
        account = add_account("Bank Kedua", "123-456-789", "Kriyaloka")
        assert account.number == "123456789"
        first, second = payment_of(placed.purchase), payment_of(other.purchase)
        second.account_id, second.due, second.surplus = account.id, first.due, first.surplus
        session.flush()
        account_code = account.code
    with pytest.raises(Invalid) as error, transaction():
        confirm_transfer(first.due, "TRX 1", cast.tono)
    assert error.value.field == "account"
    with transaction():
        assert confirm_transfer(first.due, "TRX 1", cast.tono, account_code).code == second.code


def test_accounts_are_checked(cast: Cast) -> None:
    for values, field in ((("", "123456", "A"), "bank"), (("B", "12", "A"), "number"), (("B", "123456", ""), "holder")):
        with pytest.raises(Invalid) as error, transaction():
            add_account(*values)
        assert error.value.field == field


def test_an_operator_finds_payments_by_code_amount_and_reference(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    payment = pay(placed.purchase, cast.tono, "TRX 1")
    for words in (placed.purchase.code, str(payment.due), str(payment.due.rupiah), "trx 1"):
        assert [one.code for one in queries.list_payments(words=words)] == [payment.code], words
    assert queries.list_payments(words="nothing") == []
    assert queries.list_payments([PaymentState.PENDING]) == []
    assert queries.list_payments(after=payment.code) == []
    assert db.session.scalar(db.select(db.func.count()).select_from(Refund)) == 0


def test_a_code_that_begins_like_an_amount_is_found(cast: Cast) -> None:
    payment = payment_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)
    with transaction():
        db.session.get_one(Payment, payment.id).code = "rp8tzs0mn377"
    assert [one.id for one in queries.list_payments(words="RP8tzs0mn377")] == [payment.id]


def test_a_payments_state_only_rises(database: str) -> None:
    rank = {
        PaymentState.PENDING: 0,
        PaymentState.EXPIRED: 1,
        PaymentState.CANCELLED: 1,
        PaymentState.PAID: 2,
        PaymentState.LATE: 2,
        PaymentState.REFUNDED: 3,
    }
    for transition in PAYMENT.transitions.values():
        assert all(rank[source] < rank[transition.target] for source in transition.sources)
    assert PAYMENT.terminal() == {PaymentState.REFUNDED}
