"""The operator finds orders by the state of the order and by that of its payment."""

from __future__ import annotations

from typing import Any

from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay


def test_orders_are_narrowed_by_payment_and_state_together(cast: Cast, sign_in: Any) -> None:
    waiting = orders_of(buy(of(cast.sari), (cast.shawl, 1)).purchase)[0].code
    purchase = buy(of(cast.sari), (cast.plaque, 1)).purchase
    pay(purchase, cast.tono)
    paid = orders_of(purchase)[0].code
    tono = sign_in(cast.tono)

    def found(query: str) -> tuple[bool, bool]:
        text = tono.get(f"/operator/orders{query}").text
        return waiting in text, paid in text

    assert found("") == found("?payment=unheard-of") == (True, True)
    assert found("?payment=pending") == (True, False)
    assert found("?payment=paid") == (False, True)
    assert found("?payment=paid&state=awaiting-payment") == found("?payment=late") == (False, False)
