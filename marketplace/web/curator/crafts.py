"""Crafts, motifs, techniques and materials: what is still missing of each, and the words that curators write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.crafts import services
from catalog.crafts.gaps import Gap, asked_of, gaps
from catalog.crafts.models import Craft, Material, Motif, Technique, Term
from catalog.crafts.queries import find_craft, find_term, list_crafts, list_crafts_with, list_terms
from catalog.errors import Conflict, DomainError, NotFound
from catalog.search.query import Query
from catalog.text import N_
from marketplace.web.curator.terms import FORMS, TermForm, changes_of, gap_names, kind_names, shown_value
from marketplace.web.focus import focal_points
from marketplace.web.forms import accepts_many
from marketplace.web.lifecycle import house
from marketplace.web.visits import visit

pages = Blueprint("crafts", __name__)

MODELS: dict[str, Any] = {"crafts": Craft, "motifs": Motif, "techniques": Technique, "materials": Material}
FACETS = {"crafts": "craft", "motifs": "motif", "techniques": "technique", "materials": "material"}
KIND = "<any(crafts, motifs, techniques, materials):kind>"


@dataclass(frozen=True)
class Entry:
    """One thing in the archive: what it lacks, and how many pieces on sale name it."""

    kind: str
    term: Any
    gaps: list[Gap]
    pieces: int


@dataclass(frozen=True)
class Drawer:
    """A craft with its motifs."""

    craft: Entry
    motifs: list[Entry]


def find(kind: str, slug: str) -> Any:
    term = find_term(MODELS[kind], slug)
    if term is None:
        raise NotFound(N_("There is no such page in the archive."))
    return term


def _entries() -> dict[str, list[Entry]]:
    """Everything by kind, crafts in the curators' order, the others by name. Four queries and one search."""
    counts = house().ports.search.search(Query(per_page=1, facets=tuple(FACETS.values()))).facets
    terms: dict[str, Any] = {kind: list_terms(model) for kind, model in MODELS.items() if kind != "crafts"}
    terms = {"crafts": list_crafts(), **terms}
    pieces = {kind: dict(counts.get(facet, ())) for kind, facet in FACETS.items()}
    return {
        kind: [Entry(kind, one, gaps(one), pieces[kind].get(one.slug, 0)) for one in terms[kind]] for kind in MODELS
    }


@pages.get("/crafts")
def index() -> str:
    """The archive; with `show=incomplete` only what lacks something."""
    entries = _entries()
    is_narrowed = request.args.get("show") == "incomplete"

    def shown(kind: str) -> list[Entry]:
        return [one for one in entries[kind] if one.gaps or not is_narrowed]

    motifs = shown("motifs")
    drawers = [Drawer(one, [m for m in motifs if m.term.craft_id == one.term.id]) for one in entries["crafts"]]
    every = [one for rows in entries.values() for one in rows]
    return render_template(
        "curator/crafts/index.html",
        drawers=[one for one in drawers if one.motifs or one.craft.gaps or not is_narrowed],
        shelves=[(kind, shown(kind)) for kind in ("techniques", "materials")],
        whole={kind: (sum(not one.gaps for one in rows), len(rows)) for kind, rows in entries.items()},
        is_narrowed=is_narrowed,
        total=len(every),
        incomplete=sum(bool(one.gaps) for one in every),
        kinds=kind_names(),
        names=gap_names(),
    )


@pages.get(f"/crafts/{KIND}/new")
def new(kind: str) -> str:
    return _form(kind, FORMS[kind](formdata=None), craft=_craft_of(kind))


@pages.post(f"/crafts/{KIND}")
@accepts_many("techniques", "materials")
def create(kind: str) -> Any:
    """A motif belongs to the craft that the address names (`craft`)."""
    craft = _craft_of(kind)
    form = FORMS[kind]()
    if not form.validate_on_submit():
        return _form(kind, form, craft=craft), 422
    try:
        term = services.add_term(MODELS[kind], changes_of(form), craft)
    except DomainError as error:
        form.take(error)
        return _form(kind, form, craft=craft), error.status
    visit.tell("success", _("“%(name)s” is in the archive. Now give it a picture.", name=term.name))
    return redirect(url_for("curator.crafts.edit", kind=kind, slug=term.slug), 303)


