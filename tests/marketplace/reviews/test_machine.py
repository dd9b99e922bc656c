"""Whatever buyers, shops, moderators and the clock do, in any order: a product carries what its shown reviews come to."""

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
from catalog.errors import DomainError
from marketplace.accounts.models import User
from marketplace.orders.models import Order, OrderLine
from marketplace.reviews import services
from marketplace.reviews.models import BuyerReview, Exchange, Review, ReviewCase, ReviewState
from marketplace.reviews.queries import recount
from marketplace.reviews.states import REVIEW
from marketplace.reviews.subscribers import open_exchange
from tests import factories
from tests.cast import bring_in
from tests.marketplace.bare import SQLITE_POOL, house
from tests.marketplace.reviews.telling import arrived

assert open_exchange
START = datetime(2026, 11, 23, 2, tzinfo=UTC)
PEOPLE = ("sari", "ratna", "budi", "dewi", "tono")


@pytest.fixture(scope="module")
def village(bare_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which Sari's three orders have arrived: two of one piece, one of two pieces."""
    path = tmp_path_factory.mktemp("machine") / "village.db"
    shutil.copy(bare_database, path)
    app = house(f"sqlite:///{path}")
    with app.app_context(), clock.frozen(START):
        cast = bring_in()
        with transaction():
            scarf = factories.product(cast.ratnas, "Syal cual")
        arrived(cast)
        arrived(cast)
        arrived(cast, cast.shawl, scarf)
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        db.session.remove()
        db.engine.dispose()
    return path


class Telling(RuleBasedStateMachine):
    source: Path

    @initialize()
    def move_in(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "shop.db"
        shutil.copy(self.source, path)
        self.now = START
        self.seen: dict[int, ReviewState] = {}
        self.context = house(f"sqlite:///{path}", **SQLITE_POOL).app_context()
        self.context.push()

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.remove()
            db.engine.dispose()
            self.context.pop()
            self.folder.cleanup()

    def attempt(self, deed: Any) -> None:
        with clock.frozen(self.now):
            try:
                with transaction():
                    deed()
            except DomainError as refusal:
                assert str(refusal)

    def pick(self, model: Any, n: int) -> Any:
        rows = db.session.scalars(db.select(model).order_by(model.id).execution_options(populate_existing=True)).all()
        return rows[n % len(rows)] if rows else None

    def person(self, name: str) -> User:
        return db.session.scalars(db.select(User).where(User.email == f"{name}@contoh.example")).one()

    @rule(n=st.integers(0, 3), stars=st.integers(0, 6))
    def write(self, n: int, stars: int) -> None:
        self.attempt(lambda: services.write(self.pick(OrderLine, n), self.person("sari"), stars))

    @rule(n=st.integers(0, 2), stars=st.integers(1, 5))
    def rate_buyer(self, n: int, stars: int) -> None:
        self.attempt(lambda: services.rate_buyer(self.pick(Order, n), self.person("ratna"), stars))

    @rule(n=st.integers(0, 3), who=st.sampled_from(PEOPLE))
    def report(self, n: int, who: str) -> None:
        review = self.pick(Review, n)
        if review is not None:
            self.attempt(lambda: services.report(self.pick(Review, n), self.person(who), "insult"))

    @rule(n=st.integers(0, 3))
    def appeal(self, n: int) -> None:
        if self.pick(Review, n) is not None:
            self.attempt(lambda: services.ask_again(self.pick(Review, n), None, "Tolong dilihat sekali lagi."))

    @rule(n=st.integers(0, 9), who=st.sampled_from(PEOPLE), decision=st.sampled_from(sorted(ReviewState)))
    def decide(self, n: int, who: str, decision: str) -> None:
        if self.pick(ReviewCase, n) is not None:
            self.attempt(
                lambda: services.decide(
                    self.pick(ReviewCase, n), self.person(who), decision, "Sudah kami baca baik-baik."
                )
            )

    @rule(n=st.integers(0, 3))
    def answer(self, n: int) -> None:
        if self.pick(Review, n) is not None:
            self.attempt(lambda: services.answer(self.pick(Review, n), self.person("ratna"), "Terima kasih."))

    @rule(days=st.sampled_from([1, 5, 22]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.attempt(services.ask_due)
        self.attempt(services.reveal_due)

    @rule()
    def leave(self) -> None:
        self.attempt(lambda: services.forget(self.person("sari")))

    @invariant()
    def the_counters_are_the_recomputation(self) -> None:
        if not hasattr(self, "context"):
            return
        db.session.rollback()
        assert recount() == []
        hidden = {one.order_id for one in db.session.scalars(db.select(Exchange)) if one.revealed_at is None}
        for said in db.session.scalars(db.select(BuyerReview)):
            assert (said.published_at is None) == (said.order_id in hidden)
        for review in db.session.scalars(db.select(Review)):
            assert (review.state is ReviewState.WAITING) == (review.order_id in hidden)
            known = self.seen.get(review.id, ReviewState.WAITING)
            steps = {(one.target, source) for one in REVIEW.transitions.values() for source in one.sources}
            assert known is review.state or (review.state, known) in steps
            self.seen[review.id] = review.state


def test_a_counter_is_its_recomputation_whatever_happens(village: Path) -> None:
    Telling.source = village
    run_state_machine_as_test(
        Telling,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
