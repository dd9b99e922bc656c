"""A courier as the house sees it: what it asks for a parcel, and where a parcel is.

The rate table is the default. An aggregator outside the house (see adapters) may stand before it; it is asked before a
write transaction and never inside one, and what it said is kept for a while (see `quotes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from catalog.money import Money


@dataclass(frozen=True, slots=True)
class Parcel:
    """`quantity` pieces of one box: grams, millimetres, and what one piece is worth in rupiah."""

    weight: int
    length: int
    width: int
    height: int
    quantity: int = 1
    value: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a parcel starts or ends. `seller_id` where a shop sends it, for prices of its own."""

    place_code: str
    postal_code: str = ""
    seller_id: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceQuote:
    """What one service asks for all parcels together; days are working days."""

    key: str
    name: str
    price: Money
    days_min: int
    days_max: int
    weight: int = 0
    """Grams that are charged, where the house itself counts them."""
    is_bulky: bool = False
    """Whether these are counted from its size, being more than it weighs."""
    cod_service_id: int | None = None
    """The service of the table whose couriers take the price at the door."""


class TrackingState(StrEnum):
    UNDERWAY = "underway"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Refused, lost, or on its way back."""


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One thing that the courier says has happened to a parcel, in the courier's own words."""

    at: datetime
    text: str
    state: TrackingState


class Courier(Protocol):
    """Raises Unavailable when it does not answer in time, refuses us, or talks nonsense."""

    def quote(self, origin: Stop, destination: Stop, parcels: Sequence[Parcel]) -> list[ServiceQuote]:
        """Services from here to there with their prices, the cheapest first; empty where it does not go."""
        ...

    def track(self, courier: str, number: str) -> list[TrackingEvent]:
        """What has happened to a parcel, oldest first; empty when the courier or the number is unknown."""
        ...


_outside: list[Courier] = []


def use(courier: Courier | None) -> None:
    """Let this courier be asked in this process from now on; None leaves the rate table alone."""
    _outside[:] = [courier] if courier is not None else []


def outside() -> Courier | None:
    """The courier outside the house, if there is one."""
    return _outside[0] if _outside else None
