"""Rows and files belong together: stored, reused, described, swept and verified."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid
from catalog.media import jobs, services
from catalog.media.models import Image, serve_from
from catalog.media.pictures import Picture, is_named
from catalog.media.pipeline import prepare
from catalog.media.queries import find_image, find_image_of
from catalog.media.storage import FolderStorage
from catalog.products.services import attach_picture
from catalog.search.cards import card_image
from tests.cast import Cast
from tests.catalog.media.samples import scene


@pytest.fixture
def storage(tmp_path: Path, app: Flask) -> FolderStorage:
    return FolderStorage(tmp_path / "pictures")


@pytest.fixture(scope="module")
def picture() -> Picture:
    return prepare(scene(700, 500))


def stored(storage: FolderStorage, picture: Picture, owner: str | None = "ratna", **words: str) -> Image:
    with transaction():
        return services.store(storage, picture, owner, **words)


def files(storage: FolderStorage) -> set[str]:
    return {entry.name for entry in storage.list()}


def age(storage: FolderStorage, days: int = 9) -> None:
    then = (clock.now() - timedelta(days=days)).timestamp()
    for entry in storage.list():
        os.utime(storage.root / entry.name, (then, then))


def test_every_file_of_a_row_is_there(storage: FolderStorage, picture: Picture) -> None:
    image = stored(storage, picture, alt="  Kain \n cual ")
    assert image.alt == "Kain cual"
    assert files(storage) == set(image.paths())
    assert image.url == f"/media/{image.path}"
    assert [one.url for one in image.renditions] == [f"/media/{one.path}" for one in picture.renditions]
    assert image.ways().mime == "image/webp"
    assert image.ways().srcset.endswith(f"{image.ways().url} 640w")
    assert image.focal == "50% 50%"


def test_a_narrow_place_names_no_wider_files(storage: FolderStorage, picture: Picture) -> None:
    image = stored(storage, picture)
    narrow = image.ways(480)
    assert [part.split()[1] for part in narrow.srcset.split(", ")] == ["320w", "480w"]
    assert narrow.srcset.endswith(f"{narrow.url} 480w")
    assert image.ways(100).srcset.endswith(" 320w"), "rather too wide than nothing"


def test_a_picture_without_renditions_has_its_original(storage: FolderStorage, picture: Picture) -> None:
    image = stored(storage, picture)
    image.files = []
    assert (image.ways().srcset, image.ways().url) == ("", image.url)


def test_the_same_picture_of_the_same_owner_is_one_image(storage: FolderStorage, picture: Picture) -> None:
    first, again = stored(storage, picture), stored(storage, picture)
    other, house = stored(storage, picture, "budi"), stored(storage, picture, None)
    assert first.id == again.id
    assert len({first.id, other.id, house.id}) == 3
    assert files(storage) == set(first.paths())


def test_refuses_a_description_that_is_too_long(storage: FolderStorage, picture: Picture) -> None:
    with pytest.raises(Invalid) as caught, transaction():
        services.store(storage, picture, "ratna", alt="x" * 301)
    assert caught.value.field == "alt"


@pytest.mark.parametrize("percent", [-1, 101])
def test_refuses_a_focal_point_outside_of_the_picture(storage: FolderStorage, picture: Picture, percent: int) -> None:
    image = stored(storage, picture)
    with pytest.raises(Invalid), transaction():
        services.describe(image, focal_x=percent)


def test_refuses_more_than_the_quota(storage: FolderStorage, picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "QUOTA", 1)
    stored(storage, picture)
    with pytest.raises(Conflict), transaction():
        services.store(storage, prepare(scene(400, 400)), "ratna")
    stored(storage, prepare(scene(400, 400)), "budi")


def test_what_is_not_yours_is_not_found(storage: FolderStorage, picture: Picture) -> None:
    image = stored(storage, picture)
    assert find_image_of("ratna", image.code) is image
    assert find_image_of("budi", image.code) is None


def test_avif_is_added_once_and_verified(storage: FolderStorage, picture: Picture) -> None:
    image = stored(storage, picture)
    assert jobs.make_avif(storage, image.code)
    assert not jobs.make_avif(storage, image.code)
    assert not jobs.make_avif(storage, "unknown")
    fresh = find_image(image.code)
    assert fresh is not None
    assert fresh.ways().mime == "image/avif"
    assert fresh.ways().url.endswith(".webp"), "who cannot read AVIF gets WebP"
    assert [one.width for one in fresh.renditions if one.format == "avif"] == [320, 480, 640]
    assert services.verify(storage) == []


def test_a_sweep_takes_files_without_a_row(storage: FolderStorage, picture: Picture) -> None:
    with pytest.raises(RuntimeError), transaction():
        services.store(storage, picture, "ratna")
        raise RuntimeError("killed before the commit")
    storage.put("tmp/0123456789abcdef", b"half a fi")
    assert len(files(storage)) == 5
    assert services.verify(storage) == []
    with transaction():
        assert services.sweep_orphans(storage).files == 0  # young: somebody may be about to commit
    age(storage)
    assert {problem.what for problem in services.verify(storage)} == {"orphan"}
    with transaction():
        assert services.sweep_orphans(storage) == services.Swept(images=0, files=5)
    assert services.verify(storage) == []


def test_a_sweep_takes_images_that_nothing_shows_and_leaves_the_others(
    storage: FolderStorage, picture: Picture, cast: Cast
) -> None:
    code = cast.ratnas.code
    with clock.frozen(clock.now() - timedelta(days=9)):
        forgotten = stored(storage, picture, code)
        shown = stored(storage, prepare(scene(400, 400)), code)
        house = stored(storage, prepare(scene(420, 400)), None)
        with transaction():
            attach_picture(cast.shawl, shown.code, code)
    shared = stored(storage, picture, cast.budis.code)
    age(storage)
    with transaction():
        assert services.sweep_orphans(storage).images == 1
    assert find_image(forgotten.code) is None
    assert find_image(shown.code)
    assert find_image(house.code)
    assert storage.exists(shared.path)  # the same bytes still belong to Budi


def test_verify_names_what_is_missing_or_changed(storage: FolderStorage, picture: Picture) -> None:
    image = stored(storage, picture)
    storage.delete(image.path)
    changed = image.renditions[0].path
    storage.put(changed, b"something else")
    seen: list[int] = []
    found = {(problem.path, problem.what) for problem in services.verify(storage, seen.append)}
    assert found == {(image.path, "missing"), (changed, "changed")}
    assert seen == [1, 2, 3, 4]


def test_the_public_sees_a_new_edition_after_a_new_rendition(storage: FolderStorage, picture: Picture) -> None:
    from catalog.edition import edition

    image = stored(storage, picture)
    before = edition()
    db.session.rollback()
    jobs.make_avif(storage, image.code)
    assert edition() == before + 1


@pytest.mark.parametrize(("digits", "is_right"), [(24, True), (64, True), (23, False), (0, False)])
def test_a_name_promises_its_bytes_by_enough_digits_of_their_hash(digits: int, is_right: bool) -> None:
    data = b"what was kept"
    name = hashlib.sha256(data).hexdigest()[:digits]
    assert is_named(f"ab/{name}.webp", data) is is_right
    assert not is_named(f"ab/{name}.webp", b"something else")


def test_cards_name_pictures_where_they_are_served_from() -> None:
    card = card_image("ab/ab.jpg", 640, 800, "", "", 50, 50, json.dumps([["webp", 320, 400, 9, "c" * 24]]))
    assert card.ways().url == f"/media/cc/{'c' * 24}.webp"
    serve_from("https://pictures.example/shop")
    try:
        assert card.ways().url == f"https://pictures.example/shop/cc/{'c' * 24}.webp"
    finally:
        serve_from("/media/")
