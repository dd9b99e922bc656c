"""Pictures in a bucket: the same promises as in a folder, kept over a network that may be slow, mute or lying."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Unavailable
from catalog.media import services
from catalog.media.pipeline import prepare
from marketplace.adapters import s3
from marketplace.adapters.s3 import S3Storage
from tests.catalog.media.samples import scene
from tests.fakes.s3_server import FakeS3, fake_s3


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with fake_s3() as server:
        yield server


@pytest.fixture
def storage(fake: FakeS3, monkeypatch: pytest.MonkeyPatch) -> S3Storage:
    monkeypatch.setattr(s3, "SECONDS", 1)
    return S3Storage(f"s3://gambar/toko?endpoint={fake.url}&region=ap-southeast-3", "kunci", "rahasia")


def named(data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return f"{digest[:2]}/{digest}.webp"


def test_what_is_put_comes_back_under_its_prefix(storage: S3Storage, fake: FakeS3) -> None:
    name = named(b"isi")
    storage.put(name, b"isi")
    assert storage.exists(name)
    assert storage.read(name) == storage.open(name).read() == b"isi"
    kept = fake.objects[f"toko/{name}"][1]
    assert kept == {"Content-Type": "image/webp", "Cache-Control": "public, max-age=31536000, immutable"}
    assert storage.url(name) == f"/media/{name}"


def test_what_was_just_put_is_not_sent_again(storage: S3Storage, fake: FakeS3) -> None:
    name = named(b"isi")
    for _ in range(3):
        storage.put(name, b"isi")
    assert [method for method, _ in fake.requests] == ["PUT"]
    storage.delete(name)
    storage.put(name, b"isi")
    assert storage.exists(name)


def test_what_is_not_there_is_not_found(storage: S3Storage) -> None:
    name = named(b"lain")
    assert not storage.exists(name)
    with pytest.raises(FileNotFoundError):
        storage.read(name)
    storage.delete(name)


def test_all_pages_are_listed(storage: S3Storage, fake: FakeS3) -> None:
    bodies = [str(number).encode() for number in range(8)]
    for body in bodies:
        storage.put(named(body), body)
    fake.objects["other/thing.webp"] = (b"x", {})
    assert {(one.name, one.size) for one in storage.list()} == {(named(body), 1) for body in bodies}


@pytest.mark.parametrize("name", ["../rahasia", "/etc/passwd", "A.webp", "a/../b.webp", "a" * 300, ""])
def test_refuses_names_that_are_not_ours(storage: S3Storage, fake: FakeS3, name: str) -> None:
    for verb in (storage.read, storage.exists, storage.delete, storage.url, lambda one: storage.put(one, b"")):
        with pytest.raises(ValueError):
            verb(name)
    assert not fake.requests


def test_a_passing_fault_is_tried_again(storage: S3Storage, fake: FakeS3) -> None:
    fake.trouble = [503]
    storage.put(named(b"isi"), b"isi")
    fake.trouble = [500]
    assert storage.read(named(b"isi")) == b"isi"


@pytest.mark.parametrize("trouble", [[403] * 9, [503] * 9, ["mute"] * 9])
def test_a_lasting_fault_is_told_within_its_time(storage: S3Storage, fake: FakeS3, trouble: list[Any]) -> None:
    fake.mute_seconds = 3.0
    fake.trouble = trouble
    started = time.monotonic()
    with pytest.raises(Unavailable):
        storage.read(named(b"isi"))
    assert time.monotonic() - started < 6


def test_a_bucket_that_is_not_there_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = S3Storage("s3://gambar?endpoint=http://127.0.0.1:9&region=x", "kunci", "rahasia")
    for verb in (gone.read, gone.exists):
        with pytest.raises(Unavailable):
            verb(named(b"isi"))


def test_wrong_bytes_are_never_shown(storage: S3Storage, fake: FakeS3) -> None:
    storage.put(named(b"isi"), b"isi")
    fake.trouble = ["wrong"]
    with pytest.raises(Unavailable):
        storage.read(named(b"isi"))
    assert storage.read(named(b"isi")) == b"isi"


def test_refuses_an_address_that_names_no_bucket() -> None:
    for url in ("", "https://host/bucket", "s3://", "gambar"):
        with pytest.raises(ValueError):
            S3Storage(url, "k", "s")


def test_private_files_have_no_address(fake: FakeS3) -> None:
    with pytest.raises(LookupError):
        S3Storage(f"s3://gambar?endpoint={fake.url}", "kunci", "rahasia", base=None).url("a/b.webp")


def test_a_picture_laid_down_first_needs_no_network_in_its_transaction(
    app: Any, storage: S3Storage, fake: FakeS3
) -> None:
    picture = prepare(scene(700, 500))
    services.lay_down(storage, picture)
    before = len(fake.requests)
    with transaction():
        services.store(storage, picture, owner="ratna", alt="Kain")
        db.session.flush()
        assert len(fake.requests) == before
    assert services.verify(storage) == []
