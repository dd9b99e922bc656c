"""Paid in two parts: deposit, work that is shown, ready, balance, sent. Leaving follows the written stages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pixels
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, Several
from catalog.inventory import promises, workdays
from catalog.media.pipeline import Limits, receive
from catalog.media.storage import FolderStorage
from catalog.money import ZERO, Money
from marketplace.checkout.queries import check_laws
from marketplace.orders import progress
from marketplace.orders.balances import finish
from marketplace.orders.days import propose_day
from marketplace.orders.models import Actor, Order, OrderState, Purchase
from marketplace.orders.reminders import sweep_reminders
from marketplace.orders.services import cancel, confirm, open_moves, ship, sweep_due
from marketplace.orders.states import Leaving, leaving
from marketplace.orders.wishes import ask_to_cancel
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentState, Purpose, Refund
from marketplace.payments.queries import find_payment
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
PRICE, HALF = Money(1_850_000), Money(925_000)


def photo(colour: int = 90) -> Any:
    """A picture as the door hands it over."""
    body = BytesIO()
    Pixels.new("RGB", (900, 700), (colour, 120, 60)).save(body, "JPEG")
    return receive(body.getvalue(), Limits(max_bytes=1_000_000))


@pytest.fixture(scope="module")
def pictures() -> list[Any]:
    return [photo(90), photo(140)]


@pytest.fixture
def store(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "private", base=None)


@pytest.fixture
def order(cast: Cast) -> Order:
    """A cloth woven to order with half of it as a deposit, paid and accepted on NOW; Budi's plaque is bought beside it."""
    with clock.frozen(NOW):
        with transaction():
            piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
            piece.variants[0].deposit_percent = 50
            promises.set_pace(piece.maker, 2)
            plaque = factories.product(cast.budis, "Plakat timah", price=200_000, stock=3)
        purchase = buy(of(cast.sari), (piece, 1), (plaque, 1)).purchase
        pay_first(purchase, cast)
        with transaction():
            confirm(mine(purchase), Actor.SELLER, cast.ratna)
        return mine(purchase)


def mine(purchase: Purchase) -> Order:
    return next(one for one in orders_of(purchase) if one.balance)


def pay_first(purchase: Purchase, cast: Cast) -> None:
    with transaction():
        first = find_payment(purchase.code)
        assert first is not None and first.purpose is Purpose.DEPOSIT
        payments.confirm_transfer(first.due, f"TRX {first.code}", cast.tono)


def balance_of(order: Order) -> Payment:
    query = db.select(Payment).where(Payment.order_code == order.code).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def fresh(order: Order) -> Order:
    return db.session.get_one(Order, order.id, populate_existing=True)


def make(store: FolderStorage, order: Order, pictures: list[Any], user: Any = None) -> Payment:
    """A photo is shown and the piece is ready."""
    with transaction():
        progress.show(store, pictures[0], order, "Selesai ditenun", user)
        return finish(order, user)


def pay_balance(order: Order, cast: Cast) -> bool:
    with transaction():
        return payments.settle(balance_of(order), reference="TRX SISA", operator=cast.tono)


def refunds(order: Order) -> dict[Purpose, Money]:
    rows = db.session.execute(
        db.select(Payment.purpose, Refund.total, Payment.surplus)
        .join(Refund, Refund.payment_id == Payment.id)
        .where(Refund.order_code == order.code)
    )
    return {purpose: total for purpose, total, _ in rows}


