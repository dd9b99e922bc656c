"""Finding pictures."""

from __future__ import annotations

from sqlalchemy import func, select

from catalog.db import db
from catalog.media.models import Image


def find_image(code: str) -> Image | None:
    return db.session.scalar(select(Image).where(Image.code == code))


def find_image_of(owner: str, code: str) -> Image | None:
    """A picture through its owner: what is not yours is None."""
    return db.session.scalar(select(Image).where(Image.code == code, Image.owner == owner))


def count_images_of(owner: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Image).where(Image.owner == owner)) or 0
