"""What buyers are told about money that goes back to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.db import db
from marketplace.notifications import notify
from marketplace.orders.models import Purchase
from marketplace.payments.models import Payment, Refund
from marketplace.signals import payment_came_late, refund_sent
from marketplace.subscribers.orders import buyer_of


def connect() -> None:
    refund_sent.connect(tell_sent)
    payment_came_late.connect(tell_late)


def tell_sent(refund: Refund, **_: Any) -> None:
    """Every refund once, when it leaves; its reference finds it on the statement."""
    payment = db.session.get_one(Payment, refund.payment_id)
    params = {"total": refund.total, "reason": refund.reason, "reference": refund.reference or ""}
    _tell(payment, "refund-sent", refund.code, params)


def tell_late(payment: Payment, **_: Any) -> None:
    """Whoever paid too late hears that the money has come and is theirs."""
    _tell(payment, "payment-late", payment.code, {"total": payment.due})


def _tell(payment: Payment, kind: str, subject: str, params: dict[str, Any]) -> None:
    purchase = db.session.scalars(select(Purchase).where(Purchase.code == payment.purchase_code)).one()
    notify(buyer_of(purchase), kind, subject, {"code": purchase.code, **params})
