"""Stock as the seller counts it. A number that was typed while somebody bought is not taken over what was sold."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.db import db, lock
from catalog.errors import DomainError
from catalog.inventory.models import Stock
from catalog.inventory.services import set_level
from catalog.products.models import Variant
from marketplace.web.errors import sentence
from marketplace.web.seller.answers import not_a_number, whole
from marketplace.web.visits import visit


def levels_of(variants: Iterable[Variant]) -> dict[int, Stock]:
    """The stock rows by variant id; made-to-order variants have none."""
    ids = [one.id for one in variants if one.id is not None]
    return (
        {one.variant_id: one for one in db.session.scalars(select(Stock).where(Stock.variant_id.in_(ids)))}
        if ids
        else {}
    )


def bring(variant: Variant, typed: str, seen: str) -> str | None:
    """Set a level that was typed on a page that showed `seen`; a sentence when it cannot be.

    Nothing typed changes nothing. When pieces were sold since the page was opened, the person is told the present
    level and types again.
    """
    typed, seen = typed.strip(), seen.strip()
    if typed == seen:
        return None
    wanted = whole(typed)
    if wanted is None:
        return not_a_number()
    present = db.session.scalar(lock(select(Stock.on_hand).where(Stock.variant_id == variant.id)))
    if str(present if present is not None else "") != seen:
        return _("It changed meanwhile: there are %(count)s now. Type the number once more.", count=present or 0)
    try:
        set_level(variant, wanted, f"desk:{visit.person.code}")
    except DomainError as error:
        return sentence(error)
    return None
