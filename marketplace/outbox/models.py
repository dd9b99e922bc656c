"""Message: one thing to do after the commit, at least once, in the order of their birth per topic where it matters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog import clock
from catalog.db import Code, Instant, Model, code_of


class Message(Model):
    """A row is open until `done_at`. A worker takes it by setting `leased_until`; a dead worker's lease runs out.

    `code` names the message towards the world (the Message-ID of a mail), so that a second try is recognised.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (Index("ix_outbox_messages_open", "done_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    topic: Mapped[str] = mapped_column(String(60))
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """Given where the same deed must never speak twice (`order-paid:3f9k…`)."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    due_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(Text, default="")
