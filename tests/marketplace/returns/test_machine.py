"""Whatever buyer, seller, operators and the clock do to orders and returns, in any order: pieces and money are
conserved, whatever is not over has a deadline, and what is over stays over."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import DomainError
from catalog.money import Money, total
from marketplace.accounts.models import User
from marketplace.checkout.queries import check_laws as check_laws_of_buying
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund, RefundState
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Remedy, Return, ReturnKind, ReturnState
from marketplace.returns.queries import list_due
from marketplace.returns.states import RETURN, TERMINAL
from marketplace.returns.wishes import Wish, what_is_open
from tests import factories
from tests.cast import bring_in
from tests.marketplace.bare import SQLITE_POOL, house
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

START = datetime(2026, 11, 23, 2, tzinfo=UTC)
WHY = "Ada benang yang putus di tepi kain."


@pytest.fixture(scope="module")
def village(bare_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three orders that have come: one by transfer with shipping, one in cash, one of pieces made to order."""
    path = tmp_path_factory.mktemp("returns") / "village.db"
    shutil.copy(bare_database, path)
    with house(f"sqlite:///{path}").app_context(), clock.frozen(START):
        cast = bring_in()
        with transaction():
            odd = factories.product(cast.ratnas, "Kain tiga", 100_001, stock=9)
            made = factories.product(cast.ratnas, "Kain pesanan", 333_333, stock=None)
        for wanted, method in (([(odd, 3), (cast.shawl, 1)], "bank-transfer"), ([(odd, 2)], "cash"), ([(made, 2)], "bank-transfer")):  # fmt: skip
            purchase = buy(of(cast.sari), *wanted, method=method, delivery="own").purchase
            if method != "cash":
                pay(purchase, cast.tono)
            (order,) = orders_of(purchase)
            with transaction():
                orders.ship(order, Actor.SELLER)
            with transaction():
                orders.mark_delivered(order, Actor.BUYER)
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.session.remove()
        db.engine.dispose()
    return path


