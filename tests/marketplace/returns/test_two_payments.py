"""Pieces that were paid in two parts come back: first the balance, then what was paid when they were ordered, to the rupiah,
each refund through its own payment, and every step stands in the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.db import db, transaction
from catalog.money import ZERO, Money, total
from marketplace.bookkeeping.rates import set_rate
from marketplace.checkout.queries import check_laws
from marketplace.ledger.accounts import refund as owed_to_buyer
from marketplace.ledger.queries import balance
from marketplace.orders import services as orders
from marketplace.orders.balances import finish
from marketplace.orders.models import Actor, Order, ProgressPhoto
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentState, Purpose, Refund
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws as check_laws_of_returns
from marketplace.returns.models import RefundLine, Return, ReturnState
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of
from tests.marketplace.returns.coming import fresh, over, wish

PRICE = Money(333_333)


@pytest.fixture
def order(cast: Cast) -> Order:
    """Three cloths made against 40 percent, all paid and in Sari's hands; the shop pays 7.5 percent for the sale."""
    with transaction():
        set_rate(750, date(2026, 1, 1))
        cloth = factories.product(cast.ratnas, "Kain tiga", PRICE.rupiah, stock=None)
        cloth.variants[0].deposit_percent = 40
    purchase = buy(of(cast.sari), (cloth, 3)).purchase
    with transaction():
        first = db.session.scalars(db.select(Payment)).one()
        payments.settle(first, reference="TRX MUKA", operator=cast.tono)
        (order,) = orders_of(purchase)
        orders.confirm(order, Actor.SELLER)
        db.session.add(ProgressPhoto(order_id=order.id, files=[], digest="0" * 64))
        db.session.flush()
        payments.settle(finish(order), reference="TRX SISA", operator=cast.tono)
    with transaction():
        orders.ship(order, Actor.SELLER)
    with transaction():
        orders.mark_delivered(order, Actor.BUYER)
    return fresh(order)


def come_back(order: Order, pieces: int = 1, granted: Money | None = None) -> dict[Purpose, Money]:
    """What of each payment goes back for one return."""
    with transaction():
        found = returns.ask(order, wish(fresh(order), "claim", pieces=pieces))
        part = None if granted is None else {order.lines[0].code: granted}
        found = returns.accept(found, Answer("refund", granted=part, words="Maaf sekali atas cacatnya."))
        if granted is not None:
            returns.take(found)
        code = found.code
    hold_true()
    of_each = db.select(Payment.purpose, Refund.total).join(Refund, Refund.payment_id == Payment.id)
    return dict(db.session.execute(of_each.where(Refund.return_code == code)).tuples().all())


def hold_true() -> None:
    db.session.rollback()
    assert check_laws() == check_laws_of_returns() == []


def paid() -> dict[Purpose, Payment]:
    db.session.rollback()
    return {one.purpose: one for one in db.session.scalars(db.select(Payment))}


def test_all_at_once_goes_back_through_both_payments_with_both_surpluses(cast: Cast, order: Order) -> None:
    back = come_back(order, pieces=3)
    first, rest = paid()[Purpose.DEPOSIT], paid()[Purpose.BALANCE]
    assert back == {Purpose.BALANCE: rest.due, Purpose.DEPOSIT: first.due}
    assert first.due + rest.due == PRICE * 3 + Money(first.surplus + rest.surplus) and first.surplus and rest.surplus
    account = owed_to_buyer(first.purchase_code)
    assert balance(account) == -(first.due + rest.due), "owed to Sari, whole"
    (found,) = db.session.scalars(db.select(Return))
    assert found.state is ReturnState.SETTLED
    assert db.session.scalars(db.select(RefundLine.total)).all() == [PRICE * 3], "one row for the line, not two"
    for n, one in enumerate(db.session.scalars(db.select(Refund).order_by(Refund.id)).all()):
        with transaction():
            payments.send_refund(one, f"BALIK {n}", cast.tono)
        hold_true()
    assert balance(account) == ZERO
    assert {one.state for one in paid().values()} == {PaymentState.REFUNDED}
    assert fresh(order).refunded == PRICE * 3


def test_one_by_one_empties_the_balance_first_and_sends_back_no_rupiah_more(cast: Cast, order: Order) -> None:
    rest = Money(order.balance.rupiah)
    some = come_back(order, granted=Money(100_001))
    assert some == {Purpose.BALANCE: Money(100_001)}, "a part of a price is a part of the last payment"
    second = come_back(order)
    assert second == {Purpose.BALANCE: PRICE}
    over(order)  # completed, so that the shop gives it back out of its own
    third = come_back(order)
    left = rest - Money(100_001) - PRICE
    assert third[Purpose.BALANCE] == left and third[Purpose.DEPOSIT] == PRICE - left, "the end of one, then the other"
    back = total(db.session.scalars(db.select(Refund.total)).all())
    assert back == Money(100_001) + PRICE * 2, "what was settled for less stays so, and its surplus with the purchase"
    assert fresh(order).refunded == back
