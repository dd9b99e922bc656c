"""Workshops that may be visited, people who are shown, and addresses elsewhere, for a few of the example's makers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from catalog import clock
from catalog.db import db, transaction
from catalog.makers.links import put_links
from catalog.makers.models import LinkKind, Maker, maker_crafts
from catalog.makers.people import add_person
from catalog.makers.workshops import add_picture, edit_workshop
from catalog.media.models import Image
from marketplace.seeds import content, inhabitants
from marketplace.seeds.chance import Chance

VIEWS = 3


def open_doors(chance: Chance) -> None:
    """Tell of every workshop of the files that is not told of yet."""
    keys = inhabitants.makers(chance)
    for row in content.workshops():
        code = keys[row["maker"]].code
        with transaction(), chance.born(clock.now() - timedelta(days=40), "workshop", row["maker"]):
            maker = db.session.scalars(select(Maker).where(Maker.code == code)).one()
            if maker.workshop is None:
                _tell(maker, row)


def _tell(maker: Maker, row: dict[str, Any]) -> None:
    typed = {int(day): span.split("–") for day, span in row.get("opens", {}).items()}
    hours = {day: (span[0], span[1]) for day, span in typed.items()}
    edit_workshop(maker, row["about"], row["about_en"], row["visits"], row["way"], row["way_en"], hours)
    for image in _scenes(maker):
        add_picture(maker, image)
    for one in row["people"]:
        add_person(maker, one["name"], one["role"], one["role_en"], agrees=True)
    put_links(maker, {LinkKind(kind): url for kind, url in row["links"].items()})


def _scenes(maker: Maker) -> list[Image]:
    """The drawn scenes of the maker's first craft, its own first: nobody has photographed an invented workshop."""
    other, mine = aliased(Maker), maker_crafts
    alike = (
        select(other.image_id)
        .join(mine, mine.c.maker_id == other.id)
        .where(mine.c.craft_id == maker.crafts[0].id, other.is_example, other.image_id.is_not(None))
    )
    found = db.session.scalars(select(Image).where(Image.id.in_(alike)).order_by(Image.id)).all()
    return sorted(found, key=lambda one: one.id != maker.image_id)[:VIEWS]
