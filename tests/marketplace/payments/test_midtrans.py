"""A virtual account or QRIS at Midtrans, from the order to the books: the real adapter, a double behind it, the whole
house around it."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Unavailable
from catalog.money import Money, total
from marketplace.accounts.models import User
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.midtrans import Midtrans
from marketplace.bookkeeping.books import account_of
from marketplace.checkout.queries import check_laws
from marketplace.ledger.queries import balance
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Purchase
from marketplace.outbox.services import drain
from marketplace.payments import charges, providers, services
from marketplace.payments.models import Charge, Payment, PaymentMethod, PaymentState, Refund, RefundState
from marketplace.payments.services import send_refund
from marketplace.signals import payment_disputed, payment_parked, payment_settled
from marketplace.subscribers.outside import ask_providers, follow_hint, send_refunds
from tests.cast import Cast
from tests.fakes.midtrans_server import KEY, MidtransServer, message
from tests.marketplace.checkout.shopping import buy, of, orders_of, payment_of


class House:
    """The adapter, which calls its double without a wire, and what tests do with both."""

    def __init__(self, server: MidtransServer) -> None:
        self.server = server
        self.midtrans = Midtrans(
            KEY, (), ("bca_va", "other_qris"), server.url, server.url, breaker=Breaker(failures=999)
        )
        self.midtrans._http.request = self.ask  # type: ignore[assignment,method-assign]

    def ask(self, method: str, url: str, body: bytes | None, headers: dict[str, str], **_: Any) -> Any:
        import json

        status, answer = self.server.answer(method, urlsplit(url).path, body or b"", dict(headers))
        if self.server.drops:
            self.server.drops -= 1
            raise OSError("gone")
        data = json.dumps(answer).encode()
        return SimpleNamespace(status=status, read=lambda *_, **__: data, release_conn=lambda: None)

    def begin(self, payment: Payment) -> str:
        charge = charges.find_charge(payment)
        assert charge is not None
        asked = charges.request_for(payment, charge, "x", "https://contoh.example/", "sari@contoh.example", "id")
        begun = self.midtrans.start(asked)
        with transaction():
            assert charges.keep(payment, begun)
        return begun.provider_reference or ""

    def deliver(self, *messages: Any) -> None:
        for one in messages:
            with transaction():
                charges.receive("midtrans", self.midtrans.parse_webhook({}, message(one)))
        drain({charges.TOPIC: follow_hint, "mail": lambda _: None})

    def holds(self, payment: Payment) -> Money:
        """What Midtrans's own book says of a payment."""
        sums = []
        for row in self.server.rows.values():
            if row["order_id"].startswith(payment.code) and row["transaction_status"] in _CAME:
                sums.append(Money(int(row["gross_amount"][:-3]) - int(row.get("refund_amount", "0.00")[:-3])))
        return total(sums)


_CAME = ("settlement", "refund", "partial_refund")


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    server = MidtransServer()
    found = House(server)
    providers.use(PaymentMethod.ONLINE, found.midtrans)
    yield found
    providers.use(PaymentMethod.ONLINE, None)
    server._http.server_close()


def ordered(cast: Cast, product: Any = None) -> Payment:
    payment = payment_of(buy(of(cast.sari), (product or cast.shawl, 1), method="online").purchase)
    db.session.refresh(payment)
    db.session.expunge(payment)  # only its words are read from now on
    return payment


def bought(payment: Payment) -> Purchase:
    return db.session.scalars(db.select(Purchase).where(Purchase.code == payment.purchase_code)).one()


def state_of(payment: Payment) -> PaymentState:
    db.session.rollback()
    return db.session.scalars(db.select(Payment.state).where(Payment.id == payment.id)).one()


