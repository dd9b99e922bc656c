"""Biteship against a strict double: what it says is read with suspicion, and what it does not say costs little time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.errors import Unavailable
from catalog.money import Money
from marketplace.adapters import biteship
from marketplace.adapters.biteship import Biteship
from marketplace.adapters.breaker import Breaker
from marketplace.shipping.courier import Parcel, Stop, TrackingState
from tests.fakes.biteship_server import BiteshipServer, service

MENTOK, JAKARTA = Stop("19.05.01", "33311"), Stop("31.74.04", "12510")
SHAWL = Parcel(400, 301, 200, 60, 2, 1_850_000)


@pytest.fixture
def server() -> Iterator[BiteshipServer]:
    with BiteshipServer() as server:
        yield server


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds in a test."""
    monkeypatch.setattr(biteship, "READ_SECONDS", 0.15)
    monkeypatch.setattr(biteship, "CONNECT_SECONDS", 0.15)


@pytest.fixture
def courier(server: BiteshipServer, hasty: None) -> Biteship:
    return Biteship(server.url + "/", server.key, ["jne", "jnt", "sicepat"], Breaker(pause=60))


def test_prices_come_with_days_the_cheapest_first(server: BiteshipServer, courier: Biteship) -> None:
    found = courier.quote(MENTOK, JAKARTA, [SHAWL])
    assert [(one.key, one.name, one.price, one.days_min, one.days_max) for one in found] == [
        ("sicepat-reg", "SiCepat Reguler", Money(28_000), 3, 5),
        ("jnt-ez", "J&T EZ", Money(30_000), 3, 3),
        ("jne-reg", "JNE Reguler", Money(32_000), 2, 4),
    ]
    ((path, asked),) = server.asked
    assert path == "/v1/rates/couriers"
    assert (asked["origin_postal_code"], asked["destination_postal_code"]) == (33311, 12510)
    assert asked["couriers"] == "jne,jnt,sicepat"
    assert asked["items"] == [
        {"name": "Kriya", "value": 1_850_000, "length": 31, "width": 20, "height": 6, "weight": 400, "quantity": 2}
    ]


def test_only_the_couriers_that_are_wanted(server: BiteshipServer) -> None:
    assert [one.key for one in Biteship(server.url, server.key, ["jne"]).quote(MENTOK, JAKARTA, [SHAWL])] == ["jne-reg"]


@pytest.mark.parametrize(
    "row",
    [
        "text",
        None,
        {},
        service("jne", "reg", "Reguler", 0),
        service("jne", "reg", "Reguler", -5),
        service("jne", "reg", "Reguler", 10**9),
        service("jne", "reg", "Reguler", "32000"),
        service("jne", "reg", "Reguler", 32_000.5),
        service("jne", "reg", "Reguler", True),
        service("jne", "../../x", "Reguler", 32_000),
        service("jne", "reg", "Reguler", 32_000, "tomorrow"),
        service("jne", "reg", "Reguler", 32_000, "5 - 2"),
        service("jne", "reg", "Reguler", 32_000, "2 - 4", "fortnights"),
        {**service("jne", "reg", "", 32_000), "courier_name": ""},
    ],
)
def test_a_row_that_cannot_be_is_left_out(server: BiteshipServer, courier: Biteship, row: Any) -> None:
    server.pricing = [row, service("jnt", "ez", "EZ", 30_000, "6 - 30", "hours")]
    (only,) = courier.quote(MENTOK, JAKARTA, [SHAWL])
    assert (only.key, only.days_min, only.days_max) == ("jnt-ez", 0, 2)


def test_where_nobody_goes_there_is_nothing(server: BiteshipServer, courier: Biteship) -> None:
    server.pricing = []
    assert courier.quote(MENTOK, JAKARTA, [SHAWL]) == []
    server.status = 400
    assert courier.quote(MENTOK, JAKARTA, [SHAWL]) == []
    assert courier.breaker.state == "closed"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 302])
