"""Photos of returns: private, kept with their purchase while a form is open, so that guests have them too."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict
from catalog.media.pictures import Picture
from catalog.media.private import keep, sweep_files
from catalog.media.storage import Storage
from catalog.text import N_
from marketplace.orders.models import Purchase
from marketplace.returns.models import ReturnPhoto

DRAFTS_MAX = 20


def attach(storage: Storage, picture: Picture, purchase: Purchase) -> ReturnPhoto:
    """Keep a received picture as a draft of this purchase; Conflict when too many drafts lie about."""
    drafts = select(func.count()).where(ReturnPhoto.purchase_id == purchase.id, ReturnPhoto.return_id.is_(None))
    if (db.session.scalar(drafts) or 0) >= DRAFTS_MAX:
        raise Conflict(N_("Too many pictures wait to be sent. Please send or leave them first."), field="photos")
    photo = ReturnPhoto(purchase_id=purchase.id, files=keep(storage, picture, ReturnPhoto.FOLDER))
    db.session.add(photo)
    db.session.flush()
    return photo


def sweep_drafts(storage: Storage, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete photos that were never sent, and private files that no photo names; how many files went."""
    before = clock.now() - older_than
    for one in list(
        db.session.scalars(select(ReturnPhoto).where(ReturnPhoto.return_id.is_(None), ReturnPhoto.created_at < before))
    ):
        db.session.delete(one)
    db.session.flush()
    named = {name for one in db.session.scalars(select(ReturnPhoto)) for name in one.names()}
    return sweep_files(storage, ReturnPhoto.FOLDER, named, before)
