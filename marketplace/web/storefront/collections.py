"""What curators chose, with their words."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from catalog.codes import tail_code
from catalog.collections.queries import find_showing, list_showing
from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.storefront.words import shown

pages = Blueprint("collections", __name__)


@pages.get("/collections")
def index() -> str:
    share()
    return render_template("storefront/collections/index.html", showing=list_showing(home=False, limit=30))


@pages.get("/collections/<name>")
def show(name: str) -> str | Response:
    showing = find_showing(tail_code(name))
    if showing is None:
        raise NotFound(N_("This collection is not open, or never was."))
    collection = showing.collection
    if name != f"{collection.slug}-{collection.code}":
        return redirect(url_for("storefront.collections.show", name=f"{collection.slug}-{collection.code}"), 301)
    share()
    return render_template("storefront/collections/show.html", collection=collection, pieces=shown(list(showing.codes)))
