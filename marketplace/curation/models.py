"""Submission: one product before a curator, or what is to change on one that is on sale."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of
from catalog.media.models import Image
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.sellers.models import Decision


class Submission(Model):
    """Asked at `submitted_at`, answered at `decided_at`; a refusal always carries a reason that the maker can act on.

    With `changes` it is about a piece that is on sale and stays so meanwhile. Such a change lies on the table until
    `put_away_at`: while it waits, and after a refusal until its maker asks again or lets it go. One a piece.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_queue", "decided_at", "submitted_at"),
        CheckConstraint(
            "changes IS NULL OR put_away_at IS NOT NULL OR decision IS NULL OR decision = 'refused'", name="put_away"
        ),
        Index(
            "uq_submissions_on_table",
            "product_id",
            unique=True,
            sqlite_where=text("changes IS NOT NULL AND put_away_at IS NULL"),
            postgresql_where=text("changes IS NOT NULL AND put_away_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    submitted_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    decision: Mapped[Decision | None] = mapped_column(choice(Decision, "decision"))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Words as `catalog.products.staging.words` gives them, `prices`: variant code → [price, [[quantity, price]…]],
    and `options` as `catalog.products.staging.choices` gives them."""
    put_away_at: Mapped[datetime | None] = mapped_column(Instant)

    product: Mapped[Product] = relationship()
    pictures: Mapped[list[StagedPicture]] = relationship(
        order_by="StagedPicture.id", cascade="all, delete-orphan", back_populates="submission"
    )
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Deed(StrEnum):
    ADD = "add"
    REMOVE = "remove"


class StagedPicture(Model):
    """A photo that is to come to a piece on sale, or to go. Kept apart from `product_pictures`, so that no page can
    show by mistake what nobody has looked at."""

    __tablename__ = "staged_pictures"
    __table_args__ = (UniqueConstraint("submission_id", "image_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    deed: Mapped[Deed] = mapped_column(choice(Deed, "deed"))

    submission: Mapped[Submission] = relationship(back_populates="pictures")
    image: Mapped[Image] = relationship()
