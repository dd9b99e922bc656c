"""One's regencies: how many makers and pieces, and where."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import ngettext

from catalog.places import shapes
from catalog.places.models import District, Regency
from catalog.products.models import ProductState
from marketplace.web.officer import territory

pages = Blueprint("home", __name__)


@dataclass(frozen=True)
class Area:
    """One district on the map; darker where more makers work."""

    path: str
    label: str
    url: str | None
    level: int
    active: bool = False


@dataclass(frozen=True)
class Drawn:
    regency: Regency
    makers: int
    districts: list[tuple[District, int]]
    areas: list[Area]
    view_box: str


@pages.get("/")
def show() -> str:
    districts = territory.list_districts()
    most = max((count for _, count in districts), default=1)
    drawn = [
        _draw(one, [row for row in districts if row[0].regency_code == one.code], most) for one in territory.regencies()
    ]
    pieces = territory.count_pieces()
    total = sum(pieces.values())
    return render_template(
        "officer/home/show.html",
        drawn=drawn,
        makers=sum(one.makers for one in drawn),
        pieces=pieces,
        total=total,
        live=pieces.get(ProductState.LIVE, 0),
        drafts=pieces.get(ProductState.DRAFT, 0),
        most=most,
    )


def _draw(regency: Regency, districts: list[tuple[District, int]], most: int) -> Drawn:
    counts = {district.code: count for district, count in districts}
    outline = shapes.outlines(regency.code)
    areas = []
    for one in outline.outlines if outline else ():
        count = counts.get(one.code, 0)
        makers = ngettext("%(num)d maker", "%(num)d makers", count)
        url = url_for("officer.makers.index", place=one.code) if count else None
        areas.append(Area(one.path_d, f"{one.name}: {makers}", url, -(-count * 4 // most)))
    return Drawn(regency, sum(counts.values()), districts, areas, outline.view_box if outline else "")
