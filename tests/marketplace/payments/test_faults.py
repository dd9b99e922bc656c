"""Thirty-one ways in which a payment partner fails, lies, forgets or is late. However it went, when the clock has run: our
book of the partner is its book (but for what people were told of), and nothing was charged or sent back twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from catalog.db import db, transaction
from catalog.errors import Unavailable
from marketplace.ledger.queries import balance
from marketplace.orders.models import OrderState
from marketplace.payments import charges
from marketplace.payments.models import PaymentState, Refund, RefundState
from tests.marketplace.checkout.shopping import orders_of
from tests.marketplace.payments.partner import (
    BEGIN,
    CLOSE,
    DISPUTES,
    READ,
    REFUND,
    REFUNDS,
    Shop,
)

PAID, LATE, REFUNDED = PaymentState.PAID, PaymentState.LATE, PaymentState.REFUNDED
HOURS = timedelta(hours=1)


# The page


def the_answer_is_lost_twice(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.fails(BEGIN, "drop", "drop")
    shop.server.pay(shop.open(purchase, presses=2))
    assert len(shop.server.of("checkout.session")) == 1
    shop.hear_all(1)
    assert shop.payment(purchase).state is PAID
    return 0


def the_page_is_made_when_nobody_listens_any_more(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.fails(BEGIN, "late", "late")
    shop.server.pay(shop.open(purchase, presses=2))
    assert len(shop.server.of("checkout.session")) == 1
    return 0


def five_hundred_then_busy_then_too_many(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.fails(BEGIN, 500, 503, 409, 409, 429)
    shop.server.pay(shop.open(purchase, presses=4))
    assert len(shop.server.of("checkout.session")) == 1
    return 0


def mute_until_the_buyer_gives_up(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.fails(BEGIN, "drop", "mute")
    with pytest.raises(Unavailable):
        shop.begin(purchase)
    shop.reconcile(3 * HOURS)
    assert shop.payment(purchase).state is PaymentState.EXPIRED
    return 0


def the_page_closes_early_and_another_is_opened(shop: Shop) -> int:
    purchase = shop.order()
    first = shop.open(purchase)
    shop.server._expire({}, first)
    shop.hear(*shop.server.events)
    second = shop.open(purchase)
    assert second != first
    shop.server.pay(second)
    shop.hear_all(2, times=3)
    assert shop.payment(purchase).state is PAID
    return 0


# Messages


def no_message_ever_comes(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.pay(shop.open(purchase))
    shop.reconcile()
    assert shop.payment(purchase).state is PAID
    return 0


def messages_in_any_order_three_times_each(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.pay(shop.open(purchase))
    for seed in range(4):
        shop.hear_all(seed, times=3)
    assert shop.payment(purchase).state is PAID
    shop.cancel_all(purchase)
    shop.reconcile()
    shop.hear_all(5, times=3)
    assert shop.payment(purchase).state is REFUNDED
    return 0


def the_message_is_faster_than_our_own_note(shop: Shop) -> int:
    purchase = shop.order()
    begun = shop.begin(purchase)
    shop.server.pay(str(begun.provider_reference))
    shop.hear_all(3)
    with transaction():
        charges.keep(shop.payment(purchase), begun)
    shop.reconcile()
    assert shop.payment(purchase).state is PAID
    return 0


def a_signed_message_that_lies(shop: Shop) -> int:
    purchase = shop.order()
    session = shop.server.rows[shop.open(purchase)]
    shop.server.emit("checkout.session.completed", {**session, "status": "complete", "payment_status": "paid"})
    shop.server.emit("charge.succeeded", {"id": "ch_1", "object": "charge", "metadata": session["metadata"], "paid": True})  # fmt: skip
    shop.hear_all(4)
    assert shop.payment(purchase).state is PaymentState.PENDING
    return 0


def messages_about_what_is_not_ours(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.pay(shop.open(purchase))
    mine = shop.server.events[-1]
    foreign = {**mine, "id": "evt_1", "data": {"object": {"id": "cs_test_strange", "object": "checkout.session"}}}
    shop.hear(foreign, {**mine, "id": "evt_2", "livemode": True}, {**mine, "id": "evt_3", "account": "acct_1"})
    assert shop.payment(purchase).state is PaymentState.PENDING
    return 0


def silence_after_the_message(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.pay(shop.open(purchase))
    shop.server.fails(READ, "mute", "mute", "drop", "drop", 500, 500, 429)
    shop.hear(shop.server.events[-1])
    for _ in range(3):
        shop.reconcile()
    return 0


# What came


def one_sen_more(shop: Shop) -> int:
    purchase = shop.order()
    due = shop.payment(purchase).due.rupiah * 100
    shop.server.pay(shop.open(purchase), received=due + 1)
    shop.hear_all(5)
    assert shop.payment(purchase).state is PaymentState.PENDING
    return due + 1


def a_hundredth(shop: Shop) -> int:
    purchase = shop.order()
    due = shop.payment(purchase).due.rupiah
    shop.server.pay(shop.open(purchase), received=due)
    shop.hear_all(6)
    return due


def another_currency(shop: Shop) -> int:
    purchase = shop.order()
    shop.server.pay(shop.open(purchase), currency="usd")
    shop.hear_all(7)
    assert shop.parked() and orders_of(purchase)[0].state is OrderState.AWAITING_PAYMENT
    return 0


def paid_in_the_minute_after_we_closed(shop: Shop) -> int:
    purchase = shop.order()
    session = shop.open(purchase)
    shop.server.fails(CLOSE, "mute", "mute")
    shop.reconcile(3 * HOURS)
    assert shop.payment(purchase).state is PaymentState.EXPIRED
    shop.server.pay(session)
    shop.server.fails(REFUND, "drop", "drop")
    shop.hear_all(8)
    assert shop.payment(purchase).state is LATE
    shop.settle_down()
    assert shop.payment(purchase).state is REFUNDED
    return 0


def paid_while_the_buyer_called_it_off(shop: Shop) -> int:
    purchase = shop.order()
    session = shop.open(purchase)
    shop.cancel_all(purchase)
    shop.server.pay(session)
    shop.hear_all(9)
    assert shop.payment(purchase).state is LATE
    shop.settle_down()
    assert shop.payment(purchase).state is REFUNDED
    return 0


def closing_is_done_and_its_answer_lost(shop: Shop) -> int:
    purchase = shop.order()
    session = shop.open(purchase)
    shop.cancel_all(purchase)
    shop.server.fails(CLOSE, "drop", "drop")
    shop.reconcile()
    shop.settle_down()
    assert shop.server.rows[session]["status"] == "expired"
    assert charges.list_to_ask(shop.now + 9 * HOURS) == []
    return 0


# What goes back


def a_refund_whose_answer_is_lost(shop: Shop) -> int:
    purchase = shop.bought()
    shop.cancel_all(purchase)
    shop.server.fails(REFUND, "drop", "late")
    shop.reconcile()
    return 0


def a_refund_is_lost_and_its_key_forgotten(shop: Shop) -> int:
    purchase = shop.bought()
    shop.cancel_all(purchase)
    shop.server.fails(REFUND, "drop", "drop")
    shop.reconcile()
    shop.server.keys.clear()
    return 0


def a_refund_meets_every_refusal_of_the_moment(shop: Shop) -> int:
    purchase = shop.bought()
    shop.cancel_all(purchase)
    for how in ((500, 500), (409, 409), (429,), ("mute", "mute")):
        shop.server.fails(REFUND, *how)
        shop.reconcile(2 * HOURS)
        assert not shop.server.of("refund")
    shop.server.fails(REFUNDS, 500, 500)
    shop.reconcile(2 * HOURS)
    shop.settle_down()
    assert shop.payment(purchase).state is REFUNDED, "and nobody had to send it by hand"
    return 0


def two_refunds_and_the_first_is_lost(shop: Shop) -> int:
    purchase = shop.bought((shop.cast.shawl, 1), (shop.cast.plaque, 2))
    shop.cancel_all(purchase)
    shop.server.fails(REFUND, "drop", "drop", 500, 500)
    shop.reconcile()
    shop.hear_all(10)
    shop.settle_down()
    assert len(shop.server.of("refund")) == 2
    assert shop.payment(purchase).state is REFUNDED
    return 0


def a_refund_on_its_way_arrives(shop: Shop) -> int:
    purchase = shop.bought()
    shop.cancel_all(purchase)
    shop.server.refunds_are = "pending"
    shop.reconcile()
    shop.reconcile(2 * HOURS)
    (refund,) = shop.server.of("refund")
    shop.server.decide_refund(refund, "succeeded")
    shop.hear_all(11)
    return 0


def a_refund_on_its_way_fails_and_people_send_it(shop: Shop) -> int:
    purchase = shop.bought()
    shop.cancel_all(purchase)
    shop.server.refunds_are = "pending"
    shop.reconcile()
    (refund,) = shop.server.of("refund")
    shop.server.decide_refund(refund, "failed")
    shop.hear_all(12)
    shop.reconcile(2 * HOURS)
    shop.send_by_hand()
    db.session.rollback()
    assert balance("bank:other") == -shop.payment(purchase).due, "it left our bank, not the partner"
    return 0


def a_refund_that_had_arrived_comes_back(shop: Shop) -> int:
    purchase = shop.bought()
    shop.cancel_all(purchase)
    shop.reconcile()
    (refund,) = shop.server.of("refund")
    shop.server.decide_refund(refund, "failed")
    shop.reconcile(HOURS)
    shop.hear(shop.server.events[-1])
    return int(refund["amount"])


def somebody_pays_back_at_the_dashboard(shop: Shop) -> int:
    purchase = shop.bought()
    shop.hand_over(purchase)
    shop.server.send_back(shop.charge_there(purchase), 1_000_000)
    shop.hear_all(13)
    assert shop.parked() == ["-10000 IDR"]
    return -1_000_000


def the_dashboard_was_faster_than_our_refund(shop: Shop) -> int:
    purchase = shop.bought()
    shop.server.send_back(shop.charge_there(purchase), 1_000_000)
    shop.cancel_all(purchase)
    shop.reconcile()
    db.session.rollback()
    (refund,) = db.session.scalars(db.select(Refund))
    assert (refund.state, refund.refusal) == (RefundState.OWED, "charge_already_refunded")
    return -1_000_000


def a_wrong_sum_is_paid_back_at_the_dashboard(shop: Shop) -> int:
    purchase = shop.order()
    due = shop.payment(purchase).due.rupiah
    shop.server.pay(shop.open(purchase), received=due * 10_000)
    shop.hear_all(17)
    shop.look_at_everything()
    shop.server.send_back(shop.charge_there(purchase), due * 10_000)
    for seed in range(18, 21):
        shop.hear_all(seed)
    assert shop.parked() == [f"{due * 100} IDR, -{due * 100} IDR"]
    shop.look_at_everything()
    shop.settle_down()
    assert charges.list_parked() == [], "who has looked is not told again"
    return 0


# Disputes


def a_dispute_is_lost_and_told_backwards(shop: Shop) -> int:
    purchase = shop.bought()
    shop.hand_over(purchase)
    shop.server.dispute(shop.charge_there(purchase))
    shop.server.dispute(shop.charge_there(purchase), "lost")
    shop.server.fails(DISPUTES, 500, 500)
    shop.hear(*reversed(shop.server.events))
    shop.hear_all(14)
    return 0


def a_dispute_is_won_and_told_thrice(shop: Shop) -> int:
    purchase = shop.bought()
    shop.hand_over(purchase)
    shop.server.dispute(shop.charge_there(purchase))
    shop.hear_all(15, times=3)
    assert balance("gateway:card").rupiah == 0
    shop.server.dispute(shop.charge_there(purchase), "won")
    shop.hear_all(16, times=3)
    return 0


def a_dispute_takes_what_has_not_gone_back(shop: Shop) -> int:
    purchase = shop.bought((shop.cast.shawl, 1), (shop.cast.plaque, 1))
    shop.cancel(orders_of(purchase)[0])
    shop.reconcile()
    shop.hand_over(purchase)
    shop.server.dispute(shop.charge_there(purchase))
    shop.reconcile(25 * HOURS)
    return 0


# The partner forgets


def one_page_is_unknown_there_and_others_are_followed(shop: Shop) -> int:
    lost, other = shop.order(), shop.order((shop.cast.plaque, 1))
    del shop.server.rows[shop.open(lost)]
    shop.server.pay(shop.open(other))
    shop.reconcile()
    assert shop.payment(other).state is PAID
    return 0


SCRIPTS: list[Callable[[Shop], int]] = [
    one for name, one in list(globals().items()) if callable(one) and getattr(one, "__annotations__", {}).get("shop") == "Shop" and name not in ("shop",)
]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.__name__)
def test_our_book_of_the_partner_is_its_book(shop: Shop, script: Callable[[Shop], int]) -> None:
    difference = script(shop)
    shop.agree(difference)


def test_there_are_enough_of_them() -> None:
    assert len(SCRIPTS) >= 20
