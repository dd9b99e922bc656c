"""Collections: windows, order, and that nothing shows which is not on sale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalog import clock
from catalog.collections import queries, services
from catalog.collections.models import Collection
from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, Invalid, NotFound, Several
from catalog.products.models import Product, ProductState
from tests import factories
from tests.cast import Cast


def opened(title: str = "Musim pernikahan", *pieces: Product, **values: Any) -> Collection:
    with transaction():
        collection = services.create_collection(title, **values)
        for piece in pieces:
            services.place(collection, piece)
    return collection


WRONG = {
    "title": ["", "ab", "x" * 121],
    "lead": ["x" * 301],
    "story": ["x" * 6_001],
    "starts_at": [None, "besok", datetime(2026, 1, 1)],
    "ends_at": ["besok", clock.now() - timedelta(days=400)],
    "position": [-1, 10_001, "3", True, 1.5],
    "code": ["x"],
    "id": [1],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_refuses_what_cannot_be_right(cast: Cast, field: str, value: Any) -> None:
    collection = opened()
    with pytest.raises(Several) as caught, transaction():
        services.edit_collection(collection, {field: value})
    assert [error.field for error in caught.value.errors] == [field]


@pytest.mark.parametrize("state", [state for state in ProductState if state is not ProductState.LIVE])
def test_refuses_a_piece_that_is_not_on_sale(cast: Cast, state: ProductState) -> None:
    collection = opened()
    with pytest.raises(Conflict), transaction():
        cast.shawl.state = state
        services.place(collection, cast.shawl)


@pytest.mark.parametrize("state", [state for state in ProductState if state is not ProductState.LIVE])
def test_a_piece_that_goes_off_sale_leaves_the_page(cast: Cast, state: ProductState) -> None:
    collection = opened("Pilihan", cast.shawl, cast.plaque)
    with transaction():
        cast.shawl.state = state
    showing = queries.find_showing(collection.code)
    assert showing is not None
    assert showing.codes == [cast.plaque.code]


def test_shows_only_between_its_beginning_and_its_end(cast: Cast) -> None:
    now = clock.now()
    collection = opened("Pilihan", cast.shawl, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    seen = []
    for minutes in (0, 60, 119, 120):
        with clock.frozen(now + timedelta(minutes=minutes)):
            seen.append((queries.find_showing(collection.code) is not None, bool(queries.list_showing())))
    assert seen == [(False, False), (True, True), (True, True), (False, False)]


def test_tells_that_a_window_opened_or_closed(cast: Cast) -> None:
    now = clock.now()
    opened("Pilihan", cast.shawl, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    minute = timedelta(minutes=1)

    def at(hours: int) -> bool:
        return queries.changed_between(now + timedelta(hours=hours) - minute, now + timedelta(hours=hours) + minute)

    assert [at(0), at(1), at(2), at(3)] == [False, True, True, False]


def test_the_home_page_leaves_out_empty_ones_and_those_not_meant_for_it(cast: Cast) -> None:
    opened("Kosong")
    opened("Di dalam", cast.shawl, on_home=False)
    second = opened("Kedua", cast.plaque, position=2)
    first = opened("Pertama", cast.shawl, position=1)
    assert [one.collection for one in queries.list_showing()] == [first, second]
    assert [one.collection for one in queries.list_showing(limit=1)] == [first]
    assert len(queries.list_showing(home=False)) == 3


def test_pieces_stand_in_the_curators_order(cast: Cast) -> None:
    with transaction():
        third = factories.product(cast.ratnas, "Syal cual")
    collection = opened("Pilihan", cast.shawl, cast.plaque, third)
    with transaction():
        services.reorder(collection, [third.code])
        services.place(collection, cast.shawl, note="  Untuk  akad ", note_en="For the vows")  # again: the note only
    showing = queries.find_showing(collection.code)
    assert showing is not None
    assert showing.codes == [third.code, cast.shawl.code, cast.plaque.code]
    assert showing.notes == {cast.shawl.code: ("Untuk akad", "For the vows")}
    with transaction():
        services.remove(collection, cast.shawl)
    found = queries.find_collection(collection.code)
    assert found is not None
    assert [one.product.code for one in found.placements] == [third.code, cast.plaque.code]


def test_refuses_pieces_that_are_not_in_it_and_long_notes(cast: Cast) -> None:
    collection = opened("Pilihan", cast.shawl)
    with pytest.raises(NotFound), transaction():
        services.remove(collection, cast.plaque)
    with pytest.raises(NotFound), transaction():
        services.reorder(collection, [cast.plaque.code])
    with pytest.raises(Invalid), transaction():
        services.place(collection, cast.shawl, note="x" * 201)


def test_refuses_more_pieces_than_a_page_can_carry(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PLACES_MAX", 1)
    collection = opened("Pilihan", cast.shawl)
    with pytest.raises(Conflict), transaction():
        services.place(collection, cast.plaque)


def test_every_change_raises_the_edition(cast: Cast) -> None:
    collection = opened("Pilihan", cast.shawl, cast.plaque)
    for change in (
        lambda: services.reorder(collection, [cast.plaque.code, cast.shawl.code]),
        lambda: services.remove(collection, cast.shawl),
        lambda: services.edit_collection(collection, {"title": "Pilihan kita"}),
        lambda: services.delete_collection(collection),
    ):
        db.session.rollback()
        before = edition()
        with transaction():
            change()
        assert edition() == before + 1


def test_deleting_a_collection_leaves_the_pieces(cast: Cast) -> None:
    collection = opened("Pilihan", cast.shawl)
    code = collection.code
    with transaction():
        services.delete_collection(collection)
    assert queries.find_collection(code) is None
    assert cast.shawl.is_live


def test_the_home_page_takes_two_queries(cast: Cast, count_queries: Callable[..., Any]) -> None:
    for number in range(3):
        opened(f"Pilihan {number}", cast.shawl, cast.plaque)
    db.session.expunge_all()
    with count_queries(at_most=2):
        assert [len(one.codes) for one in queries.list_showing()] == [2, 2, 2]
    assert [count for _, count in queries.list_collections()] == [2, 2, 2]
