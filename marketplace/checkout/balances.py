"""The laws of orders that are paid in two parts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, and_, exists, func, or_, select, type_coerce

from marketplace.orders.breaches import Law
from marketplace.orders.models import Order, OrderLine, OrderState
from marketplace.orders.states import TERMINAL
from marketplace.payments.models import Payment, PaymentState, Refund


def _whole(column: Any) -> Any:
    return type_coerce(column, Integer)


def balances() -> list[Law]:
    """What is broken of them."""
    lines = (
        select(OrderLine.order_id, func.sum(_whole(OrderLine.balance)).label("sum"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    back = (
        select(Refund.order_code, func.sum(_whole(Refund.total) - Payment.surplus).label("sum"))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.order_code.is_(None), Refund.order_code.is_not(None))
        .group_by(Refund.order_code)
        .subquery()
    )
    paid = exists().where(
        Payment.order_code == Order.code, Payment.state.in_([PaymentState.PAID, PaymentState.REFUNDED])
    )
    asked = exists().where(Payment.order_code == Order.code, Payment.state == PaymentState.PENDING)
    waits = and_(Order.ready_at.is_not(None), Order.balance_paid_at.is_(None), Order.state.not_in(TERMINAL))
    return [
        (
            "payments",
            "a purchase has at most one open or paid payment of its own, and each of its orders one balance",
            select(Payment.purchase_code)
            .where(Payment.state.in_([PaymentState.PENDING, PaymentState.PAID]))
            .group_by(Payment.purchase_code, Payment.order_code)
            .having(func.count() > 1),
        ),
        (
            "balances",
            "the balance of an order is the sum of its lines'",
            select(Order.code)
            .outerjoin(lines, lines.c.order_id == Order.id)
            .where(_whole(Order.balance) != func.coalesce(lines.c.sum, 0)),
        ),
        (
            "balances",
            "a balance payment asks for the balance of its order, plus its surplus",
            select(Payment.code)
            .join(Order, Order.code == Payment.order_code)
            .where(_whole(Payment.due) - Payment.surplus != _whole(Order.balance)),
        ),
        (
            "balances",
            "a balance is paid when its payment is, and asked for while an order waits for it",
            select(Order.code).where(
                Order.balance > 0, or_((Order.balance_paid_at.is_not(None)) != paid, waits != asked)
            ),
        ),
        (
            "balances",
            "nothing of an order leaves before its balance is paid",
            select(Order.code)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(Order.balance > 0, Order.balance_paid_at.is_(None), OrderLine.shipped > 0),
        ),
        (
            "balances",
            "what of a deposit does not go back is what the shop keeps",
            select(Order.code)
            .outerjoin(back, back.c.order_code == Order.code)
            .where(
                Order.state == OrderState.CANCELLED,
                _whole(Order.kept) > 0,
                func.coalesce(back.c.sum, 0) > _whole(Order.total) - _whole(Order.balance) - _whole(Order.kept),
            ),
        ),
    ]
