"""Submission: one product before a curator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.sellers.models import Decision


class Submission(Model):
    """Asked at `submitted_at`, answered at `decided_at`; a refusal always carries a reason that the maker can act on."""

    __tablename__ = "submissions"
    __table_args__ = (Index("ix_submissions_queue", "decided_at", "submitted_at"),)

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

    product: Mapped[Product] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
