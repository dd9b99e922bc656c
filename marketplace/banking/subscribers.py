"""What statements hear: a payment was confirmed by hand whose line lay parked, or closed before all of it had come."""

from __future__ import annotations

from typing import Any

from marketplace.banking.clearing import hand_over, let_go, recognise
from marketplace.payments.models import Payment
from marketplace.signals import payment_came_late, payment_closed, payment_settled


@payment_settled.connect
@payment_came_late.connect
def find_its_line(payment: Payment, **_: Any) -> None:
    if payment.confirmed_by_id is not None and payment.account_id is not None:
        recognise(payment)


@payment_closed.connect
def let_its_parts_go(payment: Payment, heir: Payment | None, **_: Any) -> None:
    if payment.account_id is None:
        return
    if heir is None:
        let_go(payment)
    else:
        hand_over(payment, heir)


@payment_settled.connect
def let_what_is_too_much_go(payment: Payment, **_: Any) -> None:
    if payment.account_id is not None:
        let_go(payment)
