"""Makers of one's regencies: their shops, their pieces, and what a draft still needs. Read only."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from catalog.errors import NotFound
from catalog.products.checklist import checklist
from catalog.products.models import ProductState
from catalog.text import N_
from marketplace.web.officer import territory
from marketplace.web.paging import after, cut

pages = Blueprint("makers", __name__)

PER_PAGE = 50


@pages.get("/makers")
def index() -> str:
    """`place` narrows to a regency or district; a place outside one's regencies shows nobody."""
    districts = territory.list_districts()
    known = {district.code: district.name for district, _count in districts}
    place = request.args.get("place", "")
    place = place if place in known else ""
    page = cut(territory.list_makers(place or None, after(), PER_PAGE + 1), PER_PAGE)
    return render_template(
        "officer/makers/index.html",
        page=page,
        place=place,
        place_name=known.get(place, ""),
        districts=districts,
        pieces=territory.count_pieces_of(page.rows),
        sellers=territory.list_sellers_of(page.rows),
    )


@pages.get("/makers/<code>")
def show(code: str) -> str:
    maker = territory.find_maker(code)
    if maker is None:
        raise NotFound(N_("There is no such maker in your regencies."))
    products = territory.list_products(maker)
    stocked = territory.stocked(products)
    drafts = []
    for product in products:
        if product.state is ProductState.DRAFT:
            points = [{"label": _(one.sentence) % one.params, "done": one.done} for one in checklist(product, stocked)]
            drafts.append((product, points))
    return render_template(
        "officer/makers/show.html",
        maker=maker,
        sellers=territory.list_sellers_of([maker])[maker.id],
        products=[one for one in products if one.state is not ProductState.DRAFT],
        drafts=drafts,
    )
