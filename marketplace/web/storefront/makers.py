"""The makers, and one maker: story, people, place, pieces."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.codes import tail_code
from catalog.crafts.queries import list_crafts
from catalog.errors import NotFound
from catalog.makers.queries import count_makers, find_maker, list_makers
from catalog.text import N_, localized
from marketplace.web.caching import share
from marketplace.web.locale import current_locale
from marketplace.web.paging import after, cut
from marketplace.web.pieces import linked
from marketplace.web.speech import gettext as _
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.listing import read_listing

pages = Blueprint("makers", __name__)


@pages.get("/makers")
def index() -> str:
    share()
    craft = request.args.get("craft") or None
    return render_template(
        "storefront/makers/index.html",
        page=cut(list_makers(craft=craft, after=after(), limit=25), 24),
        total=count_makers(craft=craft),
        crafts=list_crafts(),
        craft=craft,
    )


@pages.get("/makers/<name>")
def show(name: str) -> str | Response:
    maker = find_maker(tail_code(name))
    if maker is None:
        raise NotFound(N_("There is no such maker here."))
    if name != f"{maker.slug}-{maker.code}":
        return redirect(url_for("storefront.makers.show", name=f"{maker.slug}-{maker.code}"), 301)
    share()
    listing = read_listing({"maker_code": (maker.code,)})
    trail = structured.trail((_("Makers"), url_for("storefront.makers.index")), (maker.name, None))
    return render_template(
        "storefront/makers/show.html",
        maker=maker,
        trail=trail,
        crafts=linked(maker.crafts, "storefront.crafts.show"),
        listing=listing,
        structured=structured.listing_page(trail, localized(maker, "story", current_locale()), listing),
        og_image=structured.shared_picture(maker.image, *(piece.image for piece in listing.pieces[:1]), maker.emblem),
        map=maps.draw(maker.district_code[:5], {}, active=maker.district_code),
    )
