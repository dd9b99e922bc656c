"""Labels: one per parcel, several at once, and nothing of a buyer that the way of delivery does not need."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.db import db, transaction
from marketplace.orders.models import Order
from marketplace.sellers.models import DeliveryKind
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk


def by_courier(order: Order) -> None:
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.COURIER


def count(page: str) -> int:
    return page.count('<article class="label"')


def test_a_label_holds_whom_from_whom_and_what(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl, quantity=2, delivery="own")
    by_courier(order)
    page = ratnas.get(f"labels?order={order.code}").text
    assert count(page) == 1 and "<svg viewBox" in page
    for part in (
        "Sari Utami",
        "Jalan Mawar 3",
        "33311",
        "+62 812-3456-7890",
        "Sanggar Contoh Ratna",
        order.code,
        "2 × Selendang cual",
        "800 g",
    ):
        assert part in page
    assert "sari@contoh.example" not in page and "Rp" in page  # paid in cash: the sum, and no address of mail
    assert "/purchases/" not in page


def test_one_for_every_parcel_that_is_not_there_yet(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl, quantity=3)
    by_courier(order)
    ratnas.post(f"orders/{order.code}/confirmation")
    line = db.session.get_one(Order, order.id).lines[0].code
    ratnas.post(f"orders/{order.code}/shipment", {"courier": "J&T", "number": "JX1234567890", f"pieces-{line}": "1"})
    page = ratnas.get(f"labels?order={order.code}").text
    assert count(page) == 2 and "JX1234567890" in page and "2 × Selendang cual" in page and "1 × Selendang cual" in page


def test_what_is_picked_up_needs_no_address(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl)
    page = ratnas.get(f"labels?order={order.code}").text
    assert "Sari Utami" in page and "Jalan Mawar" not in page and "+6281234567890" not in page


def test_everything_to_be_sent_at_once(cast: Cast, ratnas: Desk, budis: Desk, buy: Callable[..., Order]) -> None:
    codes = []
    for quantity in (1, 2):
        order = buy(cast.shawl, quantity=quantity, delivery="own")
        ratnas.post(f"orders/{order.code}/confirmation")
        codes.append(order.code)
    assert count(ratnas.get("labels").text) == 2
    assert "labels" in ratnas.get("orders").text
    assert count(ratnas.get(f"labels?order={codes[0]}&order={codes[1]}&order=zzz").text) == 2
    assert count(budis.get(f"labels?order={codes[0]}").text) == 0
    assert count(budis.get("labels").text) == 0


@pytest.mark.parametrize("state", ["cancelled", "unpaid"])
def test_no_label_where_no_buyer_is_shown(cast: Cast, ratnas: Desk, buy: Callable[..., Order], state: str) -> None:
    order = buy(cast.shawl, delivery="own", method="bank-transfer" if state == "unpaid" else "cash")
    if state == "cancelled":
        ratnas.post(f"orders/{order.code}/cancellation", {"reason": "Kainnya rusak saat dikemas"})
    page = ratnas.get(f"labels?order={order.code}").text
    assert count(page) == 0 and "Jalan Mawar 3" not in page
