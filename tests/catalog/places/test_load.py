"""Loading the tables of places."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, Invalid
from catalog.places.models import District, PlaceAlias, Province, Regency, Village, VillageKind
from catalog.places.queries import find_place
from catalog.places.services import Loaded, load_places, load_village_batch, load_villages, village_batches


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_loads_the_nation_down_to_its_districts_within_two_seconds(empty: Flask) -> None:
    seen: list[tuple[int, int]] = []
    started = time.perf_counter()
    with transaction():
        loaded = load_places(lambda done, total: seen.append((done, total)))
    assert time.perf_counter() - started < 2
    assert (count(Province), count(Regency), count(District)) == (38, 514, 7285)
    assert loaded.added == 38 + 514 + 7285 + count(PlaceAlias)
    assert seen == [(38, 7837), (552, 7837), (7837, 7837)]


def test_loading_again_changes_nothing(empty: Flask) -> None:
    with transaction():
        load_places()
    number = edition()
    with transaction():
        again = load_places()
    assert (again.added, again.changed) == (0, 0)
    assert edition() == number


def test_corrects_what_differs_from_the_decree(empty: Flask) -> None:
    with transaction() as session:
        load_places()
        session.get_one(District, "19.05.04").name = "Klapa"
    number = edition()
    with transaction() as session:
        assert load_places().changed == 1
        assert session.get_one(District, "19.05.04").name == "Kelapa"
    assert edition() == number + 1


def test_loads_all_villages_batch_by_batch(empty: Flask) -> None:
    with transaction():
        load_places()
    seen: list[tuple[int, int]] = []
    for batch in village_batches():
        with transaction():
            assert load_village_batch(batch) == Loaded(added=len(batch.rows))
        seen.append((batch.done, batch.total))
    assert count(Village) == 83_762
    assert seen[-1] == (83_762, 83_762)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    rows = db.session.execute(select(Village.kind, func.count()).group_by(Village.kind))
    kinds = dict(rows.all())
    assert kinds == {VillageKind.URBAN: 8_496, VillageKind.RURAL: 75_252, VillageKind.CUSTOMARY: 14}
    orphans = select(func.count()).where(Village.district_code.not_in(select(District.code)))
    assert db.session.scalar(orphans) == 0
    elsewhere = select(func.count()).where(func.substr(Village.code, 1, 8) != Village.district_code)
    assert db.session.scalar(elsewhere) == 0
    assert list(village_batches()) == []


def test_goes_on_where_an_interrupted_load_stopped(empty: Flask) -> None:
    with transaction():
        load_places()
    with pytest.raises(KeyboardInterrupt):
        for number, batch in enumerate(village_batches("19", size=100)):
            with transaction():
                load_village_batch(batch)
                if number == 2:
                    raise KeyboardInterrupt
    assert count(Village) == 200
    rest = list(village_batches("19", size=100))
    assert rest[0].done == 300
    for batch in rest:
        with transaction():
            load_village_batch(batch)
    assert count(Village) == rest[-1].total
    assert list(village_batches("19", size=100)) == []
    assert len(list(village_batches("19", size=100, resume=False))) == len(rest) + 2


def test_a_batch_written_twice_is_the_same(empty: Flask) -> None:
    with transaction():
        load_places()
        first = load_villages("19.05.04")
    with transaction():
        again = load_villages("19.05.04", resume=False)
    assert again == Loaded(unchanged=first.added)
    assert count(Village) == first.added == 14


def test_a_changed_village_is_corrected_and_not_remembered(empty: Flask) -> None:
    with transaction() as session:
        load_places()
        load_villages("19.05.04")
        session.get_one(Village, "19.05.04.2005").name = "Dendeng"
    assert (place := find_place("19.05.04.2005")) and place.name == "Dendeng"
    with transaction():
        assert load_villages("19.05.04").changed == 1
    assert (place := find_place("19.05.04.2005")) and place.name == "Dendang"


def test_refuses_villages_before_their_districts(empty: Flask) -> None:
    with pytest.raises(Conflict, match="districts are not loaded"):
        next(village_batches("19"))


@pytest.mark.parametrize("prefix", ["1", "babel", "19.5", "19.05.", "19.05.04.20", "19 "])
def test_refuses_a_prefix_that_is_no_place_code(empty: Flask, prefix: str) -> None:
    with pytest.raises(Invalid) as refusal:
        next(village_batches(prefix))
    assert refusal.value.field == "prefix"
