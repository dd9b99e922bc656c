"""What orders hear: a payment that has been settled."""

from __future__ import annotations

from typing import Any

from marketplace.orders import services
from marketplace.payments.models import Payment
from marketplace.signals import payment_settled


@payment_settled.connect
def pass_on_to_sellers(payment: Payment, **_: Any) -> None:
    services.receive_payment(payment)
