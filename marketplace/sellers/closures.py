"""When a shop is away: dated closures and the weekdays on which it rests.

While a shop is closed its pieces stay on show with the day until which it is away, and cannot be bought. What is made to
order may be ordered meanwhile where the seller says so. Days of closure are no working days of this shop: promises and
deadlines that begin from now on leave them out. What was promised before stays promised: no day of an order moves by
itself, the seller asks its buyer for another one (`orders.days`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.inventory.workdays import Calendar, Closure
from catalog.text import N_, tidy
from marketplace.sellers.models import Seller

CLOSURES_MAX = 12
DAYS_MAX = 92
"""How long one closure may last."""
AHEAD = timedelta(days=366)
WORDS_MAX = 160
REST_MAX = 4
"""Two days of the week are left to work."""


def close(
    seller: Seller,
    since: date | None,
    until: date | None,
    words: str = "",
    words_en: str = "",
    takes_orders: bool = False,
) -> Closure:
    """The shop is away on these days, both included. Several names every field that is wrong: days that are over, days
    in the wrong order, days on which it is closed already."""
    calendar = _held(seller)
    errors: list[DomainError] = []
    words, words_en = tidy(words), tidy(words_en)
    for name, text in (("words", words), ("words_en", words_en)):
        if len(text) > WORDS_MAX:
            errors.append(Invalid(N_("Write at most %(limit)s characters."), field=name, limit=WORDS_MAX))
    errors.extend(_wrong_days(calendar, since, until))
    if not errors and len(calendar.closures) >= CLOSURES_MAX:
        errors.append(Conflict(N_("A shop plans at most %(most)s closures ahead."), most=CLOSURES_MAX))
    if errors or since is None or until is None:
        raise Several(errors)
    closure = Closure(since, until, words, words_en, takes_orders)
    closures = sorted((*calendar.closures, closure), key=lambda one: one.since)
    _keep(seller, replace(calendar, closures=tuple(closures)))
    return closure


def open_again(seller: Seller, since: date) -> Closure:
    """Take the closure that begins on `since` back; NotFound when there is none. One that has begun ends at once."""
    calendar = _held(seller)
    closure = next((one for one in calendar.closures if one.since == since), None)
    if closure is None:
        raise NotFound(N_("There is nothing here."))
    _keep(seller, replace(calendar, closures=tuple(one for one in calendar.closures if one is not closure)))
    return closure


def rest_on(seller: Seller, weekdays: Collection[int]) -> None:
    """The shop does not work on these weekdays (Monday is 0); Sundays are free for everybody and are not named."""
    rest = tuple(sorted(set(weekdays)))
    if not set(rest) <= set(range(6)):
        raise Invalid(N_("Choose days from Monday to Saturday."), field="rest")
    if len(rest) > REST_MAX:
        raise Invalid(N_("Leave at least two days of the week for work."), field="rest")
    _keep(seller, replace(_held(seller), rest=rest))


def list_calendars() -> dict[int, Calendar]:
    """The calendars of the shops that have days of their own, by row id."""
    rows = db.session.execute(select(Seller.id, Seller.calendar).where(Seller.calendar.is_not(None)))
    return {row.id: row.calendar for row in rows}


def _held(seller: Seller) -> Calendar:
    """The calendar as it is now, its row held; what is over is left out."""
    db.session.flush()
    held = lock(select(Seller).where(Seller.id == seller.id)).execution_options(populate_existing=True)
    calendar = db.session.scalars(held).one().calendar
    today = clock.today()
    return replace(calendar, closures=tuple(one for one in calendar.closures if one.until >= today))


def _keep(seller: Seller, calendar: Calendar) -> None:
    seller.calendar = calendar
    db.session.flush()


def _wrong_days(calendar: Calendar, since: date | None, until: date | None) -> list[DomainError]:
    today = clock.today()
    errors: list[DomainError] = []
    if since is None:
        errors.append(Invalid(N_("Choose the first day on which you are away."), field="since"))
    elif since < today:
        errors.append(Invalid(N_("This day is over. A closure begins today at the earliest."), field="since"))
    elif since > today + AHEAD:
        errors.append(Invalid(N_("Choose days within a year from now."), field="since"))
    if until is None:
        errors.append(Invalid(N_("Choose the last day on which you are away."), field="until"))
    elif since is not None and until < since:
        errors.append(Invalid(N_("The last day lies before the first one."), field="until"))
    elif since is not None and until >= since + timedelta(days=DAYS_MAX):
        errors.append(Invalid(N_("A closure lasts at most %(most)s days."), field="until", most=DAYS_MAX))
    if errors or since is None or until is None:
        return errors
    other = next((one for one in calendar.closures if one.since <= until and since <= one.until), None)
    if other is None:
        return []
    message = N_("You are away from %(since)s to %(until)s already. Take that closure back, or choose other days.")
    return [Invalid(message, field="since", since=other.since, until=other.until)]
