"""Craft, Technique, Material and Motif. `slug` is the public key; `name` Indonesian, `name_en` English."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, Text, event, false, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.db import Base, Instant, Model, choice
from catalog.media.models import Image
from catalog.signals import craft_changed, material_changed, motif_changed, technique_changed, term_added

craft_techniques = Table(
    "craft_techniques",
    Base.metadata,
    Column("craft_id", ForeignKey("crafts.id"), primary_key=True),
    Column("technique_id", ForeignKey("techniques.id"), primary_key=True),
)
craft_materials = Table(
    "craft_materials",
    Base.metadata,
    Column("craft_id", ForeignKey("crafts.id"), primary_key=True),
    Column("material_id", ForeignKey("materials.id"), primary_key=True),
)


class Measure(StrEnum):
    """What buyers must know of every piece of a craft, beside its price."""

    HEAD = "head"
    """Sizes of the head, or the size of what is not worn there."""
    CONTENT = "content"
    """How much is in it: it is priced by the kilogram or the litre."""
    SIZE = "size"
    """How long and wide it is, in what sizes it comes, or what the set holds."""
    WEIGHT = "weight"
    """How much it weighs itself."""


class Craft(Model):
    """A craft such as tenun cual. Texts come from `data/taxonomy.json` and from curators; what is unknown stays empty."""

    __tablename__ = "crafts"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    summary: Mapped[str] = mapped_column(String(240), default="")
    summary_en: Mapped[str] = mapped_column(String(240), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    care: Mapped[str] = mapped_column(Text, default="")
    care_en: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    measure: Mapped[Measure | None] = mapped_column(choice(Measure, "measure"))
    is_food: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its pieces are eaten: they must say how they stand with halal."""
    sources: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The pages that tell this, one a line."""
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    """When a curator last changed what it tells; None as long as none has."""

    image: Mapped[Image | None] = relationship()
    techniques: Mapped[list[Technique]] = relationship(secondary=craft_techniques, order_by="Technique.name")
    materials: Mapped[list[Material]] = relationship(secondary=craft_materials, order_by="Material.name")
    motifs: Mapped[list[Motif]] = relationship(back_populates="craft", order_by="Motif.name")


class Technique(Model):
    """How a piece is made: tenun gedogan, cor cetakan, anyam, batik tulis."""

    __tablename__ = "techniques"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The pages that tell this, one a line."""
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    told_at: Mapped[datetime | None] = mapped_column(Instant)

    image: Mapped[Image | None] = relationship()


class Material(Model):
    """What a piece is made of: benang sutra, timah, serat resam, daun lais."""

    __tablename__ = "materials"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    story: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The pages that tell this, one a line."""
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    told_at: Mapped[datetime | None] = mapped_column(Instant)

    image: Mapped[Image | None] = relationship()


class Motif(Model):
    """A named figure of one craft. `meaning` stays empty where no source tells it."""

    __tablename__ = "motifs"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    craft_id: Mapped[int] = mapped_column(ForeignKey("crafts.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80), default="")
    meaning: Mapped[str] = mapped_column(Text, default="")
    meaning_en: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(160), default="")
    told_by: Mapped[str] = mapped_column(String(160), default="", server_default="")
    """Who told the meaning, where no page does."""
    sources: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The pages that tell of it, one a line."""
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    told_at: Mapped[datetime | None] = mapped_column(Instant)

    craft: Mapped[Craft] = relationship(back_populates="motifs")
    image: Mapped[Image | None] = relationship()


Term = Craft | Technique | Material | Motif

CHANGED = {
    Craft: craft_changed,
    Technique: technique_changed,
    Material: material_changed,
    Motif: motif_changed,
}


def _tell_of_new(mapper: Any, connection: Any, term: Any) -> None:
    term_added.send(term)


def _tell_of_change(mapper: Any, connection: Any, term: Any) -> None:
    told = inspect(term).attrs
    renamed = any(told[name].history.has_changes() for name in ("name", "name_en"))
    CHANGED[type(term)].send(term, renamed=renamed)


for _model in CHANGED:
    event.listen(_model, "after_insert", _tell_of_new)
    event.listen(_model, "before_update", _tell_of_change)