@both_databases
def test_deposit_work_balance_and_only_then_the_parcel(
    store: FolderStorage, cast: Cast, order: Order, pictures: list[Any]
) -> None:
    first = find_payment(order.purchase.code)
    assert first is not None
    assert (order.balance, order.deposit, order.total) == (HALF, HALF, PRICE)
    assert first.due - Money(first.surplus) == order.purchase.total - HALF, "Budi's piece is paid whole"
    with clock.frozen(NOW + timedelta(days=2)):
        assert "ship" not in open_moves(order, Actor.SELLER)
        with pytest.raises(Conflict, match="balance"), transaction():
            ship(order, Actor.SELLER)
        with pytest.raises(Conflict, match="balance"), transaction():
            ship(order, Actor.OPERATOR)
        with pytest.raises(Invalid, match="photo"), transaction():
            finish(order)
        with transaction():
            shown = [progress.show(store, pictures[0], order, "Lungsi terpasang") for _ in range(2)]
        assert shown[0].id == shown[1].id, "the same picture is shown once"
        asked = make(store, order, [pictures[1]], cast.ratna)
        order = fresh(order)
        assert (asked.purpose, asked.order_code, asked.due - Money(asked.surplus)) == (
            Purpose.BALANCE, order.code, HALF,
        )  # fmt: skip
        assert asked.due != asked.due - Money(asked.surplus), "its amount names it on the statement"
        assert leaving(order) is Leaving.READY and order.due_at is not None and order.remind_at is not None
        assert order.due_at == asked.expires_at + timedelta(hours=24)
        with pytest.raises(Conflict), transaction():
            finish(order)
        with pytest.raises(Conflict), transaction():
            propose_day(order, workdays.add(order.ship_by, 5), "Terlambat sedikit", None)  # type: ignore[arg-type]
        with pytest.raises(Conflict), transaction():
            ask_to_cancel(order, "Tidak jadi")
        with pytest.raises(Conflict, match="balance"), transaction():
            ship(order, Actor.SELLER)
        with pytest.raises(IntegrityError, match="balance_first"), transaction() as session:
            session.execute(db.update(Order).where(Order.id == order.id).values(state=OrderState.SHIPPED))
        assert check_laws() == []
        assert pay_balance(order, cast) and not pay_balance(order, cast), "said twice, paid once"
        order = fresh(order)
        assert order.balance_paid_at is not None and order.due_at is not None
        assert [one.name for one in order.events].count("balance") == 1
        sibling = next(one for one in orders_of(order.purchase) if one.id != order.id)
        assert (sibling.state, len(sibling.events)) == (OrderState.TO_CONFIRM, 2), "siblings are not touched"
        with transaction():
            ship(order, Actor.SELLER)
        assert fresh(order).state is OrderState.SHIPPED
        assert check_laws() == []


@both_databases
def test_a_balance_that_is_not_paid_is_asked_for_once_more_and_then_the_order_ends(
    store: FolderStorage, cast: Cast, order: Order, pictures: list[Any]
) -> None:
    with clock.frozen(NOW + timedelta(days=2)):
        asked = make(store, order, pictures)
        due, remind = fresh(order).due_at, fresh(order).remind_at
        assert due is not None and remind is not None
    with clock.frozen(remind + timedelta(minutes=1)), transaction():
        assert sweep_reminders() >= 1
        assert fresh(order).remind_at is None
    with clock.frozen(due + timedelta(minutes=1)):
        while True:
            with transaction():
                if not sweep_due():
                    break
        order = fresh(order)
        assert (order.state, order.kept) == (OrderState.CANCELLED, HALF)
        assert balance_of(order).state is PaymentState.EXPIRED
        assert refunds(order) == {}, "pick-up costs nothing and the whole deposit stays"
        assert check_laws() == []
        with transaction():
            assert payments.settle(asked, reference="TRX TELAT", operator=cast.tono) is False
        assert balance_of(order).state is PaymentState.LATE, "late money is the buyer's and goes back whole"
        back = db.session.scalars(db.select(Refund).where(Refund.payment_id == asked.id)).one()
        assert (back.total, back.order_code) == (balance_of(order).due, None)
        assert fresh(order).state is OrderState.CANCELLED
        assert [one for one in check_laws() if one.law != "timers"] == []


STAGES = [
    ("placed", Actor.BUYER, ZERO, Leaving.FREE),
    ("making", Actor.BUYER, Money(462_500), Leaving.MAKING),
    ("making", Actor.SELLER, ZERO, Leaving.MAKING),
    ("making", Actor.OPERATOR, ZERO, Leaving.MAKING),
    ("moved", Actor.BUYER, ZERO, Leaving.MOVED),
    ("late", Actor.BUYER, ZERO, Leaving.LATE),
    ("ready", Actor.BUYER, HALF, Leaving.READY),
    ("ready", Actor.SELLER, ZERO, Leaving.READY),
    ("ready-late", Actor.BUYER, ZERO, Leaving.LATE),
]


