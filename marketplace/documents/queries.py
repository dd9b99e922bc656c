"""What stands on an invoice or a receipt, read together: the order as it was sold, and what has been paid so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from catalog.db import db
from catalog.money import ZERO, Money, total
from marketplace.documents.models import Document, DocumentKind
from marketplace.orders.models import Discount, Order, OrderState
from marketplace.payments.models import Payment, PaymentMethod, PaymentState
from marketplace.promotions.models import Payer

STAMPED = Money(5_000_000)
"""A receipt of more than this needs a stamp of Rp10,000 (UU 10/2020, articles 3 and 5)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One payment for an order: `whole`, `deposit`, `balance` or `cash`."""

    what: str
    at: datetime
    sum: Money


@dataclass(frozen=True, slots=True)
class Tax:
    """The PPN that the price of the pieces contains."""

    rate: int
    base: Money
    sum: Money


@dataclass(frozen=True, slots=True)
class Bill:
    """One order on paper."""

    order: Order
    document: Document
    discounts: list[Discount]
    parts: list[Part]

    @property
    def taken_off(self) -> dict[str, Money]:
        """By the voucher's code, whoever pays for it."""
        sums: dict[str, Money] = {}
        for one in self.discounts:
            sums[one.voucher] = sums.get(one.voucher, ZERO) + one.total
        return sums

    @property
    def paid(self) -> Money:
        return total(one.sum for one in self.parts)

    @property
    def back(self) -> Money:
        """What went back, or is on its way back, to the buyer."""
        if self.order.state is OrderState.CANCELLED:
            return self.paid - self.order.kept
        return self.order.refunded

    @property
    def open(self) -> Money:
        """What has still to be paid."""
        return ZERO if self.order.state is OrderState.CANCELLED else self.order.total - self.paid

    @property
    def tax(self) -> Tax | None:
        """Of a shop that is a taxable entrepreneur: contained in what its pieces were sold for, less the vouchers that it
        paid itself and what went back. What the courier costs is passed on, and no part of it."""
        rate = self.document.ppn
        if not rate:
            return None
        own = total(one.total for one in self.discounts if one.payer is Payer.SELLER and one.line_id is not None)
        gone = self.order.items_total if self.order.state is OrderState.CANCELLED else self._returned
        sold = max(self.order.items_total - own - gone, ZERO)
        sum_ = Money((sold.rupiah * rate * 2 + 10_000 + rate) // (2 * (10_000 + rate)))
        return Tax(rate, sold - sum_, sum_)

    @property
    def _returned(self) -> Money:
        return total(line.refunded for line in self.order.lines)

    @property
    def needs_stamp(self) -> bool:
        return self.document.kind is DocumentKind.RECEIPT and self.paid > STAMPED


def bills(orders: Sequence[Order], kind: DocumentKind) -> list[Bill]:
    """A bill for each of these orders of one purchase that has such a paper, in three statements."""
    ids = [one.id for one in orders]
    documents = {
        one.order_id: one
        for one in db.session.scalars(select(Document).where(Document.order_id.in_(ids), Document.kind == kind))
    }
    if not documents:
        return []
    discounts = db.session.scalars(select(Discount).where(Discount.order_id.in_(ids)).order_by(Discount.id)).all()
    paid = db.session.scalars(
        select(Payment)
        .where(Payment.purchase_code == orders[0].purchase.code, Payment.state == PaymentState.PAID)
        .order_by(Payment.id)
    ).all()
    receipts = {
        one.order_id: one.issued_at
        for one in db.session.scalars(
            select(Document).where(Document.order_id.in_(ids), Document.kind == DocumentKind.RECEIPT)
        )
    }
    return [
        Bill(
            one, documents[one.id], [row for row in discounts if row.order_id == one.id],
            list(_parts(one, receipts.get(one.id), paid)),
        )
        for one in orders
        if one.id in documents
    ]  # fmt: skip


def _parts(order: Order, received_at: datetime | None, paid: Sequence[Payment]) -> list[Part]:
    if received_at is None:
        return []
    if order.purchase.payment_method is PaymentMethod.CASH:
        return [Part("cash", received_at, order.total)]
    first = next((one.paid_at for one in paid if one.order_code is None and one.paid_at is not None), received_at)
    found = [Part("deposit" if order.balance else "whole", first, order.due_first)]
    rest = next((one.paid_at for one in paid if one.order_code == order.code and one.paid_at is not None), None)
    if order.balance_paid_at is not None:
        found.append(Part("balance", rest or order.balance_paid_at, order.balance))
    return [one for one in found if one.sum or not order.total]


_DOCUMENTS: Any = Document.__table__.c
_RECEIPT = (
    select(_DOCUMENTS.id)
    .where(_DOCUMENTS.order_id.in_(bindparam("orders", expanding=True)), _DOCUMENTS.kind == DocumentKind.RECEIPT)
    .limit(1)
)


def has_receipt(*orders: Order) -> bool:
    """Whether any of them was paid; nothing is asked while all of them wait to be."""
    if all(one.state is OrderState.AWAITING_PAYMENT for one in orders):
        return False
    return db.session.scalar(_RECEIPT, {"orders": [one.id for one in orders]}) is not None
