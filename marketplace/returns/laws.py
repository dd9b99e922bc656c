"""The conservation laws of returns, asked of the data itself: pieces, money, shelves, deadlines. Empty when all hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer as Whole
from sqlalchemy import and_, case, func, literal, or_, select, type_coerce

from catalog.inventory.models import MovementKind, StockMovement
from marketplace.orders.breaches import Law, LawBreach, breaches
from marketplace.orders.models import Order, OrderLine, OrderState
from marketplace.payments.models import Payment, Refund
from marketplace.returns.models import RefundLine, Return, ReturnLine, ReturnState
from marketplace.returns.states import TERMINAL


def check_laws() -> list[LawBreach]:
    """Every law of returns that does not hold now."""
    return breaches([*_pieces(), *_money(), *_shelf(), *_timers()])


def _whole(column: Any) -> Any:
    return type_coerce(column, Whole)


def _pieces() -> list[Law]:
    held = case((Return.state.not_in(TERMINAL), _whole(ReturnLine.quantity)), else_=literal(0))
    asked = (
        select(ReturnLine.line_id, func.sum(held).label("held"))
        .join(Return, Return.id == ReturnLine.return_id)
        .group_by(ReturnLine.line_id)
        .subquery()
    )
    paid = (
        select(RefundLine.line_id, func.sum(_whole(RefundLine.quantity)).label("sum"))
        .group_by(RefundLine.line_id)
        .subquery()
    )
    opened = (
        select(Return.order_id, func.count().label("count"))
        .where(Return.state.not_in(TERMINAL))
        .group_by(Return.order_id)
        .subquery()
    )
    return [
        (
            "returns",
            "never more of a line is in returns or paid back than has left",
            select(OrderLine.code)
            .outerjoin(asked, asked.c.line_id == OrderLine.id)
            .outerjoin(paid, paid.c.line_id == OrderLine.id)
            .where(
                or_(
                    OrderLine.returned > OrderLine.shipped,
                    func.coalesce(asked.c.held, 0) + func.coalesce(paid.c.sum, 0) > OrderLine.returned,
                )
            ),
        ),
        (
            "returns",
            "a return holds pieces of its own order and of its own shop only",
            select(Return.code)
            .join(ReturnLine, ReturnLine.return_id == Return.id)
            .join(OrderLine, OrderLine.id == ReturnLine.line_id)
            .join(Order, Order.id == Return.order_id)
            .where(or_(OrderLine.order_id != Return.order_id, Order.seller_id != Return.seller_id)),
        ),
        (
            "returns",
            "another variant comes only for all pieces of a line, so that nobody has pieces of two kinds of it",
            select(Return.code)
            .join(ReturnLine, ReturnLine.return_id == Return.id)
            .join(OrderLine, OrderLine.id == ReturnLine.line_id)
            .where(ReturnLine.wanted_id.is_not(None), _whole(ReturnLine.quantity) != _whole(OrderLine.quantity)),
        ),
        (
            "returns",
            "an order counts its open returns, and is not completed by the clock before they are over",
            select(Order.code)
            .outerjoin(opened, opened.c.order_id == Order.id)
            .where(
                or_(
                    Order.open_returns != func.coalesce(opened.c.count, 0),
                    and_(Order.open_returns > 0, Order.state.not_in([OrderState.DELIVERED, OrderState.COMPLETED])),
                )
            ),
        ),
    ]


def _money() -> list[Law]:
    of_line = (
        select(
            RefundLine.line_id,
            func.sum(_whole(RefundLine.items_total)).label("goods"),
        )
        .group_by(RefundLine.line_id)
        .subquery()
    )
    of_order = (
        select(OrderLine.order_id, func.sum(_whole(RefundLine.total)).label("sum"))
        .join(OrderLine, OrderLine.id == RefundLine.line_id)
        .group_by(OrderLine.order_id)
        .subquery()
    )
    of_refund = (
        select(RefundLine.refund_id, func.sum(_whole(RefundLine.total)).label("sum"))
        .group_by(RefundLine.refund_id)
        .subquery()
    )
    of_return = (  # an order that was paid in two parts has two refunds, and its lines lie with the first
        select(
            Refund.return_code,
            func.sum(_whole(Refund.total)).label("sum"),
            func.sum(func.coalesce(of_refund.c.sum, 0)).label("lines"),
            func.sum(_whole(Payment.surplus)).label("surplus"),
        )
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(of_refund, of_refund.c.refund_id == Refund.id)
        .where(Refund.return_code.is_not(None))
        .group_by(Refund.return_code)
        .subquery()
    )
    return [
        (
            "L4",
            "a line and an order count what went back for their pieces, and never more than was paid",
            select(OrderLine.code)
            .join(Order, Order.id == OrderLine.order_id)
            .outerjoin(of_line, of_line.c.line_id == OrderLine.id)
            .outerjoin(of_order, of_order.c.order_id == Order.id)
            .where(
                or_(
                    _whole(OrderLine.refunded) != func.coalesce(of_line.c.goods, 0),
                    _whole(Order.refunded) != func.coalesce(of_order.c.sum, 0),
                    _whole(OrderLine.refunded) > _whole(OrderLine.total) - _whole(OrderLine.discount),
                    _whole(Order.refunded) > _whole(Order.total),
                )
            ),
        ),
        (
            "L4",
            "a return's refunds are the sum of its lines, with the surplus of the transfers at most",
            select(of_return.c.return_code).where(
                or_(
                    of_return.c.sum < of_return.c.lines,
                    of_return.c.sum > of_return.c.lines + of_return.c.surplus,
                )
            ),
        ),
        (
            "L4",
            "only refunds of returns have lines",
            select(Refund.code).join(of_refund, of_refund.c.refund_id == Refund.id).where(Refund.return_code.is_(None)),
        ),
        (
            "L4",
            "nothing goes back for a return that is not settled",
            select(Return.code)
            .join(Refund, Refund.return_code == Return.code)
            .where(Return.state != ReturnState.SETTLED),
        ),
    ]


def _shelf() -> list[Law]:
    put = (
        select(StockMovement.reference, func.sum(StockMovement.quantity).label("sum"))
        .where(StockMovement.kind == MovementKind.RETURNED)
        .group_by(StockMovement.reference)
        .subquery()
    )
    told = (
        select(ReturnLine.return_id, func.sum(_whole(ReturnLine.restocked)).label("sum"))
        .group_by(ReturnLine.return_id)
        .subquery()
    )
    return [
        (
            "L1",
            "on the shelf again lies what the seller has put there",
            select(Return.code)
            .join(told, told.c.return_id == Return.id)
            .outerjoin(put, put.c.reference == Return.code)
            .where(func.coalesce(put.c.sum, 0) != told.c.sum),
        ),
    ]


def _timers() -> list[Law]:
    return [
        (
            "timers",
            "every return that is not over has a deadline, and none that is",
            select(Return.code).where(Return.state.in_(TERMINAL) == Return.due_at.is_not(None)),
        ),
    ]
