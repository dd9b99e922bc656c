"""What is made of a picture after the upload was answered."""

from __future__ import annotations

from sqlalchemy import select

from catalog.db import db, lock, transaction
from catalog.errors import DomainError
from catalog.media import pipeline
from catalog.media.models import Image
from catalog.media.queries import find_image
from catalog.media.services import add_renditions
from catalog.media.storage import Storage


def make_avif(storage: Storage, code: str) -> bool:
    """Make the AVIF renditions of an image; False when it is gone or has them already. Call it outside of a transaction.

    The encoding happens before the write lock is taken. Two workers at once make the same bytes under the same names.
    """
    image = find_image(code)
    path = None if image is None or _has_avif(image) else image.path
    db.session.rollback()
    if path is None:
        return False
    kept = pipeline.avif(storage.read(path))
    for one in kept:
        storage.put(one.path, one.data)
    with transaction():
        fresh = db.session.scalar(
            lock(select(Image).where(Image.code == code)).execution_options(populate_existing=True)
        )
        if fresh is None:
            return False
        add_renditions(storage, fresh, kept)
    return True


def remake(storage: Storage, code: str) -> bool:
    """Make an image's WebP renditions anew from its original, and forget its others; False when that is not there.

    Call it outside of a transaction. AVIF follows by its own job.
    """
    image = find_image(code)
    path = image.path if image else None
    db.session.rollback()
    if path is None:
        return False
    try:
        picture = pipeline.receive(storage.read(path))
    except (FileNotFoundError, DomainError):
        return False
    for one in picture.renditions:
        storage.put(one.path, one.data)
    with transaction():
        fresh = db.session.scalar(
            lock(select(Image).where(Image.code == code)).execution_options(populate_existing=True)
        )
        if fresh is None:
            return False
        fresh.files = []
        add_renditions(storage, fresh, picture.renditions)
    return True


def _has_avif(image: Image) -> bool:
    return any(fact[0] == "avif" for fact in image.files)
