"""`flask media verify`: what is wrong with the files of pictures, said, mended, and gone on with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import transaction
from catalog.media import services
from catalog.media.metadata import is_clean
from catalog.media.pipeline import avif, prepare
from catalog.media.queries import find_image
from tests.catalog.media.samples import encoded, scene, with_everything_to_hide


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["house"].ports.storage


@pytest.fixture
def image(storage: Any) -> Any:
    with transaction():
        return services.store(storage, prepare(scene(700, 500)), owner="ratna", alt="Kain")


def run(app: Flask, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["media", "verify", *arguments])


def test_all_is_well(app: Flask, image: Any) -> None:
    result = run(app)
    assert result.exit_code == 0, result.output
    assert "every picture has its files" in result.output


def test_each_problem_is_named_and_nothing_is_changed(app: Flask, storage: Any, image: Any) -> None:
    gone, changed = image.renditions[0].path, image.renditions[1].path
    storage.delete(gone)
    storage.put(changed, b"something else")
    storage.put("ab/" + "0" * 64 + ".webp", b"nobody's")
    for days in (0, 4):
        with clock.frozen(clock.after(timedelta(days=days))):
            result = run(app)
        assert result.exit_code == 1
        assert f"missing: {gone}" in result.output
        assert f"changed: {changed}" in result.output
        assert ("orphan: ab/" in result.output) is bool(days), "a young one may be about to get its image"


def test_repair_makes_renditions_anew_from_the_original(app: Flask, storage: Any, image: Any, work: Any) -> None:
    storage.delete(image.renditions[0].path)
    assert "1 pictures made anew" in run(app, "--repair").output
    work()
    fresh = find_image(image.code)
    assert {one.format for one in fresh.renditions} == {"webp", "avif"}
    with transaction():
        services.sweep_orphans(storage, timedelta(0))
    assert run(app).exit_code == 0


def test_a_lost_original_cannot_be_made_anew(app: Flask, storage: Any, image: Any) -> None:
    storage.delete(image.path)
    assert "0 pictures made anew" in run(app, "--repair").output
    assert run(app).exit_code == 1


def test_it_can_be_stopped_and_gone_on_with(
    app: Flask, storage: Any, image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [path for _, _, path, _ in services.look_over(storage)]
    read = storage.read
    calls: list[str] = []

    def interrupted(name: str) -> bytes:
        calls.append(name)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return bytes(read(name))

    monkeypatch.setattr(type(storage), "read", lambda self, name: interrupted(name))
    result = run(app)
    assert result.exit_code == 130
    assert f"--from {paths[1]}" in result.output
    monkeypatch.undo()
    assert [path for _, _, path, _ in services.look_over(storage, paths[1])] == paths[1:]
    assert run(app, "--from", paths[1]).exit_code == 0


def test_what_hides_in_a_file_is_found() -> None:
    dirty = with_everything_to_hide()
    assert not is_clean(dirty)
    picture = prepare(scene(700, 500))
    for kept in (*picture.renditions, picture.original, *avif(picture.original.data)):
        assert is_clean(kept.data), kept.format
    for kind, how in (
        ("WEBP", {"exif": b"Exif\x00\x00II*\x00"}),
        ("PNG", {"exif": b"Exif\x00\x00MM"}),
        ("WEBP", {"xmp": b"<x/>"}),
        ("JPEG", {"comment": b"di rumah"}),
        ("AVIF", {"exif": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00"}),
    ):
        assert not is_clean(encoded(scene(), kind, **how)), (kind, how)
        assert is_clean(encoded(scene(), kind))
    assert not is_clean(b"GIF89a")
    assert not is_clean(b"")
