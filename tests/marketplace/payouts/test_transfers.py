"""Shops with an account at Stripe are brought each order's money there: once, out of its own payment, and back again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, Unavailable
from catalog.money import ZERO, Money, total
from marketplace.accounts.models import Role, User
from marketplace.adapters import stripe_wire as wire
from marketplace.adapters.breaker import Breaker
from marketplace.adapters.stripe import StripeProvider
from marketplace.adapters.stripe_transfers import StripeTransfers
from marketplace.bookkeeping import disputes
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance, verify
from marketplace.ledger.services import Entry, post
from marketplace.notifications.models import Notification
from marketplace.outbox.services import drain
from marketplace.payments import providers as payment_providers
from marketplace.payments.models import Payment, PaymentMethod
from marketplace.payouts import inbox, laws, providers, recipients, sending
from marketplace.payouts.accounts import name_account, plan
from marketplace.payouts.models import Payout, PayoutState, Recipient
from marketplace.payouts.providers import AccountState, PayoutRequest, PayoutSnapshot
from marketplace.payouts.queries import Hold, prospect
from marketplace.payouts.services import TOPIC, approve, bank_file, confirm, draw, fail
from marketplace.payouts.ways import Paid, share
from marketplace.sellers.models import MemberRole, Membership
from marketplace.signals import payout_account_named, payout_came_back, payout_paid, recipient_changed
from marketplace.subscribers import payouts
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.fakes import stripe_connect
from tests.fakes.stripe_server import Row, StripeServer, message
from tests.marketplace.payments.partner import SECRET, Shop
from tests.marketplace.returns.coming import came, over

KEY = "sk_test_0123456789"


class House(Shop):
    """The shop of card payments, and Ratna is paid through Stripe."""

    rini: int
    account: str
    payer: StripeTransfers
    ids: dict[str, Any]

    def connect(self) -> None:
        with clock.frozen(self.now - timedelta(days=4)), transaction():
            self.rini = factories.user("Rini", roles=(Role.OPERATOR,)).id
            for seller, user in ((self.cast.ratnas, self.cast.ratna), (self.cast.budis, self.cast.budi)):
                name_account(seller, "BCA", "1234567890", "Contoh", factories.PASSWORD, user)
            row = recipients.wish(self.cast.ratnas, factories.PASSWORD, self.cast.ratna)
            applicant = recipients.applicant_of(row)
        opened = self.payer.open_account(applicant)
        stripe_connect.become(self.server, opened.reference, "active")
        self.account = opened.reference
        with transaction() as session:
            recipients.note(session.get_one(Recipient, row.id), self.payer.fetch_account(opened.reference))

    def remember(self) -> None:
        """Which rows the cast are: the worker lets go of everything that was read."""
        self.ids = {
            name: (type(one), one.id) for name in ("shawl", "ratnas", "budis", "ratna", "budi", "tono", "sari")
            if (one := getattr(self.cast, name))
        }  # fmt: skip

    def of(self, name: str) -> Any:
        return db.session.get_one(*self.ids[name])

    def wake(self) -> None:
        for name in self.ids:
            setattr(self.cast, name, self.of(name))

    def sell(self, pieces: int = 1) -> str:
        """An order that was paid by card and is over; the code of its purchase."""
        self.wake()
        purchase = self.bought((self.cast.shawl, pieces))
        self.hand_over(purchase)
        return purchase.code

    def drawn(self, days: int = 0) -> list[Payout]:
        self.now += timedelta(days=days)
        with clock.frozen(self.now), transaction() as session:
            batch = draw(session.get_one(User, self.tono))
            codes = [one.code for one in batch.payouts]
            approve(batch, session.get_one(User, self.rini))
        return [self.payout(one) for one in codes]

    def payout(self, code: str) -> Payout:
        db.session.rollback()
        query = db.select(Payout).where(Payout.code == code).execution_options(populate_existing=True)
        return db.session.scalars(query).one()

    def by_stripe(self, found: list[Payout]) -> list[str]:
        return [one.code for one in found if one.provider == "stripe"]

    def carry_on(self, after: timedelta = timedelta(minutes=3)) -> None:
        """What the worker and the clock do."""
        self.now += after
        with clock.frozen(self.now):
            drain({TOPIC: payouts.send_now, inbox.TOPIC: payouts.follow_hint})
            payouts.send_payouts()
            payouts.take_money_back()

    def give_back(self, order: str, sum_: int, key: str) -> None:
        """A return after the fact, as the books have it."""
        shop, purchase = f"seller:{self.of('ratnas').code}", f"refund:{key}"
        with clock.frozen(self.now), transaction():
            entries = [Entry(shop, Money(sum_), "goods"), Entry(purchase, Money(-sum_), "order")]
            post(f"refund:{key}", Kind.REFUND, entries, order_code=order)

    def has(self) -> Money:
        db.session.rollback()
        return -balance(f"seller:{self.of('ratnas').code}")

    def transfers(self) -> list[Row]:
        return self.server.of("transfer")

    def agree_on_payouts(self) -> None:
        """Our account of Stripe is its book, less what it has brought to shops; and every law holds."""
        db.session.rollback()
        brought = sum(one["amount"] - one["amount_reversed"] for one in self.transfers())
        assert balance("gateway:card").rupiah * 100 == self.server.balance() - brought
        assert laws.check_laws() == []
        assert verify() == []

    def told(self) -> set[str]:
        db.session.rollback()
        return set(db.session.scalars(db.select(Notification.kind).where(Notification.kind.like("payout-%"))))


@pytest.fixture(scope="module")
def running() -> Iterator[StripeServer]:
    with StripeServer() as server:
        yield server


@pytest.fixture
def house(app: Flask, cast: Cast, running: StripeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(wire, "READ_SECONDS", 0.3)
    monkeypatch.setattr("stripe._http_client.HTTPClient.INITIAL_DELAY", 0.01)
    monkeypatch.setattr("stripe._http_client.HTTPClient.MAX_DELAY", 0.02)
    running.forget()
    cards = StripeProvider(KEY, [SECRET], running.url, Breaker(failures=50))
    payer = StripeTransfers(KEY, [SECRET], "ID", running.url, Breaker(failures=50))
    payment_providers.use(PaymentMethod.CARD, cards)
    providers.use("stripe", payer)
    found = House(cast, running, cards)
    found.payer = payer
    found.remember()
    with ExitStack() as stack:
        stack.enter_context(payout_paid.connected_to(payouts.tell_paid))
        stack.enter_context(payout_came_back.connected_to(payouts.tell_back))
        stack.enter_context(recipient_changed.connected_to(payouts.tell_recipient))
        found.connect()
        yield found
    payment_providers.use(PaymentMethod.CARD, None)
    providers.use("stripe", None)


@both_databases
def test_each_order_goes_its_way(house: House, cast: Cast) -> None:
    purchase = house.sell()
    house.wake()
    over(came(cast, (cast.shawl, 1)))  # by transfer to our bank
    sum_ = house.has()
    (by_card,) = [one for one in prospect(house.of("ratnas")).ways if not one.is_by_bank]
    with transaction():
        plan(house.of("ratnas"), "weekly", sum_ + Money(1))
        assert prospect(house.of("ratnas")).hold is Hold.MINIMUM
        plan(house.of("ratnas"), "weekly", sum_)  # together it is enough, whichever way each half goes
    found = {one.provider: one for one in house.drawn()}
    card, bank = found["stripe"], found["bank"]
    assert total([card.total, bank.total]) == sum_
    assert (card.total, card.group_code, card.number, card.pays_from) == (
        by_card.sum,
        purchase,
        house.account,
        "gateway:card",
    )
    assert house.has() == ZERO
    code, bank_code = card.code, bank.code
    db.session.rollback()
    text = bank_file(house.payout(code).batch).decode("utf-8-sig")
    assert (bank_code in text, code in text) == (True, False)
    with transaction() as session:
        tono = session.get_one(User, house.tono)
        for refused in (
            lambda: confirm(house.payout(code), "TRX 1", tono),
            lambda: fail(house.payout(code), "salah", tono),
        ):
            with pytest.raises(Conflict):
                refused()
    house.carry_on()
    paid = house.payout(code)
    (row,) = house.transfers()
    assert (paid.state, paid.reference) == (PayoutState.PAID, row["id"])
    assert row["amount"] == paid.total.rupiah * 100
    assert row["source_transaction"] == house.server.of("charge")[0]["id"]
    assert (row["transfer_group"], row["metadata"]) == (purchase, {"payout": code, "order": paid.order_code})
    assert house.payout(bank_code).state is PayoutState.PLANNED
    house.carry_on()
    assert len(house.transfers()) == 1
    assert "payout-sent" in house.told()
    house.agree_on_payouts()


def test_nothing_leaves_before_two_people_and_some_days(house: House, cast: Cast) -> None:
    house.sell()
    recipient = db.session.scalars(db.select(Recipient)).one()
    key = recipient.id
    for state, closed, usable in (
        (AccountState.INCOMPLETE, None, recipient.usable_from), (AccountState.CHECKED, None, recipient.usable_from),
        (AccountState.REFUSED, None, recipient.usable_from), (AccountState.ACTIVE, clock.now(), recipient.usable_from),
        (AccountState.ACTIVE, None, clock.after(timedelta(days=30))),
    ):  # fmt: skip
        with transaction() as session:
            row = session.get_one(Recipient, key)
            kept = row.state, row.closed_at, row.usable_from
            row.state, row.closed_at, row.usable_from = state, closed, usable
            session.flush()
            assert [one.provider for one in prospect(house.of("ratnas")).ways] == ["bank"]
            row.state, row.closed_at, row.usable_from = kept
    with clock.frozen(house.now), transaction() as session:
        batch = draw(session.get_one(User, house.tono))
        (payout,) = [one for one in batch.payouts if one.provider == "stripe"]
        with pytest.raises(Forbidden):
            approve(batch, session.get_one(User, house.tono))
        assert sending.reserve(payout) is None, "nobody has approved it"
    house.carry_on()
    assert house.transfers() == []


def test_only_an_owner_with_the_password_opens_an_account(house: House, cast: Cast) -> None:
    with transaction():
        staff = factories.user("Staf")
        factories.add(Membership(user_id=staff.id, seller_id=cast.budis.id, role=MemberRole.STAFF))
        for other in (staff, cast.ratna, cast.tono):
            for deed in (recipients.wish, recipients.close):
                with pytest.raises(Forbidden):
                    deed(cast.budis, factories.PASSWORD, other)
        for deed in (recipients.wish, recipients.close):
            with pytest.raises(Invalid):
                deed(cast.budis, "tebakan", cast.budi)
        with pytest.raises(Conflict):
            recipients.close(cast.budis, factories.PASSWORD, cast.budi)
        first = recipients.wish(cast.budis, factories.PASSWORD, cast.budi)
        assert recipients.wish(cast.budis, factories.PASSWORD, cast.budi) is first
        assert (first.state, first.is_cooling, first.may_be_paid) == (AccountState.INCOMPLETE, True, False)
        recipients.close(cast.budis, factories.PASSWORD, cast.budi)
        again = recipients.wish(cast.budis, factories.PASSWORD, cast.budi)
        assert again.code == first.code, "the same account at Stripe"
        providers.use("stripe", None)
        with pytest.raises(Unavailable):
            recipients.wish(cast.budis, factories.PASSWORD, cast.budi)
        providers.use("stripe", house.payer)
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Recipient(seller_id=cast.budis.id, provider="stripe", email="x", name="x", made_by_id=house.tono, usable_from=clock.now()))  # fmt: skip


@pytest.mark.parametrize("lost", ["answer", "worker", "key"])
def test_whatever_is_lost_one_transfer_is_made(
    house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    house.sell()
    (code,) = house.by_stripe(house.drawn())
    if lost == "worker":  # it dies between the transfer and the note

        def die(payout: Payout, said: PayoutSnapshot) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(sending, "note", die)
            with pytest.raises(KeyboardInterrupt):
                payouts.send(house.payout(code).id)
    else:
        house.server.fails("POST /v1/transfers", "drop", "drop")
        with pytest.raises(Unavailable):
            payouts.send(house.payout(code).id)
    assert (len(house.transfers()), house.payout(code).state) == (1, PayoutState.PLANNED)
    if lost == "key":
        house.server.keys.clear()
    house.carry_on()
    house.carry_on()
    assert (len(house.transfers()), house.payout(code).state) == (1, PayoutState.PAID)
    house.agree_on_payouts()


def test_money_that_is_not_there_yet_is_waited_for(house: House, cast: Cast) -> None:
    house.sell()
    (code,) = house.by_stripe(house.drawn())
    with transaction():
        house.payout(code).source = ""  # as when a voucher paid a part of it
    house.carry_on()
    waiting = house.payout(code)
    assert (waiting.state, waiting.waits_for, waiting.attempt) == (PayoutState.PLANNED, "balance_insufficient", 2)
    assert sending.count_waiting() == 1
    house.server.balances["platform"] = 10**10
    house.carry_on()
    assert house.payout(code).state is PayoutState.PLANNED, "asked again after an hour"
    house.carry_on(timedelta(hours=2))
    assert house.payout(code).state is PayoutState.PAID
    house.agree_on_payouts()


def test_what_cannot_arrive_is_the_shops_again(house: House, cast: Cast) -> None:
    house.sell()
    sum_ = house.has()
    (code,) = house.by_stripe(house.drawn())
    stripe_connect.become(house.server, house.account, "restricted", "requirements_past_due")
    house.carry_on()
    failed = house.payout(code)
    assert (failed.state, failed.reason) == (PayoutState.FAILED, sending.NOT_THERE)
    assert house.has() == sum_
    body, headers = message(house.server.events[-1], SECRET)
    with transaction():
        assert inbox.receive("stripe", house.payer.parse_webhook(headers, body)) == 1
        assert inbox.receive("stripe", house.payer.parse_webhook(headers, body)) == 0
    house.carry_on()
    assert db.session.scalars(db.select(Recipient.state)).one() is AccountState.INCOMPLETE
    assert {"payout-failed", "payout-account"} <= house.told()
    assert [one.provider for one in house.drawn()] == ["bank"]
    house.agree_on_payouts()


def test_a_refund_after_the_transfer_is_asked_back_and_what_is_gone_is_owed(house: House, cast: Cast) -> None:
    house.sell()
    (code,) = house.by_stripe(house.drawn())
    house.carry_on()
    order, sum_ = house.payout(code).order_code, house.payout(code).total
    assert order is not None
    house.give_back(order, 30_000, "r1")
    assert house.has() == Money(-30_000)
    house.server.fails("POST /v1/transfers/.+/reversals", "drop", "drop")
    for _ in range(3):
        house.carry_on()
    assert (house.has(), house.payout(code).returned) == (ZERO, Money(30_000))
    assert len(house.server.of("transfer_reversal")) == 1, "though its answer was lost"
    house.agree_on_payouts()
    house.give_back(order, 20_000, "r2")
    house.server.balances[house.account] = 0  # the shop has taken it out
    for _ in range(3):
        house.carry_on()
    assert (house.has(), house.payout(code).unreturned) == (Money(-20_000), Money(20_000))
    assert prospect(house.of("ratnas")).hold is Hold.DEBT
    with clock.frozen(house.now), transaction() as session, pytest.raises(Conflict):
        draw(session.get_one(User, house.tono))
    house.sell()
    (later,) = house.by_stripe(house.drawn(days=8))
    assert house.payout(later).total == sum_ - Money(20_000), "its next sales pay it off"
    house.carry_on()
    assert house.payout(later).state is PayoutState.PAID
    house.agree_on_payouts()


def test_what_is_taken_back_at_stripes_desk_is_the_shops_again(house: House, cast: Cast) -> None:
    house.sell()
    (code,) = house.by_stripe(house.drawn())
    house.carry_on()
    sum_, reference = house.payout(code).total, str(house.payout(code).reference)
    stripe_connect.reverse(house.server, {}, reference)
    body, headers = message(house.server.events[-1], SECRET)
    for _ in range(2):
        with transaction():
            inbox.receive("stripe", house.payer.parse_webhook(headers, body))
        house.carry_on()
    assert (house.has(), house.payout(code).returned) == (sum_, sum_)
    house.agree_on_payouts()
    assert prospect(house.of("ratnas")).available == sum_


def test_a_transfer_is_given_up_before_it_has_left_and_not_after(house: House, cast: Cast) -> None:
    house.sell()
    sum_ = house.has()
    (code,) = house.by_stripe(house.drawn())
    with transaction() as session:
        with pytest.raises(Forbidden):
            sending.give_up(house.payout(code), house.of("ratna"))
        sending.give_up(house.payout(code), session.get_one(User, house.tono))
    house.carry_on()
    assert (house.payout(code).state, house.has(), house.transfers()) == (PayoutState.FAILED, sum_, [])
    (code,) = house.by_stripe(house.drawn(days=1))
    house.server.fails("POST /v1/transfers", "drop", "drop")
    with pytest.raises(Unavailable):
        payouts.send(house.payout(code).id)
    with transaction() as session:
        tono = session.get_one(User, house.tono)
        with clock.frozen(clock.now()), pytest.raises(Conflict):
            sending.give_up(house.payout(code), tono)
        with clock.frozen(clock.now() + timedelta(minutes=5)):
            sending.give_up(house.payout(code), tono)
    house.now += timedelta(hours=1)
    house.carry_on()
    assert (house.payout(code).state, len(house.transfers())) == (PayoutState.PAID, 1), "it had left"
    house.agree_on_payouts()


@pytest.mark.race
@both_databases
@pytest.mark.parametrize("naive", [False, True])
def test_two_workers_at_once_make_one_transfer(app: Flask, house: House, cast: Cast, naive: bool) -> None:
    house.sell()
    (code,) = house.by_stripe(house.drawn())
    payout = house.payout(code)
    key, turns = payout.id, iter(range(2, 99))
    if naive:  # the control: each worker asks under a key of its own and looks for nothing
        with transaction():
            house.payout(code).source = ""
        house.server.balances["platform"] = 10**12

    gate = threading.Barrier(4, timeout=20)

    class Hurried(StripeTransfers):
        def send(self, request: PayoutRequest) -> PayoutSnapshot:
            gate.wait()  # all four have reserved it, and nobody has asked yet
            return super().send(replace(request, attempt=next(turns)) if naive else request)

        def fetch(self, request: PayoutRequest) -> PayoutSnapshot | None:
            return None if naive else super().fetch(request)

    providers.use("stripe", Hurried(KEY, [SECRET], "ID", house.server.url, Breaker(failures=50)))

    def work(_: int) -> None:
        with app.app_context():
            try:
                payouts.send(key)
            except DomainError:
                pass
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    made = len(house.transfers())
    if naive:
        assert made > 1, "the control must fail, or the test proves nothing"
        return
    assert made == 1
    assert house.payout(code).state is PayoutState.PAID
    house.agree_on_payouts()


class _Payer(StripeTransfers):
    def __init__(self) -> None:
        super().__init__(KEY, [])


SUMS = st.dictionaries(
    st.sampled_from([None, "a", "b", "c", "d", "e"]),
    st.lists(st.integers(-90, 100), min_size=1, max_size=3),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(sums=SUMS, cards=st.sets(st.sampled_from("abcde")))
def test_however_it_is_shared_it_comes_to_what_the_shop_has(sums: dict[str | None, list[int]], cards: set[str]) -> None:
    journals = iter(range(1000))
    groups = {code: {next(journals): Money(one) for one in some} for code, some in sums.items()}
    paid = {code: Paid("p", ZERO, ((Money(100), "card", "stripe", f"pi_{code}"),)) for code in cards}
    found = share(groups, paid, _Payer())
    has = sum(sum(some) for some in sums.values())
    assert all(one.sum > ZERO and one.sum == total(one.lines.values()) for one in found)
    lines = [key for one in found for key in one.lines]
    assert len(lines) == len(set(lines))
    assert len([one for one in found if one.is_by_bank]) <= 1
    orders = [one.order_code for one in found if not one.is_by_bank]
    assert len(orders) == len(set(orders))
    assert set(orders) <= cards
    if has > 0:
        assert total(one.sum for one in found) == Money(has)
    for one in found:
        if one.source:
            assert one.sum <= Money(100), "never beyond the payment that it is taken out of"


def test_a_lost_dispute_is_asked_back_and_an_open_one_only_held(house: House, cast: Cast) -> None:
    purchase = house.sell()
    (code,) = house.by_stripe(house.drawn())
    house.carry_on()
    payment = db.session.scalars(db.select(Payment).where(Payment.purchase_code == purchase)).one()
    with transaction():
        disputes.open_case(payment, payment.due)
    house.carry_on()
    assert (house.payout(code).returned, house.has()) == (ZERO, -house.payout(code).total)
    with transaction():
        disputes.lose_case(db.session.get_one(Payment, payment.id))
    for _ in range(2):
        house.carry_on()
    assert (house.payout(code).returned, house.has()) == (house.payout(code).total, ZERO)
    assert laws.check_laws() == []
    assert verify() == []


def test_a_shop_hears_that_somebody_named_another_account(house: House, cast: Cast) -> None:
    with payout_account_named.connected_to(payouts.tell_account), transaction():
        name_account(house.of("budis"), "BRI", "123456789012345", "Budi", factories.PASSWORD, house.of("budi"))
    told = db.session.scalars(db.select(Notification).where(Notification.kind == "payout-account", Notification.seller_id == house.ids["budis"][1]))  # fmt: skip
    # Where another test of this process has opened the whole house, it has heard of the account before as well.
    assert [one.params["where"] for one in told].count("BRI •••• 2345") == 1
