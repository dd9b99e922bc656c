"""Asking the curators to put a piece on sale, and taking that back."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid
from marketplace.curation import services
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Complaints
from marketplace.web.seller.desk import piece_of
from marketplace.web.seller.products import hub
from marketplace.web.visits import visit

pages = Blueprint("submissions", __name__)


@pages.get("/products/<product>/submission")
def show(seller: str, product: str) -> Response:
    """The address of a refused submission, opened again."""
    return redirect(url_for("seller.products.show", code=product), 303)


@pages.post("/products/<product>/submission")
def create(seller: str, product: str) -> Response | tuple[str, int]:
    piece = piece_of(product)
    note = request.form.get("note", "")
    try:
        with attempt():
            services.submit(piece, visit.person, note)
    except (Invalid, Conflict) as error:
        wrong = Complaints()
        if error.field == "note" or isinstance(error, Conflict):
            wrong.take(error)
        else:
            wrong.add("checklist", _("A few things are still missing. They are listed below."))
        return hub(piece_of(product), wrong=wrong, note=note[:1_000]), error.status
    visit.tell("success", _("It is with the curators. You will get their answer by mail."))
    return redirect(url_for("seller.products.show", code=product), 303)


@pages.post("/products/<product>/submission/removal")
def destroy(seller: str, product: str) -> Response:
    """Recall it, to go on working on it."""
    services.recall(piece_of(product), visit.person)
    visit.tell("success", _("It is a draft again. You can change it."))
    return redirect(url_for("seller.products.show", code=product), 303)
