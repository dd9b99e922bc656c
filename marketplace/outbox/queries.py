"""What the outbox holds."""

from __future__ import annotations

from sqlalchemy import func, select

from catalog.db import db
from marketplace.outbox.models import Message


def count_messages() -> dict[str, int]:
    """`open` still to be done, `failed` waiting for a person."""
    row = db.session.execute(
        select(
            func.count().filter(Message.done_at.is_(None), Message.failed_at.is_(None)),
            func.count().filter(Message.failed_at.is_not(None), Message.done_at.is_(None)),
        ).select_from(Message)
    ).one()
    return {"open": int(row[0]), "failed": int(row[1])}


def list_messages(open_only: bool = True, limit: int = 100) -> list[Message]:
    """Open and failed messages, oldest first; or the newest that were carried out."""
    query = select(Message).limit(limit)
    if open_only:
        query = query.where(Message.done_at.is_(None)).order_by(Message.failed_at.is_(None), Message.id)
    else:
        query = query.where(Message.done_at.is_not(None)).order_by(Message.id.desc())
    return list(db.session.scalars(query))
