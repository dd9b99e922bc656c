"""A process is killed between a partner's deed and our commit, at every commit that there is: what was done there is found
again and counted once. (That a transaction that dies leaves nothing is proved in `marketplace/test_killed.py`.)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from catalog import clock
from catalog.db import db, transaction
from marketplace.ledger.models import Journal, Kind
from marketplace.payments import charges
from marketplace.payments.models import Charge, PaymentState, Refund
from marketplace.payments.providers import RefundOutcome, RefundRequest, RefundResult
from marketplace.subscribers import outside
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import orders_of
from tests.marketplace.killing import Fork, dying
from tests.marketplace.payments.partner import Shop, partner

pytestmark = pytest.mark.race
A_WHILE = timedelta(hours=2)


def kill_everywhere(shop: Shop, deed: Callable[[], Any], after: timedelta = timedelta(0)) -> int:
    """Kill `deed` before each of its commits, `after` each other, until it comes through; how often."""

    def in_a_process_of_its_own() -> None:
        shop.provider = partner(shop.server)
        with clock.frozen(shop.now):
            deed()

    for step in count(1):
        if Fork(dying(step, in_a_process_of_its_own, changes=False)).end():
            db.session.rollback()
            return step - 1
        shop.now += after
    raise AssertionError


@both_databases
def test_a_card_payment_is_killed_everywhere_and_counts_once(shop: Shop) -> None:
    purchase = shop.order((shop.cast.shawl, 1), (shop.cast.plaque, 1))

    def open_the_page() -> None:
        begun = shop.begin(purchase)
        with transaction():
            charges.keep(shop.payment(purchase), begun)

    assert kill_everywhere(shop, open_the_page) == 1
    (session,) = shop.server.of("checkout.session")
    assert db.session.scalar(db.select(Charge.reference)) == session["id"]

    given_up = shop.order()
    shop.open(given_up)
    shop.cancel_all(given_up)
    assert kill_everywhere(shop, outside.ask_providers) >= 1, "closed there, and again here"
    assert [one["status"] for one in shop.server.of("checkout.session")] == ["open", "expired"]

    shop.server.pay(session["id"])
    shop.now += A_WHILE / 12
    assert kill_everywhere(shop, outside.ask_providers) >= 1, "paid there, not yet here"
    assert shop.payment(purchase).state is PaymentState.PAID
    captures = db.select(db.func.count(Journal.id)).where(Journal.kind == Kind.CAPTURE)
    assert db.session.scalar(captures) == 2, "one per order"

    shop.cancel(orders_of(purchase)[0])
    assert kill_everywhere(shop, outside.send_refunds, A_WHILE) == 2, "before it is asked for, and after it was sent"
    (refund,) = db.session.scalars(db.select(Refund))
    (there,) = shop.server.of("refund")
    assert (refund.reference, refund.total.rupiah * 100) == (there["id"], there["amount"])
    shop.hand_over(purchase)
    shop.agree()


def test_control_without_key_and_look_the_money_goes_back_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(self: Any, request: RefundRequest) -> RefundResult:
        asked: Any = {
            "payment_intent": request.second_reference, "amount": request.total.rupiah * 100,
            "metadata": {"refund": request.reference},
        }  # fmt: skip
        return RefundResult(RefundOutcome.SUCCEEDED, self._client.v1.refunds.create(asked).id)

    monkeypatch.setattr("marketplace.adapters.stripe.StripeProvider.refund", careless)
    purchase = shop.bought((shop.cast.plaque, 1), (shop.cast.shawl, 3))
    small, large = sorted(orders_of(purchase), key=lambda one: one.total)
    assert small.total.rupiah * 8 < large.total.rupiah
    shop.cancel(small)
    kill_everywhere(shop, outside.send_refunds, A_WHILE)
    shop.hand_over(purchase)
    with pytest.raises(AssertionError, match="the books differ|sent back twice"):
        shop.agree()
