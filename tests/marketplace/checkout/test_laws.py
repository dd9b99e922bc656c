"""The laws notice what a careless change would break: each control forgets one step or writes past the services."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from catalog.db import transaction
from marketplace.checkout.queries import check_laws
from marketplace.orders.models import Actor
from marketplace.orders.services import cancel
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

pytestmark = both_databases


@pytest.mark.parametrize(("broken", "is_paid"), [("release", False), ("put_back", True), ("consume", True)])
def test_a_forgotten_step_breaks_a_law(cast: Cast, monkeypatch: pytest.MonkeyPatch, broken: str, is_paid: bool) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    assert check_laws() == []
    monkeypatch.setattr(f"marketplace.orders.services.inventory.{broken}", lambda *_: 0)
    if is_paid:
        pay(placed.purchase, cast.tono)
    if broken != "consume":
        with transaction():
            cancel(orders_of(placed.purchase)[0], Actor.OPERATOR, "tidak jadi")
    assert check_laws()


@pytest.mark.parametrize(
    ("statement", "law"),
    [
        ("UPDATE stocks SET on_hand = on_hand + 1", "L1"),
        ("UPDATE stocks SET reserved = 0", "L1"),
        ("UPDATE purchases SET total = total + 1", "L2"),
        ("UPDATE orders SET items_total = items_total + 1, total = total + 1", "L2"),
        ("UPDATE payments SET due = due + 1", "payments"),
        ("UPDATE payments SET state = 'expired'", "payments"),
        ("UPDATE reservations SET closed_at = created_at", "L1"),
    ],
)
def test_a_row_written_past_the_services_breaks_a_law(cast: Cast, statement: str, law: str) -> None:
    buy(of(cast.sari), (cast.shawl, 1))
    with transaction() as session:
        session.execute(text(statement))
    found = check_laws()
    assert law in {one.law for one in found}
    assert all(one.count and one.examples for one in found)
