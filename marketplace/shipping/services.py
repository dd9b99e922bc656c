"""Which ways of delivery a seller has to a place, what each costs, and on which day it arrives.

All pieces of one seller travel in one parcel: weights add up, volumes add up. Sizes are millimetres, weights grams,
days working days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from catalog import clock
from catalog.db import db
from catalog.inventory.workdays import EVERYBODY, Calendar
from catalog.money import ZERO, Money
from catalog.places.models import District
from catalog.text import N_
from marketplace.sellers.models import BROUGHT, DeliveryKind, DeliveryOffer, PickupPoint, Seller
from marketplace.shipping.courier import Parcel, ServiceQuote, Stop, outside
from marketplace.shipping.quotes import Question, find_kept, question_for
from marketplace.shipping.rate_table import RateTable, chargeable_weight, in_order, prefixes

__all__ = [
    "DeliveryOption",
    "Parcel",
    "chargeable_weight",
    "earliest_day",
    "is_brought",
    "list_all_options",
    "list_options",
    "prefixes",
    "promised_day",
]

NAMES = {
    DeliveryKind.PICKUP: N_("Pick up at the workshop"),
    DeliveryKind.OWN: N_("Delivered by the seller"),
    DeliveryKind.HOTEL: N_("Brought to your hotel"),
}

_ORDER = tuple(DeliveryKind)


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
    is_bulky: bool = False
    note: str = ""
    point_id: int | None = None
    cod_service_id: int | None = None


def list_options(seller: Seller, place_code: str | None, parcels: Sequence[Parcel]) -> list[DeliveryOption]:
    """Every way in which `seller` hands over to `place_code` (None: no place yet), cheapest of each kind first."""
    return list_all_options({seller.id: parcels}, place_code)[seller.id]


def list_all_options(
    parcels: Mapping[int, Sequence[Parcel]], place_code: str | None
) -> dict[int, list[DeliveryOption]]:
    """The same for several sellers by id, in three queries at most; one more with a courier outside the house."""
    rows = db.session.execute(_offers(), {"sellers": list(parcels)}).all()
    offers: dict[int, list[Any]] = {row.id: [] for row in rows}
    for row in rows:
        if row.kind is not None:
            offers[row.id].append(row)
    couriers = {row.id: row for row in rows if row.kind is DeliveryKind.COURIER}
    quoted = _quotes(list(couriers.values()), place_code, parcels) if place_code and couriers else {}
    options = {}
    for seller_id, own in offers.items():
        own.sort(key=lambda one: (_ORDER.index(one.kind), one.offer_id))
        found = [option for offer in own if (option := _by_hand(offer, place_code)) is not None]
        options[seller_id] = found + [_by_courier(one) for one in quoted.get(seller_id, [])]
    return options


def _quotes(
    sellers: Sequence[Any], place_code: str, parcels: Mapping[int, Sequence[Parcel]]
) -> dict[int, list[ServiceQuote]]:
    """Per seller what a courier outside the house has said, as far as it is kept, else what the table says. A seller's
    own prices stand in either case."""
    asked: dict[int, Question] = {}
    if outside() is not None:
        wanted = ((one.id, question_for(one, place_code, parcels[one.id])) for one in sellers)
        asked = {key: question for key, question in wanted if question is not None}
    kept = find_kept(list(asked.values())) if asked else {}
    table = RateTable()
    origins = {one.id: Stop(one.district_code, seller_id=one.id) for one in sellers}
    rates = table.read(list(origins.values()), Stop(place_code))
    found = {}
    for key, origin in origins.items():
        said = kept.get(asked[key].digest, []) if key in asked else []
        own = table.price([one for one in rates if one.seller_id == key] if said else rates, origin, parcels[key])
        names = {one.name.casefold() for one in own}
        found[key] = in_order([*own, *(one for one in said if one.name.casefold() not in names)])
    return found


def _by_courier(quote: ServiceQuote) -> DeliveryOption:
    return DeliveryOption(
        key=f"courier:{quote.key}",
        kind=DeliveryKind.COURIER,
        name=quote.name,
        price=quote.price,
        days_min=quote.days_min,
        days_max=quote.days_max,
        weight=quote.weight,
        is_bulky=quote.is_bulky,
        cod_service_id=quote.cod_service_id,
    )


@cache
def _offers() -> Select[Any]:
    """Sellers with their places and ways of delivery, a row for each; narrow columns, composed once."""
    seller: Any = Seller.__table__
    offer: Any = DeliveryOffer.__table__
    point: Any = PickupPoint.__table__
    district: Any = District.__table__
    return (
        select(
            seller.c.id, seller.c.district_code, seller.c.village_code,
            offer.c.id.label("offer_id"), offer.c.kind, offer.c.price, offer.c.places, offer.c.days, offer.c.note,
            point.c.id.label("point_id"), point.c.code.label("point_code"), point.c.name.label("point_name"),
            point.c.address, point.c.hours, point.c.is_active, district.c.name.label("district_name"),
        )
        .select_from(
            seller.outerjoin(offer, offer.c.seller_id == seller.c.id)
            .outerjoin(point, point.c.id == offer.c.point_id)
            .outerjoin(district, district.c.code == point.c.district_code)
        )
        .where(seller.c.id.in_(bindparam("sellers", expanding=True)))
    )  # fmt: skip


def is_brought(key: str) -> bool:
    """Whether an option needs an address: everything but what the buyer comes for."""
    return key != "pickup" and not key.startswith("gallery:")


def _by_hand(offer: Any, place_code: str | None) -> DeliveryOption | None:
    """What no courier carries; None where it does not reach or is closed."""
    kind = offer.kind
    if kind is DeliveryKind.GALLERY and offer.is_active:
        note = f"{offer.address}, {offer.district_name} · {offer.hours}"
        days = min(1, offer.days), offer.days
        return DeliveryOption(
            f"gallery:{offer.point_code}",
            kind,
            offer.point_name,
            offer.price,
            *days,
            note=note,
            point_id=offer.point_id,
        )
    if kind is DeliveryKind.PICKUP:
        return DeliveryOption("pickup", kind, NAMES[kind], ZERO, 0, 0, note=offer.note)
    if kind in BROUGHT and place_code and _reaches(offer, place_code):
        days = min(1, offer.days), offer.days
        return DeliveryOption(kind.value, kind, NAMES[kind], offer.price, *days, note=offer.note)
    return None


def promised_day(
    ready_in: int, option: DeliveryOption, start: date | None = None, calendar: Calendar = EVERYBODY
) -> date:
    """The latest day of arrival: `ready_in` working days until it is handed over, then the longest way. What no courier
    carries is on its way on the days of its shop's `calendar`."""
    return _arrival(ready_in, option, option.days_max, start, calendar)


def earliest_day(
    ready_in: int, option: DeliveryOption, start: date | None = None, calendar: Calendar = EVERYBODY
) -> date:
    """The earliest day of arrival."""
    return _arrival(ready_in, option, option.days_min, start, calendar)


def _arrival(ready_in: int, option: DeliveryOption, days: int, start: date | None, calendar: Calendar) -> date:
    ready = calendar.add(start or clock.today(), ready_in)
    way = EVERYBODY if option.kind is DeliveryKind.COURIER else calendar
    return way.add(ready, days) if days else ready


def _reaches(offer: Any, place_code: str) -> bool:
    within = set(prefixes(place_code))
    return any(place in within for place in offer.places)
