"""Pictures that only some people may see: kept in the private storage under a folder of their subject."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from catalog.media.pictures import Kept, Picture
from catalog.media.storage import Storage

SMALL_SIDE = 480


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
