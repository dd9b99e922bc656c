"""What buyers and the people of shops are told about purchases and orders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from catalog import clock
from catalog.db import db
from catalog.money import ZERO, Money, total
from catalog.text import localized
from marketplace.accounts.models import Role
from marketplace.notifications import Reader, notify
from marketplace.orders.models import Actor, Order, OrderEvent, OrderLine, OrderState, Purchase, Shipment
from marketplace.orders.refunding import find_balance, surplus_back
from marketplace.orders.spans import spans as order_spans
from marketplace.payments.models import Payment, PaymentMethod
from marketplace.payments.queries import find_payment, list_balances
from marketplace.returns.spans import spans
from marketplace.sellers.models import Seller
from marketplace.signals import order_moved, order_placed, shipment_sent

TO_BUYER = {
    "pay": "order-paid",
    "confirm": "order-accepted",
    "deliver": "order-delivered",
    "balance": "order-balance-paid",
    "late": "order-rest-late",
    "cancel": "order-cancelled",
    "expire": "order-cancelled",
    "fail": "order-cancelled",
    "keep": "order-kept",
    "unseen": "order-unseen",
    "remind_pickup": "order-unseen",
}
TO_SELLER = {
    "pay": "order-new",
    "late": "order-late",
    "cancel": "order-gone",
    "expire": "order-gone",
    "fail": "order-gone",
    "wish": "order-unwanted",
    "balance": "order-balanced",
    "remind": "order-waits",
    "unseen": "parcel-unseen",
    "deliver": "order-arrived",
    "complete": "order-completed",
}
UNTOLD = {
    "ship": "every parcel is told when it leaves, the last one, too",
    "confirm": "to the shop: it is the shop's own step",
    "complete": "to the buyer: nothing is left for them to do, and they were told that it has arrived",
}
"""Why nobody, or one side alone, is told of a step of `states.ORDER`."""


def connect() -> None:
    order_placed.connect(tell_placed)
    order_moved.connect(tell_moved)
    shipment_sent.connect(tell_sent)


def buyer_of(purchase: Purchase) -> Reader:
    """Whoever bought, at the address that they gave for this purchase."""
    return Reader(purchase.email, purchase.locale, purchase.recipient, purchase.user)


def _order(order: Order) -> dict[str, Any]:
    seller = db.session.get_one(Seller, order.seller_id)
    return {
        "code": order.code,
        "seller": seller.name,
        "total": order.total,
        "shipping": order.shipping_total,
        "discount": order.discount_total,
        "balance": order.balance if order.owes_balance else ZERO,
        "first": order.due_first,
        "made_in": max((line.days for line in order.lines if line.balance), default=0),
        "delivery": order.delivery,
        "delivery_name": order.delivery_name,
        "pickup_at": _pickup_at(order, seller),
        "note": order.note,
        "gift_message": order.gift_message,
        "lines": [
            {
                "title": line.title,
                "title_en": line.title_en,
                "choices": line.choices,
                "choices_en": line.choices_en,
                "made": _made(line, "id"),
                "made_en": _made(line, "en"),
                "quantity": line.quantity,
                "total": line.total,
            }
            for line in order.lines
        ],
    }


def _made(line: OrderLine, locale: str) -> str:
    """What was made personal, in words; of a picture that there is one."""
    told = ((localized(one, "label", locale), one.shown(locale)) for one in line.answers)
    return " · ".join(f"{label}: {said}" if said else label for label, said in told)


def _pickup_at(order: Order, seller: Seller) -> str:
    """Where the buyer comes for it; empty for what is brought."""
    if order.point is not None:
        return f"{order.point.name}, {order.point.address} · {order.point.hours}"
    return f"{seller.name}, {seller.address}" if order.is_collected else ""


def _payment(payment: Payment | None, place: str | None) -> dict[str, Any] | None:
    if payment is None:
        return None
    account = payment.account
    return {
        "due": payment.due,
        "surplus": Money(payment.surplus),
        "bank": account.bank if account else "",
        "number": account.number if account else "",
        "holder": account.holder if account else "",
        "until": payment.expires_at,
        "place": place,
    }


_SHOPS = select(Seller).where(Seller.id.in_(bindparam("sellers", expanding=True)))


def tell_placed(purchase: Purchase, **_: Any) -> None:
    """The buyer gets the link and how to pay; a cash order is told to the shop at once."""
    shops = db.session.scalars(_SHOPS, {"sellers": [order.seller_id for order in purchase.orders]}).all()
    notify(
        buyer_of(purchase),
        "order-placed",
        purchase.code,
        {
            "code": purchase.code,
            "total": purchase.total,
            "payment": _payment(find_payment(purchase.code), purchase.place_code),
            "method": purchase.payment_method,
            "later": total(one.balance for one in purchase.orders),
            "balance_days": order_spans().balance_days,
        },
        {"orders": [_order(one) for one in purchase.orders]},
    )
    del shops  # held until here, so that the session knows them and none is read again
    for order in purchase.orders:
        if order.state is OrderState.TO_CONFIRM and purchase.payment_method is PaymentMethod.CASH:
            _tell_shop(order, purchase, "order-new")  # one that is paid is told when the payment is settled


def tell_moved(order: Order, event: str, actor: Actor = Actor.SYSTEM, is_passing: bool = False, **_: Any) -> None:
    """What the buyer and the shop should know of a step of an order; nothing where the next one follows at once, and
    no arrival to the buyer who has said so."""
    purchase = db.session.get(Purchase, order.purchase_id)
    if purchase is None or is_passing:
        return
    is_known = event == "deliver" and actor is Actor.BUYER
    is_known |= event == "pay" and purchase.payment_method is PaymentMethod.NOTHING
    if event in TO_BUYER and not is_known:
        values: dict[str, Any] = {
            "code": purchase.code,
            "order": _order(order),
            "ship_by": order.ship_by,
            "reason": order.cancel_reason or _last_words(order, event),
            "kept": order.kept,
            "back": _back(order),
            "was_asked": _was_asked(order, purchase),
            "method": purchase.payment_method,
            "closes": _last_day(order),
        }
        if event == "deliver":
            values |= {
                "until": clock.today() + timedelta(days=spans().complaint_days),
                "is_counted": order.is_counted,
            }
        notify(buyer_of(purchase), TO_BUYER[event], order.code, values)
    if event in TO_SELLER:
        # Reminded once of accepting and once of sending: the state is part of what it is about.
        subject = f"{order.code}-{order.state}" if event == "remind" else order.code
        _tell_shop(order, purchase, TO_SELLER[event], subject)
    if event == "wish_unanswered":
        notify(Role.OPERATOR, "wish-unanswered", order.code, {"code": order.code, "reason": order.cancel_wish})
    if event == "rest_unsent":
        notify(Role.OPERATOR, "rest-unsent", order.code, {"code": order.code, "seller": order.seller.name})
    if event == "progress":
        notify(
            buyer_of(purchase),
            "order-progress",
            f"{order.code}-{clock.today()}",
            {"code": purchase.code, "order": _order(order)},
        )
    if event in ("ready", "remind_balance"):
        _ask_for_balance(order, purchase, event)
    if event in ("day-proposed", "day-accepted", "day-declined"):
        _tell_of_day(order, purchase, event)


def _ask_for_balance(order: Order, purchase: Purchase, event: str) -> None:
    """The buyer is told that it is ready, how the balance is paid and what happens otherwise; and once again."""
    asked = list_balances(purchase.code)[order.code]
    subject = order.code if event == "ready" else f"{order.code}-again"
    values = {
        "code": purchase.code,
        "order": _order(order),
        "payment": _payment(asked, purchase.place_code),
        "again": event != "ready",
        "keeps": order.keeps_ready,
    }
    notify(buyer_of(purchase), "order-ready", subject, values)


def _last_day(order: Order) -> date | None:
    """On which day the deadline of an order closes."""
    return (order.due_at - timedelta(minutes=1)).astimezone(clock.WIB).date() if order.due_at else None


def _was_asked(order: Order, purchase: Purchase) -> bool:
    """Whether money may be on its way for it that nobody has seen yet."""
    return purchase.payment_method is not PaymentMethod.CASH and not _was_paid(order)


def _was_paid(order: Order) -> bool:
    return any(event.name == "pay" for event in order.events)


def _back(order: Order) -> Money:
    """What goes back of an order that is called off, if it is, to the rupiah; nothing where nothing was paid."""
    if order.state is not OrderState.CANCELLED or not _was_paid(order):
        return ZERO
    first, balance = find_payment(order.purchase.code), find_balance(order) if order.balance_paid_at else None
    back = order.due_first - order.kept + (surplus_back(order, first) if first else ZERO)
    return back + balance.due if balance else back


def _last_words(order: Order, event: str) -> str:
    """What the seller says to a buyer who wished to cancel."""
    if event != "keep":
        return ""
    said = select(OrderEvent.note).where(OrderEvent.order_id == order.id, OrderEvent.name == "keep")
    return db.session.scalar(said.order_by(OrderEvent.id.desc()).limit(1)) or ""


def _tell_of_day(order: Order, purchase: Purchase, event: str) -> None:
    """Another day was proposed to the buyer, or the buyer has answered."""
    asked = order.proposals[-1]
    values = {"code": purchase.code, "order": _order(order), "first": asked.first_on, "day": asked.new_on}
    if event == "day-proposed":
        notify(buyer_of(purchase), "order-day-proposed", asked.code, {**values, "reason": asked.reason})
        return
    shop = db.session.get_one(Seller, order.seller_id)
    answer = {"recipient": purchase.recipient, "takes": event == "day-accepted"}
    notify(shop, "order-day-answered", asked.code, {**values, **answer})


def tell_sent(shipment: Shipment, **_: Any) -> None:
    """The buyer hears of every parcel: what lies in it, who carries it, and whether more will follow."""
    order = shipment.order
    notify(
        buyer_of(order.purchase),
        "order-shipped",
        shipment.code,
        {
            "code": order.purchase.code,
            "order": _order(order),
            "courier": shipment.courier,
            "number": shipment.number,
            "pieces": [
                {
                    "title": one.line.title,
                    "title_en": one.line.title_en,
                    "choices": one.line.choices,
                    "choices_en": one.line.choices_en,
                    "quantity": one.quantity,
                }
                for one in shipment.lines
            ],
            "more": any(line.left for line in order.lines),
            "closes": _last_day(order),
        },
    )


def _has_it(order: Order, purchase: Purchase) -> bool:
    """Whether the shop itself took the money, and neither a gallery nor a courier."""
    return purchase.payment_method is PaymentMethod.CASH and order.point_id is None and order.cod_service_id is None


def _tell_shop(order: Order, purchase: Purchase, kind: str, subject: str = "") -> None:
    shop = db.session.get_one(Seller, order.seller_id)
    notify(
        shop,
        kind,
        subject or order.code,
        {
            "order": _order(order),
            "recipient": purchase.recipient,
            "has_it": _has_it(order, purchase),
            "method": purchase.payment_method,
            "reason": order.cancel_reason or order.cancel_wish,
            "kept": order.kept,
            "ship_by": order.ship_by,
            "due": order.due_at,
            "place": shop.district_code,
            "closes": _last_day(order),
            "is_new": order.state is OrderState.TO_CONFIRM,
        },
    )
