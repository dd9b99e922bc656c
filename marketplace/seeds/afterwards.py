"""What the making of an example leaves in the outbox, put right in the same transaction.

Letters about a past that never was are not sent, and an index that is rebuilt after the seed needs no refresh. Costly
work for the worker is spread out, so that a real mail never waits behind it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from catalog import clock
from catalog.db import db
from marketplace.outbox.models import Message

EVERY = timedelta(seconds=8)
"""The rhythm in which the worker gets one product's pictures."""

_DROPPED = ("mail", "search-refresh")
_SPREAD = ("picture-avif",)


def last_message() -> int:
    """The newest row of the outbox before something is made."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def put_right(before: int, turn: int = 0) -> None:
    """Go through what was put since `before`; `turn` is the place in the worker's queue of pictures."""
    db.session.flush()
    db.session.execute(delete(Message).where(Message.id > before, Message.topic.in_(_DROPPED)))
    spread = select(Message).where(Message.id > before, Message.topic.in_(_SPREAD)).order_by(Message.id)
    for place, message in enumerate(db.session.scalars(spread), turn):
        message.due_at = clock.now() + place * EVERY + EVERY / 2
    db.session.flush()
