"""The days on which shops are away, as pages say them. Lists know them without asking: they are read once per edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from catalog import clock
from catalog.inventory.workdays import EVERYBODY, Calendar, Closure
from marketplace.sellers.closures import list_calendars
from marketplace.web.caching import present_edition

_SLOT = "kriyaloka.calendars"


@dataclass(frozen=True, slots=True)
class _Kept:
    edition: int
    calendars: dict[int, Calendar]


def calendars() -> Mapping[int, Calendar]:
    """The calendars of the shops that have one of their own, for showing: as they were when the edition of this request
    began."""
    present = present_edition()
    kept = current_app.extensions.get(_SLOT)
    if not isinstance(kept, _Kept) or kept.edition != present:
        kept = current_app.extensions[_SLOT] = _Kept(present, list_calendars())
    return kept.calendars


def calendar_of(seller_id: int) -> Calendar:
    """The calendar of a shop, for showing."""
    return calendars().get(seller_id, EVERYBODY)


def closure_of(calendar: Calendar, is_made_to_order: bool) -> Closure | None:
    """The present closure, where it keeps such a piece from being bought."""
    closure = calendar.closure_on(clock.today())
    return None if closure is None or (is_made_to_order and closure.takes_orders) else closure
