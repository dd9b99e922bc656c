"""Put a message beside the deed; take it, carry it out, and remember that it was."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, insert, or_, select, update

from catalog import clock
from catalog.codes import new_code
from catalog.db import change, db, transaction
from marketplace.outbox.models import Message

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
FIRST = ("mail", "account-letter", "payment-hint", "review-photos")
"""Topics that a person waits for: they pass whatever stands in line."""
SOON = ("search-refresh", "search-follow")
"""What many see: it passes the pictures, which nobody misses."""
FEW = 3
"""So many of all others are taken at once, so that nobody waits for a long line of pictures that has been leased before."""


@dataclass(frozen=True)
class Taken:
    """A leased message, free of the session that read it."""

    id: int
    code: str
    topic: str
    payload: dict[str, Any]
    attempts: int
    leased_until: datetime


Handler = Callable[[Taken], None]

_messages: Any = Message.__table__
_PUT = insert(_messages)


class Hopeless(Exception):
    """Raised by a handler that need not be called again: the message waits for a person at once."""


def put(
    topic: str,
    payload: dict[str, Any],
    key: str | None = None,
    due_at: datetime | None = None,
    code: str | None = None,
) -> bool:
    """Write a message into the present transaction; False when `key` has spoken already. `code` names it to the world."""
    if key is not None and db.session.scalar(select(Message.id).where(Message.key == key)):
        return False
    values = {"topic": topic, "payload": payload, "key": key, "due_at": due_at or clock.now()}
    db.session.execute(_PUT, {**values, "code": code or new_code(20)})
    db.session.info["wakes_worker"] = True
    return True


def take(limit: int = 20) -> list[Taken]:
    """Lease up to `limit` due messages. Two workers never hold one; a dead worker's lease runs out."""
    now = clock.now()
    until = now + LEASE
    with transaction() as session:
        rows = session.scalars(
            select(Message)
            .where(
                Message.done_at.is_(None),
                Message.failed_at.is_(None),
                Message.due_at <= now,
                or_(Message.leased_until.is_(None), Message.leased_until < now),
            )
            .order_by(case((Message.topic.in_(FIRST), 0), (Message.topic.in_(SOON), 1), else_=2), Message.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        rows = rows[: sum(row.topic in FIRST + SOON for row in rows) + FEW]
        for row in rows:
            row.leased_until = until
            row.attempts += 1
        return [Taken(row.id, row.code, row.topic, dict(row.payload), row.attempts, until) for row in rows]


def drain(handlers: Mapping[str, Handler], limit: int = 1000) -> int:
    """Carry out due messages until none is left or `limit` is reached; how many were done.

    A handler runs outside any transaction, so it may talk to the network, and opens its own to write. What fails is
    tried again later and later, and after the twelfth time waits for a person.
    """
    done = 0
    while done < limit and (batch := take(min(20, limit - done))):
        for message in batch:
            _carry_out(message, handlers)
            done += 1
    return done


def _carry_out(message: Taken, handlers: Mapping[str, Handler]) -> None:
    try:
        handler = handlers.get(message.topic)
        if handler is None:
            raise LookupError(f"nobody handles the topic {message.topic!r}")
        handler(message)
    except Exception as error:
        _remember_failure(message, traceback.format_exc(limit=-6), isinstance(error, Hopeless))
    else:
        with transaction() as session:
            session.execute(
                # What was said is said: the secrets of links must not lie about in plain text.
                update(Message)
                .where(Message.id == message.id)
                .values(done_at=clock.now(), leased_until=None, last_error="", payload={})
            )
    finally:
        db.session.remove()


def _remember_failure(message: Taken, error: str, is_hopeless: bool = False) -> None:
    db.session.rollback()
    now = clock.now()
    values: dict[str, Any] = {"leased_until": None, "last_error": error[-4000:]}
    if is_hopeless or message.attempts >= MAX_ATTEMPTS:
        values["failed_at"] = now
    else:
        values["due_at"] = now + timedelta(seconds=min(15 * 2 ** (message.attempts - 1), 6 * 3600))
    with transaction() as session:
        session.execute(
            # The lease is the fence: whoever took the message after this lease ran out owns it now.
            update(Message)
            .where(Message.id == message.id, Message.leased_until == message.leased_until)
            .values(**values)
        )


def retry(code: str) -> bool:
    """Let a failed message be tried again now; False when there is no such failed message."""
    db.session.info["wakes_worker"] = True
    return bool(
        change(
            update(Message)
            .where(Message.code == code, Message.done_at.is_(None))
            .values(failed_at=None, due_at=clock.now(), leased_until=None, attempts=0)
        )
    )
