"""Product, Option, OptionValue, Variant and the pictures of a product."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.certificates.models import Certificate, digits
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import Base, Code, Instant, Model, Money, Quantity, choice, code_of
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.money import Money as MoneyValue
from catalog.products.measures import MEASURE_CHECKS, Measured, SetPiece
from catalog.products.personal import Field, fields_of


class ProductState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    LIVE = "live"
    HELD = "held"
    """Taken off sale with its whole shop; comes back with it."""
    WITHDRAWN = "withdrawn"


class Fulfilment(StrEnum):
    READY = "ready"
    MADE_TO_ORDER = "made-to-order"


class AnimalMaterial(StrEnum):
    """What Indonesian halal rules for used goods ask (PP 42/2024, KMA 748/2021): only goods of animal matter."""

    NONE = "none"
    SILK = "silk"
    LEATHER = "leather"
    BONE = "bone"
    WAX = "wax"
    UNKNOWN = "unknown"


class Halal(StrEnum):
    """How a piece stands with the halal rules (PP 42/2024). The maker's word; only a certificate is more."""

    CERTIFIED = "certified"
    DECLARED = "declared"
    """By the maker's own declaration."""
    IN_PROCESS = "in-process"
    NOT_HALAL = "not-halal"
    """Goods that are not halal must say so."""


class Dye(StrEnum):
    NATURAL = "natural"
    SYNTHETIC = "synthetic"
    MIXED = "mixed"
    UNDYED = "undyed"


product_techniques = Table(
    "product_techniques",
    Base.metadata,
    Column("product_id", ForeignKey("products.id"), primary_key=True),
    Column("technique_id", ForeignKey("techniques.id"), primary_key=True, index=True),
)
product_materials = Table(
    "product_materials",
    Base.metadata,
    Column("product_id", ForeignKey("products.id"), primary_key=True),
    Column("material_id", ForeignKey("materials.id"), primary_key=True, index=True),
)
product_motifs = Table(
    "product_motifs",
    Base.metadata,
    Column("product_id", ForeignKey("products.id"), primary_key=True),
    Column("motif_id", ForeignKey("motifs.id"), primary_key=True),
    Index("ix_product_motifs_of_motif", "motif_id", "product_id"),
)
product_certificates = Table(
    "product_certificates",
    Base.metadata,
    Column("product_id", ForeignKey("products.id"), primary_key=True),
    Column("certificate_id", ForeignKey("certificates.id"), primary_key=True, index=True),
)
variant_values = Table(
    "variant_values",
    Base.metadata,
    Column("variant_id", ForeignKey("variants.id"), primary_key=True),
    Column("value_id", ForeignKey("option_values.id"), primary_key=True, index=True),
)


