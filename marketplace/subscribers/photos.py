"""The public pictures of a review follow its state: files are copied or taken away after the commit."""

from __future__ import annotations

from sqlalchemy import select

from catalog.db import db, lock, transaction
from catalog.edition import raise_edition
from catalog.media.models import Image
from catalog.media.pictures import Kept, Picture, path_of
from catalog.media.services import lay_down, store
from catalog.media.storage import Storage
from marketplace.reviews.models import FOLDER, Review, ReviewPhoto


def settle_photos(storage: Storage, private: Storage, code: str) -> None:
    """Bring the public pictures of a review in line with its state. May be called twice; opens its own transactions."""
    review = db.session.scalar(select(Review).where(Review.code == code))
    if review is None:
        return
    pictures = {one.code: _read(private, one) for one in review.photos} if review.is_published else {}
    db.session.rollback()
    for found in pictures.values():
        if found is not None:
            lay_down(storage, found)
    gone: dict[str, list[str]] = {}
    with transaction():
        query = lock(select(Review).where(Review.code == code)).execution_options(populate_existing=True)
        review = db.session.scalars(query).one()
        for photo in review.photos:
            picture = pictures.get(photo.code)
            if not review.is_published:
                gone[photo.sha256] = _drop(photo)
            elif photo.image is None and picture is not None:
                photo.image = store(storage, picture, owner=f"review:{review.code}")
        raise_edition()
    for sha256, paths in gone.items():
        if not db.session.scalar(
            select(Image.id).where(Image.sha256 == sha256).limit(1)
        ):  # files are named by their bytes
            for path in paths:
                storage.delete(path)
    db.session.rollback()


def _read(private: Storage, photo: ReviewPhoto) -> Picture | None:
    """The picture as it was received; None where its files are lost."""
    try:
        kept = [
            Kept(kind, width, height, sha256, private.read(FOLDER + path_of(sha256, kind)))
            for kind, width, height, _size, sha256 in photo.files
        ]
    except FileNotFoundError:
        return None
    return Picture(kept[-1], tuple(kept[:-1]))


def _drop(photo: ReviewPhoto) -> list[str]:
    """Take the public picture of a photo away; the names of all its files."""
    image, photo.image = photo.image, None
    db.session.flush()
    if image is None:
        return photo.paths()
    db.session.delete(image)
    db.session.flush()
    return [*photo.paths(), *image.paths()]
