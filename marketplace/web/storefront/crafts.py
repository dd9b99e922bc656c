"""The crafts, and one craft with its story, motifs, makers and pieces."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.crafts.queries import find_craft, list_crafts
from catalog.errors import NotFound
from catalog.makers.queries import list_makers
from catalog.products.queries import count_live_by_craft
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("crafts", __name__)


@pages.get("/crafts")
def index() -> str:
    share()
    counts = count_live_by_craft()
    return render_template("storefront/crafts/index.html", crafts=[(one, counts.get(one.slug, 0)) for one in list_crafts()])


@pages.get("/crafts/<slug>")
def show(slug: str) -> str:
    craft = find_craft(slug)
    if craft is None:
        raise NotFound(N_("There is no such craft here."))
    share()
    return render_template(
        "storefront/crafts/show.html",
        craft=craft,
        listing=read_listing({"craft": (craft.slug,)}),
        makers=list_makers(craft=craft.slug, limit=6),
    )