class Returning(RuleBasedStateMachine):
    """Everybody may try every verb at any time."""

    source: Path

    @initialize()
    def move_in(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "shop.db"
        shutil.copy(self.source, path)
        self.now = START
        self.over: dict[str, ReturnState] = {}
        self.steps = 0
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

    def tono(self) -> User:
        return db.session.scalars(db.select(User).where(User.email == "tono@contoh.example")).one()

    def answer(self, found: Return, remedy: str, back: bool, percent: int) -> Answer:
        granted = {one.line.code: Money(one.worth.rupiah * percent // 100) for one in found.lines}
        return Answer(remedy, back, date(2026, 12, 1) + (self.now - START), None if percent == 100 else granted, WHY)

    @rule(n=st.integers(0, 2))
    def complete(self, n: int) -> None:
        self.attempt(lambda: orders.complete(self.pick(Order, n), Actor.BUYER))

    @rule(
        n=st.integers(0, 9),
        kind=st.integers(0, 9),
        why=st.integers(0, 9),
        pieces=st.sampled_from([1, 1, 2, 3]),
        off=st.sampled_from([0, 0, 0, 1]),
    )
    def ask(self, n: int, kind: int, why: int, pieces: int, off: int) -> None:
        self.attempt(lambda: self.wish_for(n, kind, why, pieces, off))

    def wish_for(self, n: int, kind: int, why: int, pieces: int, off: int) -> None:
        """For what is open, and now and then for one piece too many."""
        order = self.pick(Order, n)
        open_ = what_is_open(order)
        if not open_:
            return
        kinds = sorted({one for each in open_ for one in each.reasons})
        wanted = kinds[kind % len(kinds)]
        lines = {
            each.line.code: (
                min(pieces, each.pieces) + off,
                sorted(each.reasons[wanted])[why % len(each.reasons[wanted])],
            )
            for each in open_[: 1 + n % 2]
            if wanted in each.reasons
        }
        returns.ask(order, Wish(wanted, lines, WHY))

    @rule(
        n=st.integers(0, 9),
        move=st.sampled_from(range(24)),
        remedy=st.sampled_from([*Remedy, Remedy.REFUND, None, None]),
        back=st.booleans(),
        percent=st.sampled_from([0, 33, 100, 100]),
    )
    def move(self, n: int, move: int, remedy: Remedy | None, back: bool, percent: int) -> None:
        """Somebody takes a step that is open to them."""

        def deed() -> None:
            rows = db.session.scalars(db.select(Return).where(Return.due_at.is_not(None)).order_by(Return.id)).all()
            if not rows:
                self.wish_for(n, move, move // 3, 1 + move % 2, 0)
                return
            found = rows[n % len(rows)]
            moves = [
                (who, one)
                for who in (Actor.BUYER, Actor.SELLER, Actor.OPERATOR)
                for one in returns.open_moves(found, who)
            ]
            steady = [one for one in moves if one[1] != "withdraw"]
            moves = steady if steady and move % 8 else moves
            actor, verb = moves[move % len(moves)]
            wanted = remedy or (Remedy.REPLACEMENT if found.kind is ReturnKind.EXCHANGE else Remedy.REFUND)
            answer = self.answer(found, wanted, back or found.kind is ReturnKind.EXCHANGE, percent)
            steps: dict[str, Any] = {
                "accept": lambda: returns.accept(found, answer),
                "offer": lambda: returns.accept(found, answer),
                "refuse": lambda: returns.refuse(found, WHY),
                "take": lambda: returns.take(found),
                "withdraw": lambda: returns.withdraw(found),
                "escalate": lambda: returns.escalate(found, actor, WHY),
                "appeal": lambda: returns.appeal(found, actor, WHY),
                "rule": lambda: returns.decide(found, self.tono(), answer),
                "conclude": lambda: returns.decide(found, self.tono(), answer),
                "send_back": lambda: returns.send_back(found, "JNE", "TG12345678"),
                "receive": lambda: returns.receive(found, {one.line.code: 1 for one in found.lines}),
                "send_anew": lambda: returns.send_anew(found, "", ""),
                "satisfy": lambda: returns.satisfy(found),
            }
            steps[verb]()

        self.attempt(deed)

    @rule(n=st.integers(0, 9), verb=st.sampled_from(["take", "withdraw", "receive", "send_anew", "satisfy"]))
    def try_anything(self, n: int, verb: str) -> None:
        def deed() -> None:
            found = self.pick(Return, n)
            if found is not None:
                before = found.state
                getattr(returns, verb)(*([found, "", ""] if verb == "send_anew" else [found]))
                assert RETURN.may(before, verb), (before, verb)

        self.attempt(deed)

    @rule(n=st.integers(0, 5))
    def send_money(self, n: int) -> None:
        def deed() -> None:
            refund = self.pick(Refund, n)
            if refund is not None and refund.state is RefundState.OWED:
                payments.send_refund(refund, f"BACK {refund.code}", self.pick(User, 0))

        self.attempt(deed)

    @rule(days=st.sampled_from([1, 1, 4, 9, 40]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.attempt(orders.sweep_due)
        with clock.frozen(self.now):
            for key in list_due(self.now):
                self.attempt(lambda key=key: returns.sweep_one(db.session.get_one(Return, key)))
            assert list_due(self.now) == [], "the sweep leaves nothing behind"

    @invariant()
    def everything_is_conserved(self) -> None:
        if not hasattr(self, "context"):
            return
        db.session.rollback()
        assert check_laws() == []
        self.steps += 1
        if self.steps % 5 == 0:
            assert check_laws_of_buying() == []
        for code, state, due_at in db.session.execute(db.select(Return.code, Return.state, Return.due_at)):
            assert (state in TERMINAL) == (due_at is None)
            assert self.over.get(code, state) is state, "what is over has moved"
            if state in TERMINAL:
                self.over[code] = state
        for payment in db.session.scalars(db.select(Payment)):
            assert total(one.total for one in payment.refunds) <= payment.due
        for order in db.session.scalars(db.select(Order)):
            assert order.state is not OrderState.COMPLETED or order.due_at is None


def test_pieces_money_and_deadlines_are_conserved_whatever_happens(village: Path) -> None:
    Returning.source = village
    run_state_machine_as_test(
        Returning,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
