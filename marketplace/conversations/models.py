"""Conversation, Post, Attachment and PostReport."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of
from catalog.media.models import Image
from catalog.media.private import PrivatePicture
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.sellers.models import Seller


class Side(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> Side:
        return Side.SELLER if self is Side.BUYER else Side.BUYER


def _unread_index(side: str) -> Index:
    """A small index of what a side has not read, so that its count costs nothing however much was read."""
    unread = text(f"{side}_unread > 0")
    return Index(f"ix_conversations_{side}_unread", f"{side}_id", sqlite_where=unread, postgresql_where=unread)


class Conversation(Model):
    """One buyer and one shop about one product or one order. Everybody who works in the shop reads and writes in it.

    Title and picture are those of the day on which it began. `spoken_at`, the beginning of the last words and what
    each side has not read are kept here, so that an inbox is one query.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("buyer_id", "seller_id", "product_id"),
        UniqueConstraint("buyer_id", "order_code"),
        CheckConstraint("(product_id IS NULL) <> (order_code IS NULL)", name="subject"),
        CheckConstraint("buyer_unread >= 0 AND seller_unread >= 0", name="unread"),
        Index("ix_conversations_buyer", "buyer_id", "spoken_at", "id"),
        Index("ix_conversations_seller", "seller_id", "spoken_at", "id"),
        _unread_index("buyer"),
        _unread_index("seller"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)
    order_code: Mapped[str | None] = mapped_column(ForeignKey("orders.code"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    buyer_unread: Mapped[int] = mapped_column(default=0)
    seller_unread: Mapped[int] = mapped_column(default=0)
    last_side: Mapped[Side] = mapped_column(choice(Side, "last_side"), default=Side.BUYER)
    last_words: Mapped[str] = mapped_column(String(140), default="")
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    spoken_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    buyer: Mapped[User] = relationship()
    seller: Mapped[Seller] = relationship()
    product: Mapped[Product | None] = relationship()
    image: Mapped[Image | None] = relationship()

    @property
    def buyer_name(self) -> str:
        """How the shop sees the buyer: whoever only asks is called by the first name."""
        return self.buyer.name if self.order_code else self.buyer.name.split()[0]

    @property
    def is_open(self) -> bool:
        """Whether anybody may write: a suspended shop's conversations can only be read."""
        return self.seller.is_open

    def name_of(self, side: Side) -> str:
        return self.buyer_name if side is Side.BUYER else self.seller.name

    def unread_of(self, side: Side) -> int:
        return self.buyer_unread if side is Side.BUYER else self.seller_unread


class Post(Model):
    """One message of a conversation. `once` is the form's own mark: the same form sent twice says it once."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("conversation_id", "once"),
        Index("ix_posts_conversation", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    side: Mapped[Side] = mapped_column(choice(Side, "side"))
    text: Mapped[str] = mapped_column(Text, default="")
    once: Mapped[str | None] = mapped_column(String(26))
    leaks: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What the hint found in it and its author sent all the same."""
    sent_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    """An operator took it out of sight; nobody but operators can read it any more."""

    conversation: Mapped[Conversation] = relationship()
    author: Mapped[User] = relationship()
    attachments: Mapped[list[Attachment]] = relationship(back_populates="post", order_by="Attachment.id")


class Attachment(PrivatePicture, Model):
    """A private picture. Without a post it is the author's draft, kept while a form is open.

    `files` are two [format, width, height, size, sha256], the small one first; they lie in the private storage.
    """

    __tablename__ = "attachments"
    FOLDER = "conversations/"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now, index=True)

    post: Mapped[Post | None] = relationship(back_populates="attachments")


class ReportReason(StrEnum):
    PAYMENT = "payment"
    """Wants to be paid around the house."""
    INSULT = "insult"
    FRAUD = "fraud"
    SPAM = "spam"
    OTHER = "other"
    CONTACT = "contact"
    """The house's own: a way around it was sent in spite of the hint."""


class ReportDecision(StrEnum):
    KEPT = "kept"
    REMOVED = "removed"


class PostReport(Model):
    """Somebody of the other side (or, without `reporter_id`, the house) points at a message; an operator decides."""

    __tablename__ = "post_reports"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index("ix_post_reports_queue", "decision", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[ReportReason] = mapped_column(choice(ReportReason, "reason"))
    note: Mapped[str] = mapped_column(String(500), default="")
    reported_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    decision: Mapped[ReportDecision | None] = mapped_column(choice(ReportDecision, "decision"))
    answer: Mapped[str] = mapped_column(String(500), default="")
    """What the operator says to those whom it concerns."""
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    post: Mapped[Post] = relationship()
    reporter: Mapped[User | None] = relationship(foreign_keys=[reporter_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
