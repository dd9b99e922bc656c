"""The outlines of Babel."""

from __future__ import annotations

import re

import pytest

from catalog.places.gazetteer import Level, children, gazetteer
from catalog.places.shapes import outlines

PATH = re.compile(r"^(M\d+[ -]\d+l-?\d+([ -]-?\d+)+z)+$")


@pytest.mark.parametrize(
    ("code", "level", "number"),
    [("19", None, 7), ("19", Level.DISTRICT, 47), ("19.05", None, 6), ("19.71", None, 7)],
)
def test_draws_every_area_inside_the_view_box(code: str, level: Level | None, number: int) -> None:
    drawn = outlines(code, level)
    assert drawn and len(drawn.outlines) == number
    assert drawn.view_box == f"0 0 {drawn.width} {drawn.height}"
    for outline in drawn.outlines:
        assert PATH.match(outline.path_d), outline
        assert 0 < outline.label_x < drawn.width and 0 < outline.label_y < drawn.height
        assert outline.west < outline.east and outline.north < outline.south
        assert outline.name == gazetteer()[outline.code].name
    assert sum(len(outline.path_d) for outline in drawn.outlines) < 35_000


def test_both_levels_share_the_view_box() -> None:
    regencies, districts = outlines("19"), outlines("19", Level.DISTRICT)
    assert regencies and districts and regencies.view_box == districts.view_box
    assert [outline.code for outline in regencies.outlines] == [place.code for place in children("19")]


@pytest.mark.parametrize("code", ["32", "19.05.04", "19.05.04.2005", "nowhere", ""])
def test_knows_where_no_boundaries_are_kept(code: str) -> None:
    assert outlines(code) is None
