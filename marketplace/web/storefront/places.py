"""Browsing by province, regency and district: the map and the list always agree, since both count the same pieces."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from catalog.errors import NotFound
from catalog.makers.queries import list_makers
from catalog.places.queries import find_place, list_provinces
from catalog.products.queries import count_live_by_district
from catalog.text import N_
from marketplace.web.caching import share
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("places", __name__)


@pages.get("/places")
def index() -> str:
    share()
    counts: dict[str, int] = {}
    for district, count in count_live_by_district("").items():
        counts[district[:2]] = counts.get(district[:2], 0) + count
    provinces = [(one, counts[one.code]) for one in list_provinces() if counts.get(one.code)]
    return render_template("storefront/places/index.html", provinces=provinces, map=maps.regencies("19"))


@pages.get("/places/<code>")
def show(code: str) -> str:
    place = find_place(code)
    if place is None:
        raise NotFound(N_("There is no such place."))
    share()
    drawn = maps.districts(code[:5], active=code if len(code) > 5 else None) if len(code) >= 5 else maps.regencies(code)
    listing = read_listing({"place": (place.code,)})
    wider = [one for one in (place.parent and place.parent.parent, place.parent) if one]
    trail = structured.trail(
        (_("Places"), url_for("storefront.places.index")),
        *((one.full_name, url_for("storefront.places.show", code=one.code)) for one in wider),
        (place.full_name, None),
    )
    return render_template(
        "storefront/places/show.html",
        place=place,
        trail=trail,
        map=drawn,
        listing=listing,
        structured=structured.listing_page(trail, "", listing),
        og_image=structured.shared_picture(*(piece.image for piece in listing.pieces[:1])),
        makers=list_makers(place=place.code, limit=6),
    )
