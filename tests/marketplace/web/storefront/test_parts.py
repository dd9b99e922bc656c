"""A part of what was asked for: the buyer hears what is missing, and gets back what the rest never followed."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import inspect

from catalog import clock
from catalog.db import db, transaction
from catalog.money import Money
from marketplace.banking.clearing import Outcome, assign
from marketplace.banking.models import BankLine, LineState, MatchKind
from marketplace.orders.access import access_token
from marketplace.orders.models import Actor
from marketplace.orders.services import cancel, sweep_due
from marketplace.payments.models import Payment, PaymentState, Refund
from marketplace.payments.queries import find_payment
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.banking.lines import account, come
from tests.marketplace.banking.test_clearing import all_laws, fresh
from tests.marketplace.banking.test_matching import asked
from tests.marketplace.checkout.shopping import buy, of, orders_of, payment_of
from tests.marketplace.notifications.post_office import PostOffice, work

S = LineState
LESS = Money(30_000)


def part(cast: Cast, payment: Payment) -> BankLine:
    """All but a little has come, and an operator has said whose it is."""
    line = come(cast, payment, -LESS.rupiah)
    with transaction():
        assert assign(line, payment, cast.tono) is Outcome.SHORT
    return line


def again(line: BankLine) -> BankLine:
    return db.session.get_one(BankLine, inspect(line).identity[0], populate_existing=True)


@both_databases
def test_whoever_paid_too_little_hears_what_is_missing_and_has_it_back_when_the_time_is_over(
    app: Flask, cast: Cast
) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1), locale="en").purchase
    payment, office = payment_of(purchase), PostOffice()
    due, code = payment.due, purchase.code
    came = due - LESS
    line, number = part(cast, payment), account().number
    work(app, office)
    letter = office.to("sari@contoh.example")[-1]
    assert letter.subject == "Rp30,000 is still missing from your payment"
    for words in (f"Rp{came.rupiah:,} has come", number, "It must be there by", "a working day"):
        assert words in letter.text and words in letter.html
    token = access_token(app.extensions["house"].settings.secret_key, code)
    page = app.test_client().get(f"/en/purchases/{code}", query_string={"token": token}).text
    assert f"Rp{came.rupiah:,} of Rp{due.rupiah:,} has come" in page
    assert ">Rp30,000<" in page.replace("\u00a0", "") and "goes back to you" in page
    with clock.frozen(clock.now() + timedelta(days=6)), transaction():
        sweep_due()
    own = find_payment(code)
    assert own is not None and own.state is PaymentState.EXPIRED
    assert (again(line).state, again(line).matched_kind) == (S.MATCHED, MatchKind.EXTRA)
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert (refund.total, refund.payment.purpose.value) == (came, "extra")
    assert all_laws() == []
    work(app, office, 6 * 24 * 60 + 1)
    back = next(one for one in office.to("sari@contoh.example") if "did not ask for" in one.subject)
    assert "when the time to pay was over" in back.text and "too late" not in back.subject


def test_whoever_then_sends_the_whole_sum_has_the_part_back(app: Flask, cast: Cast) -> None:
    payment, office = asked(cast), PostOffice()
    line = part(cast, payment)
    assert come(cast, payment).state is S.MATCHED
    assert fresh(payment).state is PaymentState.PAID
    assert [one.total for one in db.session.scalars(db.select(Refund))] == [line.total]
    assert all_laws() == []
    work(app, office)
    (letter,) = [one for one in office.to("sari@contoh.example") if "di luar tagihan" in one.subject]
    assert "Sudah dibayar sebelumnya." in letter.text and "seluruhnya kami kembalikan" in letter.html


def test_what_had_come_counts_for_the_rest_of_a_purchase(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1)).purchase
    payment = payment_of(purchase)
    small = come(cast, payment, 10_000 - payment.due.rupiah)
    with transaction():
        assign(small, payment, cast.tono)
    orders = orders_of(purchase)
    with transaction():
        cancel(orders[0], Actor.BUYER, "")
    heir = payment_of(purchase)
    assert (again(small).state, again(small).for_code) == (S.HELD, heir.code)
    rest = come(cast, heir, -10_000)
    with transaction():
        assert assign(rest, heir, cast.tono) is Outcome.PAID
    assert all_laws() == []


def test_a_part_that_would_pay_for_what_is_left_waits_for_a_person(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1)).purchase
    line = part(cast, payment_of(purchase))
    with transaction():
        cancel(orders_of(purchase)[0], Actor.BUYER, "")
    assert (again(line).state, again(line).for_code) == (S.PARKED, None)
    heir = payment_of(purchase)
    with transaction():
        assert assign(again(line), heir, cast.tono) is Outcome.MORE
    assert fresh(heir).state is PaymentState.PAID
    assert all_laws() == []
