"""Image and its renditions. Bytes are named by their own SHA-256 (`pictures.NAME`), so a name never changes its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from catalog import clock
from catalog.db import Code, Instant, Model, code_of
from catalog.media.pictures import FORMATS, path_of


def media_url(path: str) -> str:
    """The public address of a stored picture."""
    return _base + path


_base = "/media/"


def serve_from(base: str) -> None:
    """Let pictures have their addresses under `base` from now on (called at the start of the process)."""
    global _base
    _base = base.rstrip("/") + "/"


@dataclass(frozen=True, slots=True)
class Rendition:
    """One size in one format of an image. Pixels and bytes."""

    format: str
    width: int
    height: int
    size: int
    sha256: str

    @property
    def path(self) -> str:
        return path_of(self.sha256, self.format)

    @property
    def url(self) -> str:
        return media_url(self.path)


def renditions_of(files: Sequence[Sequence[Any]]) -> list[Rendition]:
    """The renditions that `Image.files` lists, narrowest first."""
    return sorted((Rendition(*one) for one in files), key=lambda one: one.width)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a browser gets a picture: its best format in every width, and one address for who cannot read that format."""

    mime: str
    srcset: str
    """Empty where there is nothing but the original."""
    url: str


SINGLE = 640
"""The widest picture for browsers that get no choice, in pixels."""


def ways_of(path: str, files: Sequence[Sequence[Any]], widest: int | None = None) -> Ways:
    """The ways to the picture with its original at `path`, at most `widest` pixels wide where the place is no wider."""

    def fitting(format: str, limit: int | None) -> list[Rendition]:
        of_format = [one for one in renditions_of(files) if one.format == format]
        return [one for one in of_format if limit is None or one.width <= limit] or of_format[:1]

    single = fitting("webp", min(widest or SINGLE, SINGLE))
    url = single[-1].url if single else media_url(path)
    for preferred in FORMATS:
        if found := fitting(preferred, widest):
            return Ways(f"image/{preferred}", ", ".join(f"{one.url} {one.width}w" for one in found), url)
    return Ways("", "", url)


class Image(Model):
    """One picture: the re-encoded original (no metadata) and its renditions. Focal point in percent of the frame."""

    __tablename__ = "images"
    __public__ = True
    __table_args__ = (
        CheckConstraint("focal_x BETWEEN 0 AND 100 AND focal_y BETWEEN 0 AND 100", name="focal"),
        CheckConstraint("width > 0 AND height > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    path: Mapped[str] = mapped_column(String(120))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    files: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    """The renditions as [format, width, height, size, sha256], narrowest first within a format. They have no life of
    their own and are always read with their image, so they are a value and not a table."""
    alt: Mapped[str] = mapped_column(String(300), default="")
    alt_en: Mapped[str] = mapped_column(String(300), default="")
    focal_x: Mapped[int] = mapped_column(default=50)
    focal_y: Mapped[int] = mapped_column(default=50)
    owner: Mapped[str | None] = mapped_column(String(40), index=True)
    """Who may attach it: the code of a seller, or None for the house's own pictures."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    @property
    def url(self) -> str:
        return media_url(self.path)

    @property
    def large_url(self) -> str:
        """The widest WebP, for looking closely."""
        return max(
            (one for one in self.renditions if one.format == "webp"), key=lambda one: one.width, default=self
        ).url

    @property
    def focal(self) -> str:
        """As CSS writes it: `50% 30%`."""
        return f"{self.focal_x}% {self.focal_y}%"

    @property
    def renditions(self) -> list[Rendition]:
        return renditions_of(self.files)

    def ways(self, widest: int | None = None) -> Ways:
        """How browsers get it, at most `widest` pixels wide where the place is no wider."""
        return ways_of(self.path, self.files, widest)

    def paths(self) -> list[str]:
        """Every file that belongs to this image."""
        return [self.path, *(one.path for one in self.renditions)]