@pages.get(f"/crafts/{KIND}/<slug>/edit")
def edit(kind: str, slug: str) -> str:
    return page(kind, find(kind, slug))


@pages.post(f"/crafts/{KIND}/<slug>")
@accepts_many("techniques", "materials")
def update(kind: str, slug: str) -> Any:
    term = find(kind, slug)
    form = FORMS[kind]()
    if not form.validate_on_submit():
        return _form(kind, form, term), 422
    try:
        services.edit_term(term, changes_of(form), form.seen.data or "")
    except Conflict as error:
        if error.field != "seen":
            form.take(error)
            return _form(kind, form, term), error.status
        return _both_versions(kind, form, term), error.status
    except DomainError as error:
        form.take(error)
        return _form(kind, form, term), error.status
    visit.tell("success", _("Saved. Visitors read it from now on."))
    return redirect(url_for("curator.crafts.edit", kind=kind, slug=slug), 303)


@pages.post(f"/crafts/{KIND}/<slug>/removal")
def destroy(kind: str, slug: str) -> Any:
    term = find(kind, slug)
    name = term.name
    services.remove_term(term)
    visit.tell("success", _("“%(name)s” is no longer in the archive.", name=name))
    return redirect(url_for("curator.crafts.index"), 303)


def _craft_of(kind: str) -> Craft | None:
    """The craft of a new motif, by the address."""
    craft = find_craft(request.args.get("craft", "")) if kind == "motifs" else None
    if kind == "motifs" and craft is None:
        raise NotFound(N_("Choose the craft of the motif first."))
    return craft


def page(kind: str, term: Term, **more: Any) -> str:
    """The desk of one thing; `more` are what a refused form beside the words wants shown again."""
    return _form(kind, FORMS[kind](formdata=None, obj=term), term, **more)


def _form(kind: str, form: TermForm, term: Any = None, craft: Craft | None = None, **more: Any) -> str:
    if term is None:
        return render_template(
            "curator/crafts/new.html",
            kind=kind,
            form=form,
            craft=craft,
            asked=asked_of(MODELS[kind]),
            kinds=kind_names(),
        )
    if not form.is_submitted() or not form.seen.data:
        form.seen.data = services.digest(term)
    values: dict[str, Any] = {"alt": "", "alt_en": "", "picture_error": None, "differences": []}
    entries = _entries()
    mine = next(one for one in entries[kind] if one.term.id == term.id)
    return render_template(
        "curator/crafts/edit.html",
        kind=kind,
        kinds=kind_names(),
        form=form,
        entry=mine,
        term=term,
        asked=asked_of(MODELS[kind]),
        names=gap_names(),
        used_by=list_crafts_with(term) if isinstance(term, Technique | Material) else [],
        points=focal_points(),
        following=next(_following(entries[kind], mine), None),
        **{**values, **more},
    )


def _following(entries: list[Entry], mine: Entry) -> Iterator[Entry]:
    """What lacks something after this one, round in a circle; a motif's brothers of the same craft come first."""
    at = entries.index(mine)
    around = [one for one in (*entries[at + 1 :], *entries[:at]) if one.gaps]
    craft = getattr(mine.term, "craft_id", None)
    yield from (one for one in around if getattr(one.term, "craft_id", None) == craft)
    yield from around


def _both_versions(kind: str, form: TermForm, term: Term) -> str:
    """Somebody else saved in between: show where the two differ, and let this one be saved over it knowingly."""
    theirs = FORMS[kind](formdata=None, obj=term)
    rows = [
        (field, shown_value(theirs[field.name]), shown_value(field))
        for field in form
        if field.name != "seen" and shown_value(theirs[field.name]) != shown_value(field)
    ]
    form.seen.data = services.digest(term)
    form.seen.raw_data = None
    return _form(kind, form, term, differences=rows)
