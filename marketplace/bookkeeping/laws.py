"""The laws of the ledger that concern buying, asked of the data itself. Empty when all hold."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Integer as Whole
from sqlalchemy import case, func, or_, select, type_coerce

from catalog.db import db
from catalog.money import Money
from marketplace.bookkeeping.books import Sums, standings
from marketplace.ledger.days import flaws
from marketplace.ledger.models import Journal, Posting
from marketplace.ledger.queries import verify, whole
from marketplace.orders.breaches import EXAMPLES, Law, LawBreach, breaches
from marketplace.orders.models import Order, OrderState, Purchase
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Refund, RefundState

MANY = 500
"""How many orders are compared at once."""
_GOING_ON = (
    OrderState.TO_CONFIRM,
    OrderState.PROCESSING,
    OrderState.SHIPPED,
    OrderState.DELIVERED,
    OrderState.COMPLETED,
)


def check_laws() -> list[LawBreach]:
    """Every law of the books that does not hold now."""
    found = [LawBreach("L3", one.what, one.count, one.examples) for one in [*verify(), *flaws()]]
    wrong = list(_differing())
    if wrong:
        what = "what is booked of an order is what has become of it"
        found.append(LawBreach("L3", what, len(wrong), wrong[:EXAMPLES]))
    return [*found, *breaches(_laws())]


def _differing() -> Iterator[str]:
    """Codes of orders that stand elsewhere in the ledger than they should."""
    ids = db.session.scalars(select(Order.id).order_by(Order.id)).all()
    for start in range(0, len(ids), MANY):
        some = list(ids[start : start + MANY])
        sums: dict[str, Sums] = {}
        rows = db.session.execute(
            select(Journal.order_code, Posting.account, Posting.what, func.sum(whole(Posting.total)))
            .join(Posting, Posting.journal_id == Journal.id)
            .join(Order, Order.code == Journal.order_code)
            .where(Order.id.in_(some))
            .group_by(Journal.order_code, Posting.account, Posting.what)
        )
        for code, account, what, sum_ in rows:
            sums.setdefault(str(code), {})[account, what] = Money(int(sum_))
        for order in standings(some):
            booked = {key: sum_ for key, sum_ in sums.get(order.code, {}).items() if sum_}
            if booked != {key: sum_ for key, sum_ in order.target(booked).items() if sum_}:
                yield order.code


def _laws() -> list[Law]:
    owed = (
        select(
            Payment.purchase_code,
            func.sum(
                case((Refund.state == RefundState.OWED, type_coerce(Refund.total, Whole)), else_=0)
            ).label("sum"),
        )
        .join(Refund, Refund.payment_id == Payment.id)
        .group_by(Payment.purchase_code)
        .subquery()
    )  # fmt: skip
    stands = select(Posting.account, func.sum(whole(Posting.total)).label("sum")).group_by(Posting.account).subquery()
    captured = select(Journal.order_code).where(Journal.kind == "capture")
    return [
        (
            "L5",
            "what is owed to buyers stands in the ledger",
            select(Purchase.code)
            .outerjoin(owed, owed.c.purchase_code == Purchase.code)
            .outerjoin(stands, stands.c.account == "refund:" + Purchase.code)
            .where(func.coalesce(owed.c.sum, 0) != -func.coalesce(stands.c.sum, 0)),
        ),
        (
            "L5",
            "an order that was paid has its money in the ledger, and none that was not",
            select(Order.code)
            .join(Purchase, Purchase.id == Order.purchase_id)
            .where(
                type_coerce(Order.total, Whole) > 0,
                or_(
                    Order.code.not_in(captured)
                    & Order.state.in_(_GOING_ON)
                    & (Purchase.payment_method != PaymentMethod.CASH),
                    Order.code.not_in(captured)
                    & Order.state.in_([OrderState.DELIVERED, OrderState.COMPLETED])
                    & (Purchase.payment_method == PaymentMethod.CASH),
                    Order.code.in_(captured) & (Order.state == OrderState.AWAITING_PAYMENT),
                ),
            ),
        ),
        (
            "L5",
            "money that came too late stands in the ledger",
            select(Payment.code).where(
                Payment.state == PaymentState.LATE,
                ~select(Journal.id).where(Journal.key == "late:" + Payment.code).exists(),
            ),
        ),
    ]
