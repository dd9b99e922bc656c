"""The makers, and one maker: story, people, place, how they sell, pieces."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from catalog import clock
from catalog.certificates.models import KIND_NAMES, Certificate, CertificateKind, CertificateState
from catalog.certificates.queries import list_of_maker
from catalog.codes import tail_code
from catalog.crafts.queries import list_crafts
from catalog.errors import NotFound
from catalog.makers.links import NAMES, handle, in_order
from catalog.makers.models import Maker, MakerKind, Workshop
from catalog.makers.queries import count_makers, find_maker, list_makers
from catalog.places.queries import find_place
from catalog.postcards.models import PostcardKind
from catalog.products.queries import count_live_by_maker
from catalog.text import N_, localized
from marketplace.reviews.queries import rating_of_maker
from marketplace.sellers.queries import list_sellers_of_maker
from marketplace.web.caching import share
from marketplace.web.context import keep
from marketplace.web.filters import time_of_day, weekday_name, zone_name
from marketplace.web.locale import current_locale
from marketplace.web.paging import after, cut
from marketplace.web.papers import shown
from marketplace.web.pieces import deliveries, linked
from marketplace.web.storefront import maps, structured
from marketplace.web.storefront.listing import Listing, read_listing
from marketplace.web.storefront.words import label

pages = Blueprint("makers", __name__)

NAMED = 8
"""Motifs and techniques that a maker's page names."""
PAPERS = {
    CertificateKind.BATIKMARK: ("badge-check", N_("Tested as genuine Indonesian batik.")),
    CertificateKind.GI: ("map-pin", N_("May bear the name of its region by right.")),
    CertificateKind.SNI: ("ruler", N_("Made to a national standard of Indonesia.")),
    CertificateKind.HALAL: ("shield-check", N_("Ingredients and making are certified halal.")),
    CertificateKind.P_IRT: ("clipboard-check", N_("Home-made food, registered with the regency.")),
    CertificateKind.BPOM: ("clipboard-check", N_("Food registered with the national agency.")),
}
"""What a verified paper means to a buyer, and its icon, in the order in which makers show them."""


@pages.get("/makers")
def index() -> str:
    share()
    craft = request.args.get("craft") or None
    place = find_place(request.args.get("place", ""))
    code = place.code if place else None
    keep([(name, one) for name, one in (("craft", craft), ("place", code), ("after", after())) if one])
    page = cut(list_makers(craft=craft, place=code, after=after(), limit=25), 24)
    trail = structured.trail((_("Makers"), None))
    return render_template(
        "storefront/makers/index.html",
        page=page,
        total=count_makers(craft=craft, place=code),
        counts=count_live_by_maker(maker.id for maker in page.rows),
        crafts=list_crafts(),
        craft=craft,
        place=place,
        trail=trail,
        structured=structured.graph(structured.breadcrumbs(trail)),
    )


@pages.get("/makers/<name>")
def show(name: str) -> str | Response:
    maker = find_maker(tail_code(name))
    if maker is None:
        raise NotFound(N_("There is no such maker here."))
    url = url_for("storefront.makers.show", name=f"{maker.slug}-{maker.code}")
    if name != f"{maker.slug}-{maker.code}":
        return redirect(url, 301)
    share()
    listing = read_listing({"maker_code": (maker.code,)})
    trail = structured.trail((_("Makers"), url_for("storefront.makers.index")), (maker.name, None))
    picture = structured.shared_picture(maker.image, *(piece.image for piece in listing.pieces[:1]), maker.emblem)
    about = localized(maker, "story", current_locale())
    sellers = list_sellers_of_maker(maker.id)
    papers = list_of_maker(maker)
    return render_template(
        "storefront/makers/show.html",
        maker=maker,
        address=_address(maker),
        marks=_marks(maker, papers),
        hours=_hours(maker.workshop),
        zone=zone_name(maker.district_code),
        elsewhere=[(link, _(NAMES[link.kind]), handle(link)) for link in in_order(maker)],
        trail=trail,
        crafts=linked(maker.crafts, "storefront.crafts.show"),
        techniques=_named(listing, "technique", "storefront.techniques.show"),
        motifs=_named(listing, "motif", "storefront.motifs.show"),
        rating=rating_of_maker(maker.id),
        sellers=[(one, deliveries(one), one.calendar.closure_on(clock.today())) for one in sellers],
        listing=listing,
        papers=[shown(one) for one in papers],
        structured=structured.listing_page(trail, about, listing, structured.maker(maker, url, picture)),
        og_image=structured.postcard(
            PostcardKind.MAKER, maker.code, maker.image, *(piece.image for piece in listing.pieces[:1])
        ),
        map=maps.draw(maker.district_code[:5], {}, active=maker.district_code),
    )


def _address(maker: Maker) -> list[tuple[str, str]]:
    """(name, place code) from the village up to the regency, each name once."""
    codes = (maker.village_code, maker.district_code, maker.district_code[:5])
    return list({label("place", code): code for code in codes if code}.items())


def _marks(maker: Maker, papers: list[Certificate]) -> list[tuple[str, str, str]]:
    """(icon, name, meaning) of what speaks for a maker: the group that it is, and each kind of paper that somebody has
    verified and that holds today. What curators give comes first, once they give it."""
    marks = []
    if maker.kind is MakerKind.GROUP:
        marks.append(("users", _("Joint business group (KUBE)"), _("Several households make and sell together.")))
    verified = {one.kind for one in papers if one.is_shown and one.state is CertificateState.VERIFIED}
    marks += [(glyph, _(KIND_NAMES[kind]), _(meaning)) for kind, (glyph, meaning) in PAPERS.items() if kind in verified]
    return marks


def _hours(workshop: Workshop | None) -> list[tuple[str, str]]:
    """(days, span): days in a row with the same hours are one line."""
    rows: list[tuple[int, int, str]] = []
    for one in workshop.hours if workshop else ():
        span = f"{time_of_day(one.opens)}–{time_of_day(one.closes)}"
        if rows and rows[-1][1:] == (one.weekday - 1, span):
            rows[-1] = (rows[-1][0], one.weekday, span)
        else:
            rows.append((one.weekday, one.weekday, span))
    return [
        (weekday_name(first) if first == last else f"{weekday_name(first)}–{weekday_name(last)}", span)
        for first, last, span in rows
    ]


def _named(listing: Listing, facet: str, endpoint: str) -> Markup:
    """What the pieces of a list show most of, each a link to its page."""
    values = [value for value, count in listing.results.facets.get(facet, ())[:NAMED] if count]
    links = [Markup('<a href="{}">{}</a>').format(url_for(endpoint, slug=one), label(facet, one)) for one in values]
    return Markup(", ").join(links)