def test_every_order_of_messages_with_a_double_ends_alike(
    cast: Cast, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What happens there happens in its order; what we hear of it comes in all 120 orders, one message twice."""
    payment = ordered(cast)
    name = house.begin(payment)
    code, key, ends = payment.code, payment.id, set()
    heard: list[str] = []
    charge_id = db.session.scalars(db.select(Charge.id)).one()
    settle, server = services.settle, house.server

    def settled(one: Payment) -> None:
        if settle(one):
            heard.append("settled")

    monkeypatch.setattr(services, "settle", settled)
    row = server.choose(name, "qris", acquirer="gopay", issuer="gopay")
    blank = dict(row)
    signed = {
        one: message({**blank, "transaction_status": one})
        for one in ("pending", "settlement", "refund", "chargeback", "expire")
    }
    happens = ["pending", "settlement", "settlement", "partial_refund", "chargeback"]
    with (
        payment_settled.muted(),
        payment_disputed.muted(),
        payment_parked.muted(),
    ):  # the rest of the house is not asked
        for number, order in enumerate(itertools.permutations(signed)):
            with pytest.raises(ZeroDivisionError), transaction() as session:
                heard.clear()
                charge = session.get_one(Charge, charge_id)
                row.pop("refund_amount", None)
                for step, told in zip([*happens, "chargeback"], [*order, order[number % 5]], strict=True):
                    row["transaction_status"] = step
                    if step == "partial_refund":
                        row["refund_amount"] = "1000.00"
                    (hint,) = house.midtrans.parse_webhook({}, signed[told])
                    assert (hint.provider_reference, hint.code) == (name, code)
                    said = house.midtrans.fetch(name)
                    assert said is not None
                    charges.note(charge, said)
                fresh = session.get_one(Payment, key)
                ends.add((fresh.state, charge.dispute, charge.refunded, charge.odd, tuple(heard)))
                raise ZeroDivisionError  # and undo it for the next order
            db.session.rollback()
    assert ends == {(PaymentState.PAID, "lost", Money(1_000), "-1000 IDR", ("settled",))}


@pytest.mark.parametrize(
    ("values", "odd"),
    [
        ({"gross_amount": lambda due: f"{due + 1}.00"}, "{} IDR"),
        ({"gross_amount": lambda due: f"{due - 1}.00"}, "{} IDR"),
        ({"gross_amount": lambda due: f"{due * 100}.00"}, "{} IDR"),
        ({"gross_amount": lambda due: f"{due}.50"}, "{}.50 IDR"),
        ({"currency": lambda due: "USD"}, "{}.00 USD"),
    ],
)
def test_another_sum_or_currency_pays_nothing_and_waits_for_a_person(
    cast: Cast, house: House, values: dict[str, Any], odd: str
) -> None:
    payment = ordered(cast)
    name = house.begin(payment)
    due = payment.due.rupiah
    row = house.server.pay(name, **{one: make(due) for one, make in values.items()})
    heard: list[Any] = []
    with payment_parked.connected_to(lambda sender, **_: heard.append(sender)):
        house.deliver(row, row)
        ask_providers()
    assert len(heard) == 1
    assert state_of(payment) is PaymentState.PENDING
    (parked,) = charges.list_parked()
    assert parked.odd == odd.format(row["gross_amount"].partition(".")[0])


def test_a_card_that_midtrans_wants_looked_at_waits_and_is_told(cast: Cast, house: House) -> None:
    payment = ordered(cast)
    name = house.begin(payment)
    house.server.choose(name, "credit_card")
    house.deliver(house.server.become(name, "capture", fraud_status="challenge"))
    assert [one.odd for one in charges.list_parked()] == ["challenge"]
    assert state_of(payment) is PaymentState.PENDING
    house.deliver(house.server.become(name, "capture", fraud_status="accept"))
    assert state_of(payment) is PaymentState.PAID


def test_no_message_comes_and_it_is_seen_all_the_same_once(cast: Cast, house: House) -> None:
    payment = ordered(cast)
    house.server.pay(house.begin(payment))
    ask_providers()
    ask_providers()
    assert state_of(payment) is PaymentState.PAID
    assert balance(account_of(payment)) == payment.due == house.holds(payment)


@pytest.mark.parametrize("closed_by", ["buyer", "clock"])
@pytest.mark.parametrize("way", ["qris", "bank_transfer"])
def test_money_that_comes_too_late_goes_back_and_the_books_agree(
    cast: Cast, house: House, closed_by: str, way: str
) -> None:
    """QRIS goes back by itself, a virtual account's money by hand out of the bank: theirs and ours stay equal."""
    payment = ordered(cast)
    name = house.begin(payment)
    row, tono = house.server.choose(name, way), cast.tono.id
    later = clock.now() + timedelta(hours=60)
    with clock.frozen(later if closed_by == "clock" else clock.now()):
        with transaction():
            if closed_by == "clock":
                orders.sweep_due()
            else:
                orders.cancel(orders_of(bought(payment))[0], Actor.BUYER, "x", cast.sari)
        house.server.pay(name)  # in the very moment in which it is given up there
        house.deliver(row, *house.server.messages)
        assert state_of(payment) is PaymentState.LATE
        send_refunds()
        (refund,) = db.session.scalars(db.select(Refund)).all()
        if way == "bank_transfer":
            assert (refund.state, refund.refusal) == (RefundState.OWED, "bank_transfer")
            with transaction():
                send_refund(refund, "BCA 1", db.session.get_one(User, tono))
        send_refunds()
        house.deliver(*house.server.messages)
        assert state_of(payment) is PaymentState.REFUNDED
        house.server.emit({**row, "transaction_status": "settlement"})
        house.deliver(house.server.messages[-1])  # "paid", after all of it went back
    assert state_of(payment) is PaymentState.REFUNDED
    assert charges.list_parked() == []
    assert balance(account_of(payment)) == house.holds(payment)
    assert check_laws() == []


def test_after_every_fault_their_book_is_ours(cast: Cast, house: House) -> None:
    """Answers get lost, errors come, messages come late, twice and in any order; three purchases, three ways."""
    luck = random.Random(7)
    server, rows = house.server, []

    def stubbornly(deed: Any) -> Any:
        """As buyers press again and the worker comes again."""
        for _ in range(30):
            server.drops = luck.choice([0, 0, 1])
            server.statuses = [luck.choice([500, 429, 503])] if luck.random() < 0.3 else []
            try:
                return deed()
            except Unavailable:
                db.session.rollback()
        raise AssertionError("never")

    server.names = "asked"
    kept = []
    for way, product in (("qris", cast.plaque), ("bank_transfer", cast.plaque), ("gopay", cast.shawl)):
        payment = ordered(cast, product)
        kept.append(payment)
        name = stubbornly(lambda payment=payment: house.begin(payment))
        assert name.partition("~")[0] == payment.code
        rows.append(server.choose(name, way, acquirer="gopay", issuer="gopay") and server.pay(name))
    messages = [one for one in server.messages * 2 if luck.random() < 0.6]
    luck.shuffle(messages)
    server.statuses, server.drops = [500, 500], 1
    house.deliver(*messages)
    with clock.frozen(clock.now() + timedelta(minutes=30)):
        for _ in range(6):
            server.drops, server.statuses = luck.choice([0, 1]), []
            ask_providers()
            drain({charges.TOPIC: follow_hint, "mail": lambda _: None})
    assert {state_of(one) for one in kept} == {PaymentState.PAID}
    with transaction():
        for payment in kept[:2]:
            orders.cancel(orders_of(bought(payment))[0], Actor.SELLER, "Benangnya habis", None)
    for hours in range(1, 8):
        with clock.frozen(clock.now() + timedelta(hours=2 * hours)):
            server.drops, server.statuses = luck.choice([0, 1]), [500] if luck.random() < 0.3 else []
            send_refunds()
    refunds = db.session.scalars(db.select(Refund).order_by(Refund.id)).all()
    assert [(one.state, one.refusal) for one in refunds] == [
        (RefundState.SENT, ""),
        (RefundState.OWED, "bank_transfer"),
    ]
    server.drops, server.statuses = 0, []
    with clock.frozen(clock.now() + timedelta(days=2)):
        ask_providers()
    assert charges.list_parked() == []
    assert [house.holds(one) for one in kept] == [Money(0), kept[1].due, kept[2].due]
    assert balance(account_of(kept[0])) == total(house.holds(one) for one in kept)
    assert [len(row.get("refunds", [])) for row in rows] == [1, 0, 0]
    assert check_laws() == []
