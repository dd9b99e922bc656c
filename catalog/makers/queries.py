"""Finding makers. Only makers with a live piece, or whose shop is open, are anybody's business: see `is_shown`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from catalog.crafts.models import Craft
from catalog.db import db
from catalog.makers.models import Maker, Person, Workshop, WorkshopPicture, maker_crafts
from catalog.media.models import Image
from catalog.places.models import District, Regency, Village
from catalog.stills import Stills

_EAGER = (
    joinedload(Maker.district),
    joinedload(Maker.village).lazyload(Village.district),
    joinedload(Maker.emblem),
    joinedload(Maker.image),
    selectinload(Maker.crafts),
)
_WHOLE = (
    *_EAGER,
    joinedload(Maker.workshop).options(
        selectinload(Workshop.hours), selectinload(Workshop.pictures).joinedload(WorkshopPicture.image)
    ),
    selectinload(Maker.hands).joinedload(Person.portrait),
    selectinload(Maker.links),
)


def under(column: Any, place: str) -> ColumnElement[bool]:
    """Whether a place code lies in `place` (a code of any level), as a range that an index answers."""
    low, high = span_under(place)
    return (column >= low) & (column < high)


def span_under(place: str) -> tuple[str, str]:
    """The range of the codes that lie in `place`: from the first on and below the second."""
    return place, place + "/"  # "/" follows "." and precedes the digits


def find_maker(code: str) -> Maker | None:
    """A shown maker with all that its page tells: place, crafts, workshop, people, addresses elsewhere."""
    statement = select(Maker).where(Maker.code == code, Maker.is_shown).options(*_WHOLE)
    return db.session.scalars(statement).unique().one_or_none()


def list_makers(
    craft: str | None = None, place: str | None = None, after: str | None = None, limit: int = 24
) -> list[Maker]:
    """Shown makers by name with place, crafts and pictures; `after` is the code of the last one seen."""
    narrow = _filtered(select(Maker.id), craft, place)
    if after:
        last = select(Maker.name, Maker.id).where(Maker.code == after)
        narrow = narrow.where(tuple_(Maker.name, Maker.id) > last.scalar_subquery())
    # The few are chosen first: sorting all makers of a province should not carry their stories along.
    chosen = narrow.order_by(Maker.name, Maker.id).limit(limit)
    statement = select(Maker).where(Maker.id.in_(chosen)).options(*_EAGER).order_by(Maker.name, Maker.id)
    return list(db.session.scalars(statement).unique())


_m, _d, _r, _v, _i, _mc, _c = (
    *(one.__table__ for one in (Maker, District, Regency, Village, Image)), maker_crafts, Craft.__table__,
)  # fmt: skip
_emblem = _i.alias("emblem")
_STILLS = Stills(Maker, District, Regency, Village, (Image, _emblem), Image, Craft)
_OF_CODES = (
    select(*_STILLS.columns)
    .select_from(_m)
    .join(_d, _d.c.code == _m.c.district_code)
    .join(_r, _r.c.code == _d.c.regency_code)
    .outerjoin(_v, _v.c.code == _m.c.village_code)
    .outerjoin(_emblem, _emblem.c.id == _m.c.emblem_id)
    .outerjoin(_i, _i.c.id == _m.c.image_id)
    .outerjoin(_mc, _mc.c.maker_id == _m.c.id)
    .outerjoin(_c, _c.c.id == _mc.c.craft_id)
    .where(_m.c.code.in_(bindparam("codes", expanding=True)), _m.c.is_shown)
    .order_by(_m.c.id, _c.c.position)
)


def list_makers_of_codes(codes: Sequence[str]) -> list[Maker]:
    """Shown makers in the order of these codes, with place, crafts and pictures: stills, to be shown. One query."""
    by_code: dict[str, Maker] = {}
    for row in db.session.execute(_OF_CODES, {"codes": list(codes)}):
        maker, district, regency, village, emblem, image, craft = _STILLS.of(row)
        known = by_code.setdefault(maker.code, maker)
        if known is maker:
            district.__dict__["regency"] = regency
            maker.__dict__.update(district=district, village=village, emblem=emblem, image=image, crafts=[])
        if craft is not None:
            known.crafts.append(craft)
    return [by_code[code] for code in codes if code in by_code]


def names_of_makers(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Code → slug and name of those makers among `codes` that the public may see."""
    if not codes:
        return {}
    rows = db.session.execute(select(Maker.code, Maker.slug, Maker.name).where(Maker.code.in_(codes), Maker.is_shown))
    return {code: (slug, name) for code, slug, name in rows}


def count_makers(craft: str | None = None, place: str | None = None) -> int:
    return db.session.scalar(_filtered(select(func.count(Maker.id)), craft, place)) or 0


def count_makers_by_district(prefix: str = "") -> dict[str, int]:
    """Shown makers per district code, for a map; `prefix` is a province or regency."""
    statement = select(Maker.district_code, func.count()).where(Maker.is_shown).group_by(Maker.district_code)
    if prefix:
        statement = statement.where(under(Maker.district_code, prefix))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def count_makers_by_craft() -> dict[str, int]:
    """Shown makers per craft slug."""
    rows = db.session.execute(
        select(Craft.slug, func.count())
        .join(maker_crafts, maker_crafts.c.craft_id == Craft.id)
        .join(Maker, Maker.id == maker_crafts.c.maker_id)
        .where(Maker.is_shown)
        .group_by(Craft.slug)
    )
    return {row[0]: row[1] for row in rows}


def _filtered(statement: Select[Any], craft: str | None, place: str | None) -> Select[Any]:
    statement = statement.where(Maker.is_shown)
    if craft:
        statement = statement.where(Maker.crafts.any(Craft.slug == craft))
    if place:
        column = Maker.village_code if place.count(".") == 3 else Maker.district_code
        statement = statement.where(under(column, place))
    return statement
