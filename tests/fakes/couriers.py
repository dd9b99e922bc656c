"""A courier outside the house that says what the test tells it, and notes what it was asked."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.errors import Unavailable
from catalog.money import Money
from marketplace.shipping.courier import Parcel, ServiceQuote, Stop, TrackingEvent


class FakeCourier:
    """`price` of its one service; None says nothing at all."""

    def __init__(self, price: int | None = 20_000) -> None:
        self.price = price
        self.goes_there = True
        self.asked: list[tuple[Stop, Stop, Sequence[Parcel]]] = []
        self.events: dict[str, list[TrackingEvent]] = {}
        self.tracked: list[tuple[str, str]] = []

    def quote(self, origin: Stop, destination: Stop, parcels: Sequence[Parcel]) -> list[ServiceQuote]:
        self.asked.append((origin, destination, parcels))
        if self.price is None:
            raise Unavailable("silence")
        return [ServiceQuote("jne-reg", "JNE Reguler", Money(self.price), 2, 4)] if self.goes_there else []

    def track(self, courier: str, number: str) -> list[TrackingEvent]:
        self.tracked.append((courier, number))
        if self.price is None:
            raise Unavailable("silence")
        return self.events.get(number, [])
