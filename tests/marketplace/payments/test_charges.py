"""Payments that somebody outside carries out: the fact settles them, in whatever order and number its messages come."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Unavailable
from catalog.money import ZERO, Money
from marketplace.bookkeeping.books import account_of
from marketplace.checkout.queries import check_laws
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, OrderState, Purchase
from marketplace.outbox.services import drain
from marketplace.payments import charges, providers
from marketplace.payments.models import (
    Charge,
    Payment,
    PaymentMethod,
    PaymentState,
    Refund,
    RefundState,
    WebhookMessage,
)
from marketplace.payments.paybacks import owed_by_hand, sent_by_hand
from marketplace.payments.providers import (
    ByHand,
    Capabilities,
    Dispute,
    Hint,
    PaymentRequest,
    RefundOutcome,
    RefundRequest,
    RefundResult,
    RefundWay,
    Snapshot,
    Start,
)
from marketplace.payments.services import send_refund
from marketplace.signals import payment_disputed, payment_parked, payment_settled
from marketplace.subscribers.outside import ask_providers, follow_hint, send_refunds
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, payment_of


class FakeOutside(ByHand):
    """A provider outside that says what the test wants."""

    code = "fake"
    capabilities = Capabilities(
        frozenset({PaymentMethod.CARD}), is_local=False, expires=True, refund=RefundWay.API, window=timedelta(hours=2),
        pages=("https://pay.example",),
    )  # fmt: skip

    def __init__(self) -> None:
        self.said: dict[str, Snapshot] = {}
        self.asked: list[str] = []
        self.refunds: dict[str, int] = {}
        self.outcome = RefundOutcome.SUCCEEDED
        self.is_silent = False

    def start(self, request: PaymentRequest) -> Start:
        reference = f"out-{request.reference}"
        self.said.setdefault(reference, Snapshot(PaymentState.PENDING, ZERO, ZERO))
        return Start(request.total, provider_reference=reference, redirect_url=f"https://pay.example/{reference}")

    def fetch(self, provider_reference: str) -> Snapshot | None:
        if self.is_silent:
            raise Unavailable("…")
        self.asked.append(provider_reference)
        return self.said[provider_reference]

    def cancel(self, provider_reference: str, page: str = "") -> Snapshot | None:
        found = self.said[provider_reference]
        if found.state is PaymentState.PENDING:
            self.said[provider_reference] = replace(found, state=PaymentState.CANCELLED)
        return self.fetch(provider_reference)

    def refund(self, request: RefundRequest) -> RefundResult:
        if self.is_silent:
            raise Unavailable("…")
        self.refunds[request.reference] = request.total.rupiah
        return RefundResult(self.outcome, f"back-{request.reference}", "no")


@pytest.fixture
def outside(app: Flask) -> Iterator[FakeOutside]:
    fake = FakeOutside()
    providers.use(PaymentMethod.CARD, fake)
    yield fake
    providers.use(PaymentMethod.CARD, None)


def begun(cast: Cast, outside: FakeOutside, product: object = None) -> Payment:
    """Sari has ordered and opened the partner's page."""
    purchase = buy(of(cast.sari), (product or cast.shawl, 1), method="card").purchase
    payment = payment_of(purchase)
    charge = charges.find_charge(payment)
    assert charge is not None
    asked = charges.request_for(payment, charge, "x", "https://contoh.example/", "sari@contoh.example", "id")
    assert asked == charges.request_for(payment, charge, "x", "https://contoh.example/", "sari@contoh.example", "id")
    with transaction():
        assert charges.keep(payment, outside.start(asked))
    db.session.refresh(payment)
    db.session.expunge(payment)  # only its words are read from now on
    return payment


def charge_of(payment: Payment) -> Charge:
    db.session.rollback()
    return db.session.scalars(db.select(Charge).where(Charge.payment_id == payment.id)).one()