class Product(Model):
    """A piece on offer by one seller, made by one maker. Prices, weights and stock belong to its variants.

    `seller_id` is the key of a row of the marketplace (`sellers`); the catalog keeps it and never follows it.
    """

    __tablename__ = "products"
    __public__ = True
    __table_args__ = (
        CheckConstraint("state NOT IN ('live', 'held') OR published_at IS NOT NULL", name="published"),
        CheckConstraint("rating_total BETWEEN rating_count AND 5 * rating_count", name="rating"),
        CheckConstraint(f"hs_code = '' OR (length(hs_code) IN (6, 8, 10) AND {digits('hs_code')})", name="hs_code"),
        Index("ix_products_live_new", "state", "published_at", "id"),
        Index("ix_products_of_seller", "seller_id", "state", "published_at", "id"),
        Index("ix_products_of_maker", "maker_id", "state", "published_at", "id"),
        Index("ix_products_of_craft", "craft_id", "state", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    slug: Mapped[str] = mapped_column(String(90))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    maker_id: Mapped[int] = mapped_column(ForeignKey("makers.id"))
    craft_id: Mapped[int | None] = mapped_column(ForeignKey("crafts.id"))
    state: Mapped[ProductState] = mapped_column(choice(ProductState, "state"), default=ProductState.DRAFT)
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    care: Mapped[str] = mapped_column(Text, default="")
    care_en: Mapped[str] = mapped_column(Text, default="")
    variation_note: Mapped[str] = mapped_column(String(300), default="")
    variation_note_en: Mapped[str] = mapped_column(String(300), default="")
    dye: Mapped[Dye | None] = mapped_column(choice(Dye, "dye"))
    animal_material: Mapped[AnimalMaterial] = mapped_column(
        choice(AnimalMaterial, "animal_material"), default=AnimalMaterial.UNKNOWN
    )
    halal: Mapped[Halal | None] = mapped_column(choice(Halal, "halal"))
    hs_code: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The code of the customs tariff that the seller chose: 6, 8 or 10 digits without points, or empty."""
    set_pieces: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What a set holds, see `measures.SetPiece`; empty for a piece that is no set."""
    personal: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    """What a buyer may have made personal, see `personal.Field`; empty for a piece that is sold as it is."""
    is_example: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    """Raised at every edit; a form that was opened on an older version is refused instead of overwriting."""
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it first went on sale; stays when it is withdrawn, so that putting it back makes nothing look new."""
    rating_total: Mapped[int] = mapped_column(default=0, server_default="0")
    rating_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many published reviews there are and the sum of their stars, 1 to 5 each; see `services.rate`."""

    maker: Mapped[Maker] = relationship()
    craft: Mapped[Craft | None] = relationship()
    techniques: Mapped[list[Technique]] = relationship(secondary=product_techniques, order_by=Technique.name)
    materials: Mapped[list[Material]] = relationship(secondary=product_materials, order_by=Material.name)
    motifs: Mapped[list[Motif]] = relationship(secondary=product_motifs, order_by=Motif.name)
    certificates: Mapped[list[Certificate]] = relationship(
        secondary=product_certificates, order_by=(Certificate.kind, Certificate.id)
    )
    options: Mapped[list[Option]] = relationship(
        back_populates="product", order_by="Option.position", cascade="all, delete-orphan"
    )
    variants: Mapped[list[Variant]] = relationship(
        back_populates="product", order_by="Variant.position", cascade="all, delete-orphan"
    )
    pictures: Mapped[list[ProductPicture]] = relationship(
        back_populates="product", order_by="ProductPicture.position", cascade="all, delete-orphan"
    )

    @property
    def questions(self) -> list[Field]:
        """What a buyer may have made personal; none for a piece that is sold as it is."""
        return fields_of(self.personal)

    @property
    def holds(self) -> list[SetPiece]:
        """The pieces of a set; none for a piece that is no set."""
        return [SetPiece.of(one) for one in self.set_pieces or ()]

    @property
    def rating(self) -> float | None:
        """The average of its reviews, None without any."""
        return self.rating_total / self.rating_count if self.rating_count else None

    @property
    def is_live(self) -> bool:
        return self.state is ProductState.LIVE

    @property
    def on_sale_since(self) -> datetime | None:
        """Before when it was surely not on sale without a break; None when it never was.

        What is submitted after its first day on sale had been taken off. A shop's pause is told by the prices alone.
        """
        if self.published_at is None or self.submitted_at is None:
            return self.published_at
        return max(self.published_at, self.submitted_at)


class ProductPicture(Model):
    """A picture of a product, or of one variant of it; the first by position leads."""

    __tablename__ = "product_pictures"
    __public__ = True
    __table_args__ = (UniqueConstraint("product_id", "image_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variants.id"))
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="pictures")
    image: Mapped[Image] = relationship()


class Option(Model):
    """A choice that the buyer has: size, motif, colour."""

    __tablename__ = "options"
    __public__ = True
    __table_args__ = (UniqueConstraint("product_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    """The kind of choice across products (`size`, `colour`, `motif`, `head-size`), for facets."""
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="options")
    values: Mapped[list[OptionValue]] = relationship(
        back_populates="option", order_by="OptionValue.position", cascade="all, delete-orphan"
    )


class OptionValue(Model):
    __tablename__ = "option_values"
    __public__ = True
    __table_args__ = (UniqueConstraint("option_id", "key"), Index("ix_option_values_key", "key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("options.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60), default="")
    position: Mapped[int] = mapped_column(default=0)

    option: Mapped[Option] = relationship(back_populates="values")


class Variant(Measured, Model):
    """What is put into a cart. Weight in grams, box in millimetres; days are working days.

    Weight and box are those of the parcel; the piece itself is told by its measures.

    A ready-made variant states `dispatch_days` and has a Stock row; a made-to-order one states `lead_days`.
    """

    __tablename__ = "variants"
    __public__ = True
    __table_args__ = (
        Index("uq_variants_sku", "seller_id", text("lower(sku)"), unique=True),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("weight > 0", name="weight"),
        CheckConstraint("box_length > 0 AND box_width > 0 AND box_height > 0", name="box"),
        *MEASURE_CHECKS,
        CheckConstraint("dispatch_days >= 0 AND dispatch_days <= 30", name="dispatch_days"),
        CheckConstraint("lead_days >= 0 AND lead_days <= 365", name="lead_days"),
        CheckConstraint("fulfilment <> 'made-to-order' OR lead_days IS NOT NULL", name="lead_days_stated"),
        CheckConstraint(
            "deposit_percent BETWEEN 0 AND 90 AND (deposit_percent = 0 OR fulfilment = 'made-to-order')",
            name="deposit_percent",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    sku: Mapped[str | None] = mapped_column(String(40))
    """The shop's own number, as it writes it; `TC-01` and `tc-01` are the same."""
    price: Mapped[MoneyValue] = mapped_column(Money)
    weight: Mapped[int] = mapped_column(Quantity)
    box_length: Mapped[int] = mapped_column(Quantity)
    box_width: Mapped[int] = mapped_column(Quantity)
    box_height: Mapped[int] = mapped_column(Quantity)
    fulfilment: Mapped[Fulfilment] = mapped_column(choice(Fulfilment, "fulfilment"), default=Fulfilment.READY)
    dispatch_days: Mapped[int] = mapped_column(default=2)
    lead_days: Mapped[int | None]
    deposit_percent: Mapped[int] = mapped_column(default=0, server_default="0")
    """How much of the price is paid when it is ordered, the rest when it is ready; 0: everything at once. Only what is
    made to order may ask for less."""
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)

    product: Mapped[Product] = relationship(back_populates="variants")
    breaks: Mapped[list[PriceBreak]] = relationship(
        back_populates="variant", order_by="PriceBreak.quantity", cascade="all, delete-orphan"
    )
    values: Mapped[list[OptionValue]] = relationship(secondary=variant_values, order_by=OptionValue.option_id)

    def choices(self) -> dict[str, str]:
        """What it is of each option: option key → value key."""
        return {value.option.key: value.key for value in self.values}

    @property
    def is_made_to_order(self) -> bool:
        return self.fulfilment is Fulfilment.MADE_TO_ORDER


class PriceBreak(Model):
    """From `quantity` pieces of a variant in one cart, each costs `price` (see `products.prices`)."""

    __tablename__ = "price_breaks"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("variant_id", "quantity"),
        CheckConstraint("quantity BETWEEN 2 AND 999", name="quantity"),
        CheckConstraint("price > 0", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    quantity: Mapped[int] = mapped_column(Quantity)
    price: Mapped[MoneyValue] = mapped_column(Money)

    variant: Mapped[Variant] = relationship(back_populates="breaks")


class PriceSpan(Model):
    """One price of a variant from `since` to `until`; open while it holds. Written by `products.prices`, never edited."""

    __tablename__ = "price_spans"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("until IS NULL OR until >= since", name="span"),
        Index("ix_price_spans_variant", "variant_id", "since"),
        Index(
            "uq_price_spans_open",
            "variant_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variants.id"))
    price: Mapped[MoneyValue] = mapped_column(Money)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)

    variant: Mapped[Variant] = relationship()


COMPANIONS_MAX = 12


class Companion(Model):
    """A product that buyers of another one also bought: nothing but the pair and its place in the row, never who or how many.

    The marketplace counts and fills it; pairs that too few people bought never come here.
    """

    __tablename__ = "companions"
    __public__ = True
    __table_args__ = (
        UniqueConstraint("product_id", "position"),
        CheckConstraint("product_id <> other_id", name="other"),
        CheckConstraint(f"position BETWEEN 1 AND {COMPANIONS_MAX}", name="position"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True, index=True)
    position: Mapped[int]
