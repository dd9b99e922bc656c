"""Notification: one thing that one reader is told. Dispatch: one way by which it goes out. Preference: what is refused."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of
from marketplace.accounts.models import User
from marketplace.notifications.kinds import Channel
from marketplace.sellers.models import Seller


class Notification(Model):
    """A row per reader. Its words are templates, so it is read in whatever language the page is in.

    `user_id` is empty for a guest, who has a mail and no page. `seller_id` is set where somebody is told as a member
    of a shop: then it stands on that shop's desk, too. `in_app` is false where only the mail is meant.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_reader", "user_id", "id"),
        Index(
            "ix_notifications_unread",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("sellers.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    """The public code of what it is about."""
    key: Mapped[str | None] = mapped_column(String(140), unique=True)
    """Kind, subject and reader: said once, for ever. Empty for kinds that gather."""
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    in_app: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User | None] = relationship()
    seller: Mapped[Seller | None] = relationship()
    dispatches: Mapped[list[Dispatch]] = relationship(
        back_populates="notification", order_by="Dispatch.id", cascade="all, delete-orphan"
    )

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


class DispatchState(StrEnum):
    QUEUED = "queued"
    """To be sent by the worker, or (WhatsApp) by a person."""
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not sent: read before, or refused by the reader."""


class Dispatch(Model):
    """A line of the delivery log. `code` is that of the outbox's message and so the Message-ID of the mail."""

    __tablename__ = "dispatches"
    __table_args__ = (
        UniqueConstraint("notification_id", "channel"),
        Index("ix_dispatches_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    notification_id: Mapped[int] = mapped_column(ForeignKey("notifications.id"))
    channel: Mapped[Channel] = mapped_column(choice(Channel, "channel"))
    state: Mapped[DispatchState] = mapped_column(choice(DispatchState, "state"), default=DispatchState.QUEUED)
    address: Mapped[str] = mapped_column(String(254))
    """An address of mail, or a phone number in E.164."""
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why the last attempt failed, or why nothing was sent."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)

    notification: Mapped[Notification] = relationship(back_populates="dispatches")


class Preference(Model):
    """Whether a person wants the mails of one kind. No row: they do."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    wants_mail: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
