"""The crafts, and one craft with its story, motifs, makers and pieces."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from catalog.crafts.queries import find_craft, list_crafts
from catalog.errors import NotFound
from catalog.makers.queries import list_makers
from catalog.products.queries import count_live_by_craft
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.pieces import linked
from marketplace.web.storefront import structured
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("crafts", __name__)


@pages.get("/crafts")
def index() -> str:
    share()
    counts = count_live_by_craft()
    return render_template(
        "storefront/crafts/index.html", crafts=[(one, counts.get(one.slug, 0)) for one in list_crafts()]
    )


@pages.get("/crafts/<slug>")
def show(slug: str) -> str:
    craft = find_craft(slug)
    if craft is None:
        raise NotFound(N_("There is no such craft here."))
    share()
    listing = read_listing({"craft": (craft.slug,)})
    name, about = (localized(craft, attribute, current_locale()) for attribute in ("name", "summary"))
    trail = structured.trail((_("Crafts"), url_for("storefront.crafts.index")), (name, None))
    return render_template(
        "storefront/crafts/show.html",
        craft=craft,
        trail=trail,
        materials=linked(craft.materials, "storefront.materials.show"),
        techniques=linked(craft.techniques, "storefront.techniques.show"),
        listing=listing,
        makers=list_makers(craft=craft.slug, limit=6),
        structured=structured.listing_page(trail, about, listing),
        og_image=structured.shared_picture(craft.image),
    )
