"""Paying on the hosted page of a payment partner: begun here, outside of every transaction, and paid there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import Conflict, NotFound, Unavailable
from catalog.text import N_
from marketplace.orders.access import access_token
from marketplace.orders.models import Purchase
from marketplace.payments import charges
from marketplace.payments.providers import provider_of
from marketplace.payments.queries import find_by_code
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import house, let_others_write
from marketplace.web.limits import limiter
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.purchases import find_for_visitor, link_token
from marketplace.web.visits import visit

pages = Blueprint("payments", __name__)


@pages.post("/purchases/<code>/payments/<payment>")
@limiter.limit(lambda: house().settings.checkout_limit)
def create(code: str, payment: str) -> Any:
    """Open the page. Pressed again it is the same page, of which the partner need not be asked (two that are open could
    both be paid); when the partner is silent, nothing was charged."""
    purchase = find_for_visitor(code)
    row = find_by_code(payment)
    charge = charges.find_charge(row) if row is not None and row.purchase_code == code else None
    if row is None or charge is None:
        raise NotFound(N_("There is no such payment."))
    settings = house().settings
    token = access_token(settings.secret_key, code)
    path = f"/en/purchases/{code}" if purchase.locale == "en" else f"/purchases/{code}"
    address = f"{settings.public_url}{path}?token={token}"
    title = f"{settings.site_name} · {code}"
    try:
        asked = charges.request_for(
            row, charge, title, f"{address}&awaited={payment}", purchase.email, purchase.locale, leave_url=address
        )
    except Conflict as error:
        return _back(purchase, sentence(error))
    if charge.reference and charge.url:
        return redirect(charge.url, 303)
    found = provider_of(charge.provider)
    let_others_write()
    try:
        if found is None:
            raise Unavailable(N_("This way of paying is not possible at the moment. Please choose another."))
        begun = found.start(asked)
    except Unavailable as error:
        return _back(purchase, sentence(error))
    fresh = find_by_code(payment)
    if fresh is None or not charges.keep(fresh, begun):
        return _back(purchase, _("This payment is closed."))
    kept = charges.find_charge(fresh)
    if kept is None or not kept.url:
        return _back(purchase, _("This payment is closed."))
    return redirect(kept.url, 303)


def _back(purchase: Purchase, text: str) -> BaseResponse:
    visit.tell("warning", text)
    return redirect(url_for("storefront.purchases.show", code=purchase.code, token=link_token(purchase)), 303)
