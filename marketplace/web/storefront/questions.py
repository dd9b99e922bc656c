"""Asking a shop from the page of a piece. A guest signs in first and finds the question as it was typed."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from catalog.codes import tail_code
from catalog.errors import Conflict, Invalid, NotFound, TooMany
from catalog.products.queries import find_live
from catalog.text import N_
from marketplace.conversations import services
from marketplace.conversations.leaks import find_leaks
from marketplace.conversations.models import Side
from marketplace.sellers.queries import find_seller_of_product
from marketplace.web import talking
from marketplace.web.lifecycle import attempt
from marketplace.web.limits import limiter
from marketplace.web.visits import visit

pages = Blueprint("questions", __name__)


@pages.post("/products/<name>/questions")
@limiter.limit(talking.limit, key_func=talking.sender)
def create(name: str) -> Response:
    """Send it at once where nothing stands in the way; else on to the page where it can be sent."""
    product = find_live(tail_code(name))
    seller = find_seller_of_product(product) if product is not None else None
    if product is None or seller is None:
        raise NotFound(N_("This piece is not on sale, or never was."))
    text = request.form.get("text", "").strip()[: services.LONGEST]
    if visit.user is not None and text and not find_leaks(text):
        draft = talking.Draft(text=text)
        try:
            with attempt():
                conversation = services.begin_about_product(visit.user, product, seller)
                if talking.say(conversation, Side.BUYER, draft) is None:
                    raise Invalid(N_("Please look at the marked lines."))
            return redirect(url_for("account.conversations.show", code=conversation.code, _anchor="end"), 303)
        except (Invalid, Conflict, TooMany):
            pass  # the page below says what is wrong
    if text:
        visit.keep("question", {"product": product.code, "text": text})
    return redirect(url_for("account.conversations.new", product=product.code), 303)
