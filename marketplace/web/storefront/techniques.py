"""The techniques, and one technique: how it is done, the crafts that use it, who masters it, what is made by it."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from catalog.crafts.queries import find_technique, list_crafts_with, list_techniques
from catalog.errors import NotFound
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import structured
from marketplace.web.storefront.hands import hands_of
from marketplace.web.storefront.listing import counted, read_listing

pages = Blueprint("techniques", __name__)


@pages.get("/techniques")
def index() -> str:
    share()
    trail = structured.trail((_("Crafts"), url_for("storefront.crafts.index")), (_("Techniques"), None))
    return render_template(
        "storefront/techniques/index.html",
        techniques=list_techniques(),
        counts=counted("technique")["technique"],
        trail=trail,
        structured=structured.graph(structured.breadcrumbs(trail)),
    )


@pages.get("/techniques/<slug>")
def show(slug: str) -> str:
    technique = find_technique(slug)
    if technique is None:
        raise NotFound(N_("There is no such technique here."))
    share()
    listing = read_listing({"technique": (technique.slug,)}, counting=("maker_code",))
    locale = current_locale()
    trail = structured.trail(
        (_("Crafts"), url_for("storefront.crafts.index")),
        (_("Techniques"), url_for("storefront.techniques.index")),
        (localized(technique, "name", locale), None),
    )
    return render_template(
        "storefront/techniques/show.html",
        technique=technique,
        crafts=list_crafts_with(technique),
        trail=trail,
        listing=listing,
        hands=hands_of(listing),
        structured=structured.listing_page(trail, localized(technique, "story", locale), listing),
        og_image=structured.shared_picture(technique.image, *(piece.image for piece in listing.pieces[:1])),
    )
