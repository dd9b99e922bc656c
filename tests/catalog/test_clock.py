"""The only reader of time."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from catalog import clock

EVENING = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)


def test_instants_are_aware_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_day_is_the_indonesian_day() -> None:
    with clock.frozen(EVENING):
        assert clock.today() == date(2027, 1, 1), "01:30 in Mentok"
        assert clock.today(clock.WIT) == date(2027, 1, 1)
    with clock.frozen(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):
        assert (clock.today(clock.WIB), clock.today(clock.WITA), clock.today(clock.WIT)) == (
            date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 1),
        )  # fmt: skip


def test_a_day_begins_at_its_midnight_in_its_zone() -> None:
    day = date(2027, 1, 1)
    assert clock.start_of(day) == datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert clock.start_of(day, clock.WIT) == datetime(2026, 12, 31, 15, tzinfo=UTC)
    with clock.frozen(clock.start_of(day)):
        assert clock.today() == day
    with clock.frozen(clock.start_of(day) - timedelta(microseconds=1)):
        assert clock.today() == day - timedelta(days=1)


def test_a_frozen_clock_stands_still_and_runs_on_afterwards() -> None:
    with clock.frozen(EVENING):
        assert clock.now() == clock.now() == EVENING
        assert clock.after(timedelta(hours=1)) == EVENING + timedelta(hours=1)
        with clock.frozen(EVENING + timedelta(days=1)):
            assert clock.now() == EVENING + timedelta(days=1)
        assert clock.now() == EVENING
    assert clock.now() != EVENING


def test_freezes_in_utc_whatever_zone_is_given() -> None:
    with clock.frozen(datetime(2027, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=7)))):
        assert clock.now() == EVENING and clock.now().tzinfo is UTC


def test_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError), clock.frozen(datetime(2026, 1, 1)):
        pass


def test_stands_still_for_its_own_thread_only() -> None:
    seen: list[datetime] = []
    with clock.frozen(EVENING):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != EVENING
