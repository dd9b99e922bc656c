"""Makers: what is refused, who is shown, and counting by place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Invalid, Several
from catalog.makers import queries, services
from catalog.makers.models import Maker
from catalog.signals import maker_changed
from tests import factories
from tests.cast import Cast


def made(name: str = "Anyaman Contoh", district: str = "19.05.04", **values: Any) -> Maker:
    with transaction():
        return services.create_maker(name, district, **values)


REFUSED = {
    "name": ["", "ab", "x" * 91],
    "kind": ["factory"],
    "district_code": ["", None, "19.05", "99.99.99", "19.05.04.2005"],
    "village_code": ["19.05.01.1003", "19.05.04", "x"],
    "crafts": [["no-such-craft"]],
    "story": ["x" * 6_001],
    "founded": [1799, 2999, "kemarin", 1998.5, True, "１９９８"],
    "people": [0, -1, 10_001, "vier"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in REFUSED.items() for value in values])
def test_refuses_what_cannot_be_right(cast: Cast, field: str, value: Any) -> None:
    maker = made()
    with pytest.raises(Several) as caught, transaction():
        services.edit_maker(maker, {field: value})
    assert [error.field for error in caught.value.errors] == [field]


@pytest.mark.parametrize("field", ["id", "code", "slug", "is_shown", "is_example"])
def test_refuses_fields_that_are_not_theirs(cast: Cast, field: str) -> None:
    maker = made()
    with pytest.raises(Invalid) as caught, transaction():
        services.edit_maker(maker, {field: 1})
    assert caught.value.field == field


def test_a_maker_is_made_with_all_that_is_known(cast: Cast) -> None:
    maker = made(
        " Anyaman  Contoh ",
        village_code="19.05.04.2005",
        kind="group",
        crafts=["tenun-cual"],
        people="12",
        founded="1998",
    )
    assert (maker.name, maker.slug, maker.people, maker.founded, maker.kind) == (
        "Anyaman Contoh",
        "anyaman-contoh",
        12,
        1998,
        "group",
    )
    assert maker.place_name == "Dendang"


def test_a_maker_who_is_not_shown_is_found_by_nobody(cast: Cast) -> None:
    hidden = made(is_shown=False, crafts=["pewter"])
    assert queries.find_maker(hidden.code) is None
    assert hidden not in queries.list_makers()
    assert queries.count_makers(craft="pewter") == 0
    assert queries.count_makers_by_craft() == {}
    assert "19.05.04" not in queries.count_makers_by_district()
    with transaction():
        services.show(hidden)
    assert queries.find_maker(hidden.code) is hidden
    assert queries.count_makers_by_craft() == {"pewter": 1}


def test_a_change_is_announced(cast: Cast) -> None:
    maker, heard = made(), []
    with maker_changed.connected_to(heard.append), transaction():
        services.edit_maker(maker, {"name": "Anyaman Dendang"})
    assert heard == [maker]
    assert maker.slug == "anyaman-dendang"


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("19", ["Anyaman Contoh", "Sanggar Contoh Ratna", "Timah Contoh Budi"]),
        ("19.05", ["Anyaman Contoh", "Sanggar Contoh Ratna"]),
        ("19.05.04", ["Anyaman Contoh"]),
        ("19.05.04.2005", ["Anyaman Contoh"]),
        ("19.05.04.200", []),
        ("1", []),
        ("31", []),
    ],
)
def test_lists_by_place_at_every_level(cast: Cast, place: str, names: list[str]) -> None:
    made(village_code="19.05.04.2005")
    assert [maker.name for maker in queries.list_makers(place=place)] == names
    assert queries.count_makers(place=place) == len(names)


def test_pages_by_code_even_among_equal_names(cast: Cast) -> None:
    makers = [made("Sama") for _ in range(5)]
    seen: list[Maker] = []
    while page := queries.list_makers(after=seen[-1].code if seen else None, limit=2):
        seen += page
    assert [maker for maker in seen if maker.name == "Sama"] == makers
    assert len(seen) == len(set(seen)) == 7


def test_a_page_of_makers_takes_two_queries(cast: Cast, count_queries: Callable[..., Any]) -> None:
    with transaction():
        maker = made_inside(crafts=["tenun-cual"])
        maker.emblem = factories.image()
    db.session.expunge_all()
    with count_queries(at_most=2):
        for one in queries.list_makers():
            assert one.place_name
            assert one.district.regency.name
            assert all(craft.name for craft in one.crafts)
            assert one.emblem is None or one.emblem.url


def made_inside(**values: Any) -> Maker:
    return services.create_maker("Anyaman Contoh", "19.05.04", village_code="19.05.04.2005", **values)


def test_counts_by_district_inside_a_place(cast: Cast) -> None:
    assert queries.count_makers_by_district("19.05") == {"19.05.01": 1}
    assert queries.count_makers_by_district() == {"19.05.01": 1, "19.71.02": 1}
