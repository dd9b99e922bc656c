"""IdempotencyKey: which request has been carried out, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog import clock
from catalog.db import Instant, Model


class IdempotencyKey(Model):
    """Written in the transaction of the purchase that it made. `scope` is the cart; `digest` is of what was asked."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    purchase_code: Mapped[str] = mapped_column(ForeignKey("purchases.code"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
