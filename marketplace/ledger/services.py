"""Writing a journal. Whoever calls this knows what happened; the ledger knows only sums on accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, dialect
from catalog.errors import Conflict
from catalog.money import ZERO, Money
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.ledger.accounts import SIDES, kind_of
from marketplace.ledger.models import ClosedDay, Journal, Kind

CLOSED = "ledger: this day is closed"


class Entry(NamedTuple):
    """A sum on an account: a debit above zero, a credit below. `what` tells apart what meets on one account."""

    account: str
    sum: Money
    what: str = ""


class Overdrawn(Conflict):
    """More would be taken than an account holds; nothing was written."""


class KeyUsedOtherwise(Conflict):
    """The key has written another journal before."""


def post(
    key: str,
    kind: Kind,
    entries: Iterable[Entry],
    *,
    order_code: str | None = None,
    reference: str = "",
    note: str = "",
    by: User | None = None,
    at: datetime | None = None,
) -> Journal | None:
    """Write one journal, exactly once per `key`: None when nothing is left to write, or when this very journal stands.

    It is dated `at`, now unless told; where that day is closed, into the first moment of the next open one.
    Sums on the same account for the same `what` are added, nothings left out. ValueError for entries that do not add
    up to nothing, or for an account that nobody knows; Overdrawn; KeyUsedOtherwise.
    """
    rows = _rows(entries)
    known = _find(key)
    if known is not None:
        _compare(known, rows)
        return None
    if not rows:
        return None
    values: dict[str, Any] = {
        "key": key, "kind": kind, "entries": rows, "order_code": order_code, "reference": reference, "note": note[:300],
        "by_id": by.id if by else None,
    }  # fmt: skip
    journal = Journal(**values, at=at or clock.now())
    try:
        try:
            with db.session.begin_nested():
                db.session.add(journal)
        except IntegrityError as error:
            if CLOSED not in str(error.orig):
                raise
            journal = Journal(**values, at=closed_until())
            with db.session.begin_nested():
                db.session.add(journal)
    except IntegrityError as error:
        if "ledger: overdrawn" in str(error.orig):
            raise Overdrawn(N_("This sum is not there any more. Please look at it again.")) from None
        known = _find(key)
        if known is None:
            raise
        _compare(known, rows)
        return None
    return journal


def take_turns(*names: str) -> None:
    """Whoever takes from one of these accounts what it must hold comes here before they look how much that is: they wait
    for one another until the end of the transaction. SQLite has one writer anyway."""
    if dialect() == "postgresql":
        for one in sorted(names):
            db.session.execute(_TURN, {"account": one})


_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('ledger ' || :account, 0))")
"""The same lock as that of the triggers."""


def closed_until() -> datetime | None:
    """The first instant of the days that are still open; None when no day was ever closed."""
    return db.session.scalar(select(func.max(ClosedDay.ends_at)))


def is_booked(key: str) -> bool:
    """Whether a journal with this key stands."""
    return _find(key) is not None


def _rows(entries: Iterable[Entry]) -> list[list[object]]:
    sums: dict[tuple[str, str], Money] = {}
    for one in entries:
        if kind_of(one.account) not in SIDES:
            raise ValueError(f"no account is called {one.account!r}")
        sums[one.account, one.what] = sums.get((one.account, one.what), ZERO) + one.sum
    rows: list[list[object]] = [[account, sum_.rupiah, what] for (account, what), sum_ in sums.items() if sum_]
    if sum(sums.values(), ZERO):
        raise ValueError(f"entries do not add up: {rows}")
    return rows


def _find(key: str) -> Journal | None:
    return db.session.scalar(select(Journal).where(Journal.key == key))


def _compare(known: Journal, rows: list[list[object]]) -> None:
    if sorted(map(str, known.entries)) != sorted(map(str, rows)):
        raise KeyUsedOtherwise(N_("This has been booked already, with other sums."))
