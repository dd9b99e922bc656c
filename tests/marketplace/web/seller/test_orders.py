"""An order at the desk: the next step, the buyer's address only for as long as it is needed, refusals that explain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.db import db
from marketplace.orders.models import Order, OrderState
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk


def _state(key: int) -> OrderState:
    db.session.expire_all()
    return db.session.get_one(Order, key).state


def test_the_inbox_has_the_next_step_as_a_button(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl)
    code, key = order.code, order.id
    page = ratnas.get("orders").text
    assert f"orders/{code}/confirmation" in page and code in ratnas.get().text
    assert ratnas.post(f"orders/{code}/confirmation").status_code == 303
    assert _state(key) is OrderState.PROCESSING
    assert ratnas.post(f"orders/{code}/confirmation").status_code == 409


@pytest.mark.parametrize("state", ["todo", "underway", "done", "cancelled", "unpaid", "nonsense"])
def test_every_list_opens(ratnas: Desk, state: str) -> None:
    assert ratnas.get(f"orders?state={state}").status_code == 200


def test_a_buyer_is_shown_only_while_the_order_is_open(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl, delivery="own")
    code, key = order.code, order.id
    assert "Jalan Mawar 3" in ratnas.get(f"orders/{code}").text
    assert "Jalan Mawar 3" in ratnas.get(f"orders/{code}/slip").text
    assert ratnas.post(f"orders/{code}/cancellation", {"reason": "Kainnya rusak saat dikemas"}).status_code == 303
    assert _state(key) is OrderState.CANCELLED
    page = ratnas.get(f"orders/{code}").text
    assert "Jalan Mawar 3" not in page and "Sari Utami" not in page and "+6281234567890" not in page
    assert ratnas.get(f"orders/{code}/slip").status_code == 409


def test_an_unpaid_order_shows_no_buyer(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    code = buy(cast.shawl, delivery="own", method="bank-transfer").code
    assert "Jalan Mawar 3" not in ratnas.get(f"orders/{code}").text
    assert ratnas.get(f"orders/{code}/slip").status_code == 409
    assert ratnas.post(f"orders/{code}/confirmation").status_code in (403, 409)


def test_calling_off_needs_a_reason(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl)
    code, key = order.code, order.id
    answer = ratnas.post(f"orders/{code}/cancellation", {"reason": " x "})
    assert answer.status_code == 422 and 'id="reason-error"' in answer.text and _state(key) is OrderState.TO_CONFIRM


def _by_courier(key: int) -> None:
    from catalog.db import transaction
    from marketplace.sellers.models import DeliveryKind

    with transaction():
        db.session.get_one(Order, key).delivery = DeliveryKind.COURIER


@pytest.mark.parametrize(
    ("courier", "number", "at"), [("", "", "courier"), ("JNE", "", "number"), ("JNE", "12", "number"), ("JNE", "a b\u0661", "number"), ("JNE", "x" * 60, "number")]
)  # fmt: skip
def test_a_parcel_needs_its_courier_and_number(
    cast: Cast, ratnas: Desk, buy: Callable[..., Order], courier: str, number: str, at: str
) -> None:
    order = buy(cast.shawl)
    code, key = order.code, order.id
    _by_courier(key)
    ratnas.post(f"orders/{code}/confirmation")
    answer = ratnas.post(f"orders/{code}/shipment", {"courier": courier, "number": number})
    assert answer.status_code == 422 and f'id="{at}-error"' in answer.text
    assert _state(key) is OrderState.PROCESSING


def test_a_number_suggests_its_courier_and_waits_for_a_look(
    cast: Cast, ratnas: Desk, buy: Callable[..., Order]
) -> None:
    order = buy(cast.shawl)
    code, key = order.code, order.id
    _by_courier(key)
    ratnas.post(f"orders/{code}/confirmation")
    answer = ratnas.post(f"orders/{code}/shipment", {"courier": "", "number": "jp 1234567890"})
    assert answer.status_code == 422 and 'value="J&amp;T"' in answer.text and _state(key) is OrderState.PROCESSING
    assert ratnas.post(f"orders/{code}/shipment", {"courier": "J&T", "number": "jp 1234567890"}).status_code == 303
    assert _state(key) is OrderState.SHIPPED
    assert "JP1234567890" in ratnas.get(f"orders/{code}").text
    assert ratnas.post(f"orders/{code}/delivery").status_code == 403


def test_what_is_brought_needs_no_number(cast: Cast, ratnas: Desk, buy: Callable[..., Order]) -> None:
    order = buy(cast.shawl, delivery="own")
    code, key = order.code, order.id
    ratnas.post(f"orders/{code}/confirmation")
    assert ratnas.post(f"orders/{code}/shipment").status_code == 303
    assert ratnas.post(f"orders/{code}/delivery").status_code == 303
    assert _state(key) is OrderState.DELIVERED
    assert ratnas.post(f"orders/{code}/delivery").status_code == 409
