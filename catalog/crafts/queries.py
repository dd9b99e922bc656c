"""Asking about the taxonomy. Slugs are the public keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.crafts.models import Craft, Material, Motif, Technique, craft_materials, craft_techniques
from catalog.db import db

T = TypeVar("T", Craft, Technique, Material, Motif)

_CRAFTS = select(Craft).options(joinedload(Craft.image)).order_by(Craft.position, Craft.name)


def list_crafts() -> Sequence[Craft]:
    """All crafts in the curators' order, each with its image. One query."""
    return db.session.scalars(_CRAFTS).all()


def find_craft(slug: str) -> Craft | None:
    """A craft with its image, techniques, materials and motifs. At most four queries."""
    statement = (
        select(Craft)
        .where(Craft.slug == slug)
        .options(
            joinedload(Craft.image),
            selectinload(Craft.techniques),
            selectinload(Craft.materials),
            selectinload(Craft.motifs),
        )
    )
    return db.session.scalar(statement)


def list_motifs(craft: str | None = None) -> Sequence[Motif]:
    """The motifs of a craft (by its slug) or all of them, by name, each with its craft and image. One query."""
    statement = (
        select(Motif)
        .join(Motif.craft)
        .options(joinedload(Motif.craft, innerjoin=True), joinedload(Motif.image))
        .order_by(Motif.name)
    )
    return db.session.scalars(_of_craft(statement, craft)).all()


def list_crafts_with(term: Technique | Material) -> Sequence[Craft]:
    """The crafts that use a technique or a material, in the curators' order. One query."""
    used = Craft.techniques if isinstance(term, Technique) else Craft.materials
    statement = select(Craft).where(used.any(id=term.id)).order_by(Craft.position, Craft.name)
    return db.session.scalars(statement).all()


def find_motif(slug: str) -> Motif | None:
    """A motif with its craft and image. One query."""
    statement = select(Motif).where(Motif.slug == slug)
    return db.session.scalar(statement.options(joinedload(Motif.craft, innerjoin=True), joinedload(Motif.image)))


def find_term(model: type[T], slug: str) -> T | None:
    """A thing of any kind by its slug, with its image. One query."""
    return db.session.scalar(select(model).where(model.slug == slug).options(joinedload(model.image)))


def list_terms(model: type[T]) -> Sequence[T]:
    """Everything of a kind by name, each with its image. One query."""
    return db.session.scalars(select(model).options(joinedload(model.image)).order_by(model.name)).all()


def list_techniques(craft: str | None = None) -> Sequence[Technique]:
    """The techniques of a craft (by its slug) or all of them, by name. One query."""
    statement = select(Technique).order_by(Technique.name)
    if craft is not None:
        statement = statement.join(craft_techniques).join(Craft)
    return db.session.scalars(_of_craft(statement, craft)).all()


def find_technique(slug: str) -> Technique | None:
    """A technique with its image. One query."""
    return find_term(Technique, slug)


def list_materials(craft: str | None = None) -> Sequence[Material]:
    """The materials of a craft (by its slug) or all of them, by name. One query."""
    statement = select(Material).order_by(Material.name)
    if craft is not None:
        statement = statement.join(craft_materials).join(Craft)
    return db.session.scalars(_of_craft(statement, craft)).all()


def find_material(slug: str) -> Material | None:
    """A material with its image. One query."""
    return find_term(Material, slug)


def _of_craft(statement: Select[Any], craft: str | None) -> Select[Any]:
    return statement if craft is None else statement.where(Craft.slug == craft)
