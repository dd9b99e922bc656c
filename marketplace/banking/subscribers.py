"""What statements hear: a payment was confirmed by hand whose line lay parked."""

from __future__ import annotations

from typing import Any

from marketplace.banking.clearing import recognise
from marketplace.payments.models import Payment, Purpose
from marketplace.signals import payment_came_late, payment_settled


@payment_settled.connect
@payment_came_late.connect
def find_its_line(payment: Payment, **_: Any) -> None:
    if payment.confirmed_by_id is not None and payment.account_id is not None and payment.purpose is not Purpose.EXTRA:
        recognise(payment)
