"""What lies beside one piece: found from its own end, in a shop of any size."""

from __future__ import annotations

import sqlite3
from itertools import cycle, islice
from typing import Any

import pytest

from catalog import clock
from catalog.crafts.models import Motif
from catalog.db import db, transaction
from catalog.makers.models import Maker
from catalog.products import queries
from catalog.products.models import Product, ProductState
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases


def rare_motif() -> Motif:
    return factories.named(Motif, "langka", "Motif langka", craft_id=factories.craft().id)


def beside(statement: Any, product: Product) -> list[int]:
    return list(db.session.scalars(statement, queries.keys_of(product)))


@pytest.fixture
def circle(cast: Cast) -> list[Product]:
    """The oldest piece of each of five makers of one regency, in the order of districts and of their coming."""
    with transaction():
        places = ("19.05.04", "19.05.01", "19.05.04", "19.05.01")
        shops = [factories.seller(f"Sanggar {n}", district_code=place) for n, place in enumerate(places)]
        pieces = [factories.product(shop, f"Kain {n}") for n, shop in enumerate(shops)]
    return [cast.shawl, pieces[1], pieces[3], pieces[0], pieces[2]]


@both_databases
def test_neighbours_follow_round_in_a_circle(cast: Cast, circle: list[Product]) -> None:
    for at, piece in enumerate(circle):
        for many in (1, 2, 6):
            others = [one.id for one in islice(cycle(circle), at + 1, at + len(circle))]
            following, before = [one.id for one in circle[at + 1 :]], [one.id for one in circle[:at]]
            found = beside(queries.pick_neighbours(many), piece)
            assert sorted(found) == sorted(following[:many] + before[:many])
            assert set(found) <= set(others)
    assert beside(queries.pick_neighbours(3), cast.plaque) == []  # alone in its regency


@both_databases
def test_of_each_neighbour_the_newest_piece_on_sale(cast: Cast, circle: list[Product]) -> None:
    (first, second, third, *_) = circle
    with transaction():
        shop = second.seller_id
        newer = factories.product(db.session.get_one(type(cast.ratnas), shop), "Kain baru")
        newer.published_at = clock.now()
        factories.product(db.session.get_one(type(cast.ratnas), shop), "Kain rencana", live=False)
        third.state = ProductState.WITHDRAWN
    assert beside(queries.pick_neighbours(2), first) == [newer.id, circle[3].id]


@both_databases
def test_the_same_motif_is_the_youngest_by_other_hands(cast: Cast) -> None:
    shared, *_ = cast.shawl.motifs
    with transaction():
        other = rare_motif()
        cast.shawl.motifs.append(other)
        own = factories.product(cast.ratnas, "Selendang lain")
        own.motifs = [shared]
        theirs = [factories.product(cast.budis, f"Piring {n}") for n in range(5)]
        for one in theirs:
            one.motifs = [shared]
        rare = factories.product(cast.budis, "Piring langka")
        rare.motifs = [other, shared]
        hidden = factories.product(cast.budis, "Piring rencana", live=False)
        hidden.motifs = [shared, other]
        plain = factories.product(cast.budis, "Piring polos")
        plain.motifs = []
    found = beside(queries.pick_same_motif(3), cast.shawl)
    assert sorted(found) == [theirs[3].id, theirs[4].id, rare.id]
    assert sorted(beside(queries.pick_same_motif(3), hidden)) == [cast.shawl.id, own.id]
    assert beside(queries.pick_same_motif(3), plain) == []
    season = list(db.session.scalars(queries.pick_of_motifs([shared.slug, other.slug, "nothing"], 2)))
    assert sorted(season) == [cast.shawl.id, theirs[4].id, rare.id]


def steps(statement: Any, product: Product) -> int:
    """How many hundred steps SQLite makes for a list."""
    keys, made = queries.keys_of(product), 0

    def count() -> int:
        nonlocal made
        made += 1
        return 0

    raw: sqlite3.Connection = db.session.connection().connection.driver_connection  # type: ignore[assignment]
    raw.set_progress_handler(count, 100)
    try:
        db.session.execute(statement, keys).all()
    finally:
        raw.set_progress_handler(None, 0)
    return made


@pytest.mark.parametrize("pick", [queries.pick_same_motif, queries.pick_neighbours, queries.pick_same_maker])
def test_a_rare_motif_or_a_lonely_maker_costs_no_walk_through_the_shop(cast: Cast, pick: Any) -> None:
    statement = pick(4)
    with transaction():
        cast.plaque.motifs = [rare_motif()]
    before = steps(statement, cast.plaque)
    with transaction():
        for n in range(120):
            factories.product(cast.ratnas, f"Kain {n}")
    assert steps(statement, cast.plaque) <= before + 1


def test_control_the_newest_of_all_that_fits_walks_through_the_shop(cast: Cast) -> None:
    newest = (Product.published_at.desc(), Product.id.desc())
    nearby = db.select(Maker.id).where(Maker.district_code.like("19.71.%"), Maker.id != cast.plaque.maker_id)
    walking = db.select(Product.id).where(queries.LIVE, Product.maker_id.in_(nearby)).order_by(*newest).limit(4)
    before = steps(walking, cast.plaque)
    with transaction():
        for n in range(120):
            factories.product(cast.ratnas, f"Kain {n}")
    assert steps(walking, cast.plaque) > before + 5
