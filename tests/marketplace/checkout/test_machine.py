"""Whatever people and the clock do, in any order: the laws hold after every step, and what is over stays over."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError, Forbidden
from catalog.inventory import promises
from catalog.inventory.services import adjust
from catalog.money import Money
from catalog.products.models import Variant
from marketplace.accounts.models import User
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.carts.queries import read_cart
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderState, Purchase
from marketplace.orders.states import ORDER, TERMINAL
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund, RefundState
from tests import factories
from tests.cast import bring_in
from tests.marketplace.bare import SQLITE_POOL, house
from tests.marketplace.checkout.shopping import request_for

START = datetime(2026, 11, 23, 2, tzinfo=UTC)
VERBS = {
    "confirm": lambda order, actor: orders.confirm(order, actor),
    "ship": lambda order, actor: orders.ship(order, actor, "JNE", "TG12345678"),
    "part": lambda order, actor: orders.ship(order, actor, pieces={order.lines[0].code: 1}),
    "arrive": lambda order, actor: orders.receive(order.shipments[-1], actor) if order.shipments else None,
    "deliver": lambda order, actor: orders.mark_delivered(order, actor),
    "complete": lambda order, actor: orders.complete(order, actor),
    "cancel": lambda order, actor: orders.cancel(order, actor, "berubah pikiran"),
    "lose": lambda order, actor: orders.cancel(order, actor, "hilang di jalan", goods_back=False),
}


@pytest.fixture(scope="module")
def village(bare_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the cast, two scarce pieces and one made to order."""
    path = tmp_path_factory.mktemp("machine") / "village.db"
    shutil.copy(bare_database, path)
    app = house(f"sqlite:///{path}")
    with app.app_context(), clock.frozen(START):
        cast = bring_in()
        with transaction():
            promises.set_pace(factories.product(cast.ratnas, "Kain pesanan", stock=None).maker, 3)
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.session.remove()
        db.engine.dispose()
    return path


class Buying(RuleBasedStateMachine):
    """Sari buys from two sellers; everybody may try every verb at any time."""

    source: Path

    @initialize()
    def move_in(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "shop.db"
        shutil.copy(self.source, path)
        self.now = START
        self.over: dict[str, OrderState] = {}
        self.context = house(f"sqlite:///{path}", **SQLITE_POOL).app_context()
        self.context.push()

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.remove()
            db.engine.dispose()
            self.context.pop()
            self.folder.cleanup()

    def attempt(self, deed: Any) -> None:
        """Every deed either happens or is refused with a sentence."""
        with clock.frozen(self.now):
            try:
                with transaction():
                    deed()
            except DomainError as refusal:
                assert str(refusal)

    def pick(self, model: Any, n: int) -> Any:
        rows = db.session.scalars(db.select(model).order_by(model.id).execution_options(populate_existing=True)).all()
        return rows[n % len(rows)] if rows else None

    @rule(picks=st.lists(st.integers(0, 2), min_size=1, max_size=3), quantity=st.integers(1, 3), cash=st.booleans())
    def buy(self, picks: list[int], quantity: int, cash: bool) -> None:
        def deed() -> None:
            owner = Owner(user=db.session.scalars(db.select(User).where(User.email == "sari@contoh.example")).one())
            for n in picks:
                carts.add(owner, self.pick(Variant, n).code, quantity)
            near = {one.code: one.district_code.startswith("19.05") for one in read_cart(owner).sellers}
            deliveries = {code: "own" if is_near else "pickup" for code, is_near in near.items()}
            place(owner, request_for(owner, "cash" if cash else "bank-transfer", deliveries=deliveries))

        self.attempt(deed)

    @rule(n=st.integers(0, 9), off=st.sampled_from([0, 0, 0, 1]))
    def transfer(self, n: int, off: int) -> None:
        def deed() -> None:
            payment = self.pick(Payment, n)
            if payment is not None:
                tono = db.session.scalars(db.select(User).where(User.email == "tono@contoh.example")).one()
                payments.confirm_transfer(payment.due + Money(off), f"TRX {payment.code} {off}", tono)

        self.attempt(deed)

    @rule(n=st.integers(0, 9), verb=st.sampled_from(sorted(VERBS)), actor=st.sampled_from(sorted(Actor)))
    def move(self, n: int, verb: str, actor: Actor) -> None:
        def deed() -> None:
            order = self.pick(Order, n)
            if order is None:
                return
            db.session.refresh(order, ["lines", "shipments"])
            before, under_way = order.state, order.state is OrderState.SHIPPED or order.is_partly_sent
            lost = "fail" if under_way else "cancel"
            name = {"lose": lost, "part": "ship", "arrive": "deliver"}.get(verb, verb)
            known = ORDER.transitions[name]
            allowed = actor in known.actors
            try:
                VERBS[verb](order, actor)
            except Forbidden:
                raise
            else:
                assert allowed or (name == "cancel" and under_way), (name, actor, before)

        self.attempt(deed)

    @rule(n=st.integers(0, 9))
    def send_back(self, n: int) -> None:
        def deed() -> None:
            refund = self.pick(Refund, n)
            if refund is not None and refund.state is RefundState.OWED:
                payments.send_refund(refund, f"BACK {refund.code}", self.pick(User, 0))

        self.attempt(deed)

    @rule(n=st.integers(0, 1), delta=st.integers(-3, 3))
    def count(self, n: int, delta: int) -> None:
        self.attempt(lambda: adjust(self.pick(Variant, n), delta, "count"))

    @rule(hours=st.sampled_from([1, 26, 50, 24 * 8, 24 * 30]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        for _ in range(9):
            moved: list[int] = []
            self.attempt(lambda: moved.append(orders.sweep_due()))
            if moved == [0]:
                break
        else:
            raise AssertionError("the sweep never comes to an end")
        self.attempt(payments.free_amounts)

    @invariant()
    def the_laws_hold(self) -> None:
        if not hasattr(self, "context"):
            return
        db.session.rollback()
        assert check_laws() == []
        for code, state, due_at in db.session.execute(db.select(Order.code, Order.state, Order.due_at)):
            assert (state in TERMINAL) == (due_at is None)
            assert self.over.setdefault(code, state) is state if code in self.over else True, "what is over has moved"
            if state in TERMINAL:
                self.over[code] = state
        for purchase in db.session.scalars(db.select(Purchase)):
            assert purchase.total == sum(order.total for order in purchase.orders)


def test_the_laws_hold_whatever_happens(village: Path) -> None:
    Buying.source = village
    run_state_machine_as_test(
        Buying,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
