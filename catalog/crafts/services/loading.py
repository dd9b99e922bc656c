"""Filling the taxonomy from `catalog/crafts/data/taxonomy.json`, which names the source of every fact."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from catalog.crafts.models import Craft, Material, Measure, Motif, Technique
from catalog.db import db

_WORDS = ("name", "name_en")
_TOLD = (*_WORDS, "story", "story_en", "sources")
_CRAFT = (*_TOLD, "summary", "summary_en", "care", "care_en", "position", "measure", "is_food")
_MOTIF = (*_WORDS, "meaning", "meaning_en", "origin", "sources")


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """How many crafts, techniques, materials and motifs the data file holds, and how many of all were new."""

    crafts: int
    techniques: int
    materials: int
    motifs: int
    added: int


def supplied() -> dict[str, Any]:
    """The data file as it is: `crafts` (each with its `motifs`), `techniques`, `materials`, and a `note`."""
    return dict(json.loads(files("catalog.crafts").joinpath("data/taxonomy.json").read_text("utf-8")))


def load_taxonomy(*, overwrite: bool = True) -> Taxonomy:
    """Bring the taxonomy in line with the data file, by slug. Idempotent; nothing is deleted, images stay.

    With `overwrite=False` only what is missing is added, also to things that are there; curators' words stay.
    """
    data = supplied()
    techniques, new_techniques = _load(Technique, data["techniques"], _TOLD, overwrite)
    materials, new_materials = _load(Material, data["materials"], _TOLD, overwrite)
    db.session.scalars(select(Craft).options(selectinload(Craft.techniques), selectinload(Craft.materials))).all()
    crafts, new_crafts = _load(Craft, data["crafts"], _CRAFT, overwrite)
    for row in data["crafts"]:
        craft = crafts[row["slug"]]
        if overwrite or row["slug"] in new_crafts:
            _keep_equal(craft.techniques, [techniques[slug] for slug in row["techniques"]])
            _keep_equal(craft.materials, [materials[slug] for slug in row["materials"]])

    rows = [{**motif, "craft": crafts[row["slug"]]} for row in data["crafts"] for motif in row["motifs"]]
    motifs, new_motifs = _load(Motif, rows, (*_MOTIF, "craft"), overwrite)
    db.session.flush()
    added = len(new_techniques) + len(new_materials) + len(new_crafts) + len(new_motifs)
    return Taxonomy(len(crafts), len(techniques), len(materials), len(motifs), added)


def _load(
    model: Any, rows: list[dict[str, Any]], fields: tuple[str, ...], overwrite: bool
) -> tuple[dict[str, Any], set[str]]:
    """The things of `rows` by slug, and the slugs that were new."""
    slugs = [row["slug"] for row in rows]
    present = {thing.slug: thing for thing in db.session.scalars(select(model).where(model.slug.in_(slugs)))}
    new = set(slugs) - present.keys()
    for row in rows:
        facts = {field: _fact(row, field) for field in fields}
        if row["slug"] in new:
            present[row["slug"]] = thing = model(slug=row["slug"], **facts)
            db.session.add(thing)
        for field, value in facts.items():
            held = getattr(present[row["slug"]], field)
            if held != value and (overwrite or held in ("", None)):
                setattr(present[row["slug"]], field, value)
    return present, new


def _fact(row: dict[str, Any], field: str) -> Any:
    if field == "sources":
        return "\n".join(row[field])
    if field == "measure":
        return Measure(row[field]) if row.get(field) else None
    if field == "is_food":
        return bool(row.get(field))
    return row[field]


def _keep_equal(held: list[Any], wanted: list[Any]) -> None:
    """Make a relation hold what is wanted, touching it only where it differs."""
    for thing in [thing for thing in held if thing not in wanted]:
        held.remove(thing)
    held.extend(thing for thing in wanted if thing not in held)
