"""Money that comes, is held, shared out, sent back, paid out, comes back from the bank, is disputed and settled, in any
order, each told once or twice: every invariant of `invariants.py` and every law of the house holds after every step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError
from catalog.inventory.services import adjust
from catalog.money import ZERO, Money
from catalog.products.models import Product
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.bookings import Typed, approve, make
from marketplace.bookkeeping.models import Deed
from marketplace.bookkeeping.rates import set_rate
from marketplace.bookkeeping.taxes import Taxes, taxes
from marketplace.bookkeeping.taxes import use as use_taxes
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.ledger.models import Journal
from marketplace.ledger.queries import balance
from marketplace.ledger.services import Entry, KeyUsedOtherwise, Overdrawn, post
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderState, Purchase
from marketplace.payments import charges, providers
from marketplace.payments.models import Charge, Payment, PaymentMethod, PaymentState, Refund, RefundState
from marketplace.payments.providers import Dispute, RefundOutcome, RefundRequest, RefundResult, Snapshot
from marketplace.payments.services import confirm_transfer, send_refund
from marketplace.payouts import laws as payout_laws
from marketplace.payouts import services as payouts
from marketplace.payouts.accounts import name_account
from marketplace.payouts.models import Payout, PayoutBatch
from marketplace.promotions.models import Fund, Payer, VoucherKind
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws as check_laws_of_returns
from marketplace.returns.wishes import Wish, what_is_open
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.bare import app, bare_database, bare_postgresql  # noqa: F401
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay, payment_of, request_for
from tests.marketplace.invariants import broken
from tests.marketplace.payments.test_charges import FakeOutside

pytestmark = both_databases
EXAMPLES = int(os.environ.get("MONEY_EXAMPLES", "0"))
"""More of them than the suite has time for: MONEY_EXAMPLES=300 make test ARGS=tests/marketplace/test_money.py."""
VOUCHERS = ("PROGRAM1", "RUMAH123", "TOKO1234", "ANTAR123")
WORDS = "Ada benang yang putus di tepi kain."
PAYOUTS = ("draw", "draw", "approve", "approve", "approve", "pay", "pay", "bounce", "bounce", "cancel")
GOING_ON = (OrderState.TO_CONFIRM, OrderState.PROCESSING, OrderState.SHIPPED, OrderState.DELIVERED)
small = st.integers(0, 5)


class Undone(Exception):
    pass


class Partner:
    """What the provider of cards holds, kept by other hands than ours."""

    def __init__(self) -> None:
        self.came: dict[str, int] = {}
        self.back: dict[str, int] = {}
        self.taken: dict[str, tuple[Dispute, int]] = {}
        self.settled = 0

    @property
    def balance(self) -> int:
        lost = sum(sum_ for how, sum_ in self.taken.values() if how is not Dispute.WON)
        return sum(self.came.values()) - sum(self.back.values()) - lost - self.settled

    def says(self, code: str) -> Snapshot:
        how, sum_ = self.taken.get(code, (None, 0))
        return Snapshot(
            PaymentState.PAID, Money(self.came[code]), Money(self.back.get(code, 0)), dispute=how,
            second_reference=f"pi-{code}", disputed=Money(sum_) if sum_ else None,
        )  # fmt: skip

    def send(self, request: RefundRequest) -> RefundResult:
        code = request.second_reference.removeprefix("pi-")
        if code in self.taken or self.back.get(code, 0) + request.total.rupiah > self.came[code]:
            return RefundResult(RefundOutcome.FAILED, why="charge_disputed")
        self.back[code] = self.back.get(code, 0) + request.total.rupiah
        return RefundResult(RefundOutcome.SUCCEEDED, f"re-{request.reference}")


class Till(RuleBasedStateMachine):
    cast: Cast
    keys: dict[str, int]

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(pytest.raises(Undone))
        self.stack.enter_context(transaction())
        self.now = clock.now()
        self.partner = Partner()
        self.steps = 0
        for payment in db.session.scalars(db.select(Payment).where(Payment.provider == "card")):
            self.partner.came[payment.code] = payment.due.rupiah

    def teardown(self) -> None:
        try:
            if hasattr(self, "stack"):
                assert self.laws() == []
        finally:
            if hasattr(self, "stack"):
                self.stack.__exit__(Undone, Undone(), None)

    def attempt(self, deed: Any) -> bool:
        """It happens, or is refused with a sentence and leaves nothing."""
        with clock.frozen(self.now):
            try:
                with db.session.begin_nested():
                    deed()
                return True
            except (Overdrawn, KeyUsedOtherwise):
                raise  # the ledger had to stop what should not have been tried
            except DomainError as refusal:
                assert str(refusal)
                return False

    def pick(self, model: Any, n: int, *where: Any) -> Any:
        rows = db.session.scalars(db.select(model).where(*where).order_by(model.id)).all()
        return rows[n % len(rows)] if rows else None

    def person(self, name: str) -> User:
        return db.session.get_one(User, self.keys[name])

    @rule(
        picks=st.lists(st.integers(0, 2), min_size=1, max_size=3),
        method=st.sampled_from(["card", "card", "bank-transfer", "cash"]),
        vouchers=st.sampled_from([(), *((one,) for one in VOUCHERS), VOUCHERS[:2], VOUCHERS[1:]]),
        far=st.sampled_from([3, 3, 2, 1, 0]),
    )
    def sell(self, picks: list[int], method: str, vouchers: tuple[str, ...], far: int) -> None:
        """Ordered; and paid, brought and released, as `far` as that."""

        def buy() -> None:
            owner = Owner(user=self.person("sari"))
            products = db.session.scalars(db.select(Product).order_by(Product.id)).all()
            for n in picks:
                carts.add(owner, products[n].variants[0].code, 1 + n)
            place(owner, request_for(owner, method, vouchers=vouchers))

        if not self.attempt(buy):
            return
        payment = self.pick(Payment, -1)
        if far > 0 and payment.state is PaymentState.PENDING:
            self.money_comes(payment)
        for order in db.session.scalars(db.select(Order).order_by(Order.id.desc()).limit(2)).all():
            if far > 1 and order.state is OrderState.TO_CONFIRM:
                self.move(order, "release" if far > 2 else "bring")

    @rule(n=small, twice=st.booleans(), first=st.sampled_from(["", "", "cancel"]))
    def pay(self, n: int, twice: bool, first: str) -> None:
        """In time, or after it was closed."""
        payment = self.pick(Payment, n, Payment.provider != "cash", Payment.paid_at.is_(None))
        if payment is None:
            return self.sell([n % 3, 2], "card" if n % 2 else "bank-transfer", (), 0)
        if first:
            for order in db.session.scalars(db.select(Order).join(Order.purchase).where(Purchase.code == payment.purchase_code)).all():  # fmt: skip
                self.move(order, first)
        for _ in range(1 + twice):
            self.money_comes(payment)

    def money_comes(self, payment: Payment) -> None:
        if payment.provider == "card":
            self.partner.came[payment.code] = payment.due.rupiah
            self.tell(payment)
        elif payment.account_id is not None:
            tono = self.person("tono")
            self.attempt(lambda: confirm_transfer(payment.due, f"TRX {payment.code}", tono))

    def tell(self, payment: Payment) -> None:
        charge = db.session.scalars(db.select(Charge).where(Charge.payment_id == payment.id)).one()
        assert self.attempt(lambda: charges.note(charge, self.partner.says(payment.code)))

    @rule(n=small, step=st.sampled_from(["bring", "release", "release", "cancel"]))
    def move_order(self, n: int, step: str) -> None:
        order = self.pick(Order, n, Order.state.in_(GOING_ON))
        if order is None:
            return self.sell([n % 3, 1], "card", VOUCHERS[:1], 1 + n % 2)
        self.move(order, step)

    def move(self, order: Order, step: str) -> None:
        def bring() -> None:
            if order.state in (OrderState.TO_CONFIRM, OrderState.PROCESSING):
                orders.ship(order, Actor.SELLER)
            orders.mark_delivered(order, Actor.BUYER)

        def release() -> None:
            if order.state in (OrderState.TO_CONFIRM, OrderState.PROCESSING):
                orders.ship(order, Actor.SELLER)
            orders.complete(order, Actor.BUYER)

        deeds = {"bring": bring, "release": release, "cancel": lambda: orders.cancel(order, Actor.OPERATOR, WORDS)}
        self.attempt(deeds[step])

    @rule(n=small, line=st.integers(0, 2), pieces=st.integers(1, 3), percent=st.sampled_from([100, 100, 61, 33, 7]))
    def give_back(self, n: int, line: int, pieces: int, percent: int) -> None:
        """Pieces that were brought are claimed and a part of their worth is granted."""
        order = self.pick(Order, n, Order.state.in_([OrderState.DELIVERED, OrderState.COMPLETED]))
        if order is None:
            return self.sell([n % 3, 2], "card", VOUCHERS[:2], 2 + n % 2)

        def deed() -> None:
            db.session.refresh(order)
            open_ = [one for one in what_is_open(order) if "claim" in one.reasons]
            if not open_:
                return
            one = open_[line % len(open_)]
            why = sorted(one.reasons["claim"])[0]
            found = returns.ask(order, Wish("claim", {one.line.code: (min(pieces, one.pieces), why)}, WORDS))
            granted = {each.line.code: Money(each.worth.rupiah * percent // 100) for each in found.lines}
            found = returns.accept(found, Answer("refund", granted=None if percent == 100 else granted, words=WORDS))
            if found.due_at is not None:
                returns.take(found)

        self.attempt(deed)

    @rule(n=small, twice=st.booleans())
    def send_back(self, n: int, twice: bool) -> None:
        refund = self.pick(Refund, n, Refund.state == RefundState.OWED)
        if refund is None:
            return self.give_back(n, n % 3, 1 + n % 2, 33)
        for _ in range(1 + twice):
            self.send(refund)

    def send(self, refund: Refund) -> None:
        payment = db.session.get_one(Payment, refund.payment_id)
        if payment.provider == "card" and not refund.refusal:
            reserved: list[Any] = []
            self.attempt(lambda: reserved.append(charges.reserve(refund)))
            if reserved[0] is not None:
                result = self.partner.send(reserved[0][1])
                assert self.attempt(lambda: charges.note_refund(refund, result))
        else:
            tono = self.person("tono")
            self.attempt(lambda: send_refund(refund, f"BACK {refund.code}", tono))

    @rule(n=small, how=st.sampled_from([Dispute.OPENED, Dispute.LOST, Dispute.WON]), twice=st.booleans())
    def dispute(self, n: int, how: Dispute, twice: bool) -> None:
        payment = self.pick(Payment, n, Payment.provider == "card", Payment.paid_at.is_not(None))
        if payment is None:
            return
        code = payment.code
        known, sum_ = self.partner.taken.get(code, (None, self.partner.came[code] - self.partner.back.get(code, 0)))
        if known in (Dispute.LOST, Dispute.WON) or not sum_ or (how is Dispute.WON and known is None):
            return
        if self.partner.balance < sum_ and known is None:
            return  # the partner has paid it out to us already: it would take it from the next
        self.partner.taken[code] = how, sum_
        for _ in range(1 + twice):
            self.tell(payment)

    @rule(percent=st.integers(1, 100), off=st.sampled_from([0, 0, 1]), twice=st.booleans())
    def settle(self, percent: int, off: int, twice: bool) -> None:
        """The partner pays out a part of what it holds; more than it holds is refused."""
        gross = self.partner.balance * percent // 100 + off * 10**9
        if gross <= 0:
            return self.sell([0, 1], "card", (), percent % 4)
        number = self.steps

        def deed() -> None:
            sums = Money(gross), Money(gross // 40)
            make(Typed(Deed.SETTLEMENT, "card", f"PO {number}", clock.today(), *sums, "b"), self.person("tono"))

        if self.attempt(deed):
            assert not off, "more than it holds"
            self.partner.settled += gross
            assert not twice or not self.attempt(deed), "said again it is refused"

    @rule(n=small, steps=st.lists(st.sampled_from(PAYOUTS), min_size=1, max_size=5), late=st.booleans())
    def pay_out(self, n: int, steps: list[str], late: bool) -> None:
        """Drawn anew where there is nothing to move, a week after the last time."""
        if late:
            self.wait(8)
        tono, rini = self.person("tono"), self.person("rini")
        for step in steps:
            batch, payout = self.pick(PayoutBatch, n), self.pick(Payout, n)
            if batch is None or step == "draw":
                self.attempt(lambda: payouts.draw(tono))
            elif step == "approve":
                self.attempt(lambda batch=batch: payouts.approve(batch, rini))
            elif step == "cancel":
                self.attempt(lambda batch=batch: payouts.cancel(batch, rini))
            elif step == "pay":
                self.attempt(lambda payout=payout: payouts.confirm(payout, f"OUT {payout.code}", tono))
            else:
                self.attempt(lambda payout=payout: payouts.fail(payout, "rekening ditutup", tono))

    @rule(what=st.sampled_from(["ppn", "pph22", "fund"]), percent=st.integers(1, 101))
    def settle_with_others(self, what: str, percent: int) -> None:
        fund = self.pick(Fund, 0).code
        stands = balance(f"sponsor:{fund}") if what == "fund" else Money(-balance(what).rupiah)
        sum_ = Money(stands.rupiah * percent // 100)
        if sum_ <= ZERO:
            return
        tono, rini = self.person("tono"), self.person("rini")
        kind, scope = (Deed.SPONSORED, fund) if what == "fund" else (Deed.REMITTED, what)

        def deed() -> None:
            typed = Typed(kind, scope, f"REF {self.steps}", clock.today(), sum_, bank="b")
            made = make(typed, tono)
            if kind is Deed.REMITTED:
                approve(made, rini)

        self.attempt(deed)

    @rule(days=st.sampled_from([0, 1, 3, 8, 30]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=5)
        self.attempt(orders.sweep_due)

    @rule()
    def say_everything_again(self) -> None:
        """Every journal, every payment, every refund once more: nothing moves."""
        before = [(one.key, one.entries) for one in db.session.scalars(db.select(Journal).order_by(Journal.id))]
        for journal in db.session.scalars(db.select(Journal)).all():
            again = [Entry(account, Money(sum_), what) for account, sum_, what in journal.entries]
            assert post(journal.key, journal.kind, again, order_code=journal.order_code) is None
        for payment in db.session.scalars(db.select(Payment).where(Payment.paid_at.is_not(None))).all():
            if payment.provider != "cash":
                self.money_comes(payment)
        for refund in db.session.scalars(db.select(Refund).where(Refund.state == RefundState.SENT)).all():
            self.attempt(lambda refund=refund: send_refund(refund, str(refund.reference), None))
        after = [(one.key, one.entries) for one in db.session.scalars(db.select(Journal).order_by(Journal.id))]
        assert after == before

    @invariant()
    def all_invariants_hold(self) -> None:
        if not hasattr(self, "stack"):
            return
        self.steps += 1
        db.session.flush()
        assert broken() == []
        assert balance("gateway:card") == Money(self.partner.balance), "our book of the partner is not its book"

    def laws(self) -> list[Any]:
        db.session.flush()
        return [*check_laws(), *check_laws_of_returns(), *payout_laws.check_laws()]


@pytest.fixture
def village(cast: Cast) -> Iterator[dict[str, int]]:
    """Prices that do not divide, four vouchers by whoever pays them, all taxes, two operators, accounts in force."""
    before = taxes()
    use_taxes(Taxes(pph22_from=date(2026, 1, 1)))
    providers.use(PaymentMethod.CARD, FakeOutside())
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        for seller, owner in ((cast.ratnas, cast.ratna), (cast.budis, cast.budi)):
            name_account(seller, "BCA", "1234567890", "Contoh Nama", factories.PASSWORD, owner)
    with transaction():
        rini = factories.user("Rini", roles=(Role.OPERATOR,))
        set_rate(750, date(2026, 1, 1))
        fund = factories.add(Fund(name="Program Contoh", budget=Money(10**9)))
        often: dict[str, Any] = {"most_each": None, "ends_at": clock.after(timedelta(days=360))}
        factories.voucher("PROGRAM1", percent=10, payer=Payer.PROGRAMME, fund=fund, **often)
        factories.voucher("RUMAH123", percent=13, payer=Payer.PLATFORM, **often)
        factories.voucher("TOKO1234", percent=7, payer=Payer.SELLER, seller=cast.ratnas, **often)
        factories.voucher("ANTAR123", kind=VoucherKind.SHIPPING, payer=Payer.PLATFORM, **often)
        cast.shawl.variants[0].price = Money(100_003)
        for piece in (cast.shawl, cast.plaque):
            adjust(piece.variants[0], 400, "x")
        odd = factories.product(cast.ratnas, "Kain ganjil", 33_337, stock=400)
        keys = {"sari": cast.sari.id, "tono": cast.tono.id, "rini": rini.id}
        assert odd.id > cast.plaque.id
    for wanted, method, vouchers, step in (
        ([(cast.shawl, 2), (cast.plaque, 1)], "card", VOUCHERS[:2], orders.mark_delivered),
        ([(odd, 3), (cast.shawl, 1)], "bank-transfer", VOUCHERS[2:], orders.complete),
        ([(cast.plaque, 1)], "cash", (), orders.complete),
    ):
        purchase = buy(of(cast.sari), *wanted, method=method, vouchers=vouchers).purchase
        payment = payment_of(purchase)
        with transaction():
            if method == "card":
                charge = db.session.scalars(db.select(Charge).where(Charge.payment_id == payment.id)).one()
                charges.note(charge, Snapshot(PaymentState.PAID, payment.due, ZERO, second_reference=f"pi-{payment.code}"))  # fmt: skip
        if method == "bank-transfer":
            pay(purchase, cast.tono)
        for order in orders_of(purchase):
            with transaction():
                orders.ship(order, Actor.SELLER)
                step(order, Actor.BUYER)
    db.session.rollback()
    yield keys
    use_taxes(before)
    providers.use(PaymentMethod.CARD, None)


def test_every_invariant_of_money_holds_whatever_happens(village: dict[str, int], database: str) -> None:
    Till.keys = village
    run_state_machine_as_test(
        Till,
        settings=settings(
            max_examples=EXAMPLES or (8 if database == "sqlite" else 3),
            stateful_step_count=40 if EXAMPLES else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
