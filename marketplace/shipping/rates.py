"""Rates come in as CSV, one per row: `origin,destination,service,price,days_min,days_max`.

`origin` is the code of a regency (or district); `destination` that of a province, regency or district, empty for the
whole country; `service` is the code of a courier service or its name as shown ("JNE REG"); `price` is rupiah per step
of weight. A seller's own table may leave `origin` out: it is the seller's regency, and nothing but the seller's own
place is allowed there.

Every wrong row is told with its line, its column and what would be right, and can be fetched as a file, corrected and
sent again. A file is taken whole or not at all, unless the right rows are asked for although others are wrong. Sending
the same file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from catalog.codes import new_code
from catalog.db import change, db
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.money import Money
from catalog.places.gazetteer import Level, codes_down_to, gazetteer
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.notifications.params import plain
from marketplace.sellers.models import Seller
from marketplace.shipping.models import CourierService, RateImport, ShippingRate
from marketplace.shipping.tables import Row, read_table, write_table

COLUMNS = ("origin", "destination", "service", "price", "days_min", "days_max")
OWN_COLUMNS = ("destination", "service", "price", "days_min", "days_max")
MAX_KEPT = 2_000
"""Wrong rows that are kept for the report; the rest is only counted."""
MAX_DAYS = 90
PRICE_MAX = Money(10_000_000)


@dataclass(frozen=True, slots=True)
class _Rate:
    service_id: int
    origin: str
    destination: str
    price: Money
    days_min: int
    days_max: int

    @property
    def key(self) -> tuple[int, str, str]:
        return self.service_id, self.origin, self.destination

    @property
    def terms(self) -> tuple[Money, int, int]:
        return self.price, self.days_min, self.days_max


def import_rates(
    data: bytes | str | Sequence[Row],
    user: User,
    seller: Seller | None = None,
    *,
    takes_good: bool = False,
    file_name: str = "",
) -> RateImport:
    """Take in a rate table: the shared one, or a seller's own. Invalid (field `file`) when it is no such table at all.

    With `takes_good` right rows are written although others are wrong; otherwise one wrong row keeps all out.
    """
    rows = read_table(data, columns_for(seller)) if isinstance(data, bytes | str) else data
    check = _Check(seller)
    rates: dict[tuple[int, str, str], _Rate] = {}
    failures: list[dict[str, Any]] = []
    failed = 0
    for row in rows:
        rate, errors = check(row.cells)
        if rate is not None and rate.key in rates:
            errors = [Invalid(N_("This rate stands in the file twice."), field="destination")]
        if rate is not None and not errors:
            rates[rate.key] = rate
            continue
        failed += 1
        if len(failures) < MAX_KEPT:
            failures.append({"row": row.number, "cells": row.cells, "errors": [plain(one.plain()) for one in errors]})
    report = RateImport(
        code=new_code(12),
        user_id=user.id,
        seller_id=seller.id if seller else None,
        file_name=tidy(file_name)[:120],
        takes_good=takes_good,
        created=0,
        updated=0,
        unchanged=0,
        failed=failed,
        failures=failures,
    )
    if takes_good or not failed:
        report.created, report.updated, report.unchanged = _write(rates, seller)
    db.session.add(report)
    db.session.flush()
    return report


def columns_for(seller: Seller | None) -> tuple[str, ...]:
    """The columns that a table must have."""
    return OWN_COLUMNS if seller else COLUMNS


def save_rate(rate: ShippingRate | None, values: Mapping[str, str], seller: Seller | None = None) -> ShippingRate:
    """Make or change one rate; `values` as the columns of a table. Several names every field that is wrong; Conflict
    when another rate says something about the same way already."""
    wanted, errors = _Check(seller)(values)
    if wanted is None or errors:
        raise Several(errors)
    twin = db.session.scalar(
        select(ShippingRate.id).where(
            ShippingRate.seller_id == (seller.id if seller else None),
            ShippingRate.service_id == wanted.service_id,
            ShippingRate.origin == wanted.origin,
            ShippingRate.destination == wanted.destination,
        )
    )
    if twin is not None and (rate is None or twin != rate.id):
        raise Conflict(N_("There is a price for this service and place already. Please change that one."))
    rate = rate or ShippingRate(seller_id=seller.id if seller else None)
    rate.service_id, rate.origin, rate.destination = wanted.key
    rate.price, rate.days_min, rate.days_max = wanted.terms
    db.session.add(rate)
    db.session.flush()
    return rate


def remove_rate(rate: ShippingRate) -> None:
    """Forget one price; where it was a seller's own, the shared one counts again."""
    db.session.delete(rate)
    db.session.flush()


