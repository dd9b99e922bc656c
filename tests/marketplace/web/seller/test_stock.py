"""Counting everything on one page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.db import db
from catalog.inventory.models import Stock
from catalog.products.models import Product, Variant
from marketplace.orders.models import Order
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk


@pytest.fixture
def variant(ratnas: Desk) -> tuple[str, int]:
    found = db.session.scalars(db.select(Variant).join(Product).where(Product.code == ratnas.product)).one()
    return found.code, found.id


def _level(key: int) -> int:
    db.session.expire_all()
    return db.session.get_one(Stock, key).on_hand


def test_sets_what_was_counted(ratnas: Desk, variant: tuple[str, int]) -> None:
    code, key = variant
    assert ratnas.post("stock", {f"level-{code}": "9", f"seen-{code}": "3"}).status_code == 303
    assert _level(key) == 9


@pytest.mark.parametrize("typed", ["", "-1", "2.5", "many", "1e2", "9" * 12, "٣"])
def test_a_number_that_is_none_is_told_at_its_line_and_kept(ratnas: Desk, variant: tuple[str, int], typed: str) -> None:
    code, key = variant
    answer = ratnas.post("stock", {f"level-{code}": typed, f"seen-{code}": "3"})
    assert answer.status_code == 422 and f'id="level-{code}-error"' in answer.text
    assert _level(key) == 3


def test_what_was_sold_meanwhile_is_not_put_back(
    cast: Cast, ratnas: Desk, variant: tuple[str, int], buy: Callable[..., Order]
) -> None:
    code, key = variant
    order = buy(cast.shawl).code
    ratnas.post(f"orders/{order}/confirmation")
    answer = ratnas.post("stock", {f"level-{code}": "5", f"seen-{code}": "3"})
    assert answer.status_code == 422 and _level(key) == 2


def test_another_shops_stock_is_not_reached(ratnas: Desk, budis: Desk, variant: tuple[str, int]) -> None:
    code, key = variant
    assert budis.post("stock", {f"level-{code}": "99", f"seen-{code}": "3"}).status_code == 303
    assert _level(key) == 3
