"""What orders hear: a payment that has been settled."""

from __future__ import annotations

from typing import Any

from marketplace.orders import services
from marketplace.orders.balances import receive_balance
from marketplace.payments.models import Payment
from marketplace.signals import payment_settled


@payment_settled.connect
def pass_on_to_sellers(payment: Payment, **_: Any) -> None:
    if payment.order_code is None:
        services.receive_payment(payment)
    else:
        receive_balance(payment)
