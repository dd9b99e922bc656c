"""The crafts, and one craft with its story, motifs, places, makers and pieces."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from catalog.crafts.queries import find_craft, list_crafts, list_motifs
from catalog.errors import NotFound
from catalog.postcards.models import PostcardKind
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.hands import hands_of
from marketplace.web.storefront.listing import counted, read_listing
from marketplace.web.storefront.places import MAPPED

pages = Blueprint("crafts", __name__)


@pages.get("/crafts")
def index() -> str:
    share()
    counts = counted("craft")["craft"]
    crafts = list_crafts()
    trail = structured.trail((_("Crafts"), None))
    return render_template(
        "storefront/crafts/index.html",
        crafts=[(one, counts.get(one.slug, 0)) for one in crafts],
        trail=trail,
        structured=structured.graph(structured.breadcrumbs(trail)),
        og_image=structured.shared_picture(*(one.image for one in crafts[:1])),
    )


@pages.get("/crafts/<slug>")
def show(slug: str) -> str:
    craft = find_craft(slug)
    if craft is None:
        raise NotFound(N_("There is no such craft here."))
    share()
    listing = read_listing({"craft": (craft.slug,)}, counting=("maker_code", "place:3"))
    name, about = (localized(craft, attribute, current_locale()) for attribute in ("name", "summary"))
    trail = structured.trail((_("Crafts"), url_for("storefront.crafts.index")), (name, None))
    counts = maps.rolled(dict(listing.results.facets["place:3"]))
    shown_in = {term: dict(listing.results.facets.get(term, ())) for term in ("technique", "material", "motif")}
    return render_template(
        "storefront/crafts/show.html",
        craft=craft,
        motifs=list_motifs(craft.slug),
        shown_in=shown_in,
        trail=trail,
        listing=listing,
        hands=hands_of(listing),
        map=maps.draw(MAPPED, counts) if counts.get(MAPPED) else None,
        regencies=maps.below(MAPPED, counts),
        structured=structured.listing_page(trail, about, listing),
        og_image=structured.postcard(PostcardKind.CRAFT, craft.slug, craft.image),
    )
