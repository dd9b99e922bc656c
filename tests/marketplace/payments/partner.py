"""A shop whose card payments go over a double of Stripe: what buyer, shop and worker do, and whether both books agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Unavailable
from catalog.money import total
from marketplace.accounts.models import User
from marketplace.adapters import stripe_wire as adapter
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe import StripeProvider
from marketplace.bookkeeping.laws import check_laws as check_laws_of_books
from marketplace.checkout.queries import check_laws
from marketplace.ledger.models import Journal
from marketplace.ledger.queries import balance
from marketplace.notifications.models import Notification
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.orders.states import TERMINAL
from marketplace.outbox.services import drain
from marketplace.payments import charges, providers
from marketplace.payments.models import Charge, Payment, PaymentMethod, PaymentState, Refund, RefundState
from marketplace.payments.providers import Start
from marketplace.payments.services import send_refund
from marketplace.signals import payment_disputed, payment_parked
from marketplace.subscribers import outside
from tests.cast import Cast
from tests.fakes.stripe_server import Row, StripeServer, message
from tests.marketplace.checkout.shopping import buy, of, orders_of

SECRET = "whsec_0123456789"
BEGIN, READ, CLOSE = "POST /v1/checkout/sessions", r"GET /v1/checkout/sessions/\w+", r"POST /v1/checkout/sessions/\w+/expire"  # fmt: skip
REFUND, REFUNDS, DISPUTES = "POST /v1/refunds", "GET /v1/refunds", "GET /v1/disputes"
GATEWAY = "gateway:card"


def morning() -> datetime:
    """Tomorrow at nine in Bangka: the two working days in which a shop accepts an order end with a day, so whatever hour it
    is now they outlast every script."""
    return (clock.now() + timedelta(days=1)).replace(hour=2, minute=0)


@dataclass
class Shop:
    cast: Cast
    server: StripeServer
    provider: StripeProvider
    now: datetime = field(default_factory=morning)

    def __post_init__(self) -> None:
        self.tono = self.cast.tono.id

    def order(self, *wanted: Any) -> Purchase:
        """Sari orders by card and has not paid."""
        with clock.frozen(self.now):
            purchase = buy(of(self.cast.sari), *(wanted or [(self.cast.shawl, 1)]), method="card").purchase
        db.session.refresh(purchase)
        db.session.expunge(purchase)  # only its code is read from now on
        return purchase

    def hand_over(self, purchase: Purchase) -> None:
        """Every order that goes on is brought, and is over."""
        for order in orders_of(purchase):
            if order.state in TERMINAL:
                continue
            for step in (orders.ship, orders.complete):
                with clock.frozen(self.now), transaction() as session:
                    step(session.get_one(Order, order.id), Actor.SYSTEM if step is orders.complete else Actor.SELLER)

    def begin(self, purchase: Purchase) -> Start:
        """What the partner is asked to begin when the buyer presses `pay`; Unavailable as the page says it."""
        with clock.frozen(self.now):
            payment = self.payment(purchase)
            charge = charges.find_charge(payment)
            assert charge is not None
            asked = charges.request_for(payment, charge, "x", "http://localhost/", "sari@contoh.example", "id")
            db.session.rollback()
            return self.provider.start(asked)

    def open(self, purchase: Purchase, presses: int = 1) -> str:
        """The buyer presses `pay` until the page opens, which it does with the last of `presses`; its session."""
        for _ in range(presses - 1):
            try:
                self.begin(purchase)
            except Unavailable:
                continue
            raise AssertionError("the page was to stay shut")
        begun = self.begin(purchase)
        with clock.frozen(self.now), transaction():
            assert charges.keep(self.payment(purchase), begun)
        return str(begun.provider_reference)

    def bought(self, *wanted: Any) -> Purchase:
        """Ordered, paid, and we know of it."""
        purchase = self.order(*wanted)
        self.server.pay(self.open(purchase))
        self.reconcile()
        assert self.payment(purchase).state is PaymentState.PAID
        return purchase

    def payment(self, purchase: Purchase) -> Payment:
        db.session.rollback()
        newest = db.select(Payment).where(Payment.purchase_code == purchase.code).order_by(Payment.id.desc()).limit(1)
        return db.session.scalars(newest.execution_options(populate_existing=True)).one()

    def charge_there(self, purchase: Purchase) -> Row:
        code = self.payment(purchase).code
        (row,) = [one for one in self.server.of("charge") if one["metadata"]["payment"] == code]
        return row

    def cancel(self, order: Order) -> None:
        with clock.frozen(self.now), transaction() as session:
            orders.cancel(session.get_one(Order, order.id), Actor.BUYER, "berubah pikiran")

    def cancel_all(self, purchase: Purchase) -> None:
        for order in orders_of(purchase):
            self.cancel(order)

    def send_by_hand(self) -> None:
        """An operator transfers what the partner refused to send."""
        db.session.rollback()
        for refund in db.session.scalars(db.select(Refund).where(Refund.refusal != "")).all():
            with clock.frozen(self.now), transaction() as session:
                send_refund(session.get_one(Refund, refund.id), f"BCA {refund.code}", session.get_one(User, self.tono))

    def look_at_everything(self) -> None:
        """An operator has looked at what is parked, and accepts none of it."""
        db.session.rollback()
        for key in [one.id for one in charges.list_parked()]:
            with clock.frozen(self.now), transaction() as session:
                charges.look(session.get_one(Charge, key), session.get_one(User, self.tono), accepts=False)

    # What the partner tells us, and what we ask.

    def hear(self, *events: Row) -> None:
        """Signed messages come in this order; the worker follows them."""
        for event in events:
            body, headers = message(event, SECRET)
            with clock.frozen(self.now), transaction():
                charges.receive(self.provider.code, self.provider.parse_webhook(headers, body))
        self.work()

    def hear_all(self, seed: int, times: int = 2) -> None:
        """Every message so far, so often each, in an order of its own."""
        events = [*self.server.events * times]
        random.Random(seed).shuffle(events)
        self.hear(*events)

    def work(self) -> None:
        with clock.frozen(self.now):
            drain({charges.TOPIC: outside.follow_hint, "mail": lambda _: None})

    def reconcile(self, after: timedelta = timedelta(minutes=3)) -> None:
        """What the clock does, `after` the last time."""
        self.now += after
        with clock.frozen(self.now):
            with transaction():
                orders.sweep_due()
            outside.ask_providers()
            outside.send_refunds()
        self.work()

    # How it ends.

    def settle_down(self) -> None:
        """The partner is well again and the clock goes on, until everything that can happen has."""
        self.server.faults.clear()
        for hours in (0.1, 1.2, 2, 25):
            self.reconcile(timedelta(hours=hours))

    def parked(self) -> list[str]:
        db.session.rollback()
        return list(db.session.scalars(db.select(Charge.odd).where(Charge.parked_at.is_not(None)).order_by(Charge.id)))

    def agree(self, difference: int = 0) -> None:
        """Our account of the partner is its balance, but for `difference` smallest units that people were told of;
        nothing was charged or sent back twice; the clock changes nothing any more."""
        self.settle_down()
        before = self.footprint()
        self.reconcile(timedelta(hours=25))
        self.reconcile(timedelta(hours=3))
        assert self.footprint() == before, "the clock went on moving money"
        db.session.rollback()
        assert balance(GATEWAY).rupiah * 100 + difference == self.server.balance(), "the books differ"
        assert check_laws() == check_laws_of_books() == []
        for payment in db.session.scalars(db.select(Payment.code)):
            intents = [one for one in self.server.of("payment_intent") if one["metadata"].get("payment") == payment]
            assert len(intents) <= 1, "charged twice"
        went = [one for one in self.server.of("refund") if one["status"] not in ("failed", "canceled")]
        ours = [one["metadata"]["refund"] for one in went if one["metadata"]]
        assert len(ours) == len(set(ours)), "sent back twice"
        sent = {one.code: one for one in db.session.scalars(db.select(Refund)) if one.state is RefundState.SENT}
        by_partner = total(one.total for one in sent.values() if one.sent_by_id is None)
        assert sum(one["amount"] for one in went if one["metadata"]) <= by_partner.rupiah * 100
        open_ = [one for one in db.session.scalars(db.select(Refund)) if one.state is RefundState.OWED]
        assert all(one.refusal for one in open_), "money is owed that nobody sends"
        told = set(db.session.scalars(db.select(Notification.kind).where(Notification.kind == "payment-parked")))
        assert bool(told) == bool(self.parked()), "whatever is parked is told, and nothing else"
        assert not difference or self.parked(), "a difference that nobody was told of"

    def footprint(self) -> tuple[Any, ...]:
        db.session.rollback()
        return (
            db.session.scalar(db.select(db.func.count(Journal.id))),
            list(db.session.execute(db.select(Refund.code, Refund.state, Refund.refusal).order_by(Refund.id)).tuples()),
            list(db.session.execute(db.select(Payment.code, Payment.state).order_by(Payment.id)).tuples()),
            self.parked(),
            {one["id"]: one["status"] for one in self.server.of("refund")},
        )


def telling() -> ExitStack:
    """While it is open, operators are told what the house's subscribers tell them."""
    stack = ExitStack()
    stack.enter_context(payment_parked.connected_to(outside.tell_parked))
    stack.enter_context(payment_disputed.connected_to(outside.tell_disputed))
    return stack


def partner(server: StripeServer) -> StripeProvider:
    """Who carries out cards from now on, with connections of its own."""
    found = StripeProvider("sk_test_0123456789", [SECRET], server.url, Breaker(failures=50))
    providers.use(PaymentMethod.CARD, found)
    return found


@pytest.fixture(scope="module")
def running() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server


@pytest.fixture
def shop(app: Flask, cast: Cast, running: StripeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop whose partner is patient with nobody: whoever waits for it waits for a fifth of a second."""
    monkeypatch.setattr(adapter, "READ_SECONDS", 0.2)
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    monkeypatch.setattr("stripe._http_client.HTTPClient.MAX_DELAY", 0.02)
    running.forget()
    with telling():
        yield Shop(cast, running, partner(running))
    providers.use(PaymentMethod.CARD, None)
