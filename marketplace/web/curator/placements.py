"""The pieces of a collection: putting in, ordering, a word on each, taking out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from catalog.codes import tail_code
from catalog.collections import services
from catalog.collections.models import Collection, Placement
from catalog.errors import Conflict, DomainError, Invalid, NotFound
from catalog.products.models import Product
from catalog.products.queries import find_product
from catalog.text import N_, tidy
from marketplace.web.curator.collections import find, page
from marketplace.web.errors import sentence
from marketplace.web.visits import visit

pages = Blueprint("placements", __name__)


def _placement(collection: Collection, product: str) -> Placement:
    found = next((one for one in collection.placements if one.product.code == product), None)
    if found is None:
        raise NotFound(N_("There is no such piece in this collection."))
    return found


def _back(code: str, product: str | None = None) -> Any:
    anchor = f"piece-{product}" if product else "pieces"
    words = tidy(request.form.get("q", ""))[:80] or None
    return redirect(url_for("curator.collections.show", code=code, q=words, _anchor="find" if words else anchor), 303)


@pages.post("/collections/<code>/placements")
def create(code: str) -> Any:
    """`piece` is a piece's code or the whole address of its page."""
    collection = find(code)
    typed = tidy(request.form.get("piece", ""))[:300]
    try:
        product = _named(typed)
        if any(one.product_id == product.id for one in collection.placements):
            raise Conflict(N_("This piece is in the collection already."), field="piece")
        services.place(collection, product)
    except DomainError as error:
        return page(collection, piece=typed, piece_error=sentence(error)), error.status
    visit.tell("success", _("“%(title)s” is in the collection.", title=product.title))
    return _back(code, product.code)


def _named(typed: str) -> Product:
    if not typed:
        raise Invalid(N_("Write a piece's code or paste the address of its page."), field="piece")
    code = tail_code(typed.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1])
    product = find_product(code)
    if product is None:
        raise Invalid(
            N_("No piece has the code “%(code)s”. Copy it from the address of its page."), field="piece", code=code[:40]
        )
    return product


@pages.post("/collections/<code>/placements/<product>")
def update(code: str, product: str) -> Any:
    """A word on this piece in this collection, in both languages."""
    collection = find(code)
    placement = _placement(collection, product)
    note, note_en = request.form.get("note", ""), request.form.get("note_en", "")
    try:
        services.place(collection, placement.product, note, note_en)
    except DomainError as error:
        wrong = {"product": product, "note": note, "note_en": note_en, "field": error.field, "text": sentence(error)}
        return page(collection, note_errors=wrong), error.status
    visit.tell("success", _("Saved."))
    return _back(code, product)


@pages.post("/collections/<code>/placements/<product>/position")
def move(code: str, product: str) -> Any:
    """One step `up` or `down`; at the end of the row nothing happens."""
    collection = find(code)
    _placement(collection, product)
    step = {"up": -1, "down": 1}.get(request.form.get("direction", ""))
    if step is None:
        raise Invalid(N_("Choose up or down."), field="direction")
    codes = [one.product.code for one in collection.placements]
    at = codes.index(product)
    to = min(max(at + step, 0), len(codes) - 1)
    codes.insert(to, codes.pop(at))
    services.reorder(collection, codes)
    return _back(code, product)


@pages.post("/collections/<code>/placements/<product>/removal")
def destroy(code: str, product: str) -> Any:
    collection = find(code)
    placement = _placement(collection, product)
    title = placement.product.title
    services.remove(collection, placement.product)
    visit.tell("success", _("“%(title)s” is no longer in the collection.", title=title))
    return _back(code)
