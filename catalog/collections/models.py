"""Collection and Placement."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, code_of
from catalog.media.models import Image
from catalog.products.models import Product


class Collection(Model):
    """A curated choice with a text. It stands on the home page from `starts_at` until `ends_at` when `on_home`."""

    __tablename__ = "collections"
    __public__ = True
    __table_args__ = (CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    slug: Mapped[str] = mapped_column(String(90))
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    lead: Mapped[str] = mapped_column(String(300), default="")
    lead_en: Mapped[str] = mapped_column(String(300), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    on_home: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    image: Mapped[Image | None] = relationship()
    placements: Mapped[list[Placement]] = relationship(
        back_populates="collection", order_by="Placement.position", cascade="all, delete-orphan"
    )

    @property
    def is_showing(self) -> bool:
        """Whether it is open to the public now."""
        now = clock.now()
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)

    @property
    def last_on(self) -> date | None:
        """The last day on which the public sees it, by the shop's clock; None where it stays open."""
        return (self.ends_at - timedelta(microseconds=1)).astimezone(clock.WIB).date() if self.ends_at else None


class Placement(Model):
    """One product's place in a collection."""

    __tablename__ = "placements"
    __public__ = True
    __table_args__ = (UniqueConstraint("collection_id", "product_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    note_en: Mapped[str] = mapped_column(String(200), default="")

    collection: Mapped[Collection] = relationship(back_populates="placements")
    product: Mapped[Product] = relationship()
