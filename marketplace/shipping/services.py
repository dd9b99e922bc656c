"""Which ways of delivery a seller has to a place, what each costs, and on which day it arrives.

All pieces of one seller travel in one parcel: weights add up, volumes add up. Sizes are millimetres, weights grams,
days working days.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, selectinload

from catalog import clock
from catalog.db import db
from catalog.inventory import workdays
from catalog.money import ZERO, Money
from catalog.places.models import District
from catalog.text import N_
from marketplace.sellers.models import BROUGHT, DeliveryKind, DeliveryOffer, PickupPoint, Seller
from marketplace.shipping.models import CourierService, ShippingRate

NAMES = {
    DeliveryKind.PICKUP: N_("Pick up at the workshop"),
    DeliveryKind.OWN: N_("Delivered by the seller"),
    DeliveryKind.HOTEL: N_("Brought to your hotel"),
}

_ORDER = tuple(DeliveryKind)


@dataclass(frozen=True, slots=True)
class Parcel:
    """`quantity` pieces of one box."""

    weight: int
    length: int
    width: int
    height: int
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """One way to one place. `name` is a gettext id for the seller's own ways, a proper name for couriers and galleries."""

    key: str
    kind: DeliveryKind
    name: str
    price: Money
    days_min: int
    days_max: int
    weight: int = 0
    note: str = ""
    point_id: int | None = None


def chargeable_weight(parcels: Sequence[Parcel], service: CourierService) -> int:
    """Grams that `service` charges: the greater of actual and volumetric weight, at least its minimum, in its steps.

    A remainder of at most the tolerance is free. JNE's published examples: 1.3 kg → 1 kg, 1.31 kg → 2 kg,
    50 × 50 × 100 cm → 42 kg.
    """
    actual = sum(one.weight * one.quantity for one in parcels)
    volume = sum(one.length * one.width * one.height * one.quantity for one in parcels)  # mm³
    volumetric = -(-volume // service.divisor)  # 1 mm³ / (cm³/kg) is 1 g: the thousands cancel
    grams = max(actual, volumetric, service.minimum)
    steps, rest = divmod(grams, service.step)
    return (steps + (rest > service.tolerance)) * service.step if steps else service.step


def list_options(seller: Seller, place_code: str | None, parcels: Sequence[Parcel]) -> list[DeliveryOption]:
    """Every way in which `seller` hands over to `place_code` (None: no place yet), cheapest of each kind first."""
    return list_all_options({seller.id: parcels}, place_code)[seller.id]


def list_all_options(
    parcels: Mapping[int, Sequence[Parcel]], place_code: str | None
) -> dict[int, list[DeliveryOption]]:
    """The same for several sellers by id, in three queries at most."""
    point = selectinload(Seller.deliveries).joinedload(DeliveryOffer.point)
    place = point.joinedload(PickupPoint.district).lazyload(District.regency)
    sellers = db.session.scalars(select(Seller).where(Seller.id.in_(parcels)).options(place)).all()
    couriers = [one for one in sellers if any(offer.kind is DeliveryKind.COURIER for offer in one.deliveries)]
    rates = _rates(couriers, place_code) if place_code and couriers else []
    options = {}
    for seller in sellers:
        offers = sorted(seller.deliveries, key=lambda one: (_ORDER.index(one.kind), one.id))
        found = [option for offer in offers if (option := _by_hand(offer, place_code)) is not None]
        if any(offer.kind is DeliveryKind.COURIER for offer in offers):
            found.extend(_by_courier(rates, seller, parcels[seller.id]))
        options[seller.id] = found
    return options


def is_brought(key: str) -> bool:
    """Whether an option needs an address: everything but what the buyer comes for."""
    return key != "pickup" and not key.startswith("gallery:")


def _by_hand(offer: DeliveryOffer, place_code: str | None) -> DeliveryOption | None:
    """What no courier carries; None where it does not reach or is closed."""
    kind, point = offer.kind, offer.point
    if kind is DeliveryKind.GALLERY and point is not None and point.is_active:
        note = f"{point.address}, {point.district.name} · {point.hours}"
        days = min(1, offer.days), offer.days
        return DeliveryOption(
            f"gallery:{point.code}", kind, point.name, offer.price, *days, note=note, point_id=point.id
        )
    if kind is DeliveryKind.PICKUP:
        return DeliveryOption("pickup", kind, NAMES[kind], ZERO, 0, 0, note=offer.note)
    if kind in BROUGHT and place_code and _reaches(offer, place_code):
        days = min(1, offer.days), offer.days
        return DeliveryOption(kind.value, kind, NAMES[kind], offer.price, *days, note=offer.note)
    return None


def promised_day(ready_in: int, option: DeliveryOption, start: date | None = None) -> date:
    """The latest day of arrival: `ready_in` working days until it is handed over, then the longest way."""
    return _arrival(ready_in, option.days_max, start)


def earliest_day(ready_in: int, option: DeliveryOption, start: date | None = None) -> date:
    """The earliest day of arrival."""
    return _arrival(ready_in, option.days_min, start)


def _arrival(ready_in: int, days: int, start: date | None) -> date:
    ready = workdays.add(start or clock.today(), ready_in)
    return workdays.add(ready, days) if days else ready


def prefixes(place_code: str) -> list[str]:
    """A place code and everything above it, nearest first, ending with the whole country (an empty code)."""
    parts = place_code.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)] + [""]


def _reaches(offer: DeliveryOffer, place_code: str) -> bool:
    within = set(prefixes(place_code))
    return any(place in within for place in offer.places)


def _rates(sellers: Collection[Seller], place_code: str) -> list[ShippingRate]:
    from_ = {prefix for one in sellers for prefix in prefixes(one.district_code) if prefix}
    return list(
        db.session.scalars(
            select(ShippingRate)
            .join(ShippingRate.service)
            .options(contains_eager(ShippingRate.service))
            .where(
                CourierService.is_active,
                ShippingRate.origin.in_(from_),
                ShippingRate.destination.in_(prefixes(place_code)),
                or_(ShippingRate.seller_id.is_(None), ShippingRate.seller_id.in_({one.id for one in sellers})),
            )
        )
    )


def _by_courier(rates: Sequence[ShippingRate], seller: Seller, parcels: Sequence[Parcel]) -> list[DeliveryOption]:
    """One option per service: the seller's own rate before a shared one, then the one with the longest matching
    destination, then with the longest matching origin."""
    origins = set(prefixes(seller.district_code))
    best: dict[int, ShippingRate] = {}
    for rate in rates:
        if rate.origin not in origins or rate.seller_id not in (None, seller.id):
            continue
        known = best.get(rate.service_id)
        if known is None or _nearness(rate) > _nearness(known):
            best[rate.service_id] = rate
    options = []
    for rate in best.values():
        service = rate.service
        grams = chargeable_weight(parcels, service)
        options.append(
            DeliveryOption(
                key=f"courier:{service.code}",
                kind=DeliveryKind.COURIER,
                name=service.title,
                price=rate.price * (grams // service.step),
                days_min=rate.days_min,
                days_max=rate.days_max,
                weight=grams,
            )
        )
    return sorted(options, key=lambda one: (one.price, one.days_max, one.key))


def _nearness(rate: ShippingRate) -> tuple[bool, int, int]:
    return rate.seller_id is not None, len(rate.destination), len(rate.origin)
