"""Taking a piece off sale. It can be submitted again at any time."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.curation.changes import withdraw
from marketplace.web.seller.desk import piece_of
from marketplace.web.visits import visit

pages = Blueprint("withdrawals", __name__)


@pages.post("/products/<product>/withdrawal")
def create(seller: str, product: str) -> Response:
    withdraw(piece_of(product), visit.person)
    visit.tell("success", _("It is off sale. Orders that were placed before go on."))
    return redirect(url_for("seller.products.show", code=product), 303)
