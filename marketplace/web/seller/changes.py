"""What was changed on a piece that is on sale and waits for the curators: asked again, or let go."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid
from marketplace.curation import changes
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Complaints
from marketplace.web.seller.desk import piece_of
from marketplace.web.seller.products import hub
from marketplace.web.visits import visit

pages = Blueprint("changes", __name__)


@pages.get("/products/<product>/change")
def show(seller: str, product: str) -> Response:
    """The address that the curators' answer leads to."""
    return redirect(url_for("seller.products.show", code=product, _anchor="change"), 303)


@pages.post("/products/<product>/change")
def create(seller: str, product: str) -> Response | tuple[str, int]:
    """Put what was given back before the curators once more."""
    try:
        with attempt():
            asked = changes.ask_again(piece_of(product), visit.person)
    except (Invalid, Conflict) as error:
        wrong = Complaints()
        wrong.take(error)
        return hub(piece_of(product), wrong=wrong), error.status
    if asked:
        visit.tell("success", _("Your change is with the curators again. The present version stays on sale."))
    return redirect(url_for("seller.products.show", code=product), 303)


@pages.post("/products/<product>/change/removal")
def destroy(seller: str, product: str) -> Response:
    """Let the change go; the piece stays as it is on sale."""
    changes.let_go(piece_of(product), visit.person)
    visit.tell("success", _("Your change is dropped. The piece stays as it is on sale."))
    return redirect(url_for("seller.products.show", code=product), 303)
