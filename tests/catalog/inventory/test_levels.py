"""Levels: opened, adjusted, held, sold, returned; never guessed, never below what buyers hold."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, Invalid
from catalog.inventory import queries, services, workdays
from catalog.inventory.models import PLENTY, MovementKind, Stock, StockMovement
from catalog.products.models import Variant
from catalog.signals import stock_changed
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases


@pytest.fixture
def variant(cast: Cast) -> Variant:
    return cast.shawl.variants[0]


def level(variant: Variant) -> tuple[int, int]:
    row = db.session.execute(db.select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == variant.id)).one()
    return row.on_hand, row.reserved


def balance(variant: Variant) -> int:
    return (
        db.session.scalar(db.select(db.func.sum(StockMovement.quantity)).where(StockMovement.variant_id == variant.id))
        or 0
    )


@both_databases
def test_held_then_sold_then_returned(variant: Variant) -> None:
    before = edition()
    heard: list[tuple[int, ...]] = []
    listener = lambda ids, **_: heard.append(ids)  # noqa: E731
    with stock_changed.connected_to(listener), transaction():
        services.reserve({variant.id: 2}, "order-1")
    assert level(variant) == (3, 2)
    assert heard == [(variant.id,)]
    assert edition() == before + 1
    with transaction():
        assert services.consume("order-1") == 2
        assert services.consume("order-1") == 0
    assert level(variant) == (1, 0)
    with pytest.raises(Conflict), transaction():
        services.put_back("order-1", {variant.id: 3})
    with transaction():
        assert services.put_back("order-1", {variant.id: 1}) == 1
        assert services.put_back("order-1") == 1
        assert services.put_back("order-1") == 0
    assert level(variant) == (3, 0)
    assert balance(variant) == 3


def test_giving_up_frees_it_once(variant: Variant) -> None:
    with transaction():
        services.reserve({variant.id: 3}, "order-1")
        assert services.release("order-1") == 3
        assert services.release("order-1") == 0
        services.reserve({variant.id: 3}, "order-1")
    assert queries.available([variant.id]) == {variant.id: 0}


def test_all_or_nothing(variant: Variant, cast: Cast) -> None:
    other = cast.plaque.variants[0]
    with pytest.raises(Conflict) as error, transaction():
        services.reserve({variant.id: 1, other.id: 6}, "order-1")
    assert error.value.params["product"] == cast.plaque.title
    assert error.value.params["variant"] == other.code
    assert level(variant) == (3, 0)


def test_stock_never_goes_below_what_buyers_hold(variant: Variant) -> None:
    with transaction():
        services.reserve({variant.id: 2}, "order-1")
        services.adjust(variant, -1, "broken")
    with pytest.raises(Conflict) as error, transaction():
        services.adjust(variant, -1, "broken")
    assert error.value.params["held"] == 2
    with pytest.raises(Conflict), transaction():
        services.set_level(variant, 1, "form")
    with transaction():
        assert services.set_level(variant, 9, "form").on_hand == 9
    assert balance(variant) == 9


def test_what_is_made_to_order_has_no_stock(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Pesanan", stock=None).variants[0]
        assert services.reserve({made.id: 500}, "order-1") == 0
    assert queries.available([made.id]) == {}
    with pytest.raises(Invalid), transaction():
        services.open_stock(made, 3)


def test_a_ready_piece_without_stock_is_sold_out(cast: Cast) -> None:
    with transaction() as session:
        piece = factories.product(cast.ratnas, "Baru", stock=1).variants[0]
        session.execute(db.delete(Stock).where(Stock.variant_id == piece.id))
    with pytest.raises(Conflict), transaction():
        services.reserve({piece.id: 1}, "order-1")
    with transaction() as session:
        session.execute(db.delete(StockMovement).where(StockMovement.variant_id == piece.id))
        services.set_level(piece, 4, "form")
    assert [one.kind for one in queries.list_movements(piece.id)] == [MovementKind.OPENING]


def test_availability_is_one_question(cast: Cast, count_queries: object) -> None:
    ids = [cast.shawl.variants[0].id, cast.plaque.variants[0].id]
    with count_queries(at_most=1):  # type: ignore[operator]
        assert queries.available(ids) == {ids[0]: 3, ids[1]: 5}


def test_working_days_skip_sundays_and_holidays() -> None:
    assert not workdays.is_working(date(2026, 12, 25))
    assert not workdays.is_working(date(2026, 12, 27))  # a Sunday
    assert workdays.is_working(date(2026, 12, 26))
    assert workdays.add(date(2026, 12, 23), 1) == date(2026, 12, 26)
    assert workdays.add(date(2026, 12, 25), 0) == date(2026, 12, 26)
    assert workdays.between(date(2026, 12, 23), date(2026, 12, 28)) == 2
    with pytest.raises(ValueError):
        workdays.add(date(2026, 12, 25), -1)


@both_databases
def test_what_leaves_plenty_of_plenty_is_not_announced(variant: Variant) -> None:
    with transaction():
        services.set_level(variant, PLENTY + 4, "form")
    before = edition()
    heard: list[tuple[int, ...]] = []
    listener = lambda ids, **_: heard.append(ids)  # noqa: E731
    with stock_changed.connected_to(listener):
        with transaction():
            services.reserve({variant.id: 4}, "order-1")
        with transaction():
            services.release("order-1")
        assert (heard, edition()) == ([], before)
        with transaction():
            services.reserve({variant.id: 5}, "order-2")
        assert (heard, edition()) == ([(variant.id,)], before + 1)
        with transaction():
            services.release("order-2")
    assert (heard, edition()) == ([(variant.id,)] * 2, before + 2)