def export_rates(seller: Seller | None = None) -> bytes:
    """The shared table, or a seller's own, as a file that can be changed and brought in again."""
    found = db.session.execute(
        select(
            ShippingRate.origin,
            ShippingRate.destination,
            CourierService.courier,
            CourierService.name,
            ShippingRate.price,
            ShippingRate.days_min,
            ShippingRate.days_max,
        )
        .join(CourierService, CourierService.id == ShippingRate.service_id)
        .where(ShippingRate.seller_id == (seller.id if seller else None))
        .order_by(CourierService.courier, CourierService.name, ShippingRate.origin, ShippingRate.destination)
    )
    rows = ((row[0], row[1], f"{row[2]} {row[3]}".strip(), row[4].rupiah, row[5], row[6]) for row in found)
    return write_table(COLUMNS, rows)


def export_failures(report: RateImport, say: Callable[[dict[str, Any]], str]) -> bytes:
    """The rows that were not taken, with what is wrong in a column of its own, which reading ignores. `say` puts one
    error into words."""
    columns = list(COLUMNS)
    rows = (
        [*(one["cells"].get(name, "") for name in columns), " ".join(say(error) for error in one["errors"])]
        for one in report.failures
    )
    return write_table([*columns, "problem"], rows)


def forget_imports(before: Any) -> int:
    """Reports older than `before` are of no use any more; how many went."""
    return change(delete(RateImport).where(RateImport.created_at < before))


def save_service(service: CourierService | None, values: Mapping[str, Any]) -> CourierService:
    """Make or change a courier's service. `values`: courier, name, divisor, minimum, step, tolerance (whole numbers),
    tracking_url, takes_cash, is_active. Several names every field that is wrong."""
    errors: list[DomainError] = []
    kept: dict[str, Any] = {
        "is_active": bool(values.get("is_active", True)),
        "takes_cash": bool(values.get("takes_cash", False)),
    }
    for name, least in (("courier", 2), ("name", 0)):
        kept[name] = tidy(values.get(name) or "")
        if not least <= len(kept[name]) <= 40:
            errors.append(Invalid(N_("Write %(least)s to %(most)s characters."), field=name, least=least, most=40))
    for name, least, most in (
        ("divisor", 1_000, 10_000), ("minimum", 0, 100_000), ("step", 100, 10_000), ("tolerance", 0, 9_999),
    ):  # fmt: skip
        kept[name] = values.get(name)
        if not isinstance(kept[name], int) or not least <= kept[name] <= most:
            message = N_("Write a whole number from %(least)s to %(most)s.")
            errors.append(Invalid(message, field=name, least=least, most=most))
    if not errors and kept["tolerance"] >= kept["step"]:
        errors.append(Invalid(N_("The tolerance must be smaller than the step."), field="tolerance"))
    kept["tracking_url"] = tidy(values.get("tracking_url") or "")
    if kept["tracking_url"] and not (kept["tracking_url"].startswith("https://") and len(kept["tracking_url"]) <= 200):
        errors.append(Invalid(N_("Write an address that begins with https://, or nothing."), field="tracking_url"))
    twin = db.session.scalar(
        select(CourierService.id).where(
            func.lower(CourierService.courier) == kept["courier"].lower(),
            func.lower(CourierService.name) == kept["name"].lower(),
            CourierService.id != (service.id if service else 0),
        )
    )
    if twin is not None:
        errors.append(Invalid(N_("There is a service of this name already."), field="name"))
    if errors:
        raise Several(errors)
    service = service or CourierService()
    for name, value in kept.items():
        setattr(service, name, value)
    db.session.add(service)
    db.session.flush()
    return service


