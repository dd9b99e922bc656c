"""The places as the decree lists them, in memory: provinces, regencies and districts of the whole nation.

They change by decree, about once in a year, and then with the package's data files; so naming a place, its parents or
its time zone asks no database. The tables of `models.py` mirror them for foreign keys and joins (`services.load_places`
keeps them equal). The 83,762 villages are only in the tables.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from catalog.places.models import RegencyKind, VillageKind, full_regency_name, full_regency_name_en
from catalog.text import squeeze

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")


class Level(StrEnum):
    """Widest first, as the code is built."""

    PROVINCE = "province"
    REGENCY = "regency"
    DISTRICT = "district"
    VILLAGE = "village"


LEVELS = tuple(Level)
_VILLAGE_KINDS = {"1": VillageKind.URBAN, "2": VillageKind.RURAL, "3": VillageKind.CUSTOMARY}
_LENGTH = {2: Level.PROVINCE, 5: Level.REGENCY, 8: Level.DISTRICT, 13: Level.VILLAGE}


def level_of(code: str) -> Level | None:
    """The level that the form of `code` says; None when it is no place code at all."""
    return _LENGTH[len(code)] if CODE.fullmatch(code) else None


def parent_code(code: str) -> str | None:
    """`19.05.04` for `19.05.04.2005`; None for a province."""
    return code.rpartition(".")[0] or None


def codes_down_to(code: str) -> tuple[str, ...]:
    """The code's path, widest first: `("19", "19.05", "19.05.04")` for `19.05.04`."""
    parts = code.split(".")
    return tuple(".".join(parts[:n]) for n in range(1, len(parts) + 1))


def village_kind(code: str) -> VillageKind:
    """What the first digit of the fourth part says (Permendagri 58/2021)."""
    return _VILLAGE_KINDS[code[9]]


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative area of any level. `postal_codes` is filled for districts and villages."""

    code: str
    level: Level
    name: str
    search_name: str
    kind: RegencyKind | VillageKind | None = None
    latitude: float | None = None
    longitude: float | None = None
    postal_codes: tuple[str, ...] = ()
    name_en: str = ""

    def title(self, locale: str) -> str:
        """What a reader of `locale` calls it: as `full_name`, in English "Bangka Barat Regency", "Pangkal Pinang City",
        "West Java". Names themselves stay; only provinces have English ones."""
        if locale != "en" or self.level not in (Level.PROVINCE, Level.REGENCY):
            return self.full_name
        return full_regency_name_en(self.code, self.kind, self.name) if self.kind else self.name_en or self.name

    @property
    def full_name(self) -> str:
        """A regency with its kind, as the decree writes it ("Kota Pangkal Pinang"); else the name."""
        if isinstance(self.kind, RegencyKind):
            return full_regency_name(self.code, self.kind, self.name)
        return self.name

    @property
    def parent(self) -> Place | None:
        """The area around it, at most a district; None for a province."""
        above = parent_code(self.code)
        return gazetteer().get(above) if above else None

    @property
    def path(self) -> tuple[str, ...]:
        """Names from this place up to its province: ("Dendang", "Kelapa", "Bangka Barat", "Kepulauan …")."""
        above = (gazetteer()[code].name for code in reversed(codes_down_to(self.code)[:-1]))
        return (self.name, *above)

    @property
    def label(self) -> str:
        """The name with what tells it from its namesakes, up to the regency: "Dendang, Kelapa, Bangka Barat".

        A regency is named with its kind and province ("Kabupaten Bandung, Jawa Barat").
        """
        if self.level is Level.PROVINCE:
            return self.name
        if self.level is Level.REGENCY:
            return f"{self.full_name}, {self.path[1]}"
        regency = gazetteer()[self.code[:5]]
        names = [*self.path[:-2], regency.full_name if _has_namesake(regency.search_name) else regency.name]
        return ", ".join(names)

    @property
    def full_label(self) -> str:
        """All names up to the province: "Dendang, Kelapa, Bangka Barat, Kepulauan Bangka Belitung"."""
        if self.level is Level.PROVINCE:
            return self.name
        return self.label if self.level is Level.REGENCY else f"{self.label}, {self.path[-1]}"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a data file of this package, gzipped or not."""
    raw = files("catalog.places").joinpath("data", name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8")
    return csv.DictReader(io.StringIO(text, newline=""))


@cache
def gazetteer() -> dict[str, Place]:
    """Every province, regency and district by code, in the order of the codes within each level."""
    places: dict[str, Place] = {}
    for level, name in (
        (Level.PROVINCE, "provinces.csv"),
        (Level.REGENCY, "regencies.csv"),
        (Level.DISTRICT, "districts.csv.gz"),
    ):
        for row in rows(name):
            places[row["code"]] = Place(
                code=row["code"],
                level=level,
                name=row["name"],
                search_name=squeeze(row["name"]),
                kind=RegencyKind(row["kind"]) if level is Level.REGENCY else None,
                latitude=float(row["latitude"]) if row["latitude"] else None,
                longitude=float(row["longitude"]) if row["longitude"] else None,
                postal_codes=tuple(row.get("postal_codes", "").split()),
                name_en=row.get("name_en", ""),
            )
    return places


@cache
def children(code: str = "") -> tuple[Place, ...]:
    """The provinces, or the areas right below a province or regency, by code; nothing below a district."""
    return tuple(place for place in gazetteer().values() if (parent_code(place.code) or "") == code)


@cache
def aliases() -> tuple[tuple[str, str], ...]:
    """(another name, the decree's name), both squeezed."""
    pairs = ((squeeze(row["alias"]), squeeze(row["name"])) for row in rows("aliases.csv"))
    return tuple(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))


@cache
def _regency_names() -> dict[str, int]:
    names: dict[str, int] = {}
    for place in gazetteer().values():
        if place.level is Level.REGENCY:
            names[place.search_name] = names.get(place.search_name, 0) + 1
    return names


def _has_namesake(search_name: str) -> bool:
    return _regency_names().get(search_name, 0) > 1
