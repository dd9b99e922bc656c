"""Keeping a piece from its page. Who is not signed in signs in first, and the piece is not forgotten on the way."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, Several
from catalog.text import N_
from marketplace.web.combinations import asked_variant
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.personal import Filled
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.products import back_to_piece, page_of_variant
from marketplace.web.visits import visit
from marketplace.wishlists import services
from marketplace.wishlists.queries import list_wishlists

pages = Blueprint("wishes", __name__)


@pages.post("/wishes")
def create() -> Response:
    """Keep it at once where there is no choice of lists; else on to the page where the list is chosen."""
    filled = Filled(quantity=request.form.get("quantity", "1")[:3])
    try:
        variant = filled.variant = asked_variant(filled)
    except Several as error:
        return back_to_piece(filled, error)
    name = page_of_variant(variant)
    if name is None:
        raise Invalid(N_("Choose which one you would like."), field="variant")
    lists = list_wishlists(visit.user) if visit.user is not None else []
    if visit.user is None or len(lists) > 1:
        return redirect(url_for("account.wishes.new", variant=variant), 303)
    try:
        with attempt():
            code = lists[0].code if lists else services.make(visit.user, _("My wishlist")).code
            found, is_new = services.wish(visit.user, variant, code)
    except Conflict as error:
        visit.tell("danger", sentence(error))
    else:
        said = _("Kept on your list “%(name)s”.") if is_new else _("It is on your list “%(name)s” already.")
        visit.tell("success", said % {"name": found.name})
    return redirect(url_for("storefront.products.show", name=name, variant=variant), 303)
