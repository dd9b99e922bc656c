"""Texts and taxonomy of a product, under a version that two open forms cannot both overwrite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from catalog import clock, signals
from catalog.crafts.models import Craft, Material, Motif, Technique
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.makers.models import Maker
from catalog.products.checklist import MEASURE_POINTS, missing, refusal
from catalog.products.measures import read_set
from catalog.products.models import AnimalMaterial, Dye, Product, ProductState
from catalog.products.states import COMPLETE, EDITABLE
from catalog.text import N_, slugify, tidy
from catalog.typed import read_text

_LINES = {"title": 120, "title_en": 120, "variation_note": 300, "variation_note_en": 300}
_TEXTS = {"description": 6_000, "description_en": 6_000, "care": 2_000, "care_en": 2_000}
_TERMS: dict[str, type[Any]] = {"techniques": Technique, "materials": Material, "motifs": Motif}
_TERMS_MAX = 12
ONE_TAP = timedelta(minutes=1)
FIELDS = (*_LINES, *_TEXTS, *_TERMS, "craft", "dye", "animal_material", "maker", "set_pieces")


def create_draft(
    seller_id: int, maker: Maker, title: str, title_en: str = "", craft: str | None = None, **more: Any
) -> Product:
    """A new draft of this seller, made by `maker`; `more` are other FIELDS. Whether the maker is one of the
    seller's is for the caller to know."""
    product = Product(seller_id=seller_id, maker=maker, slug="x", title="", version=1)
    with db.session.no_autoflush:
        _apply(product, {"title": title, "title_en": title_en, "craft": craft, **more})
    db.session.add(product)
    db.session.flush()
    return product


def find_begun(seller_id: int, maker: Maker, title: str) -> Product | None:
    """The draft of this name that was begun within the last minute: a button that is pressed twice begins one piece.
    The maker's row is held, so that the second waits for the first."""
    db.session.execute(lock(select(Maker.id).where(Maker.id == maker.id))).all()
    same = (Product.seller_id == seller_id, Product.state == ProductState.DRAFT, Product.title == tidy(title))
    recent = Product.created_at > clock.now() - ONE_TAP
    return db.session.scalar(select(Product).where(*same, recent).order_by(Product.id.desc()).limit(1))


def edit(product: Product, changes: Mapping[str, Any], version: int | None) -> Product:
    """Change some of FIELDS. `craft` is a slug or None, the terms are lists of slugs, `maker` a Maker,
    `set_pieces` lines as `measures.read_set` reads them.

    Conflict when `version` (what the form was opened on) is not the present one, or while curators look at it.
    Invalid for an unknown field, Several for values that cannot be right, or when a piece on sale would no longer
    fulfil its checklist.
    """
    hold_still(product, version)
    before = product.craft
    with db.session.no_autoflush:
        _apply(product, changes)
    touched(product, measured="craft" in changes and before is not product.craft)
    return product


def hold_still(product: Product, version: int | None) -> None:
    """Lock the row, read it anew, and refuse an old version or a state in which nothing may change."""
    db.session.flush()
    db.session.scalar(lock(select(Product).where(Product.id == product.id)).execution_options(populate_existing=True))
    if version is not None and version != product.version:
        raise Conflict(
            N_("Somebody changed this piece in the meantime. Look at the present version and change it again."),
            field="version",
        )
    if product.state not in EDITABLE:
        raise Conflict(N_("Curators are looking at this piece. Recall it first if you want to change it."))


def touched(product: Product, pictures: bool = False, measured: bool = False) -> None:
    """Count the version, hold a piece on sale to its checklist, and tell those who show it.

    Photos do not count: they are added one by one while the same person's form is open, and their words follow. What
    the craft asks to be measured is held to only where it was asked (`measured`): pieces went on sale before it was.
    """
    if not pictures:
        product.version += 1
    db.session.flush()
    if product.state in COMPLETE:
        # Stock is not this layer's; a piece on sale may well be sold out.
        later = {"stock", *({"alt"} if pictures else ()), *(() if measured else MEASURE_POINTS)}
        points = [point for point in missing(product, set()) if point.field not in later]
        if points:
            raise refusal(points)
    if product.state is not ProductState.DRAFT:
        signals.product_changed.send(product)


def read(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `edit` would set, without setting them; raises what it raises for values that cannot be right."""
    for key in changes:
        if key not in FIELDS:
            raise Invalid(N_("There is no field “%(name)s” here."), field=key, name=key)
    values: dict[str, Any] = {}
    errors: list[DomainError] = []
    for key, value in changes.items():
        try:
            values[key] = _value(key, value)
        except Several as several:
            errors.extend(several.errors)
        except Invalid as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    return values


def _apply(product: Product, changes: Mapping[str, Any]) -> None:
    values = read(changes)
    for key, value in values.items():
        setattr(product, key, value)
    if "title" in values:
        product.slug = slugify(product.title)


def _value(key: str, value: Any) -> Any:
    if key in _LINES or key in _TEXTS:
        text = read_text(key, value, _LINES, _TEXTS)
        if key == "title" and len(text) < 3:
            raise Invalid(N_("Write a title of 3 to 120 characters."), field=key)
        return text
    if key in _TERMS:
        return _terms(key, _TERMS[key], value)
    if key == "set_pieces":
        return [one.kept() for one in read_set(value)]
    if key == "craft":
        if not value:
            return None
        craft = db.session.scalar(select(Craft).where(Craft.slug == value))
        if craft is None:
            raise Invalid(N_("Choose a craft from the list."), field=key)
        return craft
    if key == "maker":
        if not isinstance(value, Maker):
            raise Invalid(N_("Choose who made it."), field=key)
        return value
    if key == "dye":
        return _member(Dye, value, key, N_("Choose natural, synthetic, mixed or undyed.")) if value else None
    return _member(AnimalMaterial, value or "unknown", key, N_("Choose one of the animal materials, or none."))


def _member(enum: Callable[[Any], Any], value: Any, field: str, sentence: str) -> Any:
    try:
        return enum(value)
    except ValueError:
        raise Invalid(sentence, field=field) from None


def _terms(field: str, model: type[Any], slugs: Iterable[str] | None) -> list[Any]:
    wanted = list(dict.fromkeys(slugs or ()))
    if len(wanted) > _TERMS_MAX:
        raise Invalid(N_("Choose at most %(limit)s."), field=field, limit=_TERMS_MAX)
    found = list(db.session.scalars(select(model).where(model.slug.in_(wanted)))) if wanted else []
    if len(found) != len(wanted):
        raise Invalid(N_("Choose from the list."), field=field)
    return found
