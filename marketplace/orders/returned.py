"""What an order counts for its returns, each by one conditional UPDATE: pieces never come back twice, and money never
beyond what was paid. The order's row is locked by the caller."""

from __future__ import annotations

from sqlalchemy import update

from catalog.db import change, db
from catalog.errors import Conflict
from catalog.money import Money
from catalog.text import N_
from marketplace.orders.models import Order, OrderLine


def open_return(order: Order) -> None:
    """One more return of `order` is open; until it is over the order is not completed."""
    change(update(Order).where(Order.id == order.id).values(open_returns=Order.open_returns + 1))
    db.session.refresh(order, ["open_returns"])


def close_return(order: Order) -> None:
    change(
        update(Order).where(Order.id == order.id, Order.open_returns > 0).values(open_returns=Order.open_returns - 1)
    )
    db.session.refresh(order, ["open_returns"])


def claim(line: OrderLine, pieces: int) -> int:
    """`pieces` more of `line` lie in a return: how many did before. Conflict when there are not so many."""
    fits = OrderLine.returned + pieces <= OrderLine.shipped
    if not change(update(OrderLine).where(OrderLine.id == line.id, fits).values(returned=OrderLine.returned + pieces)):
        raise Conflict(N_("These pieces are in a return already. Please look at the order again."))
    db.session.refresh(line, ["returned"])
    return line.returned - pieces


def unclaim(line: OrderLine, pieces: int) -> None:
    """The buyer keeps them after all, or has others instead."""
    held = OrderLine.returned >= pieces
    change(update(OrderLine).where(OrderLine.id == line.id, held).values(returned=OrderLine.returned - pieces))
    db.session.refresh(line, ["returned"])


def take_back(line: OrderLine, pieces: int) -> None:
    """`pieces` of a line that vouchers paid wholly came back for good; Conflict when there are not so many."""
    fits = OrderLine.taken_back + pieces <= OrderLine.quantity
    values = {"taken_back": OrderLine.taken_back + pieces}
    if not change(update(OrderLine).where(OrderLine.id == line.id, fits).values(values)):
        raise Conflict(N_("These pieces are in a return already. Please look at the order again."))
    db.session.refresh(line, ["taken_back"])


def refund(order: Order, line: OrderLine, items: Money, shipping: Money) -> None:
    """`items` of a line's price and `shipping` go back; Conflict when that is more than was paid for it."""
    of_line = OrderLine.refunded + items <= OrderLine.total - OrderLine.discount
    of_order = Order.refunded + (items + shipping) <= Order.total
    if not (
        change(update(OrderLine).where(OrderLine.id == line.id, of_line).values(refunded=OrderLine.refunded + items))
        and change(
            update(Order).where(Order.id == order.id, of_order).values(refunded=Order.refunded + (items + shipping))
        )
    ):
        raise Conflict(N_("More would be sent back than was paid."))
    db.session.refresh(line, ["refunded"])
    db.session.refresh(order, ["refunded"])
