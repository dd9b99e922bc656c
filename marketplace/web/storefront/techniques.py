"""One technique: how it is done, the crafts that use it, and what is made by it."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from catalog.crafts.queries import find_technique, list_crafts_with
from catalog.errors import NotFound
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.storefront import structured
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("techniques", __name__)


@pages.get("/techniques/<slug>")
def show(slug: str) -> str:
    technique = find_technique(slug)
    if technique is None:
        raise NotFound(N_("There is no such technique here."))
    share()
    listing = read_listing({"technique": (technique.slug,)})
    locale = current_locale()
    trail = structured.trail(
        (_("Crafts"), url_for("storefront.crafts.index")), (localized(technique, "name", locale), None)
    )
    return render_template(
        "storefront/techniques/show.html",
        technique=technique,
        crafts=list_crafts_with(technique),
        trail=trail,
        listing=listing,
        structured=structured.listing_page(trail, localized(technique, "story", locale), listing),
        og_image=structured.shared_picture(*(piece.image for piece in listing.pieces[:1])),
    )
