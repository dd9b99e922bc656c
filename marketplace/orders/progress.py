"""Photos of the work on what was made to order: the maker shows them, the buyer sees them on the purchase's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict
from catalog.media.pictures import Picture
from catalog.media.private import keep, sweep_files
from catalog.media.storage import Storage
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.orders.models import Actor, Order, OrderState, ProgressPhoto
from marketplace.orders.services import hold, tell
from marketplace.signals import order_moved

MOST = 20
"""How many photos one order may have."""


def may_show(order: Order) -> bool:
    """Whether photos of the work may be shown: it is being made to order."""
    return order.state is OrderState.PROCESSING and any(line.is_made_to_order for line in order.lines)


def show(storage: Storage, picture: Picture, order: Order, words: str, user: User | None = None) -> ProgressPhoto:
    """Show the buyer a received picture. The same picture again changes nothing; the buyer hears of the first of a day.
    Conflict (field `photo`) where nothing is being made, or there are `MOST` already."""
    order, _ = hold(order)
    known = list_photos(order)
    digest = picture.original.sha256
    same = next((one for one in known if one.digest == digest), None)
    if same is not None:
        return same
    if not may_show(order):
        raise Conflict(N_("Photos of the work belong to what is being made."), field="photo")
    if len(known) >= MOST:
        raise Conflict(N_("At most %(most)s photos of one order, please."), field="photo", most=MOST)
    words = tidy(words)[:300]
    photo = ProgressPhoto(
        order_id=order.id, words=words, digest=digest, files=keep(storage, picture, ProgressPhoto.FOLDER)
    )
    photo.shown_by_id = user.id if user else None
    photo.created_at = clock.now()
    db.session.add(photo)
    tell(order, "progress", Actor.SELLER, user, words)
    db.session.flush()
    morning = clock.start_of(clock.today())
    if not any(one.created_at >= morning for one in known):
        order_moved.send(order, event="progress")
    return photo


def list_photos(order: Order) -> Sequence[ProgressPhoto]:
    """The photos of one order, the oldest first."""
    return db.session.scalars(
        select(ProgressPhoto).where(ProgressPhoto.order_id == order.id).order_by(ProgressPhoto.id)
    ).all()


def list_photos_of(orders: Sequence[Order]) -> dict[int, list[ProgressPhoto]]:
    """Photos by order id; nothing is asked where nothing is made to order."""
    ids = [order.id for order in orders if any(line.is_made_to_order for line in order.lines)]
    found: dict[int, list[ProgressPhoto]] = {id_: [] for id_ in ids}
    if ids:
        query = select(ProgressPhoto).where(ProgressPhoto.order_id.in_(ids)).order_by(ProgressPhoto.id)
        for one in db.session.scalars(query):
            found[one.order_id].append(one)
    return found


def find_photo(orders: Sequence[Order], code: str) -> ProgressPhoto | None:
    """A photo of one of these orders."""
    ids = [order.id for order in orders]
    return db.session.scalar(select(ProgressPhoto).where(ProgressPhoto.order_id.in_(ids), ProgressPhoto.code == code))


def sweep(storage: Storage, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete private files that no photo names; how many went."""
    named = {name for one in db.session.scalars(select(ProgressPhoto)) for name in one.names()}
    return sweep_files(storage, ProgressPhoto.FOLDER, named, clock.now() - older_than)
