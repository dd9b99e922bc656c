"""Pictures that a maker is to work from: private, kept as long as a line of a cart or of an order has them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select

from catalog import clock
from catalog.db import db
from catalog.media.pictures import Picture
from catalog.media.private import keep, sweep_files
from catalog.media.storage import Storage
from marketplace.carts.models import Cart, CartLine, Owner, PersonalFile


def lay_down(storage: Storage, picture: Picture) -> PersonalFile:
    """Put a received picture into the private storage. Call it before anything is written, then `add` what it gives."""
    return PersonalFile(files=keep(storage, picture, PersonalFile.FOLDER))


def add(file: PersonalFile) -> PersonalFile:
    db.session.add(file)
    db.session.flush()
    return file


def find_file_of(owner: Owner, line_code: str) -> PersonalFile | None:
    """The picture of a line in the owner's cart."""
    if not owner.keys:
        return None
    return db.session.scalar(
        select(PersonalFile)
        .join(CartLine, CartLine.file_id == PersonalFile.id)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(CartLine.code == line_code)
        .where(*(getattr(Cart, name) == value for name, value in owner.keys.items()))
    )


def sweep(storage: Storage, ordered: type, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete pictures that no line of a cart nor of an order (`ordered`, the model of its lines) has, and private files
    that no picture names; how many files went."""
    before = clock.now() - older_than
    forgotten = select(PersonalFile).where(
        PersonalFile.created_at < before,
        ~exists().where(CartLine.file_id == PersonalFile.id),
        ~exists().where(ordered.file_id == PersonalFile.id),  # type: ignore[attr-defined]
    )
    for one in list(db.session.scalars(forgotten)):
        db.session.delete(one)
    db.session.flush()
    named = {name for one in db.session.scalars(select(PersonalFile)) for name in one.names()}
    return sweep_files(storage, PersonalFile.FOLDER, named, before)
