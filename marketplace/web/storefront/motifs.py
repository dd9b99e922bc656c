"""One motif: its meaning, where it comes from, and pieces of several makers side by side."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.crafts.queries import find_motif
from catalog.errors import NotFound
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("motifs", __name__)


@pages.get("/motifs/<slug>")
def show(slug: str) -> str:
    motif = find_motif(slug)
    if motif is None:
        raise NotFound(N_("There is no such motif here."))
    share()
    return render_template("storefront/motifs/show.html", motif=motif, listing=read_listing({"motif": (motif.slug,)}))
