"""What buyers are told about money that goes back to them, and about money that is missing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.db import db
from catalog.money import Money
from marketplace.notifications import notify
from marketplace.orders.models import Purchase
from marketplace.payments.models import Payment, Refund, RefundAccount
from marketplace.payments.paybacks import find_account, sent_by_hand
from marketplace.signals import (
    payment_came_extra,
    payment_came_late,
    payment_came_short,
    refund_account_named,
    refund_owed,
    refund_refused,
    refund_sent,
)
from marketplace.subscribers.orders import buyer_of


def connect() -> None:
    refund_owed.connect(ask_for_account)
    refund_refused.connect(ask_for_account)
    refund_account_named.connect(tell_account)
    refund_sent.connect(tell_sent)
    payment_came_late.connect(tell_late)
    payment_came_extra.connect(tell_extra)
    payment_came_short.connect(tell_short)


def ask_for_account(refund: Refund, **_: Any) -> None:
    """Whoever gets money back that people send is asked once per purchase for an account."""
    payment = db.session.get_one(Payment, refund.payment_id)
    if sent_by_hand([refund]) and find_account(payment.purchase_code) is None:
        _tell(payment, "refund-account", payment.purchase_code, {"total": refund.total})


def tell_account(account: RefundAccount, **_: Any) -> None:
    """Said to the address of the purchase, so that nobody names an account unseen."""
    purchase = db.session.scalars(select(Purchase).where(Purchase.code == account.purchase_code)).one()
    params = {"code": purchase.code, "bank": account.bank, "number": account.masked, "holder": account.holder}
    notify(buyer_of(purchase), "refund-account-named", f"{account.id}:{account.told_at:%Y%m%d%H%M%S%f}", params)


def tell_sent(refund: Refund, **_: Any) -> None:
    """Every refund once, when it leaves; its reference finds it on the statement."""
    payment = db.session.get_one(Payment, refund.payment_id)
    params = {"total": refund.total, "reason": refund.reason, "reference": refund.reference or ""}
    _tell(payment, "refund-sent", refund.code, params)


def tell_late(payment: Payment, **_: Any) -> None:
    """Whoever paid too late hears that the money has come and is theirs."""
    _tell(payment, "payment-late", payment.code, {"total": payment.due})
    _ask_where(payment)


def tell_extra(payment: Payment, reason: str, **_: Any) -> None:
    """Whoever paid twice, or more than was asked for, hears that the money has come and is theirs."""
    _tell(payment, "payment-extra", payment.code, {"total": payment.due, "reason": reason})
    _ask_where(payment)


def tell_short(payment: Payment, came: Money, **_: Any) -> None:
    """Whoever paid less than was asked for hears, with every part that comes, what is missing, until when, and where to
    send it."""
    account = payment.account
    params = {
        "came": came, "missing": payment.due - came, "until": payment.expires_at,
        "bank": "" if account is None or account.qris else account.bank,
        "number": account.number if account else "", "holder": account.holder if account else "",
    }  # fmt: skip
    _tell(payment, "payment-short", f"{payment.code}:{came.rupiah}", params)


def _ask_where(payment: Payment) -> None:
    """What came too late, twice or beyond what was asked for is owed back without an order being called off."""
    for refund in db.session.scalars(select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.id)):
        ask_for_account(refund)


def _tell(payment: Payment, kind: str, subject: str, params: dict[str, Any]) -> None:
    purchase = db.session.scalars(select(Purchase).where(Purchase.code == payment.purchase_code)).one()
    notify(buyer_of(purchase), kind, subject, {"code": purchase.code, "place": purchase.place_code, **params})
