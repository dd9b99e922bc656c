"""Image and Rendition. Bytes are named by the SHA-256 of what was kept, so a name never changes its content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, code_of, db


class Image(db.Model):
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
    alt: Mapped[str] = mapped_column(String(300), default="")
    alt_en: Mapped[str] = mapped_column(String(300), default="")
    focal_x: Mapped[int] = mapped_column(default=50)
    focal_y: Mapped[int] = mapped_column(default=50)
    owner: Mapped[str | None] = mapped_column(String(40), index=True)
    """Who may attach it: the code of a seller, or None for the house's own pictures."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    renditions: Mapped[list[Rendition]] = relationship(
        back_populates="image", order_by="Rendition.width", cascade="all, delete-orphan"
    )


class Rendition(db.Model):
    """One size in one format (`webp` or `avif`) of an image."""

    __tablename__ = "renditions"
    __public__ = True
    __table_args__ = (UniqueConstraint("image_id", "format", "width"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    format: Mapped[str] = mapped_column(String(8))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    path: Mapped[str] = mapped_column(String(120))

    image: Mapped[Image] = relationship(back_populates="renditions")
