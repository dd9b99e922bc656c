"""Biteship: the prices of many couriers between two postal codes, and where a parcel is, over plain HTTP.

`POST /v1/rates/couriers` and `GET /v1/trackings/{number}/couriers/{courier}`, the key in `authorization`. Every call
ends within about CONNECT_SECONDS + READ_SECONDS; after three failures Biteship is left alone for half a minute. Whatever
it says is read with suspicion: a price that is none, a courier without a name and days that cannot be are left out.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote as escaped

import urllib3

from catalog import clock
from catalog.errors import Unavailable
from catalog.money import Money
from catalog.text import N_, tidy
from marketplace.adapters.breaker import Breaker
from marketplace.shipping.courier import Parcel, ServiceQuote, Stop, TrackingEvent, TrackingState

CONNECT_SECONDS = 2.0
READ_SECONDS = 4.0
PAUSE_SECONDS = 30.0
LARGEST_ANSWER = 1_000_000
PRICE_MAX = 50_000_000
MOST_SERVICES = 30

COURIERS = {
    "jne": "jne", "j&t": "jnt", "j&t express": "jnt", "jnt": "jnt", "sicepat": "sicepat", "anteraja": "anteraja",
    "pos indonesia": "pos", "pos": "pos", "tiki": "tiki", "ninja xpress": "ninja", "ninja": "ninja",
    "lion parcel": "lion", "lion": "lion", "wahana": "wahana", "sap": "sap", "rpx": "rpx", "id express": "idexpress",
}  # fmt: skip
"""Couriers by the names that people write, and what Biteship calls them."""

_STATES = {
    "delivered": TrackingState.DELIVERED,
    **dict.fromkeys(("rejected", "returned", "cancelled", "disposed", "courier_not_found"), TrackingState.FAILED),
}
_DAYS = re.compile(r"\s*(\d{1,2})(?:\s*-\s*(\d{1,2}))?\s*")
_UNKNOWN = frozenset({400, 404, 422})


class Biteship:
    """A `Courier` by Biteship. `couriers` are its codes of those whose prices are asked for."""

    def __init__(self, url: str, key: str, couriers: Sequence[str], breaker: Breaker | None = None) -> None:
        self.url = url.rstrip("/")
        self.couriers = ",".join(couriers)
        self.breaker = breaker or Breaker(pause=PAUSE_SECONDS)
        self._http = urllib3.PoolManager(
            maxsize=4,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            headers={"authorization": key, "content-type": "application/json", "accept": "application/json"},
        )

    def quote(self, origin: Stop, destination: Stop, parcels: Sequence[Parcel]) -> list[ServiceQuote]:
        asked = {
            "origin_postal_code": int(origin.postal_code),
            "destination_postal_code": int(destination.postal_code),
            "couriers": self.couriers,
            "items": [_item(one) for one in parcels],
        }
        answer = self._call("POST", "/v1/rates/couriers", asked)
        if answer is None:
            return []
        rows = answer.get("pricing")
        if not isinstance(rows, list):
            raise self._nonsense("no pricing")
        quotes = {one.key: one for row in rows if (one := _service(row)) is not None}
        return sorted(quotes.values(), key=lambda one: (one.price, one.days_max, one.key))[:MOST_SERVICES]

    def track(self, courier: str, number: str) -> list[TrackingEvent]:
        code = COURIERS.get(tidy(courier).casefold())
        if code is None or not number:
            return []
        answer = self._call("GET", f"/v1/trackings/{escaped(number, safe='')}/couriers/{code}")
        if answer is None:
            return []
        rows = answer.get("history")
        if not isinstance(rows, list):
            raise self._nonsense("no history")
        events = [one for row in rows if (one := _event(row)) is not None]
        return sorted(events, key=lambda one: one.at)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer as an object; None when Biteship knows no such way or parcel. Unavailable for everything else."""
        if not self.breaker.admits():
            raise Unavailable(N_("The courier service does not answer at the moment."), retry_after=30)
        try:
            answer = self._answer(method, path, body)
        except Unavailable:
            self.breaker.failed()
            raise
        self.breaker.succeeded()
        return answer

    def _answer(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any] | None:
        sent = None if body is None else json.dumps(body).encode()
        try:
            response = self._http.request(method, self.url + path, body=sent, preload_content=False)
            data = _read(response)
        except (urllib3.exceptions.HTTPError, TimeoutError) as error:
            raise Unavailable(N_("The courier service does not answer at the moment.")) from error
        if response.status in _UNKNOWN:
            return None
        if response.status != 200:
            raise self._nonsense(f"status {response.status}")
        try:
            found = json.loads(data) if len(data) <= LARGEST_ANSWER else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise self._nonsense("no object")
        return found if found.get("success") is True else None

    def _nonsense(self, what: str) -> Unavailable:
        return Unavailable(N_("The courier service answered what nobody can use (%(what)s)."), what=what)


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    """The body of an answer, up to LARGEST_ANSWER and READ_SECONDS: a drop now and then is no answer either."""
    ends = time.monotonic() + READ_SECONDS
    data = b""
    try:
        while len(data) <= LARGEST_ANSWER and (chunk := response.read1(65_536)):
            data += chunk
            if time.monotonic() > ends:
                raise TimeoutError
        return data
    finally:
        response.close()


def _item(parcel: Parcel) -> dict[str, Any]:
    """Biteship counts grams and whole centimetres, rounded up."""
    return {
        "name": "Kriya",
        "value": parcel.value,
        "length": -(-parcel.length // 10),
        "width": -(-parcel.width // 10),
        "height": -(-parcel.height // 10),
        "weight": parcel.weight,
        "quantity": parcel.quantity,
    }


def _service(row: Any) -> ServiceQuote | None:
    """One row of `pricing`; None for what cannot be a service of a parcel between towns."""
    if not isinstance(row, dict):
        return None
    codes = [str(row.get(name) or "").strip().casefold() for name in ("courier_code", "courier_service_code")]
    name = tidy(f"{row.get('courier_name') or ''} {row.get('courier_service_name') or ''}")
    price = row.get("price")
    if isinstance(price, float) and price.is_integer():
        price = int(price)
    days = _days(str(row.get("shipment_duration_range") or ""), str(row.get("shipment_duration_unit") or "days"))
    if not all(re.fullmatch(r"[a-z0-9_]{1,30}", code) for code in codes) or not name or days is None:
        return None
    if isinstance(price, bool) or not isinstance(price, int) or not 0 < price <= PRICE_MAX:
        return None
    return ServiceQuote("-".join(codes), name[:90], Money(price), *days)


def _days(text: str, unit: str) -> tuple[int, int] | None:
    """`1 - 2` days, `3` days, `6 - 8` hours (which is a day); None for anything else."""
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    least = int(match[1])
    most = int(match[2] or match[1])
    if unit.casefold().startswith("hour"):
        least, most = least // 24, -(-most // 24)
    elif not unit.casefold().startswith("day"):
        return None
    return (least, most) if least <= most <= 90 else None


def _event(row: Any) -> TrackingEvent | None:
    if not isinstance(row, dict):
        return None
    try:
        at = datetime.fromisoformat(str(row.get("updated_at") or ""))
    except ValueError:
        return None
    at = at.replace(tzinfo=clock.WIB) if at.tzinfo is None else at
    state = _STATES.get(str(row.get("status") or "").casefold(), TrackingState.UNDERWAY)
    return TrackingEvent(at, tidy(str(row.get("note") or ""))[:200], state)
