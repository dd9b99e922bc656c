"""The only reader of time. Instants are aware UTC datetimes; days are Indonesian calendar days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
WIT = ZoneInfo("Asia/Jayapura")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: ZoneInfo = WIB) -> date:
    """The present calendar day in `zone` (West Indonesia Time unless told otherwise)."""
    return now().astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo = WIB) -> datetime:
    """The first instant of a calendar day in `zone`."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def after(span: timedelta) -> datetime:
    """The instant that lies `span` from now."""
    return now() + span


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stand still at `at` (aware) for the length of a test or of a replayed job."""
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs an aware datetime")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
