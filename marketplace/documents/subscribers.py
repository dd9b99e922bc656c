"""Which deeds need a paper. Imported by the checkout, so that nothing is bought without one."""

from __future__ import annotations

from typing import Any

from marketplace.documents.models import DocumentKind
from marketplace.documents.services import issue
from marketplace.orders.models import Order, Purchase
from marketplace.payments.models import PaymentMethod
from marketplace.signals import order_moved, order_placed


@order_placed.connect
def give_invoices(purchase: Purchase, **_: Any) -> None:
    issue(DocumentKind.INVOICE, purchase.orders)


@order_moved.connect
def give_receipt(order: Order, event: str, **_: Any) -> None:
    """Money came with the payment; cash comes with the delivery."""
    is_cash = order.purchase.payment_method is PaymentMethod.CASH
    if event == ("deliver" if is_cash else "pay"):
        issue(DocumentKind.RECEIPT, [order])