def test_a_refusal_is_unavailable(server: BiteshipServer, courier: Biteship, status: int) -> None:
    server.status = status
    with pytest.raises(Unavailable):
        courier.quote(MENTOK, JAKARTA, [SHAWL])


def test_a_wrong_key_is_unavailable(server: BiteshipServer) -> None:
    with pytest.raises(Unavailable):
        Biteship(server.url, "another", ["jne"]).quote(MENTOK, JAKARTA, [SHAWL])


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{",
        b'{"success": true}',
        b'{"success": true, "pricing": 3}',
        b"\xff\xfe",
        b" " * 1_100_000,
    ],
)
def test_nonsense_is_unavailable(server: BiteshipServer, courier: Biteship, garbage: bytes) -> None:
    server.garbage = garbage
    with pytest.raises(Unavailable):
        courier.quote(MENTOK, JAKARTA, [SHAWL])


def test_success_that_says_no_is_nothing(server: BiteshipServer, courier: Biteship) -> None:
    server.garbage = b'{"success": false, "error": "No courier available"}'
    assert courier.quote(MENTOK, JAKARTA, [SHAWL]) == []


@pytest.mark.parametrize("trouble", ["silent", "drip"])
def test_who_says_nothing_or_a_letter_now_and_then_is_not_waited_for(
    server: BiteshipServer, courier: Biteship, trouble: str
) -> None:
    setattr(server, trouble, True if trouble == "silent" else 0.1)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        courier.quote(MENTOK, JAKARTA, [SHAWL])
    assert time.monotonic() - began < 1.5


def test_nobody_there_is_unavailable(hasty: None) -> None:
    with pytest.raises(Unavailable):
        Biteship("http://127.0.0.1:9", "key", ["jne"]).quote(MENTOK, JAKARTA, [SHAWL])


def test_after_three_failures_it_is_left_alone_and_then_tried_by_one(server: BiteshipServer, hasty: None) -> None:
    now = [0.0]
    courier = Biteship(server.url, server.key, ["jne"], Breaker(pause=30, clock=lambda: now[0]))
    server.status = 500
    for _ in range(5):
        with pytest.raises(Unavailable):
            courier.quote(MENTOK, JAKARTA, [SHAWL])
    assert len(server.asked) == 3
    server.status = None
    now[0] = 31.0
    assert courier.quote(MENTOK, JAKARTA, [SHAWL])
    assert courier.breaker.state == "closed"


def test_a_parcel_tells_its_way_oldest_first(server: BiteshipServer, courier: Biteship) -> None:
    server.history["jnt", "JX1234567890"] = [
        {"note": "Diterima  SARI", "updated_at": "2026-11-27T15:20:00+07:00", "status": "delivered"},
        {"note": "Dijemput", "updated_at": "2026-11-25T09:00:00", "status": "picked"},
        {"note": "?", "updated_at": "yesterday", "status": "picked"},
        "nonsense",
    ]
    events = courier.track("J&T", "JX1234567890")
    assert [(one.at.astimezone(UTC), one.text, one.state) for one in events] == [
        (datetime(2026, 11, 25, 2, tzinfo=UTC), "Dijemput", TrackingState.UNDERWAY),
        (datetime(2026, 11, 27, 8, 20, tzinfo=UTC), "Diterima SARI", TrackingState.DELIVERED),
    ]


def test_an_unknown_courier_or_number_tells_nothing(server: BiteshipServer, courier: Biteship) -> None:
    assert courier.track("Kurir Kampung", "X1") == []
    assert courier.track("JNE", "") == []
    assert server.asked == []
    assert courier.track("JNE", "a/../b?c") == []
    assert server.asked[0][0] == "/v1/trackings/a%2F..%2Fb%3Fc/couriers/jne"


def test_a_failed_parcel_is_told_as_such(server: BiteshipServer, courier: Biteship) -> None:
    server.history["jne", "TG1"] = [{"note": "Kembali", "updated_at": "2026-11-27T15:20:00Z", "status": "returned"}]
    assert courier.track("jne", "TG1")[0].state is TrackingState.FAILED
