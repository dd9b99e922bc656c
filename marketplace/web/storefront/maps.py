"""Maps drawn from boundary data: how many pieces come from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import ngettext

from catalog.places import shapes
from catalog.products.queries import count_live_by_district


@dataclass(frozen=True)
class Area:
    path: str
    label: str
    name: str
    url: str
    level: int
    count: int
    active: bool
    code: str


@dataclass(frozen=True)
class MapLabel:
    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Drawn:
    areas: list[Area]
    labels: list[MapLabel]
    view_box: str


def regencies(province: str, by_district: Mapping[str, int] | None = None) -> Drawn | None:
    """The regencies of a province, darker where more pieces come from; None where no boundaries are kept.

    `by_district` are the pieces per district where they were counted already.
    """
    return _draw(province, 5, by_district=by_district)


def districts(regency: str, active: str | None = None) -> Drawn | None:
    """The districts of a regency."""
    return _draw(regency, 8, active)


def _draw(
    code: str, length: int, active: str | None = None, by_district: Mapping[str, int] | None = None
) -> Drawn | None:
    outline = shapes.outlines(code)
    if outline is None:
        return None
    counts: dict[str, int] = {}
    for district, count in (count_live_by_district(code) if by_district is None else by_district).items():
        counts[district[:length]] = counts.get(district[:length], 0) + count
    most = max(counts.values(), default=0)
    areas = []
    for one in sorted(outline.outlines, key=lambda o: (-counts.get(o.code, 0), o.name)):
        count = counts.get(one.code, 0)
        pieces = ngettext("%(num)d piece", "%(num)d pieces", count)
        areas.append(
            Area(
                path=one.path_d,
                label=f"{one.name}: {pieces}",
                name=one.name,
                url=url_for("storefront.places.show", code=one.code),
                level=-(-count * 4 // most) if most and count else 0,
                count=count,
                active=one.code == active,
                code=one.code,
            )
        )
    labels = [MapLabel(one.label_x, one.label_y, one.name) for one in outline.outlines]
    return Drawn(areas, labels, outline.view_box)
