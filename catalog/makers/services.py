"""Making and changing makers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from catalog import clock, signals
from catalog.crafts.models import Craft
from catalog.db import db
from catalog.errors import DomainError, Invalid, Several
from catalog.makers.models import Maker, MakerKind
from catalog.media.models import Image
from catalog.places.models import District, Village
from catalog.text import N_, slugify, tidy, tidy_lines

NAME = range(3, 91)
STORY_LENGTH = 6_000
FIELDS = (
    "name", "kind", "district_code", "village_code", "crafts", "story", "story_en", "founded", "people", "emblem", "image",
)  # fmt: skip


def create_maker(
    name: str,
    district_code: str,
    kind: MakerKind | str = MakerKind.WORKSHOP,
    village_code: str | None = None,
    crafts: Iterable[str] = (),
    is_shown: bool = True,
    **texts: Any,
) -> Maker:
    """A new maker. `crafts` are slugs, `texts` any other of FIELDS; Several names every field that is wrong."""
    maker = Maker(slug="", name="", is_shown=is_shown)
    changes = {
        "name": name, "kind": kind, "district_code": district_code, "village_code": village_code, "crafts": crafts, **texts,
    }  # fmt: skip
    with db.session.no_autoflush:
        _apply(maker, changes)
    db.session.add(maker)
    db.session.flush()
    return maker


def edit_maker(maker: Maker, changes: Mapping[str, Any]) -> Maker:
    """Change some of FIELDS; Invalid for any other key, Several for values that cannot be right."""
    with db.session.no_autoflush:
        _apply(maker, changes)
    db.session.flush()
    signals.maker_changed.send(maker)
    return maker


def show(maker: Maker) -> None:
    """Let the public see the maker (its shop has been opened)."""
    maker.is_shown = True
    db.session.flush()
    signals.maker_changed.send(maker)


def _apply(maker: Maker, changes: Mapping[str, Any]) -> None:
    for key in changes:
        if key not in FIELDS:
            raise Invalid(N_("There is no field “%(name)s” here."), field=key, name=key)
    values: dict[str, Any] = {}
    errors: list[DomainError] = []
    for key, value in changes.items():
        try:
            values[key] = _value(maker, changes, key, value)
        except Invalid as error:
            errors.append(error)
    if errors:
        raise Several(errors)
    for key, value in values.items():
        setattr(maker, key, value)
    if "name" in values:
        maker.slug = slugify(maker.name)


def _value(maker: Maker, changes: Mapping[str, Any], key: str, value: Any) -> Any:
    match key:
        case "name":
            name = tidy(value)
            if len(name) not in NAME:
                raise Invalid(N_("Write a name of 3 to 90 characters."), field=key)
            return name
        case "kind":
            try:
                return MakerKind(value)
            except ValueError:
                raise Invalid(N_("Choose workshop, group or household."), field=key) from None
        case "district_code":
            if not value or db.session.get(District, value) is None:
                raise Invalid(N_("Choose a district (kecamatan) from the list."), field=key)
            return value
        case "village_code":
            if not value:
                return None
            district = changes.get("district_code", maker.district_code)
            village = db.session.get(Village, value)
            if village is None or village.district_code != district:
                raise Invalid(N_("Choose a village of the chosen district."), field=key)
            return value
        case "crafts":
            return _crafts(value)
        case "founded":
            return _whole(value, 1800, clock.today().year, key, N_("Write the year as four digits, for example 1998."))
        case "people":
            return _whole(value, 1, 10_000, key, N_("Write how many people work here, for example 4."))
        case "emblem" | "image":
            if value is not None and not isinstance(value, Image):
                raise TypeError(f"{key} takes an Image")
            return value
    text = tidy_lines(value)
    if len(text) > STORY_LENGTH:
        raise Invalid(N_("Write at most %(limit)s characters."), field=key, limit=STORY_LENGTH)
    return text


def _crafts(slugs: Any) -> list[Craft]:
    wanted = list(dict.fromkeys(slugs or ()))
    found = list(db.session.scalars(select(Craft).where(Craft.slug.in_(wanted)))) if wanted else []
    if len(found) != len(wanted):
        raise Invalid(N_("Choose crafts from the list."), field="crafts")
    return found


def _whole(value: Any, low: int, high: int, field: str, sentence: str) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 10:
        value = int(value.strip())
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Invalid(sentence, field=field)
    return value
