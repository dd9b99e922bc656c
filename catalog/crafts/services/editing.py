"""What curators write of crafts, techniques, materials and motifs. A slug is made once and stays through every new name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.crafts.models import CHANGED, Craft, Material, Measure, Motif, Technique, Term
from catalog.db import Base, db, lock
from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.media.models import Image
from catalog.media.services import describe
from catalog.signals import term_removed
from catalog.text import N_, slugify, squeeze, tidy
from catalog.typed import read_text

T = TypeVar("T", Craft, Technique, Material, Motif)

LINES = {"name": 80, "name_en": 80, "summary": 240, "summary_en": 240, "origin": 160, "told_by": 160}
TEXTS = {name: 6_000 for one in ("story", "meaning", "care") for name in (one, f"{one}_en")}
SLUG_LENGTH = 60
SOURCE_LENGTH = 300
SOURCES_MAX = 20
POSITION_MAX = 10_000
_TERMS: dict[str, type[Technique | Material]] = {"techniques": Technique, "materials": Material}
_TOLD = ("name", "name_en", "story", "story_en", "sources")
FIELDS: dict[type[Term], tuple[str, ...]] = {
    Craft: (
        *_TOLD, "summary", "summary_en", "care", "care_en", "techniques", "materials", "measure", "is_food", "position",
    ),
    Technique: _TOLD,
    Material: _TOLD,
    Motif: ("name", "name_en", "meaning", "meaning_en", "origin", "told_by", "sources"),
}  # fmt: skip
"""What `add_term` and `edit_term` take of each kind. `sources` are lines, `techniques` and `materials` lists of slugs,
`measure` a value of Measure or None."""


def add_term(model: type[T], changes: Mapping[str, Any], craft: Craft | None = None) -> T:
    """A new craft, technique or material, or a motif of `craft`; its slug is made of its name.

    Several names every field that cannot be right, a name that another thing of its kind bears among them.
    """
    term = model()
    if isinstance(term, Motif):
        if craft is None:
            raise Invalid(N_("Choose a craft from the list."), field="craft")
        term.craft_id = craft.id
    values = _read(term, changes, craft)
    term.slug = _free_slug(model, values["name"], craft)
    _write(term, values)
    try:
        with db.session.begin_nested():
            db.session.add(term)
    except IntegrityError:  # somebody else added it in the same moment
        raise _taken(values["name"]) from None
    return term


def edit_term(term: Term, changes: Mapping[str, Any], seen: str | None = None) -> None:
    """Change some of FIELDS. Conflict (`seen`) when it does not tell any longer what it told at the digest `seen`."""
    db.session.flush()
    model = type(term)
    db.session.scalar(lock(select(model).where(model.id == term.id)).execution_options(populate_existing=True))
    if seen is not None and seen != digest(term):
        raise Conflict(
            N_("Somebody changed this in the meantime. Look at the present words and change them again."), field="seen"
        )
    _write(term, _read(term, changes, term.craft if isinstance(term, Motif) else None))
    db.session.flush()


def digest(term: Term) -> str:
    """Of everything that FIELDS tell of it now: the same words, the same digest."""
    told = [(name, _plain(getattr(term, name))) for name in FIELDS[type(term)]]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    return sorted(one.slug for one in value) if isinstance(value, list) else value


def show_picture(term: Term, image: Image | None) -> None:
    """Let it be shown by this picture, or by none of its own."""
    term.image = image
    term.told_at = clock.now()
    db.session.flush()


def focus_picture(term: Term, x: int, y: int) -> None:
    """The point of its picture that stays in view, in percent. NotFound without a picture."""
    if term.image is None:
        raise NotFound(N_("There is no such picture."))
    describe(term.image, focal_x=x, focal_y=y)
    db.session.flush()
    CHANGED[type(term)].send(term, renamed=False)


def remove_term(term: Term) -> None:
    """Take away what nothing names any longer. Conflict tells how many pieces, motifs, makers or crafts name it."""
    db.session.flush()
    db.session.execute(lock(select(type(term).id).where(type(term).id == term.id)))
    named = _naming(term)
    for tables, sentence in _NAMED_BY:
        if count := sum(named.pop(table, 0) for table in tables):
            raise Conflict(sentence, count=count)
    if any(named.values()):
        raise Conflict(N_("A voucher or a rate of commission names this craft, so it stays."))
    if isinstance(term, Craft):
        term.techniques, term.materials = [], []
    term_removed.send(term)
    db.session.delete(term)
    db.session.flush()


# Tables by their names: pieces, makers and money stand above the crafts.
_NAMED_BY = (
    (
        ("products", "product_motifs", "product_techniques", "product_materials"),
        N_("Pieces that name it, drafts among them: %(count)s. It stays as long as they do."),
    ),
    (("motifs",), N_("Motifs of this craft: %(count)s. Remove these first.")),
    (("maker_crafts",), N_("Makers of this craft: %(count)s. It stays as long as they name it.")),
    (("craft_techniques", "craft_materials"), N_("Crafts that name it: %(count)s. Untick it there first.")),
)


def _naming(term: Term) -> dict[str, int]:
    """Table → how many of its rows point at the term; what a craft itself names goes with it."""
    own = {"craft_techniques", "craft_materials"} if isinstance(term, Craft) else set()
    columns = [
        key.parent
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if table.name not in own and key.column.table is type(term).__table__
    ]
    counts = (select(func.count()).where(column == term.id) for column in columns)
    return {column.table.name: db.session.scalar(count) or 0 for column, count in zip(columns, counts, strict=True)}


def _write(term: Term, values: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if _plain(getattr(term, name)) != _plain(value)}
    for name, value in changed.items():
        setattr(term, name, value)
    if changed:
        term.told_at = clock.now()


def _read(term: Term, changes: Mapping[str, Any], craft: Craft | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    errors: list[DomainError] = []
    for key, value in changes.items():
        try:
            values[key] = _value(term, key, value)
        except Several as several:
            errors += several.errors
        except Invalid as error:
            errors.append(error)

    def told(*names: str) -> bool:
        return any(values.get(name, getattr(term, name)) for name in names)

    if "name" in values and _is_taken(term, values["name"], craft):
        errors.append(_taken(values["name"]))
    elif "name" not in changes and not term.name:
        errors.append(_nameless())
    wrong = {error.field for error in errors}
    if (
        isinstance(term, Motif)
        and told("meaning", "meaning_en")
        and not (told("sources", "told_by") or "sources" in wrong)
    ):
        errors.append(Invalid(N_("Say where the meaning comes from: a page here, or who told it."), field="sources"))
    if errors:
        raise Several(errors)
    return values


def _value(term: Term, key: str, value: Any) -> Any:
    if key not in FIELDS[type(term)]:
        raise Invalid(N_("There is no field “%(name)s” here."), field=key, name=key)
    if key in LINES or key in TEXTS:
        text = read_text(key, value, LINES, TEXTS)
        if key == "name" and len(squeeze(text)) < 2:
            raise _nameless()
        return text
    if key == "sources":
        return "\n".join(_sources(value, term.sources or ""))
    if key in _TERMS:
        return _chosen(key, _TERMS[key], value)
    if key == "position":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= POSITION_MAX:
            raise Invalid(N_("Write a whole number from 0 to 10,000."), field=key)
        return value
    if key == "measure":
        if value and value not in list(Measure):
            raise Invalid(N_("Choose from the list."), field=key)
        return Measure(value) if value else None
    return bool(value)


def _nameless() -> Invalid:
    return Invalid(N_("Write a name of 2 to 80 letters."), field="name")


def _taken(name: str) -> Conflict:
    return Conflict(N_("“%(name)s” is here already."), field="name", name=name)


def _is_taken(term: Term, name: str, craft: Craft | None) -> bool:
    """Whether another of its kind, a motif of the same craft, is called alike."""
    model: Any = type(term)
    others = select(model.name).where(model.id != (term.id or 0))
    if craft is not None:
        others = others.where(Motif.craft_id == craft.id)
    with db.session.no_autoflush:
        return squeeze(name) in {squeeze(one) for one in db.session.scalars(others)}


def _free_slug(model: Any, name: str, craft: Craft | None) -> str:
    """The name as an address; where another craft has a motif of that name, with the craft behind it."""
    names = [name, f"{name} {craft.name}"] if craft else [name]
    slugs = [slugify(one, SLUG_LENGTH) for one in names]
    slugs += [f"{slugify(name, SLUG_LENGTH - 4)}-{number}" for number in range(2, 1_000)]
    known = set(db.session.scalars(select(model.slug)))
    return next(one for one in slugs if one not in known)


def _chosen(field: str, model: type[Technique | Material], slugs: Iterable[str] | None) -> list[Any]:
    wanted = set(slugs or ())
    found = list(db.session.scalars(select(model).where(model.slug.in_(wanted)).order_by(model.name)))
    if len(found) != len(wanted):
        raise Invalid(N_("Choose from the list."), field=field)
    return found


def _sources(text: str | None, held: str) -> list[str]:
    """The lines that are there, each once. What stood there before may stay: a book or a standard has no address."""
    lines = {number: tidy(line) for number, line in enumerate((text or "").splitlines(), 1)}
    lines = {number: line for number, line in lines.items() if line}
    errors: list[DomainError] = [
        Invalid(
            N_("Line %(number)s is no web address: “%(line)s”. Begin it with https://."),
            field="sources", number=number, line=line[:60],
        )
        for number, line in lines.items()
        if line not in held.split("\n") and not _is_address(line)
    ]  # fmt: skip
    if errors:
        raise Several(errors)
    found = list(dict.fromkeys(lines.values()))
    if len(found) > SOURCES_MAX:
        raise Invalid(N_("Name at most %(limit)s pages."), field="sources", limit=SOURCES_MAX)
    return found


def _is_address(line: str) -> bool:
    if len(line) > SOURCE_LENGTH or any(sign.isspace() or sign in '<>"' for sign in line):
        return False
    try:
        parts = urlsplit(line)
        _ = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and "." in host.strip(".") and parts.username is None
