"""What waits for a person is counted by indexes that hold unread rows only, however long the history is."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from catalog.db import db
from marketplace.conversations import queries as conversations
from marketplace.notifications import queries as notifications
from tests.cast import Cast


def test_by_small_indexes(app: Flask, cast: Cast) -> None:
    asked = select(notifications.unread_of(1), conversations.unread_of(1))
    statement = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True}))
    steps = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]
    for name in ("ix_notifications_unread", "ix_conversations_buyer_unread", "ix_conversations_seller_unread"):
        assert any(name in step for step in steps), f"{name}\n" + "\n".join(steps)
    assert not any(step.startswith("SCAN") and "CONSTANT" not in step for step in steps), steps
