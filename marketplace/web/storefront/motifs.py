"""One motif: its meaning, where it comes from, and pieces of several makers side by side."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from catalog.crafts.queries import find_motif
from catalog.errors import NotFound
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.pieces import linked
from marketplace.web.storefront import structured
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("motifs", __name__)


@pages.get("/motifs/<slug>")
def show(slug: str) -> str:
    motif = find_motif(slug)
    if motif is None:
        raise NotFound(N_("There is no such motif here."))
    share()
    listing = read_listing({"motif": (motif.slug,)})
    locale = current_locale()
    craft = (localized(motif.craft, "name", locale), url_for("storefront.crafts.show", slug=motif.craft.slug))
    trail = structured.trail(craft, (localized(motif, "name", locale), None))
    return render_template(
        "storefront/motifs/show.html",
        motif=motif,
        craft=linked([motif.craft], "storefront.crafts.show"),
        trail=trail,
        listing=listing,
        structured=structured.listing_page(trail, localized(motif, "meaning", locale), listing),
        og_image=structured.shared_picture(motif.image, *(piece.image for piece in listing.pieces[:1])),
    )
