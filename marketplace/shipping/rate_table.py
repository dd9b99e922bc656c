"""The rate table: couriers' prices as rows, the default of the house."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from catalog.db import db
from marketplace.shipping.courier import Parcel, ServiceQuote, Stop, TrackingEvent
from marketplace.shipping.models import CourierService, ShippingRate


def chargeable_weight(parcels: Sequence[Parcel], service: CourierService) -> int:
    """Grams that `service` charges: the greater of actual and volumetric weight, at least its minimum, in its steps.

    A remainder of at most the tolerance is free. JNE's published examples: 1.3 kg → 1 kg, 1.31 kg → 2 kg,
    50 × 50 × 100 cm → 42 kg.
    """
    volume = sum(one.length * one.width * one.height * one.quantity for one in parcels)  # mm³
    volumetric = -(-volume // service.divisor)  # 1 mm³ / (cm³/kg) is 1 g: the thousands cancel
    return _rounded(max(_actual_weight(parcels), volumetric), service)


def _actual_weight(parcels: Sequence[Parcel]) -> int:
    return sum(one.weight * one.quantity for one in parcels)


def _rounded(grams: int, service: CourierService) -> int:
    steps, rest = divmod(max(grams, service.minimum), service.step)
    return (steps + (rest > service.tolerance)) * service.step if steps else service.step


def prefixes(place_code: str) -> list[str]:
    """A place code and everything above it, nearest first, ending with the whole country (an empty code)."""
    parts = place_code.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)] + [""]


class RateTable:
    """Prices by the longest matching destination; a seller's own before the shared ones."""

    def quote(self, origin: Stop, destination: Stop, parcels: Sequence[Parcel]) -> list[ServiceQuote]:
        return self.price(self.read([origin], destination), origin, parcels)

    def track(self, courier: str, number: str) -> list[TrackingEvent]:
        """A table has no eyes on the road."""
        return []

    def read(self, origins: Collection[Stop], destination: Stop) -> list[ShippingRate]:
        """Every rate that could matter for one of these ways, in one query."""
        from_ = {prefix for one in origins for prefix in prefixes(one.place_code) if prefix}
        return list(
            db.session.scalars(
                select(ShippingRate)
                .join(ShippingRate.service)
                .options(contains_eager(ShippingRate.service))
                .where(
                    CourierService.is_active,
                    ShippingRate.origin.in_(from_),
                    ShippingRate.destination.in_(prefixes(destination.place_code)),
                    or_(
                        ShippingRate.seller_id.is_(None), ShippingRate.seller_id.in_({one.seller_id for one in origins})
                    ),
                )
            )
        )

    def price(self, rates: Sequence[ShippingRate], origin: Stop, parcels: Sequence[Parcel]) -> list[ServiceQuote]:
        """One quote per service: the seller's own rate before a shared one, then the one with the longest matching
        destination, then with the longest matching origin."""
        origins = set(prefixes(origin.place_code))
        best: dict[int, ShippingRate] = {}
        for rate in rates:
            if rate.origin not in origins or rate.seller_id not in (None, origin.seller_id):
                continue
            known = best.get(rate.service_id)
            if known is None or _nearness(rate) > _nearness(known):
                best[rate.service_id] = rate
        return in_order(self._quote(rate, parcels) for rate in best.values())

    def _quote(self, rate: ShippingRate, parcels: Sequence[Parcel]) -> ServiceQuote:
        service = rate.service
        grams = chargeable_weight(parcels, service)
        price = rate.price * (grams // service.step)
        cod = service.id if service.takes_cash else None
        is_bulky = grams > _rounded(_actual_weight(parcels), service)
        return ServiceQuote(service.code, service.title, price, rate.days_min, rate.days_max, grams, is_bulky, cod)


def in_order(quotes: Iterable[ServiceQuote]) -> list[ServiceQuote]:
    """The cheapest first, then the fastest."""
    return sorted(quotes, key=lambda one: (one.price, one.days_max, one.key))


def _nearness(rate: ShippingRate) -> tuple[bool, int, int]:
    return rate.seller_id is not None, len(rate.destination), len(rate.origin)