def paid(payment: Payment, **values: object) -> Snapshot:
    return Snapshot(PaymentState.PAID, payment.due, ZERO, second_reference=f"pi-{payment.code}", **values)  # type: ignore[arg-type]


def test_every_order_of_messages_with_every_double_ends_alike(cast: Cast, outside: FakeOutside) -> None:
    """All 120 orders, a double after each: effects hang on the present answer, not on what came when."""
    payment = begun(cast, outside)
    full = paid(payment, dispute=Dispute.OPENED)
    steps = {
        "created": Snapshot(PaymentState.PENDING, ZERO, ZERO),
        "processing": Snapshot(PaymentState.PENDING, ZERO, ZERO, second_reference=full.second_reference),
        "succeeded": paid(payment),
        "refunded": replace(paid(payment), refunded=Money(1_000)),
        "disputed": replace(full, refunded=Money(1_000)),
    }
    heard: list[str] = []
    listeners = (
        payment_settled.connected_to(lambda *_, **__: heard.append("settled")),
        payment_disputed.connected_to(lambda *_, dispute, **__: heard.append(dispute)),
        payment_parked.connected_to(lambda *_, **__: heard.append("parked")),
    )
    ends = set()
    keys = charge_of(payment).id
    with listeners[0], listeners[1], listeners[2]:
        for number, order in enumerate(itertools.permutations(steps)):
            with pytest.raises(ZeroDivisionError), transaction() as session:
                heard.clear()
                charge = session.get_one(Charge, keys)
                for name in (*order, order[number % 5], "disputed"):
                    # An old message leads to the newest answer: what has happened stays happened.
                    charges.note(
                        charge, steps[name] if steps[name].state is PaymentState.PENDING else steps["disputed"]
                    )
                fresh = session.get_one(Payment, payment.id)
                ends.add((fresh.state, charge.dispute, charge.refunded, charge.odd, tuple(sorted(heard))))
                raise ZeroDivisionError  # and undo it for the next order
            db.session.rollback()
    assert ends == {
        (PaymentState.PAID, "opened", Money(1_000), "-1000 IDR", ("opened", "parked", "settled")),
    }


