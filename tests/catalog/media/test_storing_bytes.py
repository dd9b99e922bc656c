"""A folder keeps a file whole or not at all, and never outside of itself."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Unavailable
from catalog.media.storage import FolderStorage

NAMES_OF_ATTACKERS = [
    "../../etc/passwd", "/etc/passwd", "ab/../../x", "ab/..", "", ".", "..", "a\x00b", "a\nb", "CON.jpg", "ab/.hidden",
    "x" * 300, "ab//cd", "ab\\cd", "\u202egpj.exe", "%2e%2e/x", "~/x",
]  # fmt: skip


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "media")


@pytest.mark.parametrize("name", NAMES_OF_ATTACKERS)
@pytest.mark.parametrize("verb", ["put", "open", "read", "exists", "delete", "url"])
def test_refuses_names_that_are_not_ours(storage: FolderStorage, verb: str, name: str) -> None:
    with pytest.raises(ValueError):
        getattr(storage, verb)(name, b"") if verb == "put" else getattr(storage, verb)(name)


def test_keeps_and_gives_back(storage: FolderStorage) -> None:
    storage.put("ab/one.webp", b"bytes")
    assert storage.read("ab/one.webp") == b"bytes"
    with storage.open("ab/one.webp") as file:
        assert file.read() == b"bytes"
    assert storage.exists("ab/one.webp")
    assert storage.url("ab/one.webp") == "/media/ab/one.webp"
    assert [(entry.name, entry.size) for entry in storage.list()] == [("ab/one.webp", 5)]
    storage.delete("ab/one.webp")
    storage.delete("ab/one.webp")
    assert not storage.exists("ab/one.webp")


def test_answers_that_a_file_is_missing(storage: FolderStorage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.read("ab/none.webp")
    with pytest.raises(FileNotFoundError):
        storage.open("ab/none.webp")


def test_private_files_have_no_address(tmp_path: Path) -> None:
    vault = FolderStorage(tmp_path / "private", base=None)
    vault.put("ktp/one.jpg", b"secret")
    with pytest.raises(LookupError):
        vault.url("ktp/one.jpg")


def test_a_full_disk_is_said_and_leaves_no_half_file(storage: FolderStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        storage.put("ab/one.webp", b"bytes")
    assert not list(storage.list())


def test_a_process_killed_while_writing_leaves_the_old_file(
    storage: FolderStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(self: Any, target: Any) -> None:
        raise Killed

    storage.put("ab/one.webp", b"old")
    monkeypatch.setattr(Path, "replace", kill)
    with pytest.raises(Killed):
        storage.put("ab/one.webp", b"new")
    assert storage.read("ab/one.webp") == b"old"
    assert [entry.name.startswith("tmp/") for entry in storage.list() if entry.name != "ab/one.webp"] == [True]
