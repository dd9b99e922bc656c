"""Maps drawn from boundary data, and the lists beside them: both of the same counts, so they always agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from catalog.places import shapes
from catalog.places.gazetteer import Level, codes_down_to, gazetteer, level_of, parent_code
from catalog.places.queries import find_places
from marketplace.web.locale import current_locale
from marketplace.web.speech import ngettext

LETTER, LINE = 13, 34
"""Room that a label takes in units of the view box: per letter, and from line to line."""
STEPS = 4
"""Shades of a map beside the one for nothing."""


@dataclass(frozen=True)
class Area:
    """One area of a map, and its row in the list: how many pieces come from there. `path` is empty in a list."""

    code: str
    name: str
    url: str
    count: int
    level: int
    active: bool
    path: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}: {ngettext('%(num)d piece', '%(num)d pieces', self.count)}"


@dataclass(frozen=True)
class MapLabel:
    """A name on the map; `inside` when it stands on its own area alone, whose shade it must then stand out from."""

    x: int
    y: int
    text: str
    inside: bool = False
    level: int = 0


@dataclass(frozen=True)
class Drawn:
    areas: list[Area]
    labels: list[MapLabel]
    view_box: str
    mark: MapLabel | None = None
    """Where the chosen area is, for a map that points at one place."""


def rolled(by_district: Mapping[str, int]) -> dict[str, int]:
    """Counts per district added up for every level above it."""
    counts: Counter[str] = Counter()
    for district, count in by_district.items():
        for code in codes_down_to(district):
            counts[code] += count
    return dict(counts)


def draw(code: str, counts: Mapping[str, int], active: str | None = None) -> Drawn | None:
    """The areas right below a province or regency, darker where more pieces come from, the fullest first; None where
    no boundaries are kept. `counts` are pieces by place code."""
    outline = shapes.outlines(code)
    if outline is None:
        return None
    most = max((counts.get(one.code, 0) for one in outline.outlines), default=0)
    areas = [
        _area(one.code, one.name, counts.get(one.code, 0), most, active, path=one.path_d) for one in outline.outlines
    ]
    mark = next((MapLabel(one.label_x, one.label_y, one.name) for one in outline.outlines if one.code == active), None)
    levels = {area.code: area.level for area in areas}
    return Drawn(sorted(areas, key=_fullest), _labels(outline, levels), outline.view_box, mark)


def below(code: str, counts: Mapping[str, int]) -> list[Area]:
    """The places right below this one (all provinces for "") that pieces come from, the fullest first."""
    inside = {one: count for one, count in counts.items() if count and (parent_code(one) or "") == code}
    villages = find_places(inside) if level_of(code) is Level.DISTRICT else gazetteer()
    most = max(inside.values(), default=0)
    return sorted(
        (_area(one, villages[one].title(current_locale()) if not code else villages[one].name, count, most, None)
         for one, count in inside.items() if one in villages),
        key=_fullest,
    )  # fmt: skip


def around(code: str) -> str:
    """The province or regency whose map shows this place best: itself, or the regency around a district or village."""
    return code[:5]


def _labels(outline: shapes.Map, levels: Mapping[str, int]) -> list[MapLabel]:
    """The names that have room: those inside their areas first, then those that run over without touching another, at
    their place or a line above or below it."""
    placed: list[MapLabel] = []
    for one in sorted(outline.outlines, key=lambda one: (not _fits(one), one.west - one.east, one.code)):
        inside = _fits(one)
        half = _width(one.name) / 2
        low, high = (one.west, one.east) if inside else (0, outline.width)
        x = round(min(max(one.label_x, low + half), high - half))
        for y in (one.label_y, one.label_y - LINE, one.label_y + LINE):
            label = MapLabel(x, y, one.name, inside, levels[one.code])
            if one.north < y < one.south and not any(_touch(label, other) for other in placed):
                placed.append(label)
                break
    return placed


def _touch(one: MapLabel, other: MapLabel) -> bool:
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < (_width(one.text) + _width(other.text)) / 2


def _fits(one: shapes.Outline) -> bool:
    return _width(one.name) <= (one.east - one.west) * 0.8  # of its widest: areas taper


def _width(name: str) -> float:
    return len(name) * LETTER


def _area(code: str, name: str, count: int, most: int, active: str | None, path: str = "") -> Area:
    return Area(
        code=code,
        name=name,
        url=url_for("storefront.places.show", code=code),
        count=count,
        level=-(-count * STEPS // most) if most and count else 0,
        active=code == active,
        path=path,
    )


def _fullest(area: Area) -> tuple[int, str]:
    return -area.count, area.name
