"""The motifs, and one motif: its meaning, where it comes from, and pieces of several makers side by side."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template, url_for

from catalog.crafts.queries import find_motif, list_motifs
from catalog.errors import NotFound
from catalog.postcards.models import PostcardKind
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.pieces import linked
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.hands import hands_of
from marketplace.web.storefront.listing import counted, read_listing
from marketplace.web.storefront.places import MAPPED

pages = Blueprint("motifs", __name__)

NEIGHBOURS = 12


@pages.get("/motifs")
def index() -> str:
    share()
    motifs = sorted(list_motifs(), key=lambda one: (one.craft.position, one.name))
    trail = structured.trail((_("Crafts"), url_for("storefront.crafts.index")), (_("Motifs"), None))
    return render_template(
        "storefront/motifs/index.html",
        groups=[(craft, list(of_craft)) for craft, of_craft in groupby(motifs, key=lambda one: one.craft)],
        counts=counted("motif")["motif"],
        total=len(motifs),
        trail=trail,
        structured=structured.graph(structured.breadcrumbs(trail)),
        og_image=structured.shared_picture(*(one.image for one in motifs[:1])),
    )


@pages.get("/motifs/<slug>")
def show(slug: str) -> str:
    motif = find_motif(slug)
    if motif is None:
        raise NotFound(N_("There is no such motif here."))
    share()
    listing = read_listing({"motif": (motif.slug,)}, counting=("maker_code", "place:3"))
    locale = current_locale()
    craft = (localized(motif.craft, "name", locale), url_for("storefront.crafts.show", slug=motif.craft.slug))
    trail = structured.trail(craft, (localized(motif, "name", locale), None))
    counts = maps.rolled(dict(listing.results.facets["place:3"]))
    return render_template(
        "storefront/motifs/show.html",
        motif=motif,
        craft=linked([motif.craft], "storefront.crafts.show"),
        trail=trail,
        listing=listing,
        hands=hands_of(listing),
        map=maps.draw(MAPPED, counts) if counts.get(MAPPED) else None,
        regencies=maps.below(MAPPED, counts),
        neighbours=[one for one in list_motifs(motif.craft.slug) if one.id != motif.id][:NEIGHBOURS],
        structured=structured.listing_page(trail, localized(motif, "meaning", locale), listing),
        og_image=structured.postcard(
            PostcardKind.MOTIF, motif.slug, motif.image, *(piece.image for piece in listing.pieces[:1])
        ),
    )
