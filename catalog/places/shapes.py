"""Outlines of the Bangka Belitung Islands as SVG path data, for a map that is a picker and a picture.

The boundaries are simplified for each level apart (`data/SOURCES.md`): never a legal boundary, and regencies do not lie
exactly over their districts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import cos, radians

from catalog.places.gazetteer import Level, gazetteer, level_of

WIDTH = 1_000
"""Units across the view box, whatever it shows."""

_MARGIN = 10
_SMALLEST = 3.0  # square units; smaller islands are left out, except the largest of each area
_FILES = {Level.REGENCY: "babel_regencies.geojson", Level.DISTRICT: "babel_districts.geojson"}

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class Outline:
    """One area: `path_d` for `<path d>` with `fill-rule: evenodd`; a label stands well at (`label_x`, `label_y`), and fits
    inside when it finds room between `west` and `east`, the edges of the largest island, which reaches from `north` to
    `south`."""

    code: str
    name: str
    path_d: str
    label_x: int
    label_y: int
    west: int
    east: int
    north: int
    south: int


@dataclass(frozen=True, slots=True)
class Map:
    """Outlines that share one view box; `width` and `height` in its units, north is up."""

    outlines: tuple[Outline, ...]
    width: int
    height: int

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


@cache
def outlines(code: str, level: Level | None = None) -> Map | None:
    """The areas below a place of Babel: its regencies for "19", its districts for "19.05".

    `level` says otherwise: `outlines("19", Level.DISTRICT)` draws all 47 districts, in the view box of the regencies,
    so that one lies over the other. None where no boundaries are kept.
    """
    above = level_of(code)
    if above not in (Level.PROVINCE, Level.REGENCY):
        return None
    usual = Level.REGENCY if above is Level.PROVINCE else Level.DISTRICT
    drawn = _rings_below(code, level or usual)
    if not drawn:
        return None
    frame = _Frame.around([ring for rings in _rings_below(code, usual).values() for ring in rings])
    return Map(tuple(_outline(area, rings, frame) for area, rings in drawn.items()), WIDTH, frame.height)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a view box shows of the world, in degrees, and how degrees become units."""

    west: float
    north: float
    shrink: float  # a degree of longitude against one of latitude, here
    scale: float  # units in a degree of latitude
    height: int

    @classmethod
    def around(cls, rings: list[Ring]) -> _Frame:
        """The frame that holds every island of note; far rocks must not make the land small."""
        whole = sum(_area(ring) for ring in rings)
        points = [point for ring in rings if _area(ring) > whole / 2_000 for point in ring]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        shrink = cos(radians((south + north) / 2))
        scale = (WIDTH - 2 * _MARGIN) / ((east - west) * shrink)
        return cls(west, north, shrink, scale, round((north - south) * scale + 2 * _MARGIN))

    def place(self, point: Point) -> Point:
        x, y = point
        return _MARGIN + (x - self.west) * self.shrink * self.scale, _MARGIN + (self.north - y) * self.scale

    def shows(self, ring: Ring) -> bool:
        return all(0 <= x <= WIDTH and 0 <= y <= self.height for x, y in ring)


def _outline(code: str, rings: list[Ring], frame: _Frame) -> Outline:
    place = gazetteer()[code]
    placed = [[frame.place(point) for point in ring] for ring in rings]
    x, y = frame.place((place.longitude or 0, place.latitude or 0))
    across, down = zip(*max(placed, key=_area), strict=True)
    path = _path([ring for ring in placed if frame.shows(ring)])
    edges = (round(edge) for edge in (min(across), max(across), min(down), max(down)))
    return Outline(code, place.name, path, round(x), round(y), *edges)


@cache
def _rings(level: Level) -> dict[str, list[Ring]]:
    """The rings of every area of a level by code, in degrees."""
    name = _FILES.get(level)
    if name is None:
        return {}
    text = files("catalog.places").joinpath("data", name).read_text("utf-8")
    return {
        shape["id"]: [[(x, y) for x, y in ring] for polygon in shape["geometry"]["coordinates"] for ring in polygon]
        for shape in json.loads(text)["features"]
    }


def _rings_below(code: str, level: Level) -> dict[str, list[Ring]]:
    return {area: rings for area, rings in _rings(level).items() if area.startswith(f"{code}.")}


def _path(rings: list[Ring]) -> str:
    """Whole units, each point relative to the one before: a fifth of the size of absolute decimals."""
    largest = max(rings, key=_area)
    parts = []
    for ring in rings:
        if _area(ring) < _SMALLEST and ring is not largest:
            continue
        points = [(round(x), round(y)) for x, y in ring[:-1]]
        steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(points) if (x0, y0) != (x1, y1)]
        if len(steps) > 1:
            start = f"M{points[0][0]} {points[0][1]}"
            parts.append(f"{start}l{' '.join(f'{x} {y}' for x, y in steps)}z".replace(" -", "-"))
    return "".join(parts)


def _area(ring: Ring) -> float:
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))) / 2
