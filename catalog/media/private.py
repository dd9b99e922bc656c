"""Pictures that only some people may see: kept in the private storage under a folder of their subject."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from catalog.media.pictures import Kept, Picture, path_of
from catalog.media.storage import Storage

SMALL_SIDE = 480


class PrivatePicture:
    """What a model of a private picture can say of its files: `files` is what `keep` gave, the small one first, and
    `FOLDER` where they lie."""

    FOLDER: ClassVar[str]
    files: Mapped[list[list[Any]]] = mapped_column(JSON)

    def file(self, small: bool = False) -> tuple[str, str, int, int]:
        """(name in the private storage, format, width, height)."""
        kind, width, height, _size, sha256 = self.files[0 if small else -1]
        return f"{self.FOLDER}{path_of(sha256, kind)}", kind, width, height

    def names(self) -> list[str]:
        return [f"{self.FOLDER}{path_of(one[4], one[0])}" for one in self.files]


def keep(storage: Storage, picture: Picture, folder: str) -> list[list[Any]]:
    """Put a received picture into the private storage: [format, width, height, size, sha256] of the small rendition and
    of the whole."""
    kept = (_small(picture), picture.original)
    for one in kept:
        storage.put(folder + one.path, one.data)
    return [[one.format, one.width, one.height, one.size, one.sha256] for one in kept]


def _small(picture: Picture) -> Kept:
    """The rendition that stands in pages: the first of at least SMALL_SIDE pixels, else the widest."""
    ways = sorted((one for one in picture.renditions if one.format == "webp"), key=lambda one: one.width)
    return next((one for one in ways if one.width >= SMALL_SIDE), ways[-1] if ways else picture.original)


def sweep_files(storage: Storage, folder: str, named: Collection[str], before: datetime) -> int:
    """Delete the private files of `folder` that nothing names and that are older than `before`; how many went."""
    gone = 0
    for entry in list(storage.list()):
        if entry.name.startswith(folder) and entry.name not in named and entry.modified_at < before:
            storage.delete(entry.name)
            gone += 1
    return gone