def test_a_hundred_same_messages_have_one_effect(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    reference = charge_of(payment).reference or ""
    outside.said[reference] = paid(payment)
    heard: list[Payment] = []
    with payment_settled.connected_to(lambda sender, **_: heard.append(sender)):
        for _ in range(100):
            with transaction():
                charges.receive("fake", [Hint(reference, "evt_1")])
        with transaction():
            charges.receive("fake", [Hint("out-unknown", "evt_2"), Hint(reference, "evt_3", payment.code)])
        assert drain({charges.TOPIC: follow_hint, "mail": lambda _: None}) >= 3
    assert len(heard) == 1
    assert outside.asked == [reference] * 2
    rows = db.session.scalars(db.select(WebhookMessage).order_by(WebhookMessage.id)).all()
    assert [(one.event, one.is_known) for one in rows] == [("evt_1", True), ("evt_2", False), ("evt_3", True)]
    assert payment_of(bought(payment)).state is PaymentState.PAID
    assert check_laws() == []


def bought(payment: Payment) -> Purchase:
    return db.session.scalars(db.select(Purchase).where(Purchase.code == payment.purchase_code)).one()


def test_a_message_that_never_comes_is_made_good_by_asking(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    outside.said[charge_of(payment).reference or ""] = paid(payment)
    outside.is_silent = True
    ask_providers()
    assert payment_of(bought(payment)).state is PaymentState.PENDING
    outside.is_silent = False
    ask_providers()
    ask_providers()
    assert payment_of(bought(payment)).state is PaymentState.PAID
    assert len(outside.asked) == 1  # and then nobody is asked again for a day
    with clock.frozen(clock.now() + timedelta(days=2)):
        ask_providers()
        assert len(outside.asked) == 2


def test_while_the_provider_is_silent_a_hint_waits(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    reference = charge_of(payment).reference or ""
    outside.said[reference] = paid(payment)
    outside.is_silent = True
    with transaction():
        charges.receive("fake", [Hint(reference, "evt_1")])
    handlers = {charges.TOPIC: follow_hint, "mail": lambda _: None}
    drain(handlers)
    assert db.session.scalars(db.select(WebhookMessage.done_at)).all() == [None]
    outside.is_silent = False
    db.session.rollback()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        drain(handlers)
    assert payment_of(bought(payment)).state is PaymentState.PAID


@pytest.mark.parametrize(
    ("rupiah", "odd"), [(1, ""), (-1, ""), (99, "x100"), (0, "185000000 USD/100"), (0, "185000001 IDR/100")]
)
def test_another_sum_or_currency_is_parked_and_told_once(
    cast: Cast, outside: FakeOutside, rupiah: int, odd: str
) -> None:
    payment = begun(cast, outside)
    sum_ = Money(payment.due.rupiah * 100) if odd == "x100" else payment.due + Money(rupiah)
    said = replace(paid(payment), paid=sum_, odd="" if odd == "x100" else odd)
    outside.said[charge_of(payment).reference or ""] = said
    heard: list[Charge] = []
    with payment_parked.connected_to(lambda sender, **_: heard.append(sender)):
        for _ in range(2):
            with transaction() as session:
                charges.note(session.get_one(Charge, charge_of(payment).id), said)
    assert len(heard) == 1
    (parked,) = charges.list_parked()
    assert payment_of(bought(payment)).state is PaymentState.PENDING
    assert orders_of(bought(payment))[0].state is OrderState.AWAITING_PAYMENT  # type: ignore[arg-type]
    with transaction():
        charges.look(parked, cast.tono, accepts=rupiah == 1)
    with pytest.raises(Conflict), transaction():
        charges.look(parked, cast.tono, accepts=True)
    state = PaymentState.PAID if rupiah == 1 else PaymentState.PENDING
    assert payment_of(bought(payment)).state is state
    assert charges.list_parked() == []
    with transaction() as session:
        charges.note(session.get_one(Charge, parked.id), said)
    assert charges.list_parked() == []  # the same oddity is not told again


@both_databases
def test_money_for_a_cancelled_order_goes_back_by_itself_once(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    reference = charge_of(payment).reference or ""
    with transaction():
        (order,) = orders_of(bought(payment))  # type: ignore[arg-type]
        orders.cancel(order, Actor.BUYER, "x", cast.sari)
    outside.said[reference] = paid(payment)  # the buyer was faster than our giving up
    ask_providers()
    assert payment_of(bought(payment)).state is PaymentState.LATE
    outside.is_silent = True
    send_refunds()
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert refund.state is RefundState.OWED
    with pytest.raises(Conflict), transaction():
        send_refund(refund, "BCA 1", cast.tono)  # nobody sends it as well
    outside.is_silent = False
    db.session.rollback()
    with clock.frozen(clock.now() + timedelta(hours=2)):
        send_refunds()
        send_refunds()
    assert outside.refunds == {refund.code: payment.due.rupiah}
    fresh = payment_of(bought(payment))
    assert fresh.state is PaymentState.REFUNDED
    with transaction() as session:  # "paid" once more, late: it stays as it is
        charges.note(session.get_one(Charge, charge_of(payment).id), replace(paid(payment), refunded=payment.due))
    assert payment_of(bought(payment)).state is PaymentState.REFUNDED
    assert charges.list_parked() == []
    assert check_laws() == []


def test_what_the_provider_refuses_to_send_people_send(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    outside.said[charge_of(payment).reference or ""] = paid(payment)
    ask_providers()
    with transaction():
        (order,) = orders_of(bought(payment))  # type: ignore[arg-type]
        orders.cancel(order, Actor.SELLER, "Benangnya habis", cast.ratna)
    outside.outcome = RefundOutcome.FAILED
    send_refunds()
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert (refund.state, refund.refusal) == (RefundState.OWED, "no")
    with transaction():
        send_refund(refund, "BCA 1", cast.tono)
    assert check_laws() == []


def test_people_send_what_a_partner_holds_that_is_not_there_any_more_unless_it_was_asked_before(
    cast: Cast, outside: FakeOutside
) -> None:
    payment = begun(cast, outside)
    outside.said[charge_of(payment).reference or ""] = paid(payment)
    ask_providers()
    code = payment.purchase_code
    with transaction():
        (order,) = orders_of(bought(payment))  # type: ignore[arg-type]
        orders.cancel(order, Actor.SELLER, "Benangnya habis", cast.ratna)
    (refund,) = db.session.scalars(db.select(Refund)).all()
    assert (sent_by_hand([refund]), owed_by_hand(code)) == (set(), ZERO)
    providers.use(PaymentMethod(payment.provider), None)
    send_refunds()
    db.session.refresh(refund)
    assert (refund.tried_at, owed_by_hand(code)) == (None, refund.total)
    for tried, reference in ((clock.now(), "BCA 1"), (None, "BCA 2")):
        with transaction() as session:
            session.execute(db.update(Refund).values(tried_at=tried))
        if tried:
            with pytest.raises(Conflict), transaction():
                send_refund(refund, reference, cast.tono)  # it may have left already
        else:
            with transaction():
                send_refund(refund, reference, cast.tono)
    assert check_laws() == []


def test_what_we_have_closed_is_given_up_outside_too(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    reference = charge_of(payment).reference or ""
    with clock.frozen(clock.now() + timedelta(hours=3)):
        with transaction():
            orders.sweep_due()
        ask_providers()
        ask_providers()
    assert payment_of(bought(payment)).state is PaymentState.EXPIRED
    assert outside.said[reference].state is PaymentState.CANCELLED
    assert outside.asked == [reference]
    with pytest.raises(Conflict):
        charges.request_for(payment_of(bought(payment)), charge_of(payment), "x", "y", "z", "id")


def test_a_page_that_has_closed_can_be_opened_anew(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    outside.said[charge_of(payment).reference or ""] = Snapshot(PaymentState.EXPIRED, ZERO, ZERO)
    ask_providers()
    charge = charge_of(payment)
    assert (charge.attempt, charge.reference) == (2, None)
    assert charges.request_for(payment, charge, "x", "y", "z", "id").reference == f"{payment.code}-2"


def test_of_two_presses_in_the_same_moment_the_first_page_is_kept(cast: Cast, outside: FakeOutside) -> None:
    payment = begun(cast, outside)
    first = charge_of(payment).url
    with transaction():
        assert charges.keep(
            payment, Start(payment.due, provider_reference="out-2", redirect_url="https://pay.example/2")
        )
    assert (charge_of(payment).reference, charge_of(payment).url) == (f"out-{payment.code}", first)


@pytest.mark.parametrize(
    ("told", "gateway", "loss"),
    [
        ([Dispute.OPENED], 0, 0),
        ([Dispute.OPENED, Dispute.WON], 1, 0),
        ([Dispute.LOST], 0, 1),
        ([Dispute.OPENED, Dispute.LOST, Dispute.WON], 0, 1),
    ],
)
def test_the_ledger_follows_a_dispute(
    cast: Cast, outside: FakeOutside, told: list[Dispute], gateway: int, loss: int
) -> None:
    payment = begun(cast, outside)
    key, due = charge_of(payment).id, payment.due.rupiah
    for dispute in told:
        with transaction() as session:
            charges.note(session.get_one(Charge, key), paid(payment, dispute=dispute))
    assert balance(account_of(payment)) == Money(due * gateway)
    assert balance(accounts.LOSS) == Money(due * loss)
