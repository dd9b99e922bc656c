"""Mails about purchases and orders, to the buyer and to the people of the shop."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from catalog.db import db
from catalog.money import Money
from catalog.text import localized
from marketplace.notifications.mail import mail
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.payments.models import Payment
from marketplace.payments.queries import find_payment
from marketplace.sellers.models import Membership, Seller
from marketplace.signals import order_moved, order_placed

TO_BUYER = {
    "pay": "order-paid",
    "ship": "order-shipped",
    "cancel": "order-cancelled",
    "expire": "order-cancelled",
    "fail": "order-cancelled",
}
TO_SELLER = {"pay": "order-new", "cancel": "order-gone", "expire": "order-gone", "fail": "order-gone"}


def connect() -> None:
    order_placed.connect(tell_placed)
    order_moved.connect(tell_moved)


def _money(value: Money) -> dict[str, int]:
    return {"rupiah": value.rupiah}


def _seller_name(order: Order) -> str:
    return str(db.session.scalar(select(Seller.name).where(Seller.id == order.seller_id)))


def _order(order: Order, locale: str) -> dict[str, Any]:
    return {
        "code": order.code,
        "seller": _seller_name(order),
        "total": _money(order.total),
        "shipping": _money(order.shipping_total),
        "delivery": str(order.delivery),
        "delivery_name": order.delivery_name,
        "note": order.note,
        "lines": [
            {
                "title": localized(line, "title", locale),
                "choices": localized(line, "choices", locale),
                "quantity": line.quantity,
                "total": _money(line.total),
            }
            for line in order.lines
        ],
    }


def _payment(payment: Payment | None) -> dict[str, Any] | None:
    if payment is None:
        return None
    account = payment.account
    return {
        "due": _money(payment.due),
        "surplus": _money(Money(payment.surplus)),
        "bank": account.bank if account else "",
        "number": account.number if account else "",
        "holder": account.holder if account else "",
        "until": {"instant": payment.expires_at.isoformat()} if payment.expires_at else None,
    }


def tell_placed(purchase: Purchase, **_: Any) -> None:
    """The buyer gets the link and how to pay; a cash order is told to the shop at once."""
    mail(
        to=purchase.email,
        message="order-placed",
        locale=purchase.locale,
        key=f"order-placed:{purchase.code}",
        code=purchase.code,
        name=purchase.recipient,
        total=_money(purchase.total),
        orders=[_order(one, purchase.locale) for one in purchase.orders],
        payment=_payment(find_payment(purchase.code)),
        method=str(purchase.payment_method),
    )
    for order in purchase.orders:
        if order.state is OrderState.TO_CONFIRM:
            _tell_people(order, purchase, "order-new", f"order-new:{order.code}")


def tell_moved(order: Order, event: str, **_: Any) -> None:
    """What the buyer and the shop should know of a step of an order."""
    purchase = db.session.get(Purchase, order.purchase_id)
    if purchase is None:
        return
    if event in TO_BUYER:
        mail(
            to=purchase.email,
            message=TO_BUYER[event],
            locale=purchase.locale,
            key=f"{TO_BUYER[event]}:{order.code}",
            code=purchase.code,
            name=purchase.recipient,
            order=_order(order, purchase.locale),
            ship_by={"day": order.ship_by.isoformat()} if order.ship_by else None,
            courier=order.courier,
            number=order.tracking_number,
            reason=order.cancel_reason,
        )
    if event in TO_SELLER:
        _tell_people(order, purchase, TO_SELLER[event], f"{TO_SELLER[event]}:{order.code}")


def _tell_people(order: Order, purchase: Purchase, message: str, key: str) -> None:
    members = db.session.scalars(select(Membership).where(Membership.seller_id == order.seller_id)).all()
    code = db.session.scalar(select(Seller.code).where(Seller.id == order.seller_id))
    for member in members:
        mail(
            to=member.user.email,
            message=message,
            locale=member.user.locale,
            key=f"{key}:{member.user.code}",
            name=member.user.name,
            seller_code=code,
            order=_order(order, member.user.locale),
            recipient=purchase.recipient,
            method=str(purchase.payment_method),
            reason=order.cancel_reason,
            ship_by={"day": order.ship_by.isoformat()} if order.ship_by else None,
        )