@pytest.mark.parametrize(("stage", "actor", "kept", "leaves"), STAGES)
def test_what_stays_with_the_shop_follows_the_stage(
    store: FolderStorage,
    cast: Cast,
    order: Order,
    pictures: list[Any],
    stage: str,
    actor: Actor,
    kept: Money,
    leaves: Leaving,
) -> None:
    assert order.ship_by is not None
    at = NOW + timedelta(days=1)
    if "late" in stage:
        at = datetime.combine(order.ship_by, datetime.min.time(), UTC) + timedelta(days=1, hours=3)
    with clock.frozen(at):
        if stage == "placed":
            with transaction() as session:
                session.execute(db.update(Order).where(Order.id == order.id).values(state=OrderState.TO_CONFIRM))
        if stage == "moved":
            with transaction():
                propose_day(order, workdays.add(order.ship_by, 10), "Benang habis", None)
        if stage.startswith("ready"):
            make(store, order, pictures)
        order = fresh(order)
        assert leaving(order) is leaves
        if kept:
            with pytest.raises(Conflict, match="moved on"), transaction():
                cancel(order, actor, "Tidak jadi", most=kept - Money(1))
        with transaction():
            cancel(order, actor, "Tidak jadi", most=kept)
        order = fresh(order)
        assert (order.state, order.kept) == (OrderState.CANCELLED, kept)
        assert refunds(order) == ({Purpose.DEPOSIT: HALF - kept} if kept < HALF else {})
        assert check_laws() == []
        with pytest.raises(Conflict), transaction():
            cancel(order, actor, "Sekali lagi")


def test_after_the_balance_the_buyer_asks_and_everything_goes_back_from_both_payments(
    store: FolderStorage, cast: Cast, order: Order, pictures: list[Any]
) -> None:
    with clock.frozen(NOW + timedelta(days=2)):
        make(store, order, pictures)
        pay_balance(order, cast)
        order = fresh(order)
        assert leaving(order) is Leaving.BEGUN
        with pytest.raises(Conflict, match="preparing"), transaction():
            cancel(order, Actor.BUYER, "Tidak jadi")
        with transaction():
            cancel(order, Actor.SELLER, "Kainnya cacat")
        order = fresh(order)
        assert order.kept == ZERO
        assert refunds(order) == {Purpose.BALANCE: balance_of(order).due, Purpose.DEPOSIT: HALF}
        assert check_laws() == []
        with pytest.raises(Conflict, match="More would be sent back"), transaction():
            payments.owe(balance_of(order), "another", Money(1), "Dua kali")


def test_a_deposit_is_asked_for_within_bounds_and_never_in_cash(cast: Cast, client: Any) -> None:
    from catalog.products.models import Fulfilment
    from catalog.products.services import VariantInput, set_variants

    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)

    def offer(percent: Any, made: bool = True) -> None:
        with transaction():
            kind = Fulfilment.MADE_TO_ORDER if made else Fulfilment.READY
            row = VariantInput(PRICE, 400, (300, 200, 60), fulfilment=kind, lead_days=20, deposit_percent=percent)
            set_variants(piece, [row])

    for wrong in (29, 71, 100, -1, True):
        with pytest.raises(Several) as refused:
            offer(wrong)
        assert refused.value.errors[0].field == "variants-0-deposit_percent"
        db.session.rollback()
    offer(40, made=False)
    assert piece.variants[0].deposit_percent == 0, "what lies ready is paid at once"
    offer(40)
    assert piece.variants[0].deposit_percent == 40
    with pytest.raises(Several) as refused:
        buy(of(cast.sari), (piece, 1), method="cash")
    assert any(one.field == "payment_method" for one in refused.value.errors)
