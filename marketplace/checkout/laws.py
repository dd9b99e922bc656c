"""The conservation laws of buying, asked of the data itself, one statement each.

`facts` in brief: L1 stock = opening + adjustments − sold + returned, and 0 ≤ reserved ≤ on hand; L2 a purchase is its
orders, an order its lines and its shipping without its discounts; L6 a voucher is used as often as orders have it, and
never more often than it may; parcels hold what was sold, each piece once; payments ask for what is left
of their purchase, and nothing leaves before its balance is paid; every order that is not over has a deadline; L8 what a maker's month has promised is what buyers wait for,
and never more than it holds; L3 and L5 are of the ledger (`bookkeeping.laws`). `flask doctor` prints what is broken; an empty answer means that all hold.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer as Whole
from sqlalchemy import and_, case, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased

from catalog.inventory.models import Hold, MovementKind, Reservation, Stock, StockMovement
from catalog.products.models import Fulfilment, Variant
from marketplace.bookkeeping import laws as books
from marketplace.carts.models import Cart
from marketplace.checkout.balances import balances
from marketplace.checkout.queues import queues
from marketplace.orders.breaches import Law, LawBreach, breaches
from marketplace.orders.models import (
    Discount,
    Order,
    OrderEvent,
    OrderLine,
    OrderState,
    Purchase,
    Shipment,
    ShipmentLine,
)
from marketplace.orders.states import TERMINAL
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState
from marketplace.promotions.models import Fund, Redemption, Voucher, VoucherUse


def check_laws() -> list[LawBreach]:
    """Every law of buying that does not hold now."""
    return [*breaches(_laws()), *books.check_laws()]


def _whole(column: Any) -> Any:
    return type_coerce(column, Whole)


def _laws() -> list[Law]:
    return [*_stock(), *_sums(), *_vouchers(), *_parcels(), *_payments(), *balances(), *_timers(), *queues()]


def _stock() -> list[Law]:
    moved = (
        select(StockMovement.variant_id, func.sum(StockMovement.quantity).label("sum"))
        .group_by(StockMovement.variant_id)
        .subquery()
    )
    held = (
        select(Reservation.variant_id, func.sum(Reservation.quantity).label("sum"))
        .where(Reservation.closed_at.is_(None))
        .group_by(Reservation.variant_id)
        .subquery()
    )
    kept = select(Hold.variant_id, func.sum(Hold.quantity).label("sum")).group_by(Hold.variant_id).subquery()
    levels = select(Variant.code).join(Stock, Stock.variant_id == Variant.id)
    ready = (
        select(
            OrderLine.order_id,
            OrderLine.variant_id,
            func.sum(OrderLine.quantity).label("sum"),
        )
        .where(OrderLine.fulfilment == Fulfilment.READY)
        .group_by(OrderLine.order_id, OrderLine.variant_id)
        .subquery()
    )
    out = (
        select(StockMovement.reference, StockMovement.variant_id, (-func.sum(StockMovement.quantity)).label("sum"))
        .where(StockMovement.kind.in_([MovementKind.SOLD, MovementKind.RETURNED]))
        .group_by(StockMovement.reference, StockMovement.variant_id)
        .subquery()
    )
    open_ = (
        select(Reservation.reference, Reservation.variant_id, func.sum(Reservation.quantity).label("sum"))
        .where(Reservation.closed_at.is_(None))
        .group_by(Reservation.reference, Reservation.variant_id)
        .subquery()
    )
    return [
        (
            "L1",
            "a stock level is the sum of its movements",
            levels.outerjoin(moved, moved.c.variant_id == Variant.id).where(
                Stock.on_hand != func.coalesce(moved.c.sum, 0)
            ),
        ),
        (
            "L1",
            "what is reserved is the sum of the open reservations, and never more than there is",
            levels.outerjoin(held, held.c.variant_id == Variant.id).where(
                or_(
                    Stock.reserved != func.coalesce(held.c.sum, 0),
                    Stock.reserved < 0,
                    Stock.reserved > Stock.on_hand,
                )
            ),
        ),
        (
            "L1",
            "what is held is the sum of the holds, and there is so much beside what is reserved",
            levels.outerjoin(kept, kept.c.variant_id == Variant.id).where(
                or_(Stock.held != func.coalesce(kept.c.sum, 0), Stock.reserved + Stock.held > Stock.on_hand)
            ),
        ),
        (
            "holds",
            "only a cart that knows of it holds pieces",
            select(Hold.reference)
            .outerjoin(Cart, Cart.code == Hold.reference)
            .where(or_(Cart.id.is_(None), Cart.held_until.is_(None))),
        ),
        (
            "L1",
            "every ready-made piece of a live order is held or sold, exactly once",
            select(Order.code)
            .join(ready, ready.c.order_id == Order.id)
            .join(Purchase, Purchase.id == Order.purchase_id)
            .outerjoin(out, and_(out.c.reference == Order.code, out.c.variant_id == ready.c.variant_id))
            .outerjoin(open_, and_(open_.c.reference == Order.code, open_.c.variant_id == ready.c.variant_id))
            .where(
                Order.state != OrderState.CANCELLED,
                func.coalesce(out.c.sum, 0) + func.coalesce(open_.c.sum, 0) != ready.c.sum,
            ),
        ),
        (
            "L1",
            "a cancelled order has nothing out, unless it was lost on its way",
            select(Order.code)
            .join(out, out.c.reference == Order.code)
            .where(
                Order.state == OrderState.CANCELLED,
                out.c.sum != 0,
                ~exists().where(OrderEvent.order_id == Order.id, OrderEvent.name == "fail"),
            ),
        ),
        (
            "reservations",
            "only orders that wait (for a transfer, or for the seller of a cash order) hold pieces",
            select(Reservation.code)
            .join(Order, Order.code == Reservation.reference)
            .join(Purchase, Purchase.id == Order.purchase_id)
            .where(
                Reservation.closed_at.is_(None),
                or_(
                    Order.state.not_in([OrderState.AWAITING_PAYMENT, OrderState.TO_CONFIRM]),
                    and_(
                        Order.state == OrderState.TO_CONFIRM,
                        Purchase.payment_method != PaymentMethod.CASH,
                    ),
                ),
            ),
        ),
    ]


def _sums() -> list[Law]:
    orders = (
        select(Order.purchase_id, func.sum(_whole(Order.total)).label("sum")).group_by(Order.purchase_id).subquery()
    )
    lines = (
        select(OrderLine.order_id, func.sum(_whole(OrderLine.total)).label("sum"))
        .group_by(OrderLine.order_id)
        .subquery()
    )
    return [
        (
            "L2",
            "a purchase costs its orders",
            select(Purchase.code)
            .outerjoin(orders, orders.c.purchase_id == Purchase.id)
            .where(_whole(Purchase.total) != func.coalesce(orders.c.sum, -1)),
        ),
        (
            "L2",
            "an order costs its lines and its shipping without its discounts",
            select(Order.code)
            .outerjoin(lines, lines.c.order_id == Order.id)
            .where(
                or_(
                    _whole(Order.items_total) != func.coalesce(lines.c.sum, -1),
                    _whole(Order.total)
                    != _whole(Order.items_total) + _whole(Order.shipping_total) - _whole(Order.discount_total),
                )
            ),
        ),
        (
            "L2",
            "a line costs its price times its quantity",
            select(OrderLine.code).where(_whole(OrderLine.total) != _whole(OrderLine.unit_price) * OrderLine.quantity),
        ),
    ]


def _vouchers() -> list[Law]:
    off_orders = (
        select(Discount.order_id, func.sum(_whole(Discount.total)).label("sum")).group_by(Discount.order_id).subquery()
    )
    off_lines = (
        select(Discount.line_id, func.sum(_whole(Discount.total)).label("sum")).group_by(Discount.line_id).subquery()
    )
    uses = (
        select(Redemption.voucher_id, func.count().label("sum"))
        .where(Redemption.released_at.is_(None))
        .group_by(Redemption.voucher_id)
        .subquery()
    )
    taken = (
        select(Voucher.fund_id, func.sum(_whole(Redemption.stands)).label("sum"))
        .join(Redemption, Redemption.voucher_id == Voucher.id)
        .where(Voucher.fund_id.is_not(None))
        .group_by(Voucher.fund_id)
        .subquery()
    )
    alive = case((Order.state != OrderState.CANCELLED, _whole(Discount.total)), else_=literal(0))
    standing = (
        select(Purchase.code, Discount.voucher, func.sum(alive).label("sum"))
        .join(Order, Order.purchase_id == Purchase.id)
        .join(Discount, Discount.order_id == Order.id)
        .group_by(Purchase.code, Discount.voucher)
        .subquery()
    )
    return [
        (
            "L2",
            "an order's discount is what its vouchers took off, and so is a line's",
            select(Order.code)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .outerjoin(off_orders, off_orders.c.order_id == Order.id)
            .outerjoin(off_lines, off_lines.c.line_id == OrderLine.id)
            .where(
                or_(
                    _whole(Order.discount_total) != func.coalesce(off_orders.c.sum, 0),
                    _whole(OrderLine.discount) != func.coalesce(off_lines.c.sum, 0),
                )
            ),
        ),
        (
            "L6",
            "a voucher is used as often as purchases have it, and never more often than it may",
            select(Voucher.code)
            .outerjoin(uses, uses.c.voucher_id == Voucher.id)
            .where(or_(Voucher.used != func.coalesce(uses.c.sum, 0), Voucher.used > Voucher.most_uses)),
        ),
        (
            "L6",
            "nobody uses a voucher more often than a person may",
            select(Voucher.code)
            .join(VoucherUse, VoucherUse.voucher_id == Voucher.id)
            .where(or_(VoucherUse.used > Voucher.most_each, VoucherUse.used > Voucher.used)),
        ),
        (
            "L6",
            "what of a voucher stands is what it took off orders that were not called off",
            select(Redemption.purchase_code)
            .join(Voucher, Voucher.id == Redemption.voucher_id)
            .outerjoin(standing, and_(standing.c.code == Redemption.purchase_code, standing.c.voucher == Voucher.code))
            .where(_whole(Redemption.stands) != func.coalesce(standing.c.sum, 0)),
        ),
        (
            "L6",
            "a fund has committed what its vouchers took off, and never more than its budget",
            select(Fund.code)
            .outerjoin(taken, taken.c.fund_id == Fund.id)
            .where(
                or_(
                    _whole(Fund.committed) != func.coalesce(taken.c.sum, 0),
                    _whole(Fund.committed) > _whole(Fund.budget),
                )
            ),
        ),
    ]


def _parcels() -> list[Law]:
    packed = (
        select(ShipmentLine.line_id, func.sum(_whole(ShipmentLine.quantity)).label("sum"))
        .group_by(ShipmentLine.line_id)
        .subquery()
    )
    arrived = (OrderState.DELIVERED, OrderState.COMPLETED)
    waits = aliased(OrderLine)
    waiting = exists().where(waits.order_id == Order.id, waits.shipped < waits.quantity)
    return [
        (
            "parcels",
            "what has left of a line is what lies in its parcels, and never more than was sold",
            select(OrderLine.code)
            .outerjoin(packed, packed.c.line_id == OrderLine.id)
            .where(or_(OrderLine.shipped != func.coalesce(packed.c.sum, 0), OrderLine.shipped > OrderLine.quantity)),
        ),
        (
            "parcels",
            "a parcel holds pieces of its own order only",
            select(Shipment.code)
            .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
            .join(OrderLine, OrderLine.id == ShipmentLine.line_id)
            .where(OrderLine.order_id != Shipment.order_id),
        ),
        (
            "parcels",
            "an order is on its way when everything has left, and not before",
            select(Order.code)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(
                or_(
                    and_(Order.state.in_([OrderState.SHIPPED, *arrived]), OrderLine.shipped != OrderLine.quantity),
                    and_(Order.state.in_([OrderState.AWAITING_PAYMENT, OrderState.TO_CONFIRM]), OrderLine.shipped > 0),
                    and_(Order.state == OrderState.PROCESSING, ~waiting),
                )
            ),
        ),
        (
            "parcels",
            "an order has arrived when all its parcels have",
            select(Order.code)
            .join(Shipment, Shipment.order_id == Order.id)
            .where(Order.state.in_(arrived), Shipment.delivered_at.is_(None)),
        ),
    ]


def _payments() -> list[Law]:
    refunded = exists().where(Refund.order_code == Order.code)
    first = _whole(Order.total) - _whole(Order.balance)
    was_paid = or_(Order.state != OrderState.CANCELLED, refunded, _whole(Order.kept) > 0)
    asked = case((was_paid, first), else_=literal(0))
    own = Payment.order_code.is_(None)
    worth = (
        select(Purchase.code, func.sum(asked).label("sum"))
        .join(Order, Order.purchase_id == Purchase.id)
        .group_by(Purchase.code)
        .subquery()
    )
    back = (
        select(
            Refund.payment_id,
            func.sum(_whole(Refund.total)).label("sum"),
            func.sum(case((Refund.state == RefundState.SENT, _whole(Refund.total)), else_=literal(0))).label("sent"),
        )
        .group_by(Refund.payment_id)
        .subquery()
    )
    live = (PaymentState.PENDING, PaymentState.PAID)
    under_way = (OrderState.PROCESSING, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED)
    return [
        (
            "payments",
            "an open or paid payment asks for its purchase without what was cancelled, plus its surplus",
            select(Payment.code)
            .join(worth, worth.c.code == Payment.purchase_code)
            .where(Payment.state.in_(live), own, _whole(Payment.due) - Payment.surplus != worth.c.sum),
        ),
        (
            "payments",
            "no two payments ask one account for one amount",
            select(func.min(Payment.code))
            .where(Payment.holds_amount, Payment.account_id.is_not(None))
            .group_by(Payment.account_id, Payment.due)
            .having(func.count() > 1),
        ),
        (
            "payments",
            "no order waits for a payment that has come, and none is under way by transfer without one",
            select(Order.code)
            .join(Purchase, Purchase.id == Order.purchase_id)
            .where(
                or_(
                    and_(
                        Order.state == OrderState.AWAITING_PAYMENT,
                        ~exists().where(
                            Payment.purchase_code == Purchase.code, Payment.state == PaymentState.PENDING, own
                        ),
                    ),
                    and_(
                        Order.state.in_([*under_way, OrderState.TO_CONFIRM]),
                        or_(_whole(Order.refunded) < _whole(Order.total), _whole(Order.total) == 0),
                        Purchase.payment_method != PaymentMethod.CASH,
                        ~exists().where(
                            Payment.purchase_code == Purchase.code, Payment.state == PaymentState.PAID, own
                        ),
                    ),
                )
            ),
        ),
        (
            "L4",
            "no more goes back than came in, and late money goes back whole",
            select(Payment.code)
            .outerjoin(back, back.c.payment_id == Payment.id)
            .where(
                or_(
                    func.coalesce(back.c.sum, 0) > _whole(Payment.due),
                    and_(
                        Payment.state.in_([PaymentState.LATE, PaymentState.REFUNDED]),
                        func.coalesce(back.c.sum, 0) != _whole(Payment.due),
                    ),
                    and_(
                        Payment.state == PaymentState.REFUNDED,
                        func.coalesce(back.c.sent, 0) != _whole(Payment.due),
                    ),
                    and_(
                        Payment.state.in_([PaymentState.PENDING, PaymentState.EXPIRED, PaymentState.CANCELLED]),
                        back.c.sum.is_not(None),
                        # Cash was handed over with the pieces, while its payment waits for the other orders.
                        or_(Payment.state != PaymentState.PENDING, Payment.provider != PaymentMethod.CASH.value),
                    ),
                )
            ),
        ),
        (
            "L4",
            "every cancelled order of a paid purchase has its refund or was cancelled before it was paid",
            select(Order.code)
            .join(Purchase, Purchase.id == Order.purchase_id)
            .join(Payment, and_(Payment.purchase_code == Purchase.code, Payment.state == PaymentState.PAID, own))
            .where(
                Order.state == OrderState.CANCELLED,
                exists().where(StockMovement.reference == Order.code, StockMovement.kind == MovementKind.RETURNED),
                Purchase.payment_method != PaymentMethod.CASH,
                first - _whole(Order.kept) > 0,
                ~refunded,
            ),
        ),
    ]


def _timers() -> list[Law]:
    return [
        (
            "timers",
            "every order that is not over has a deadline, and none that is",
            select(Order.code).where(Order.state.in_(TERMINAL) == Order.due_at.is_not(None)),
        ),
    ]
