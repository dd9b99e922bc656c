"""The materials, and one material: what it is, the crafts that use it, who works it, what is made of it."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from catalog.crafts.queries import find_material, list_crafts_with, list_materials
from catalog.errors import NotFound
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import structured
from marketplace.web.storefront.hands import hands_of
from marketplace.web.storefront.listing import counted, read_listing

pages = Blueprint("materials", __name__)


@pages.get("/materials")
def index() -> str:
    share()
    trail = structured.trail((_("Crafts"), url_for("storefront.crafts.index")), (_("Materials"), None))
    return render_template(
        "storefront/materials/index.html",
        materials=list_materials(),
        counts=counted("material")["material"],
        trail=trail,
        structured=structured.graph(structured.breadcrumbs(trail)),
    )


@pages.get("/materials/<slug>")
def show(slug: str) -> str:
    material = find_material(slug)
    if material is None:
        raise NotFound(N_("There is no such material here."))
    share()
    listing = read_listing({"material": (material.slug,)}, counting=("maker_code",))
    locale = current_locale()
    trail = structured.trail(
        (_("Crafts"), url_for("storefront.crafts.index")),
        (_("Materials"), url_for("storefront.materials.index")),
        (localized(material, "name", locale), None),
    )
    return render_template(
        "storefront/materials/show.html",
        material=material,
        crafts=list_crafts_with(material),
        trail=trail,
        listing=listing,
        hands=hands_of(listing),
        structured=structured.listing_page(trail, localized(material, "story", locale), listing),
        og_image=structured.shared_picture(material.image, *(piece.image for piece in listing.pieces[:1])),
    )
