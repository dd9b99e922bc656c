"""Whom a maker shows and where they work: consent, hours, photos."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.edition import edition
from catalog.errors import Conflict, NotFound, Several
from catalog.makers.models import Maker, OpenHours, Person, Visits, Workshop
from catalog.makers.people import PEOPLE_MAX, add_person, edit_person, move_person, remove_person
from catalog.makers.services import create_maker
from catalog.makers.workshops import PICTURES_MAX, add_picture, edit_workshop, lead_with, remove_picture
from tests import factories

CLOSED = dict.fromkeys(range(1, 8), ("", ""))


@pytest.fixture
def maker(app: Flask) -> Maker:
    with transaction():
        factories.places()
        return create_maker("Tenun Contoh", "19.05.04")


def test_nobody_is_shown_without_having_agreed(maker: Maker) -> None:
    with transaction() as session:
        here = session.get_one(Maker, maker.id)
        with pytest.raises(Several) as refusal:
            add_person(here, "R", agrees=False)
        assert {one.field for one in refusal.value.errors} == {"name", "agrees"}
        assert here.hands == []
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Person(maker_id=maker.id, name="Ratna"))


def test_the_moment_of_agreeing_is_kept_and_kept_anew(maker: Maker) -> None:
    with clock.frozen(clock.now() - timedelta(days=9)), transaction() as session:
        person = add_person(session.get_one(Maker, maker.id), " Ratna ", "menenun", "weaves", agrees=True)
    first = person.consented_at
    assert person.name == "Ratna" and first is not None
    with transaction() as session:
        again = session.get_one(Person, person.id)
        with pytest.raises(Several):
            edit_person(again, "Ratna Sari", agrees=False)
        assert again.name == "Ratna"
        edit_person(again, "Ratna Sari", agrees=True)
        assert again.consented_at > first and again.role == ""


def test_whoever_goes_is_gone_with_the_portrait(maker: Maker) -> None:
    with transaction() as session:
        here = session.get_one(Maker, maker.id)
        person = add_person(here, "Ratna", agrees=True, portrait=factories.image())
        edit_person(person, "Ratna", agrees=True)
        assert person.portrait is not None
        edit_person(person, "Ratna", agrees=True, without_portrait=True)
        assert person.portrait is None
        remove_person(person)
    assert db.session.scalar(db.select(db.func.count(Person.id))) == 0


def test_people_stand_in_the_order_in_which_they_are_put(maker: Maker) -> None:
    with transaction() as session:
        here = session.get_one(Maker, maker.id)
        people = [add_person(here, f"Orang {number}", agrees=True) for number in range(3)]
        move_person(people[2], earlier=True)
        move_person(people[0], earlier=True)
        assert [one.name for one in here.hands] == ["Orang 0", "Orang 2", "Orang 1"]
        for number in range(3, PEOPLE_MAX):
            add_person(here, f"Orang {number}", agrees=True)
        with pytest.raises(Conflict):
            add_person(here, "Orang lagi", agrees=True)


def test_hours_are_read_as_people_write_them(maker: Maker) -> None:
    with transaction() as session:
        here = session.get_one(Maker, maker.id)
        hours = {**CLOSED, 1: ("08.00", "16:30"), 6: ("9:00", "24.00")}
        workshop = edit_workshop(here, "Dua alat tenun.", "", "hours", "Pintu biru", "", hours)
        assert [(one.weekday, one.opens, one.closes) for one in workshop.hours] == [(1, 480, 990), (6, 540, 1440)]
        edit_workshop(here, "Dua alat tenun.", "", "hours", "", "", {**CLOSED, 2: ("08:00", "12:00")})
        assert [one.weekday for one in workshop.hours] == [2]
        edit_workshop(here, "", "", "none", "Pintu biru", "", hours)
        assert workshop.hours == [] and workshop.way == "" and workshop.visits is Visits.NONE


@pytest.mark.parametrize(
    ("visits", "way", "hours", "fields"),
    [
        ("", "", {}, {"visits"}),
        ("always", "", {}, {"visits"}),
        ("hours", "", {}, {"opens-1"}),
        ("hours", "", {1: ("08.00", "")}, {"closes-1"}),
        ("hours", "", {1: ("", "08.00")}, {"opens-1"}),
        ("hours", "", {1: ("16.00", "08.00"), 3: ("pagi", "25.00")}, {"closes-1", "opens-3", "closes-3"}),
        ("hours", "", {2: ("08.00", "08.00")}, {"closes-2"}),
        ("hours", "x" * 301, {2: ("24.30", "23.00")}, {"way", "opens-2"}),
        ("appointment", "", {}, {"way"}),
    ],
)
def test_refuses_hours_and_visits_that_cannot_be(
    maker: Maker, visits: str, way: str, hours: dict[int, tuple[str, str]], fields: set[str]
) -> None:
    with transaction() as session:
        here = session.get_one(Maker, maker.id)
        with pytest.raises(Several) as refusal:
            edit_workshop(here, "", "", visits, way, "", {**CLOSED, **hours})
        assert {one.field for one in refusal.value.errors} == fields
        assert here.workshop is None


@pytest.mark.parametrize("span", [(8, 0, 60), (0, 0, 60), (1, 60, 60), (1, 0, 1441), (1, -1, 60)])
def test_the_database_refuses_hours_that_cannot_be(maker: Maker, span: tuple[int, int, int]) -> None:
    with transaction() as session:
        workshop = Workshop(maker_id=maker.id)
        session.add(workshop)
    weekday, opens, closes = span
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(OpenHours(workshop_id=workshop.id, weekday=weekday, opens=opens, closes=closes))


def test_the_first_photo_leads_and_another_takes_its_place(maker: Maker) -> None:
    with transaction() as session:
        here = session.get_one(Maker, maker.id)
        images = [factories.image() for _ in range(PICTURES_MAX + 1)]
        for image in images[:3]:
            add_picture(here, image)
        add_picture(here, images[0])
        assert here.workshop is not None and len(here.workshop.pictures) == 3 and here.image is images[0]
        lead_with(here, images[2].code)
        assert here.image is images[2]
        remove_picture(here, images[2].code)
        assert here.image is images[0]
        for image in images[3:]:
            add_picture(here, image)
        with pytest.raises(Conflict):
            add_picture(here, factories.image())
        with pytest.raises(NotFound):
            lead_with(here, images[2].code)


def test_whatever_the_page_tells_raises_the_edition(maker: Maker) -> None:
    deeds = (
        lambda here: add_person(here, "Ratna", agrees=True),
        lambda here: edit_workshop(here, "Dua alat.", "", "none", "", "", CLOSED),
        lambda here: add_picture(here, factories.image()),
    )
    for deed in deeds:
        before = edition()
        db.session.rollback()
        with transaction() as session:
            deed(session.get_one(Maker, maker.id))
        assert edition() > before
