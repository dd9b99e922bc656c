"""Keeping pictures: bytes first, then the row, so that no row is ever without its files.

A file without a row (the transaction was rolled back, the process was killed) is no harm: `sweep_orphans` takes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, inspect, select, true

from catalog import clock, signals
from catalog.db import Base, db
from catalog.errors import Conflict, Invalid, Unavailable
from catalog.media.metadata import is_clean
from catalog.media.models import Image
from catalog.media.pictures import Kept, Picture, is_named
from catalog.media.queries import count_images_of
from catalog.media.storage import Storage
from catalog.text import N_, tidy

QUOTA = 5_000
"""Pictures that one owner may keep; far above any shop, far below a full disk."""
ALT_LENGTH = 300
UNNAMED = timedelta(days=2)
"""So long a file may lie there without an image: it is written before its row, a form may still be open."""
LATE = timedelta(days=1)
"""The sweep comes every hour; after a day it is no longer only late."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep took away."""

    images: int
    files: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be; `what` is `missing`, `changed` or `orphan`."""

    path: str
    what: str


def lay_down(storage: Storage, picture: Picture) -> None:
    """Put a picture's files where they belong, before any transaction: a store across a network may take its time.

    `store` then writes the row. Files that never get one are swept.
    """
    for one in (*picture.renditions, picture.original):
        storage.put(one.path, one.data)


def store(storage: Storage, picture: Picture, owner: str | None = None, alt: str = "", alt_en: str = "") -> Image:
    """Keep a received picture. The same picture of the same owner is not kept twice: the image there is answered.

    Invalid when a description is too long, Conflict when the owner's quota is reached.
    """
    known = db.session.scalar(
        select(Image).where(
            Image.sha256 == picture.sha256, Image.owner == owner if owner is not None else Image.owner.is_(None)
        )
    )
    if known is not None:
        if alt or alt_en:
            describe(known, alt=alt or None, alt_en=alt_en or None)
        return known
    if owner is not None and count_images_of(owner) >= QUOTA:
        raise Conflict(N_("This shop keeps too many pictures (%(quota)s). Remove some first."), quota=QUOTA)
    image = Image(
        sha256=picture.sha256,
        path=picture.original.path,
        width=picture.width,
        height=picture.height,
        size=picture.original.size,
        files=_keep(storage, picture.renditions),
        owner=owner,
    )
    describe(image, alt=alt, alt_en=alt_en)
    storage.put(picture.original.path, picture.original.data)
    db.session.add(image)
    db.session.flush()
    signals.image_stored.send(image)
    return image


def _keep(storage: Storage, kept: Iterable[Kept]) -> list[list[object]]:
    facts: list[list[object]] = []
    for one in kept:
        storage.put(one.path, one.data)
        facts.append([one.format, one.width, one.height, one.size, one.sha256])
    return facts


def add_renditions(storage: Storage, image: Image, kept: Iterable[Kept]) -> None:
    """Keep further renditions; those of the same formats are replaced."""
    facts = _keep(storage, kept)
    formats = {fact[0] for fact in facts}
    image.files = [*(fact for fact in image.files if fact[0] not in formats), *facts]
    db.session.flush()


def describe(
    image: Image,
    alt: str | None = None,
    alt_en: str | None = None,
    focal_x: int | None = None,
    focal_y: int | None = None,
) -> None:
    """Change what a picture says to those who cannot see it, or which point of it must stay in view (percent)."""
    for field, text in (("alt", alt), ("alt_en", alt_en)):
        if text is not None:
            text = tidy(text)
            if len(text) > ALT_LENGTH:
                raise Invalid(
                    N_("Describe the picture in at most %(limit)s characters."), field=field, limit=ALT_LENGTH
                )
            setattr(image, field, text)
    for field, percent in (("focal_x", focal_x), ("focal_y", focal_y)):
        if percent is not None:
            if not 0 <= percent <= 100:
                raise Invalid(N_("The point that stays in view lies between 0 and 100 percent."), field=field)
            setattr(image, field, percent)


def sweep_orphans(storage: Storage, older_than: timedelta = UNNAMED) -> Swept:
    """Delete images that an owner uploaded and nothing shows, and files that no image names.

    Only what is older than `older_than` goes, because an upload writes its files before its row, and a form may still
    be open. Rows go in the present transaction; should it be rolled back afterwards, `verify` names what is missing,
    so let nothing follow the sweep in its transaction.
    """
    before = clock.now() - older_than
    unused = list(
        db.session.scalars(
            select(Image).where(
                Image.owner.is_not(None),
                Image.created_at < before,
                *(~exists(select(true()).where(column == Image.id).correlate(Image)) for column in _references()),
            )
        )
    )
    for image in unused:
        db.session.delete(image)
    db.session.flush()
    named = set(_named_paths())
    files = 0
    for entry in list(storage.list()):
        if entry.name not in named and entry.modified_at < before:
            storage.delete(entry.name)
            files += 1
    return Swept(len(unused), files)


def _references() -> list[object]:
    """Every column of the house that points at an image."""
    images = inspect(Image).local_table
    return [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is images
    ]


def _named_paths() -> Iterator[str]:
    for image in db.session.scalars(select(Image).execution_options(yield_per=500)):
        yield from image.paths()


def look_over(storage: Storage, start: str = "") -> Iterator[tuple[int, int, str, Problem | None]]:
    """Law L10, file by file: (files read, files in all, path, what is wrong with it).

    Every image has its files, the bytes are those that the name promises, nothing in them says where or by whom they
    were taken, and no file is without an image for longer than sweeps allow. Begins at the path `start`, where an earlier run has stopped.
    """
    named = list(dict.fromkeys(_named_paths()))
    first = named.index(start) if start in named else 0
    for done, path in enumerate(named[first:], first + 1):
        yield done, len(named), path, _wrong_with(storage, path)
    known, overdue = set(named), clock.now() - UNNAMED - LATE
    for entry in storage.list():
        if entry.name not in known and entry.modified_at < overdue:
            yield len(named), len(named), entry.name, Problem(entry.name, "orphan")


def _wrong_with(storage: Storage, path: str) -> Problem | None:
    try:
        data = storage.read(path)
    except FileNotFoundError:
        return Problem(path, "missing")
    except Unavailable:  # a bucket compares what comes with its name by itself
        return Problem(path, "changed")
    if not is_named(path, data):
        return Problem(path, "changed")
    return None if is_clean(data) else Problem(path, "metadata")


def verify(storage: Storage, progress: Callable[[int], None] | None = None) -> list[Problem]:
    """Everything that `look_over` finds; `progress` is called with the number of files read so far."""
    problems = []
    for done, _, _, problem in look_over(storage):
        if problem is not None:
            problems.append(problem)
        if progress:
            progress(done)
    return problems


def list_codes_of(paths: Collection[str]) -> list[str]:
    """Codes of the images that one of these files belongs to."""
    images = db.session.scalars(select(Image).execution_options(yield_per=500))
    return [image.code for image in images if paths and not set(paths).isdisjoint(image.paths())]
