"""Invoices and receipts on paper, the same for the buyer, the shop and the operator; each surface only says whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request

from catalog.errors import NotFound
from catalog.money import total
from catalog.text import N_
from marketplace.documents.models import DocumentKind
from marketplace.documents.queries import Bill, bills
from marketplace.orders.models import Order, OrderState
from marketplace.payments.models import PaymentMethod
from marketplace.web.locale import current_locale
from marketplace.web.numerals import in_words
from marketplace.web.pdf import can_print, pdf
from marketplace.web.speech import gettext as _


def paper(orders: Sequence[Order], kind: str, *, shows_buyer: bool = True, **key: str | None) -> Any:
    """The paper of a `kind` for these orders of one purchase, as a page or (`?as=pdf`) to keep; 404 while there is none.

    `key` is what its own address needs besides (`token`)."""
    if kind not in {one.value for one in DocumentKind}:
        raise NotFound(N_("There is nothing here."))
    found = bills(orders, DocumentKind(kind))
    if not found:
        raise NotFound(N_("There is no such paper yet. A receipt is there as soon as it is paid."))
    page = render_template(
        "documents/show.html", kind=kind, bills=found, purchase=orders[0].purchase, shows_buyer=shows_buyer,
        methods=method_names(), parts=part_names(), states=states(), words=said,
        paid=total(one.paid for one in found), whole=total(one.order.total for one in found),
        back=total(one.back for one in found), open=total(one.open for one in found), can_print=can_print(), key=key,
    )  # fmt: skip
    if request.args.get("as") == "pdf":
        return pdf(page, f"{_name(found)}.pdf")
    return Response(page)


def _name(found: Sequence[Bill]) -> str:
    if len(found) == 1:
        return found[0].document.text.replace("/", "-")
    return f"{found[0].document.kind}-{found[0].order.purchase.code}"


def said(bill: Bill) -> str:
    """What was paid, in words."""
    return _("%(sum)s rupiah", sum=in_words(bill.paid.rupiah, current_locale())).capitalize()


def method_names() -> dict[str, str]:
    return {
        PaymentMethod.BANK_TRANSFER: _("Bank transfer"),
        PaymentMethod.QRIS: _("QRIS"),
        PaymentMethod.CARD: _("Card"),
        PaymentMethod.ONLINE: _("Virtual account, QRIS or wallet"),
        PaymentMethod.CASH: _("Cash"),
        PaymentMethod.NOTHING: _("Vouchers"),
    }


def part_names() -> dict[str, str]:
    return {
        "whole": _("Paid"),
        "deposit": _("Deposit paid"),
        "balance": _("Balance paid"),
        "cash": _("Paid in cash"),
    }


def states() -> dict[OrderState, str]:
    """What a paper has to say about where its order stands."""
    return {OrderState.CANCELLED: _("This order was called off.")}
