"""Maker: the hands behind a piece. Who is paid for it is a Seller, and lives in the marketplace."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
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
    workshop: Mapped[Workshop | None] = relationship(back_populates="maker", cascade="all, delete-orphan")
    hands: Mapped[list[Person]] = relationship(
        back_populates="maker", order_by="Person.position", cascade="all, delete-orphan"
    )
    links: Mapped[list[MakerLink]] = relationship(back_populates="maker", cascade="all, delete-orphan")

    @property
    def place_name(self) -> str:
        """The nearest name that a visitor would know: the village where it is known, else the district."""
        return self.village.name if self.village else self.district.name


class Visits(StrEnum):
    """Whether strangers may come and look."""

    NONE = "none"
    HOURS = "hours"
    APPOINTMENT = "appointment"


class Workshop(Model):
    """Where a maker works: what there is to see, whether one may come, and how. Each maker has one at most."""

    __tablename__ = "maker_workshops"
    __public__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), unique=True)
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    visits: Mapped[Visits] = mapped_column(choice(Visits, "visits"), default=Visits.NONE)
    way: Mapped[str] = mapped_column(String(300), default="")
    """How to come: whom to ask, where to turn."""
    way_en: Mapped[str] = mapped_column(String(300), default="")

    maker: Mapped[Maker] = relationship(back_populates="workshop")
    hours: Mapped[list[OpenHours]] = relationship(order_by="OpenHours.weekday", cascade="all, delete-orphan")
    pictures: Mapped[list[WorkshopPicture]] = relationship(
        order_by="WorkshopPicture.position", cascade="all, delete-orphan"
    )


class OpenHours(Model):
    """One day of the week on which a workshop is open. Monday is 1; minutes after midnight by the clock of the place."""

    __tablename__ = "maker_hours"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("workshop_id", "weekday"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("opens >= 0 AND opens < closes AND closes <= 1440", name="span"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("maker_workshops.id"))
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]


class WorkshopPicture(Model):
    """A photo of the workshop; its words stand with the image."""

    __tablename__ = "maker_pictures"
    __public__ = True
    __table_args__ = (UniqueConstraint("workshop_id", "image_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(ForeignKey("maker_workshops.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    image: Mapped[Image] = relationship()


class Person(Model):
    """Somebody whom a maker shows, as far as that person has agreed: a name, a role, perhaps a portrait; nothing else.

    Without `consented_at` there is no row: whoever withdraws is taken away whole.
    """

    __tablename__ = "maker_people"
    __public__ = True
    __table_args__ = (CheckConstraint("name <> ''", name="name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(8))
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(80), default="")
    role_en: Mapped[str] = mapped_column(String(80), default="")
    portrait_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    consented_at: Mapped[datetime] = mapped_column(Instant)
    """When it was last stated that this person agrees to what is shown."""

    maker: Mapped[Maker] = relationship(back_populates="hands")
    portrait: Mapped[Image | None] = relationship()


class LinkKind(StrEnum):
    """Where else makers are found, in the order in which it is shown."""

    TOKOPEDIA = "tokopedia"
    SHOPEE = "shopee"
    TIKTOK = "tiktok"
    LAZADA = "lazada"
    BLIBLI = "blibli"
    ETSY = "etsy"
    INSTAGRAM = "instagram"
    FACEBOOK = "facebook"
    WHATSAPP = "whatsapp"
    SITE = "site"


class MakerLink(Model):
    """One address of a maker elsewhere, as `links.checked` has written it."""

    __tablename__ = "maker_links"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("maker_id", "kind"),
        CheckConstraint("url LIKE 'https://_%.__%'", name="url"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"))
    kind: Mapped[LinkKind] = mapped_column(choice(LinkKind, "kind"))
    url: Mapped[str] = mapped_column(String(300))

    maker: Mapped[Maker] = relationship(back_populates="links")
