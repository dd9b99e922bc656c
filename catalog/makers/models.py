"""Maker: the hands behind a piece. Who is paid for it is a Seller, and lives in the marketplace."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.crafts.models import Craft
from catalog.db import Base, Code, Instant, Model, choice, code_of
from catalog.media.models import Image
from catalog.places.models import District, Village

maker_crafts = Table(
    "maker_crafts",
    Base.metadata,
    Column("maker_id", ForeignKey("makers.id"), primary_key=True),
    Column("craft_id", ForeignKey("crafts.id"), primary_key=True, index=True),
)


class MakerKind(StrEnum):
    WORKSHOP = "workshop"
    GROUP = "group"  # KUBE, kelompok usaha bersama
    HOUSEHOLD = "household"


class Maker(Model):
    """A workshop, a household or a group. `is_example` marks the invented makers of the example province."""

    __tablename__ = "makers"
    __public__ = True
    __table_args__ = (CheckConstraint("people > 0", name="people"), Index("ix_makers_name", "name", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    slug: Mapped[str] = mapped_column(String(90))
    name: Mapped[str] = mapped_column(String(90))
    kind: Mapped[MakerKind] = mapped_column(choice(MakerKind, "kind"), default=MakerKind.WORKSHOP)
    district_code: Mapped[str] = mapped_column(ForeignKey("districts.code"), index=True)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("villages.code"))
    story: Mapped[str] = mapped_column(Text, default="")
    story_en: Mapped[str] = mapped_column(Text, default="")
    founded: Mapped[int | None]
    people: Mapped[int | None]
    is_example: Mapped[bool] = mapped_column(default=False)
    is_shown: Mapped[bool] = mapped_column(default=True)
    """Whether the public may see it. An applicant's maker is not shown until the shop is open."""
    emblem_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    district: Mapped[District] = relationship()
    village: Mapped[Village | None] = relationship()
    emblem: Mapped[Image | None] = relationship(foreign_keys=[emblem_id])
    image: Mapped[Image | None] = relationship(foreign_keys=[image_id])
    crafts: Mapped[list[Craft]] = relationship(secondary=maker_crafts, order_by=Craft.position)

    @property
    def place_name(self) -> str:
        """The nearest name that a visitor would know: the village where it is known, else the district."""
        return self.village.name if self.village else self.district.name
