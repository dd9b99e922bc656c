"""What curators chose, with their words."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.codes import tail_code
from catalog.collections.queries import Showing, find_showing, list_showing
from catalog.errors import NotFound
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.pieces import Shown, shown
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import structured

pages = Blueprint("collections", __name__)


@pages.get("/collections")
def index() -> str:
    share()
    return render_template("storefront/collections/index.html", showing=list_showing(home=False, limit=30))


def _pieces(showing: Showing) -> list[Shown]:
    """The cards of a collection, each with the curator's word in the page's language where there is one."""
    english = current_locale() == "en"
    notes = {code: (note_en if english and note_en else note) for code, (note, note_en) in showing.notes.items()}
    return [replace(piece, why=notes.get(piece.code, "")) for piece in shown(list(showing.codes))]


@pages.get("/collections/<name>")
def show(name: str) -> str | Response:
    showing = find_showing(tail_code(name))
    if showing is None:
        raise NotFound(N_("This collection is not open, or never was."))
    collection = showing.collection
    if name != f"{collection.slug}-{collection.code}":
        return redirect(url_for("storefront.collections.show", name=f"{collection.slug}-{collection.code}"), 301)
    share()
    pieces = _pieces(showing)
    title, lead = (localized(collection, attribute, current_locale()) for attribute in ("title", "lead"))
    trail = structured.trail((_("Collections"), url_for("storefront.collections.index")), (title, None))
    page = structured.collection_page(title, lead, structured.item_list(pieces), request.script_root + request.path)
    return render_template(
        "storefront/collections/show.html",
        collection=collection,
        trail=trail,
        pieces=pieces,
        structured=structured.graph(page, structured.breadcrumbs(trail)),
        og_image=structured.shared_picture(collection.image, *(piece.image for piece in pieces[:1])),
    )
