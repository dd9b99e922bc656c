"""What curators do with collections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from catalog import clock, signals
from catalog.collections.models import Collection, Placement
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.media.models import Image
from catalog.products.models import Product
from catalog.text import N_, slugify, tidy
from catalog.typed import read_text

_LINES = {"title": 120, "title_en": 120, "lead": 300, "lead_en": 300}
_TEXTS = {"story": 6_000, "story_en": 6_000}
FIELDS = (*_LINES, *_TEXTS, "starts_at", "ends_at", "on_home", "position", "image")
PLACES_MAX = 60
NOTE_LENGTH = 200


def create_collection(title: str, starts_at: datetime | None = None, **more: Any) -> Collection:
    """A new, empty collection, open from `starts_at` (now unless given); `more` are other FIELDS."""
    collection = Collection(slug="x", title="", starts_at=clock.now(), ends_at=None)
    _apply(collection, {"title": title, "starts_at": starts_at or clock.now(), **more})
    db.session.add(collection)
    db.session.flush()
    signals.collection_changed.send(collection)
    return collection


def edit_collection(collection: Collection, changes: Mapping[str, Any]) -> Collection:
    """Change some of FIELDS; instants are aware. Several names every field that cannot be right."""
    _apply(collection, changes)
    db.session.flush()
    signals.collection_changed.send(collection)
    return collection


def delete_collection(collection: Collection) -> None:
    """Remove a collection with its placements; the products stay."""
    signals.collection_changed.send(collection)
    db.session.delete(collection)
    db.session.flush()


def place(collection: Collection, product: Product, note: str = "", note_en: str = "") -> Placement:
    """Put a product at the end, or give the placement there new notes. Conflict for what is not on sale."""
    _lock(collection)
    note, note_en = tidy(note), tidy(note_en)
    for field, text in (("note", note), ("note_en", note_en)):
        if len(text) > NOTE_LENGTH:
            raise Invalid(N_("Write at most %(limit)s characters."), field=field, limit=NOTE_LENGTH)
    if not product.is_live:
        raise Conflict(N_("Only pieces on sale can stand in a collection."), field="product")
    found = _placement(collection, product)
    if found is None:
        if len(collection.placements) >= PLACES_MAX:
            raise Conflict(N_("A collection holds at most %(limit)s pieces."), field="product", limit=PLACES_MAX)
        last = max((one.position for one in collection.placements), default=-1)
        found = Placement(product=product, position=last + 1)
        collection.placements.append(found)
    found.note, found.note_en = note, note_en
    db.session.flush()
    return found


def reorder(collection: Collection, codes: Sequence[str]) -> None:
    """Show the pieces in the order of these product codes; those that are not named follow in their old order."""
    _lock(collection)
    rank = {code: at for at, code in enumerate(codes)}
    if set(rank) - {one.product.code for one in collection.placements}:
        raise NotFound(N_("There is no such piece in this collection."), field="product")
    collection.placements.sort(key=lambda one: (rank.get(one.product.code, len(rank)), one.position))
    for at, one in enumerate(collection.placements):
        one.position = at
    db.session.flush()


def remove(collection: Collection, product: Product) -> None:
    """Take a product out; NotFound when it is not in."""
    _lock(collection)
    found = _placement(collection, product)
    if found is None:
        raise NotFound(N_("There is no such piece in this collection."), field="product")
    collection.placements.remove(found)
    db.session.flush()


def _lock(collection: Collection) -> None:
    db.session.flush()
    db.session.execute(lock(select(Collection.id).where(Collection.id == collection.id)))
    db.session.refresh(collection, ["placements"])


def _placement(collection: Collection, product: Product) -> Placement | None:
    return next((one for one in collection.placements if one.product_id == product.id), None)


def _apply(collection: Collection, changes: Mapping[str, Any]) -> None:
    values: dict[str, Any] = {}
    errors: list[DomainError] = []
    for key, value in changes.items():
        try:
            values[key] = _value(key, value)
        except Invalid as error:
            errors.append(error)
    starts_at = values.get("starts_at", collection.starts_at)
    ends_at = values.get("ends_at", collection.ends_at)
    if ends_at is not None and ends_at <= starts_at:
        errors.append(Invalid(N_("The end lies after the beginning."), field="ends_at"))
    if errors:
        raise Several(errors)
    for key, value in values.items():
        setattr(collection, key, value)
    if "title" in values:
        collection.slug = slugify(collection.title)


def _value(key: str, value: Any) -> Any:
    if key not in FIELDS:
        raise Invalid(N_("There is no field “%(name)s” here."), field=key, name=key)
    if key in _LINES or key in _TEXTS:
        text = read_text(key, value, _LINES, _TEXTS)
        if key == "title" and len(text) < 3:
            raise Invalid(N_("Write a title of 3 to 120 characters."), field=key)
        return text
    if key in ("starts_at", "ends_at"):
        if value is None and key == "ends_at":
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise Invalid(N_("Write a day and a time."), field=key)
        return value
    if key == "position":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
            raise Invalid(N_("Write a whole number from 0 to 10,000."), field=key)
        return value
    if key == "image":
        if value is not None and not isinstance(value, Image):
            raise TypeError("image takes an Image")
        return value
    return bool(value)
