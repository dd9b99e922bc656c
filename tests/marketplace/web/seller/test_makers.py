"""What a shop tells of its makers: workshop, photos, people, addresses elsewhere."""

from __future__ import annotations

import io
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.makers.models import Maker, Person
from tests import factories
from tests.marketplace.web.seller.conftest import Desk, jpeg

TOUR = {"about": "Dua alat tenun.", "visits": "hours", "way": "Pintu biru", "opens-1": "08:00", "closes-1": "16:00"}


def _maker(desk: Desk) -> Maker:
    db.session.expire_all()
    return db.session.scalars(db.select(Maker).where(Maker.code == desk.maker)).one()


def test_saves_the_workshop_and_shows_it_again(ratnas: Desk) -> None:
    assert ratnas.post(f"makers/{ratnas.maker}/workshop", TOUR).status_code == 303
    workshop = _maker(ratnas).workshop
    assert workshop and (workshop.about, workshop.hours[0].closes) == ("Dua alat tenun.", 960)
    text = ratnas.get(f"makers/{ratnas.maker}/workshop/edit").text
    assert "Dua alat tenun." in text and 'value="08:00"' in text and "(WIB)" in text


@pytest.mark.parametrize(
    ("changes", "at"), [({"closes-1": ""}, "closes-1"), ({"visits": ""}, "visits"), ({"way": "x" * 301}, "way"), ({"opens-1": "pagi"}, "opens-1")]
)  # fmt: skip
def test_names_what_is_wrong_about_a_workshop_and_keeps_what_was_typed(
    ratnas: Desk, changes: dict[str, str], at: str
) -> None:
    answer = ratnas.post(f"makers/{ratnas.maker}/workshop", {**TOUR, **changes})
    assert answer.status_code == 422 and f'id="{at}-error"' in answer.text and "Dua alat tenun." in answer.text
    assert _maker(ratnas).workshop is None


def test_photos_are_added_described_put_first_and_taken_away(ratnas: Desk) -> None:
    path = f"makers/{ratnas.maker}/views"
    files = [(jpeg(seed=1), "a.jpg"), (io.BytesIO(b"none"), "rusak.jpg"), (jpeg(seed=3), "b.jpg")]
    assert ratnas.post(path, {"pictures": files}).status_code == 303
    assert "rusak.jpg" in ratnas.get(path).text
    workshop = _maker(ratnas).workshop
    assert workshop
    first, second = (one.image.code for one in workshop.pictures)
    assert ratnas.post(f"{path}/{second}/lead", {f"alt-{first}": "Alat tenun di jendela"}).status_code == 303
    maker = _maker(ratnas)
    assert maker.image and maker.image.code == second and maker.workshop
    assert maker.workshop.pictures[0].image.alt == "Alat tenun di jendela"
    assert ratnas.post(f"{path}/descriptions", {f"alt-{first}": "x" * 301}).status_code == 422
    assert ratnas.post(f"{path}/{second}/removal").status_code == 303
    maker = _maker(ratnas)
    assert maker.image and maker.image.code == first
    assert ratnas.post(f"{path}/{second}/removal").status_code == 404


@pytest.mark.parametrize("files", [[], [(b"", "kosong.jpg")], [(b"no picture", "x.jpg")]])
def test_refuses_a_sending_without_a_photo(ratnas: Desk, files: list[Any]) -> None:
    sent = {"pictures": [(io.BytesIO(body), name) for body, name in files]}
    answer = ratnas.post(f"makers/{ratnas.maker}/views", sent)
    assert answer.status_code == 422 and 'id="pictures-error"' in answer.text


def test_shows_somebody_with_a_portrait_who_has_agreed(ratnas: Desk) -> None:
    path = f"makers/{ratnas.maker}/people"
    typed = {"name": "Wulan", "role": "mengikat benang", "agrees": "y", "portrait": (jpeg(), "w.jpg")}
    assert ratnas.post(path, typed).status_code == 303
    (person,) = _maker(ratnas).hands
    assert person.name == "Wulan" and person.portrait and person.portrait.owner == ratnas.seller
    form = ratnas.get(f"{path}/{person.code}/edit").text
    assert "mengikat benang" in form and 'name="agrees" value="y" checked' not in form
    assert (
        ratnas.post(f"{path}/{person.code}", {"name": "Wulan", "agrees": "y", "without_portrait": "y"}).status_code
        == 303
    )
    (person,) = _maker(ratnas).hands
    assert person.portrait is None and person.role == ""
    assert ratnas.post(f"{path}/{person.code}/removal").status_code == 303
    assert _maker(ratnas).hands == []


@pytest.mark.parametrize(
    ("changes", "at"),
    [({"agrees": ""}, "agrees"), ({"name": ""}, "name"), ({"name": "x" * 61}, "name"), ({"role": "x" * 81}, "role")],
)
def test_refuses_to_show_whom_nobody_asked(ratnas: Desk, changes: dict[str, str], at: str) -> None:
    typed = {key: value for key, value in {"name": "Wulan", "agrees": "y", **changes}.items() if value}
    answer = ratnas.post(f"makers/{ratnas.maker}/people", typed)
    assert answer.status_code == 422 and f'id="{at}-error"' in answer.text
    assert _maker(ratnas).hands == []


def test_a_portrait_that_is_none_is_named_and_nobody_is_shown(ratnas: Desk) -> None:
    typed = {"name": "Wulan", "agrees": "y", "portrait": (io.BytesIO(b"no picture"), "w.jpg")}
    answer = ratnas.post(f"makers/{ratnas.maker}/people", typed)
    assert answer.status_code == 422 and 'id="portrait-error"' in answer.text and "Wulan" in answer.text
    assert _maker(ratnas).hands == []


def test_addresses_elsewhere_are_kept_and_short_links_refused(ratnas: Desk) -> None:
    path = f"makers/{ratnas.maker}/links"
    assert ratnas.post(path, {"tokopedia": "tokopedia.com/tenun-contoh?utm=x"}).status_code == 303
    answer = ratnas.post(path, {"shopee": "https://shope.ee/abc", "site": "https://tenun.example"})
    assert answer.status_code == 422 and 'id="shopee-error"' in answer.text and "https://shope.ee/abc" in answer.text
    assert [one.url for one in _maker(ratnas).links] == ["https://tokopedia.com/tenun-contoh"]
    assert ratnas.post(path, {"tokopedia": ""}).status_code == 303
    assert _maker(ratnas).links == []


def test_another_shop_s_makers_people_and_photos_do_not_exist(ratnas: Desk, budis: Desk) -> None:
    with transaction() as session:
        maker = session.scalars(db.select(Maker).where(Maker.code == ratnas.maker)).one()
        person = factories.add(Person(maker_id=maker.id, name="Wulan", consented_at=maker.created_at))
    for path in ("workshop/edit", "views", "people", "people/new", f"people/{person.code}/edit", "links/edit"):
        assert budis.get(f"makers/{ratnas.maker}/{path}").status_code == 404, path
    assert budis.post(f"makers/{budis.maker}/people/{person.code}/removal").status_code == 404
    assert len(_maker(ratnas).hands) == 1
