"""Browsing by province, regency, district and village: the map and the lists always agree, since all of them show the
same answer of the index."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from catalog.errors import NotFound
from catalog.makers.queries import count_makers, list_makers
from catalog.places.gazetteer import Level
from catalog.places.queries import find_place
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.listing import counted, read_listing

pages = Blueprint("places", __name__)

MAPPED = "19"
"""The province whose boundaries are kept: the Bangka Belitung Islands."""
MAKERS = 6


@pages.get("/places")
def index() -> str:
    share()
    counts = maps.rolled(counted("place:3")["place:3"])
    trail = structured.trail((_("Places"), None))
    return render_template(
        "storefront/places/index.html",
        trail=trail,
        mapped=find_place(MAPPED),
        map=maps.draw(MAPPED, counts),
        regencies=maps.below(MAPPED, counts),
        provinces=[one for one in maps.below("", counts) if one.code != MAPPED],
        structured=structured.graph(structured.breadcrumbs(trail)),
    )


@pages.get("/places/<code>")
def show(code: str) -> str:
    place = find_place(code)
    if place is None:
        raise NotFound(N_("There is no such place."))
    share()
    listing = read_listing({"place": (place.code,)})
    counts = dict(listing.results.facets.get("place", ()))
    locale = current_locale()
    wider = [one for one in (place.parent and place.parent.parent, place.parent) if one]
    if place.level is Level.VILLAGE and wider[0].parent:
        wider = [wider[0].parent, *wider]
    trail = structured.trail(
        (_("Places"), url_for("storefront.places.index")),
        *((one.title(locale), url_for("storefront.places.show", code=one.code)) for one in wider),
        (place.title(locale), None),
    )
    number = count_makers(place=place.code)
    lead = ngettext("%(num)d piece", "%(num)d pieces", counts.get(place.code, 0))
    if number and not listing.chips:
        lead = _("%(pieces)s by %(makers)s", pieces=lead, makers=ngettext("%(num)d maker", "%(num)d makers", number))
    return render_template(
        "storefront/places/show.html",
        place=place,
        name=place.title(locale),
        kind=_kind(place.level),
        lead=lead,
        trail=trail,
        map=maps.draw(maps.around(code), counts, active=code[:8] if len(code) > 5 else None),
        inside=maps.below(code, counts),
        listing=listing,
        makers=list_makers(place=place.code, limit=MAKERS) if number else [],
        makers_total=number,
        structured=structured.listing_page(trail, lead, listing),
        og_image=structured.shared_picture(*(piece.image for piece in listing.pieces[:1])),
    )


def _kind(level: Level) -> str:
    return {
        Level.PROVINCE: _("Province"),
        Level.REGENCY: _("Regency or city"),
        Level.DISTRICT: _("District"),
        Level.VILLAGE: _("Village"),
    }[level]
