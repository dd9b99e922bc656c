"""Postcard: which picture stands for a page when its address is shared."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.db import Model, choice
from catalog.media.models import Image


class PostcardKind(StrEnum):
    PRODUCT = "product"
    MAKER = "maker"
    COLLECTION = "collection"
    CRAFT = "craft"
    MOTIF = "motif"


class Postcard(Model):
    """The card of one thing in one language. Its image belongs to nobody else, so that the sweep takes it when it goes."""

    __tablename__ = "postcards"
    __public__ = True
    __table_args__ = (UniqueConstraint("kind", "code", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PostcardKind] = mapped_column(choice(PostcardKind, "kind"))
    code: Mapped[str] = mapped_column(String(60))
    """The public code of the thing, or the slug of a craft or motif."""
    locale: Mapped[str] = mapped_column(String(2))
    digest: Mapped[str] = mapped_column(String(64))
    """Of everything that stands on it; another one means that the card is out of date."""
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)

    image: Mapped[Image] = relationship()
