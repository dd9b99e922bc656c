"""The picture of a transfer: sent by whoever has the purchase's page, and shown to nobody else but operators."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import Conflict, Invalid, NotFound, Unavailable
from catalog.text import N_
from marketplace.payments import proofs
from marketplace.payments.models import Payment
from marketplace.payments.queries import find_by_code
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.returning import photo_response
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.purchases import find_for_visitor, link_token
from marketplace.web.uploads import one_picture
from marketplace.web.visits import visit

pages = Blueprint("proofs", __name__)


def _payment(code: str, payment: str) -> Payment:
    find_for_visitor(code)
    row = find_by_code(payment)
    if row is None or row.purchase_code != code:
        raise NotFound(N_("There is no such payment."))
    return row


@pages.get("/purchases/<code>/payments/<payment>/proof")
def show(code: str, payment: str) -> Response:
    """The newest picture of this payment."""
    row = _payment(code, payment)
    return photo_response(proofs.list_newest([row]).get(row.id))


@pages.post("/purchases/<code>/payments/<payment>/proof")
@limiter.limit(lambda: house().settings.checkout_limit)
def create(code: str, payment: str) -> BaseResponse:
    """Keep the picture; refused ones are told of on the purchase's page, which has nothing typed to lose."""
    _payment(code, payment)
    file = request.files.get("photo")
    if file is None or not file.filename:
        return _back(code, "warning", _("Choose a picture of your transfer."))
    try:
        picture = one_picture(file)
        with attempt():
            proofs.prove(house().ports.private, picture, _payment(code, payment))
    except (Invalid, Conflict, Unavailable) as error:
        return _back(code, "warning", sentence(error))
    return _back(code, "success", _("Thank you. We lay it beside the statement; the money itself is what counts."))


def _back(code: str, kind: str, text: str) -> BaseResponse:
    visit.tell(kind, text)
    token = link_token(find_for_visitor(code))
    return redirect(url_for("storefront.purchases.show", code=code, token=token), 303)
