"""Shops are paid what they have: once, by two people, netted against what went back, never less than nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, Several
from catalog.money import ZERO, Money
from marketplace.accounts.models import Role, User
from marketplace.bookkeeping.rates import set_rate
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance, balances, verify
from marketplace.ledger.services import Entry, post
from marketplace.payouts import laws
from marketplace.payouts.accounts import name_account, plan
from marketplace.payouts.models import BatchState, Payout, PayoutBatch, PayoutLine, PayoutState
from marketplace.payouts.queries import (
    Hold,
    find_batch,
    list_movements,
    list_waiting,
    prospect,
    prospects,
)
from marketplace.payouts.services import approve, bank_file, cancel, confirm, draw, fail
from marketplace.sellers.models import MemberRole, Membership, Seller
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.returns.coming import came, over

pytestmark = both_databases


@pytest.fixture
def rini(cast: Cast) -> User:
    """Operates as well: two people look at a batch."""
    with transaction():
        return factories.user("Rini", roles=(Role.OPERATOR,))


def earn(seller: Seller, sum_: int, key: str) -> None:
    """Below zero it is a refund after the fact."""
    entries = [Entry("bank:b", Money(sum_)), Entry(f"seller:{seller.code}", Money(-sum_), "goods")]
    post(key, Kind.RELEASE if sum_ > 0 else Kind.REFUND, entries)


def bank(seller: Seller, user: User, number: str = "1234567890", password: str = factories.PASSWORD) -> Any:
    return name_account(seller, "BCA", number, "Ratna Contoh", password, user)


def settled(cast: Cast) -> None:
    """Both shops have an account that may be paid to."""
    with clock.frozen(clock.now() - timedelta(days=4)), transaction():
        bank(cast.ratnas, cast.ratna)
        bank(cast.budis, cast.budi)


def hold() -> None:
    db.session.rollback()
    assert laws.check_laws() == []
    assert verify() == []


def has(seller: Seller) -> Money:
    return -balance(f"seller:{seller.code}")


def test_two_people_pay_and_a_refund_is_netted_in_the_next(cast: Cast, rini: User) -> None:
    settled(cast)
    with transaction():
        earn(cast.ratnas, 500_000, "a")
        earn(cast.ratnas, -120_000, "b")
        earn(cast.budis, 70_000, "c")
        batch = draw(cast.tono)
        assert batch.total == Money(450_000)
    assert {one.seller.name: one.total for one in batch.payouts} == {
        cast.ratnas.name: Money(380_000), cast.budis.name: Money(70_000),
    }  # fmt: skip
    assert has(cast.ratnas) == ZERO
    hold()
    with transaction():
        for refused in (lambda: approve(batch, cast.tono), lambda: approve(batch, cast.ratna)):
            with pytest.raises(Forbidden):
                refused()
        for early in (
            lambda: bank_file(batch),
            lambda: confirm(batch.payouts[0], "TRX 1", rini),
            lambda: fail(batch.payouts[0], "ditolak", rini),
            lambda: draw(rini),
        ):
            with pytest.raises(Conflict):
                early()
        approve(batch, rini)
    text = bank_file(batch).decode("utf-8-sig")
    assert f"BCA;1234567890;Ratna Contoh;380000;{batch.payouts[0].code}" in text
    assert bank_file(batch, "BRI").decode("utf-8-sig").count("\r\n") == 1
    first, second = batch.payouts
    with transaction():
        confirm(first, "TRX 1", cast.tono)
        confirm(first, "TRX 1", cast.tono)
        with pytest.raises(Conflict):
            confirm(second, "TRX 1", cast.tono)
        with pytest.raises(Conflict):
            cancel(batch, rini)
    assert balance(f"bank:{batch.source}") == -Money(380_000)
    with transaction():
        fail(second, "Nomor rekening ditutup", cast.tono)
        with pytest.raises(Conflict):
            fail(second, "lagi", cast.tono)
        earn(cast.ratnas, -200_000, "refund after payout")
    assert has(cast.budis) == Money(70_000)
    assert prospect(cast.ratnas).hold is Hold.DEBT
    hold()
    with clock.frozen(clock.now() + timedelta(days=8)), transaction():
        earn(cast.ratnas, 300_000, "d")
        again = draw(rini)
        lines = {one.seller_id: sorted(line.total.rupiah for line in one.lines) for one in again.payouts}
        assert lines == {cast.ratnas.id: [-200_000, 300_000], cast.budis.id: [70_000]}
    hold()
    with transaction():
        fail(db.session.get_one(Payout, first.id), "Dikembalikan bank", cast.tono)
    assert has(cast.ratnas) == Money(380_000)
    hold()


def test_nobody_is_paid_who_should_not_be(cast: Cast, rini: User) -> None:
    def why() -> Hold | None:
        return prospect(cast.ratnas).hold

    assert why() is Hold.NOTHING
    with transaction():
        earn(cast.ratnas, 49_999, "a")
        assert why() is Hold.NO_ACCOUNT
        bank(cast.ratnas, cast.ratna)
        assert why() is Hold.COOLING
        with pytest.raises(Conflict):
            draw(cast.tono)
        with pytest.raises(Forbidden):
            draw(cast.ratna)
    with clock.frozen(clock.now() + timedelta(hours=73)):
        with transaction():
            assert why() is Hold.MINIMUM
            plan(cast.ratnas, "monthly", Money(10_000))
            assert why() is None
            batch = draw(cast.tono)
            earn(cast.ratnas, 60_000, "b")
            assert why() is Hold.RHYTHM
            cancel(batch, cast.tono)
            assert why() is None
            with pytest.raises(Conflict):
                approve(batch, rini)
        assert has(cast.ratnas) == Money(109_999)
        with transaction():
            bank(cast.ratnas, cast.ratna, "9876543210")
            assert why() is Hold.COOLING, "a new number waits, whoever has changed it"
    hold()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "12"}, "number"),
        ({"number": "9" * 21}, "number"),
        ({"password": "tebakan"}, "present_password"),
        ({"bank": "Bank Entah"}, "bank"),
        ({"holder": " "}, "holder"),
    ],
)
def test_an_account_is_named_by_an_owner_with_the_password(cast: Cast, values: dict[str, str], field: str) -> None:
    given_ = {"bank": "BCA", "number": "1234567890", "holder": "Ratna", "password": factories.PASSWORD, **values}
    with transaction():
        with pytest.raises((Invalid, Several)) as refusal:
            name_account(cast.ratnas, user=cast.ratna, **given_)  # type: ignore[arg-type]
        errors = getattr(refusal.value, "errors", [refusal.value])
        assert [one.field for one in errors] == [field]
        staff = factories.user("Staf")
        factories.add(Membership(user_id=staff.id, seller_id=cast.ratnas.id, role=MemberRole.STAFF))
        for other in (cast.budi, staff):
            with pytest.raises(Forbidden):
                bank(cast.ratnas, other)
        for rhythm, least in (("daily", 50_000), ("weekly", 9_999), ("weekly", 100_000_001)):
            with pytest.raises(Invalid):
                plan(cast.ratnas, rhythm, Money(least))


def test_the_database_refuses_what_the_services_would(cast: Cast, rini: User) -> None:
    settled(cast)
    with transaction():
        earn(cast.ratnas, 500_000, "a")
        batch = draw(cast.tono)
    journal = batch.payouts[0].lines[0].journal_id

    def alone(session: Any) -> None:
        found = session.get_one(PayoutBatch, batch.id)
        found.state, found.approved_by_id, found.approved_at = BatchState.APPROVED, cast.tono.id, clock.now()

    def twice(session: Any) -> None:
        other = PayoutBatch(source="x", drawn_by_id=rini.id)
        other.payouts = [Payout(seller_id=cast.budis.id, bank="BCA", number="1", holder="B", total=Money(1))]
        other.payouts[0].lines = [PayoutLine(journal_id=journal, total=Money(1))]
        session.add(other)

    def nothing(session: Any) -> None:
        session.get_one(Payout, batch.payouts[0].id).total = ZERO

    for wrong in (alone, twice, nothing):
        with pytest.raises(IntegrityError), transaction() as session:
            wrong(session)
            session.flush()
    hold()


def test_what_a_shop_sees_is_what_the_ledger_says(cast: Cast) -> None:
    with transaction():
        set_rate(750, date(2026, 1, 1))
    order = came(cast, (cast.shawl, 1), delivery="own")
    (waiting,) = list_waiting(cast.ratnas)
    assert (waiting.order.code, waiting.due_at) == (order.code, order.due_at)
    over(order)
    assert list_waiting(cast.ratnas) == []
    (moved,) = list_movements(cast.ratnas)
    assert moved.sum == waiting.net == has(cast.ratnas) == prospect(cast.ratnas).available
    assert [what for what, _ in moved.parts] == ["goods", "shipping", "commission", "ppn"]
    assert list_movements(cast.budis) == []


STEPS = st.lists(
    st.tuples(st.sampled_from(["earn", "back", "draw", "approve", "cancel", "confirm", "fail", "wait"]), st.integers(0, 9)),
    max_size=30,
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_happens_nothing_is_paid_twice(app: Flask, cast: Cast, steps: list[tuple[str, int]]) -> None:
    class Over(Exception):
        pass

    tono = cast.tono
    now = clock.now()
    try:
        with transaction() as session:
            other = factories.user("Rini", roles=(Role.OPERATOR,))
            with clock.frozen(now - timedelta(days=9)):
                bank(cast.ratnas, cast.ratna)
            earned = paid = 0
            for n, (step, which) in enumerate(steps):
                batches = session.scalars(db.select(PayoutBatch).order_by(PayoutBatch.id)).all()
                payouts = session.scalars(db.select(Payout).order_by(Payout.id)).all()
                batch = batches[which % len(batches)] if batches else None
                payout = payouts[which % len(payouts)] if payouts else None
                with clock.frozen(now):
                    try:
                        if step in ("earn", "back"):
                            sum_ = (which + 1) * (40_000 if step == "earn" else -30_000)
                            earn(cast.ratnas, sum_, f"e{n}")
                            earned += sum_
                        elif step == "wait":
                            now += timedelta(days=which)
                        elif step == "draw":
                            draw(tono)
                        elif step == "approve" and batch:
                            approve(batch, other)
                        elif step == "cancel" and batch:
                            cancel(batch, tono)
                        elif step == "confirm" and payout:
                            confirm(payout, f"TRX {payout.code}", tono)
                        elif step == "fail" and payout:
                            fail(payout, "ditolak bank", tono)
                    except DomainError as refusal:
                        assert str(refusal)
            session.flush()
            paid = sum(one.total.rupiah for one in session.scalars(db.select(Payout)) if one.state is PayoutState.PAID)
            under_way = -sum(one.rupiah for one in balances("payout").values())
            assert has(cast.ratnas) == Money(earned - paid - under_way)
            assert all(one.total > ZERO for one in session.scalars(db.select(Payout)))
            assert laws.check_laws() == []
            assert verify() == []
            raise Over
    except Over:
        pass


@pytest.mark.race
def test_twenty_draws_at_once_pay_once(app: Flask, cast: Cast) -> None:
    settled(cast)
    with transaction():
        for n in range(4):
            earn(cast.ratnas, 100_000, f"a{n}")
        plan(cast.ratnas, "weekly", Money(10_000))
    tono_id = cast.tono.id
    gate = threading.Barrier(10, timeout=20)

    def press(_: int) -> str:
        gate.wait()
        with app.app_context():
            try:
                with transaction() as session:
                    draw(session.get_one(User, tono_id))
                return "drawn"
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(press, range(10)))
    assert sorted(found) == ["Conflict"] * 9 + ["drawn"], found
    hold()
    assert find_batch(db.session.scalars(db.select(PayoutBatch.code)).one()) is not None
    assert prospects() == []