class _Check:
    """Reads one row into a rate, with everything that is wrong in it."""

    def __init__(self, seller: Seller | None) -> None:
        self.services: dict[str, int] = {}
        for one in db.session.scalars(select(CourierService)):
            self.services[one.code.casefold()] = one.id
            self.services[one.title.casefold()] = one.id
        places = gazetteer().values()
        self.destinations = {place.code for place in places} | {""}
        self.home = seller.district_code[:5] if seller else ""
        if seller is None:
            self.origins = {place.code for place in places if place.level is not Level.PROVINCE}
        else:
            self.origins = {code for code in codes_down_to(seller.district_code) if len(code) >= 5}

    def __call__(self, cells: Mapping[str, str]) -> tuple[_Rate | None, list[DomainError]]:
        errors = list(self._places(cells))
        service = self.services.get(" ".join(cells["service"].split()).casefold())
        if service is None:
            message = N_("There is no courier service called “%(given)s”.")
            errors.append(Invalid(message, field="service", given=cells["service"][:40]))
        price = None
        try:
            price = Money.parse(cells["price"], "price")
            if price > PRICE_MAX:
                message = N_("Write a sum of at most %(high)s.")
                errors.append(Invalid(message, field="price", high=PRICE_MAX))
        except Invalid as error:
            errors.append(error)
        days = {}
        for name in ("days_min", "days_max"):
            text = cells[name]
            if text.isascii() and text.isdigit() and len(text) <= 4 and int(text) <= MAX_DAYS:
                days[name] = int(text)
            else:
                message = N_("Write a whole number of days from 0 to %(most)s.")
                errors.append(Invalid(message, field=name, most=MAX_DAYS))
        if len(days) == 2 and days["days_max"] < days["days_min"]:
            errors.append(Invalid(N_("The longest time is shorter than the shortest."), field="days_max"))
        if errors or service is None or price is None:
            return None, errors
        origin = cells.get("origin") or self.home
        return _Rate(service, origin, cells["destination"], price, days["days_min"], days["days_max"]), []

    def _places(self, cells: Mapping[str, str]) -> Iterator[DomainError]:
        origin = cells.get("origin") or self.home
        if origin not in self.origins:
            if self.home:
                message = N_("Your parcels start at %(home)s. Leave this cell empty.")
                yield Invalid(message, field="origin", home=self.home)
            else:
                message = N_("“%(given)s” is not the code of a regency.")
                yield Invalid(message, field="origin", given=origin[:20])
        if cells["destination"] not in self.destinations:
            message = N_("“%(given)s” is not the code of a province, regency or district.")
            yield Invalid(message, field="destination", given=cells["destination"][:20])


def _write(rates: Mapping[tuple[int, str, str], _Rate], seller: Seller | None) -> tuple[int, int, int]:
    """(created, updated, unchanged)"""
    seller_id = seller.id if seller else None
    services = {key[0] for key in rates}
    known = {
        (row.service_id, row.origin, row.destination): row
        for row in db.session.execute(
            select(
                ShippingRate.id,
                ShippingRate.service_id,
                ShippingRate.origin,
                ShippingRate.destination,
                ShippingRate.price,
                ShippingRate.days_min,
                ShippingRate.days_max,
            ).where(ShippingRate.seller_id == seller_id, ShippingRate.service_id.in_(services))
        )
    }
    fresh = [
        {
            "seller_id": seller_id, "service_id": one.service_id, "origin": one.origin, "destination": one.destination,
            "price": one.price, "days_min": one.days_min, "days_max": one.days_max,
        }
        for key, one in rates.items()
        if key not in known
    ]  # fmt: skip
    changed = [
        {"id": known[key].id, "price": one.price, "days_min": one.days_min, "days_max": one.days_max}
        for key, one in rates.items()
        if key in known and (known[key].price, known[key].days_min, known[key].days_max) != one.terms
    ]
    if fresh:
        db.session.execute(insert(ShippingRate), fresh)
    if changed:
        db.session.execute(update(ShippingRate), changed)
    return len(fresh), len(changed), len(rates) - len(fresh) - len(changed)
