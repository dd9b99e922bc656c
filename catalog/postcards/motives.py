"""What stands on a card: read from the thing that it is of, for as long as the public may see that thing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.collections.models import Collection
from catalog.crafts.models import Craft, Motif
from catalog.db import db
from catalog.makers.models import Maker
from catalog.media.models import Image
from catalog.places.queries import place_path
from catalog.postcards.models import Postcard, PostcardKind
from catalog.products.models import Product, ProductPicture, ProductState
from catalog.text import localized

LOCALES = ("id", "en")
DESIGN = 1
"""Raised when the drawing changes, so that every card is drawn anew."""


@dataclass(frozen=True)
class Motive:
    """The words and the photo of one card. `above` stands small over the title, `below` are lines under it."""

    title: str
    above: str
    below: tuple[str, ...]
    photo: str
    """The stored file of the photo."""
    focal_x: int
    focal_y: int
    wide: bool
    site: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps([DESIGN, asdict(self)], sort_keys=True).encode()).hexdigest()

    @property
    def alt(self) -> str:
        return ", ".join(one for one in (self.title, *self.below) if one)[:300]


def read_motives(kind: PostcardKind, code: str, site: str) -> dict[str, Motive]:
    """Language → what stands on the card; empty for what is not public or has no photo."""
    thing: Any = db.session.scalars(_public(kind).where(_code(kind) == code)).unique().one_or_none()
    image = _photo(kind, thing) if thing is not None else None
    if image is None:
        return {}
    return {locale: _motive(kind, thing, image, locale, site) for locale in LOCALES}


def list_lacking(limit: int) -> list[tuple[PostcardKind, str]]:
    """Public things with a photo that have no card yet, those of which there are few first."""
    found: list[tuple[PostcardKind, str]] = []
    for kind in (
        PostcardKind.CRAFT,
        PostcardKind.MOTIF,
        PostcardKind.COLLECTION,
        PostcardKind.MAKER,
        PostcardKind.PRODUCT,
    ):
        has = exists().where(and_(Postcard.kind == kind, Postcard.code == _code(kind)))
        rows = select(_code(kind)).where(*_shown(kind), ~has).limit(limit - len(found))
        found += [(kind, code) for code in db.session.scalars(rows)]
    return found


def list_gone(limit: int) -> list[tuple[PostcardKind, str]]:
    """Things that have a card and are not public any longer."""
    found: list[tuple[PostcardKind, str]] = []
    for kind in PostcardKind:
        there = exists().where(and_(_code(kind) == Postcard.code, *_shown(kind)))
        rows = select(Postcard.code).distinct().where(Postcard.kind == kind, ~there).limit(limit)
        found += [(kind, code) for code in db.session.scalars(rows)]
    return found[:limit]


def _code(kind: PostcardKind) -> Any:
    return {
        PostcardKind.PRODUCT: Product.code,
        PostcardKind.MAKER: Maker.code,
        PostcardKind.COLLECTION: Collection.code,
        PostcardKind.CRAFT: Craft.slug,
        PostcardKind.MOTIF: Motif.slug,
    }[kind]


def _shown(kind: PostcardKind) -> tuple[Any, ...]:
    """What must hold for a thing to have a card: the public sees it, and there is a photo."""
    now = clock.now()
    match kind:
        case PostcardKind.PRODUCT:
            return Product.state == ProductState.LIVE, exists().where(ProductPicture.product_id == Product.id)
        case PostcardKind.MAKER:
            return Maker.is_shown, Maker.image_id.is_not(None)
        case PostcardKind.COLLECTION:
            is_open = or_(Collection.ends_at.is_(None), Collection.ends_at > now)
            return Collection.starts_at <= now, is_open, Collection.image_id.is_not(None)
        case PostcardKind.CRAFT:
            return (Craft.image_id.is_not(None),)
    return (Motif.image_id.is_not(None),)


def _public(kind: PostcardKind) -> Select[Any]:
    match kind:
        case PostcardKind.PRODUCT:
            statement: Select[Any] = select(Product).options(
                joinedload(Product.maker).options(joinedload(Maker.village), joinedload(Maker.district)),
                joinedload(Product.craft),
                selectinload(Product.pictures).joinedload(ProductPicture.image),
            )
        case PostcardKind.MAKER:
            statement = select(Maker).options(joinedload(Maker.image), selectinload(Maker.crafts))
        case PostcardKind.COLLECTION:
            statement = select(Collection).options(joinedload(Collection.image))
        case PostcardKind.CRAFT:
            statement = select(Craft).options(joinedload(Craft.image))
        case _:
            statement = select(Motif).options(joinedload(Motif.image), joinedload(Motif.craft))
    return statement.where(*_shown(kind)).execution_options(populate_existing=True)


def _photo(kind: PostcardKind, thing: Any) -> Image | None:
    if kind is PostcardKind.PRODUCT:
        return thing.pictures[0].image if thing.pictures else None
    image: Image | None = thing.image
    return image


def _motive(kind: PostcardKind, thing: Any, image: Image, locale: str, site: str) -> Motive:
    title = (
        thing.name
        if kind is PostcardKind.MAKER
        else localized(thing, "title" if hasattr(thing, "title") else "name", locale)
    )
    above = ""
    below: tuple[str, ...] = ()
    match kind:
        case PostcardKind.PRODUCT:
            above = localized(thing.craft, "name", locale) if thing.craft else ""
            below = (thing.maker.name, _place(thing.maker))
        case PostcardKind.MAKER:
            above = " · ".join(localized(one, "name", locale) for one in thing.crafts[:2])
            below = (_place(thing),)
        case PostcardKind.COLLECTION:
            below = (localized(thing, "lead", locale),)
        case PostcardKind.CRAFT:
            below = (localized(thing, "summary", locale),)
        case PostcardKind.MOTIF:
            above = localized(thing.craft, "name", locale) if thing.craft else ""
    return Motive(
        title, above, tuple(one for one in below if one), image.path, image.focal_x, image.focal_y,
        image.width > image.height, site,
    )  # fmt: skip


def _place(maker: Maker) -> str:
    """`Sungai Baru, Bangka Barat`: village or district, and the regency."""
    path = place_path(maker.district_code)
    return ", ".join(dict.fromkeys([maker.place_name, *path[1:2]]))
