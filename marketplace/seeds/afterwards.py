"""What the making of an example leaves in the outbox, put right in the same transaction.

Letters about a past that never was are not sent, and an index that is rebuilt after the seed needs no refresh. Costly
work for the worker is spread out, so that a real mail never waits behind it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, delete, func, select

from catalog import clock
from catalog.db import db
from catalog.text import N_
from marketplace.notifications.models import Dispatch, DispatchState
from marketplace.outbox.models import Message

EVERY = timedelta(seconds=8)
"""The rhythm in which the worker gets one product's pictures."""

FRESH = timedelta(days=2)
"""How long something stands unread."""
NO_MAIL = N_("An example: no mail was sent.")

_DROPPED = ("mail", "search-refresh")
_SPREAD = ("picture-avif",)


def last_message() -> int:
    """The newest row of the outbox before something is made."""
    return db.session.scalar(select(func.max(Message.id))) or 0


def put_right(before: int, turn: int = 0) -> None:
    """Go through what was put since `before`; `turn` is the place in the worker's queue of pictures."""
    db.session.flush()
    _settle_notifications(select(Message.code).where(Message.id > before, Message.topic == "mail"))
    db.session.execute(delete(Message).where(Message.id > before, Message.topic.in_(_DROPPED)))
    spread = select(Message).where(Message.id > before, Message.topic.in_(_SPREAD)).order_by(Message.id)
    for place, message in enumerate(db.session.scalars(spread), turn):
        message.due_at = clock.now() + place * EVERY + EVERY / 2
    db.session.flush()


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
