"""What the pipeline takes and gives, free of Pillow, so that a web process never loads it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "avif": "avif"}

FORMATS = ("avif", "webp")
"""Formats of renditions, the one that a browser should prefer first."""
KEPT_SIDE = 2048
"""The long side of what is kept of an upload, in pixels."""
WEBP_WIDTHS = (320, 480, 640, 960, 1600)
AVIF_WIDTHS = (320, 480, 640, 960, 1280)


NAME = 24
"""Hexadecimal digits of the SHA-256 that name a picture: 96 bits, and pages with forty pictures stay light. Pictures from
before this was so have all 64 in their names."""


def hash_of(data: bytes) -> str:
    """What a picture with these bytes is named by."""
    return hashlib.sha256(data).hexdigest()[:NAME]


def is_named(path: str, data: bytes) -> bool:
    """Whether these are the bytes that the name promises."""
    name = path.rpartition("/")[2].partition(".")[0]
    return len(name) >= NAME and hashlib.sha256(data).hexdigest().startswith(name)


def path_of(sha256: str, format: str) -> str:
    """The storage name of bytes with this hash: `3f/3f9c….webp`."""
    return f"{sha256[:2]}/{sha256}.{_EXTENSIONS[format]}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be sent: bytes of the file, pixels of the picture, its shorter side, and long side : short side."""

    max_bytes: int = 16 * 2**20
    max_pixels: int = 50_000_000
    min_side: int = 320
    max_ratio: int = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """One file to keep, named by the hash of its bytes."""

    format: str
    width: int
    height: int
    sha256: str
    data: bytes

    @property
    def path(self) -> str:
        return path_of(self.sha256, self.format)

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Picture:
    """A received picture: its original as kept (JPEG without metadata) and its first renditions."""

    original: Kept
    renditions: tuple[Kept, ...]

    @property
    def width(self) -> int:
        return self.original.width

    @property
    def height(self) -> int:
        return self.original.height

    @property
    def sha256(self) -> str:
        return self.original.sha256
