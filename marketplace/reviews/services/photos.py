"""Photos of reviews: private until the review is published, public while it is, private again when it is withheld.

Making them public copies files from one storage to the other, so the worker does it after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict, Invalid, NotFound
from catalog.media.pictures import Picture
from catalog.media.storage import Storage
from catalog.text import N_
from marketplace.orders.models import OrderLine
from marketplace.reviews.models import FOLDER, Review, ReviewPhoto

PHOTOS_MAX = 5
DRAFTS_MAX = 10


def keep_photo(private: Storage, picture: Picture, line: OrderLine) -> ReviewPhoto:
    """Keep a received picture as a draft of a line; the same one twice is one. Conflict when too many lie about."""
    known = db.session.scalar(
        select(ReviewPhoto).where(ReviewPhoto.line_id == line.id, ReviewPhoto.sha256 == picture.sha256)
    )
    if known is not None:
        return known
    kept = db.session.scalar(select(func.count(ReviewPhoto.id)).where(ReviewPhoto.line_id == line.id)) or 0
    if kept >= PHOTOS_MAX + DRAFTS_MAX:
        raise Conflict(N_("Too many photos wait to be sent. Please send the review first."))
    files = (*picture.renditions, picture.original)
    for one in files:
        private.put(FOLDER + one.path, one.data)
    photo = ReviewPhoto(
        line_id=line.id,
        sha256=picture.sha256,
        files=[[one.format, one.width, one.height, one.size, one.sha256] for one in files],
    )
    db.session.add(photo)
    db.session.flush()
    return photo


def take_photos(review: Review, photos: Sequence[ReviewPhoto]) -> None:
    """Let exactly these photos of the line go with its review; others become drafts again and are swept."""
    if len(photos) > PHOTOS_MAX:
        raise Invalid(N_("At most %(limit)s photos can be shown."), field="photos", limit=PHOTOS_MAX)
    if any(one.line_id != review.line_id for one in photos):
        raise NotFound(N_("There is no such picture."))
    wanted = {one.id for one in photos}
    for one in db.session.scalars(select(ReviewPhoto).where(ReviewPhoto.line_id == review.line_id)):
        one.review_id = review.id if one.id in wanted else None
    db.session.flush()


def sweep_photos(private: Storage, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete photos that were never sent, and private files that no photo names; how many files went."""
    before = clock.now() - older_than
    drafts = select(ReviewPhoto).where(ReviewPhoto.review_id.is_(None), ReviewPhoto.created_at < before)
    for one in list(db.session.scalars(drafts)):
        db.session.delete(one)
    db.session.flush()
    named = {FOLDER + path for one in db.session.scalars(select(ReviewPhoto)) for path in one.paths()}
    gone = 0
    for entry in list(private.list()):
        if entry.name.startswith(FOLDER) and entry.name not in named and entry.modified_at < before:
            private.delete(entry.name)
            gone += 1
    return gone
