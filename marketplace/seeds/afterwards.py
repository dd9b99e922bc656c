"""What the making of an example leaves in the outbox, put right in the same transaction.

Letters about a past that never was are not sent, and an index that is rebuilt after the seed needs no refresh. Costly
work for the worker is spread out, what is seen first before the rest.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, delete, func, select

from catalog import clock
from catalog.db import db, transaction
from catalog.media.models import Image
from catalog.products.models import Product, ProductPicture
from catalog.text import N_
from marketplace.notifications.models import Dispatch, DispatchState
from marketplace.outbox.models import Message

EVERY = timedelta(seconds=8)
"""The rhythm in which the worker draws one product's further views."""
A_PICTURE = timedelta(seconds=1)
"""The rhythm in which it makes a picture light: half of that, on one of two processors, and below what serves pages."""

FRESH = timedelta(days=2)
"""How long something stands unread."""
NO_MAIL = N_("An example: no mail was sent.")

_DROPPED = ("mail", "search-refresh", "search-follow")


def last_message() -> int:
    """The newest row of the outbox before something is made."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def put_right(before: int) -> None:
    """Go through what was put since `before`."""
    db.session.flush()
    _settle_notifications(select(Message.code).where(Message.id > before, Message.topic == "mail"))
    db.session.execute(delete(Message).where(Message.id > before, Message.topic.in_(_DROPPED)))
    db.session.flush()


def line_up_pictures() -> None:
    """The light pictures of the house's own pages come first, then those of the newest pieces, which lead every list."""
    pieces = select(Image.code, Product.published_at).join_from(ProductPicture, Image).join(Product)
    with transaction() as session:
        published = dict(session.execute(pieces).tuples().all())
        waiting = select(Message).where(Message.topic == "picture-avif", Message.done_at.is_(None)).order_by(Message.id)

        def turn(message: Message) -> tuple[int, float]:
            code = message.payload["code"]
            at = published.get(code)
            return (0, 0) if code not in published else (2, 0) if at is None else (1, -at.timestamp())

        for place, message in enumerate(sorted(session.scalars(waiting), key=turn)):
            message.due_at = clock.now() + place * A_PICTURE


def _settle_notifications(codes: Select[str]) -> None:
    """What people were told stays; that no mail went out stands in the log, and what is old has been read."""
    mails = list(db.session.scalars(select(Dispatch).where(Dispatch.code.in_(codes))))
    for one in mails:
        one.state, one.reason = DispatchState.SKIPPED, NO_MAIL
        told = one.notification
        if told.created_at < clock.now() - FRESH:
            told.read_at = told.created_at
            for other in told.dispatches:
                if other.state is DispatchState.QUEUED:
                    db.session.delete(other)
    db.session.flush()
