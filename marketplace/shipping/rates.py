"""Rates come in as CSV: `origin,destination,service,price,days_min,days_max`, one rate per row.

`origin` is the code of a regency (or district); `destination` that of a province, regency or district, empty for the
whole country; `service` is the code of a courier service or its name as shown ("JNE REG"); `price` is rupiah per step
of weight. A file is taken whole or not at all: with one wrong row nothing is written and every wrong row is told.
Doing it again with the same file changes nothing. Comma, semicolon and tab are understood, as is Excel's byte mark.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from dataclasses import field as setting
from typing import Any

from sqlalchemy import select

from catalog.db import db
from catalog.errors import Invalid
from catalog.money import Money
from catalog.places.gazetteer import Level, gazetteer
from catalog.text import N_
from marketplace.shipping.models import CourierService, ShippingRate

COLUMNS = ("origin", "destination", "service", "price", "days_min", "days_max")
MAX_BYTES = 5_000_000
MAX_ROWS = 50_000
MAX_ERRORS = 200


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one row (the header is row 1): a gettext id with parameters."""

    row: int
    field: str
    message: str
    params: dict[str, Any] = setting(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


@dataclass(frozen=True, slots=True)
class RateImport:
    """What an import did. With errors, `created` and `updated` are 0 and nothing was written."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    key: tuple[int, str, str]
    price: Money
    days_min: int
    days_max: int


def import_rates(data: bytes | str) -> RateImport:
    """Take in a rate table. Invalid(field="file") when it is not such a table at all."""
    lines = _read(data)
    services = _services()
    origins, destinations = _places()
    rows: dict[tuple[int, str, str], _Row] = {}
    errors: list[RowError] = []
    for number, cells in lines:
        wrong, row = _check(number, cells, services, origins, destinations)
        if row is not None and row.key in rows:
            wrong.append(RowError(number, "destination", N_("This rate stands in the file twice.")))
        if row is not None:
            rows[row.key] = row
        errors.extend(wrong)
        if len(errors) >= MAX_ERRORS:
            break
    if errors:
        return RateImport(errors=tuple(errors[:MAX_ERRORS]))
    return _write(rows)


def _write(rows: dict[tuple[int, str, str], _Row]) -> RateImport:
    services = {key[0] for key in rows}
    known = {
        (one.service_id, one.origin, one.destination): one
        for one in db.session.scalars(select(ShippingRate).where(ShippingRate.service_id.in_(services)))
    }
    created = updated = 0
    for key, row in rows.items():
        rate = known.get(key)
        if rate is None:
            rate = ShippingRate(service_id=key[0], origin=key[1], destination=key[2])
            db.session.add(rate)
            created += 1
        elif (rate.price, rate.days_min, rate.days_max) == (row.price, row.days_min, row.days_max):
            continue
        else:
            updated += 1
        rate.price, rate.days_min, rate.days_max = row.price, row.days_min, row.days_max
    db.session.flush()
    return RateImport(created, updated, len(rows) - created - updated)


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Invalid(N_("The file is larger than %(most)s MB."), field="file", most=MAX_BYTES // 10**6)
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _read(data: bytes | str) -> list[tuple[int, dict[str, str]]]:
    text = (data if isinstance(data, str) else _decode(data)).removeprefix("\ufeff")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold().replace(" ", "_") for name in next(reader, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise Invalid(
                N_("The first row must name the columns %(columns)s; missing: %(missing)s."),
                field="file",
                columns=", ".join(COLUMNS),
                missing=", ".join(missing),
            )
        found = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                padded = [cell.strip() for cell in cells] + [""] * len(names)
                found.append((reader.line_num, dict(zip(names, padded, strict=False))))
            if len(found) > MAX_ROWS:
                raise Invalid(N_("The file has more than %(most)s rows."), field="file", most=MAX_ROWS)
    except csv.Error:
        raise Invalid(N_("The file cannot be read as a table (CSV)."), field="file") from None
    return found


def _services() -> dict[str, int]:
    named = {}
    for one in db.session.scalars(select(CourierService)):
        named[one.code.casefold()] = one.id
        named[f"{one.courier} {one.name}".strip().casefold()] = one.id
    return named


def _places() -> tuple[set[str], set[str]]:
    """Codes that a rate may come from, and codes that it may lead to."""
    places = gazetteer().values()
    origins = {place.code for place in places if place.level is not Level.PROVINCE}
    return origins, {place.code for place in places} | {""}


def _check(
    number: int, cells: dict[str, str], services: dict[str, int], origins: set[str], destinations: set[str]
) -> tuple[list[RowError], _Row | None]:
    wrong = []
    if cells["origin"] not in origins:
        wrong.append(
            RowError(number, "origin", N_("“%(given)s” is not the code of a regency."), {"given": cells["origin"][:20]})
        )
    if cells["destination"] not in destinations:
        message = N_("“%(given)s” is not the code of a province, regency or district.")
        wrong.append(RowError(number, "destination", message, {"given": cells["destination"][:20]}))
    service = services.get(" ".join(cells["service"].split()).casefold())
    if service is None:
        message = N_("There is no courier service called “%(given)s”.")
        wrong.append(RowError(number, "service", message, {"given": cells["service"][:40]}))
    price = None
    try:
        price = Money.parse(cells["price"], "price")
    except Invalid as error:
        wrong.append(RowError(number, "price", error.message))
    days = {}
    for name in ("days_min", "days_max"):
        if cells[name].isascii() and cells[name].isdigit() and int(cells[name]) <= 90:
            days[name] = int(cells[name])
        else:
            wrong.append(RowError(number, name, N_("Write a whole number of days from 0 to 90.")))
    if len(days) == 2 and days["days_max"] < days["days_min"]:
        wrong.append(RowError(number, "days_max", N_("The longest time is shorter than the shortest.")))
    if wrong or service is None or price is None:
        return wrong, None
    key = (service, cells["origin"], cells["destination"])
    return [], _Row(key, price, days["days_min"], days["days_max"])
