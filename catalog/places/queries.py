"""Asking about places. Provinces, regencies and districts answer from memory, villages from their table.

Everything returns `Place`, an immutable record of any level with its names (`label`, `path`, `full_name`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, and_, select

from catalog.db import db
from catalog.places.gazetteer import (
    LEVELS,
    Level,
    Place,
    children,
    codes_down_to,
    gazetteer,
    level_of,
    parent_code,
    village_kind,
)
from catalog.places.models import PlaceAlias, RegencyKind, Village
from catalog.text import fold, squeeze, tidy

_KEPT_VILLAGES = 10_000
_known_villages: dict[str, Place] = {}

# Keputusan Presiden 41/1987, with the provinces that were founded since in the zone of the one they came from.
_WITA = frozenset({"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"})
_WIT = frozenset({"81", "82", "91", "92", "93", "94", "95", "96"})

_POSTAL_CODE = re.compile(r"^[1-9][0-9]{4}$")
_KIND = re.compile(
    r"^(provinsi|prov|kabupaten|kab|kota|kecamatan|kec|kelurahan|kel|desa)(?:\.\s*|\s+)(?=\S)", re.IGNORECASE
)
_WORDS = re.compile(r"[^a-z0-9]+")
_ALIKE = 84  # of 100: one or two wrong letters in a name of a dozen
_LONGEST = 80  # characters of a search text that count

EXACT, PREFIX, WORD, INSIDE = range(4)


@dataclass(frozen=True, slots=True)
class PostalArea:
    """Where a postal code is used. `villages` is empty while the villages are not loaded."""

    postal_code: str
    districts: tuple[Place, ...]
    villages: tuple[Place, ...]


def find_place(code: str) -> Place | None:
    """The place of any level with this official code; at most one query, for a village not asked before."""
    level = level_of(code)
    if level is None:
        return None
    return gazetteer().get(code) if level is not Level.VILLAGE else _villages([code]).get(code)


def find_places(codes: Iterable[str]) -> dict[str, Place]:
    """The places of these codes by code, with at most one query; unknown ones are left out."""
    wanted = list(dict.fromkeys(codes))
    villages = _villages([code for code in wanted if level_of(code) is Level.VILLAGE])
    return {code: place for code in wanted if (place := villages.get(code) or gazetteer().get(code))}


def list_provinces() -> tuple[Place, ...]:
    """All 38 by name."""
    return _by_name("", Level.PROVINCE)


def list_regencies(province_code: str) -> tuple[Place, ...]:
    """The regencies and cities of a province by name; empty for an unknown code."""
    return _by_name(province_code, Level.REGENCY)


def list_districts(regency_code: str) -> tuple[Place, ...]:
    """The districts of a regency or city by name; empty for an unknown code."""
    return _by_name(regency_code, Level.DISTRICT)


def list_villages(district_code: str) -> tuple[Place, ...]:
    """The villages of a district by name; empty while they are not loaded."""
    return tuple(sorted(_select_villages(Village.district_code == district_code), key=_name_then_code))


def place_path(code: str) -> tuple[str, ...]:
    """Names from the place up to its province; empty for an unknown code, from the district up for a village that is
    not loaded."""
    place = _nearest(code)
    return place.path if place else ()


def place_label(code: str) -> str:
    """ "Dendang, Kelapa, Bangka Barat", "Kabupaten Bandung, Jawa Barat", "Bali"; empty for an unknown code."""
    place = _nearest(code)
    return place.label if place else ""


def place_labels(codes: Iterable[str]) -> dict[str, str]:
    """The labels of many places with at most one query; unknown codes are left out."""
    wanted = list(dict.fromkeys(codes))
    _villages([code for code in wanted if level_of(code) is Level.VILLAGE])
    labels = {code: place_label(code) for code in wanted}
    return {code: label for code, label in labels.items() if label}


def zone_of(code: str) -> ZoneInfo:
    """The clock of a place's province: WIB, WITA or WIT (Keppres 41/1987); WIB for an unknown code."""
    province = code[:2]
    return ZoneInfo("Asia/Makassar" if province in _WITA else "Asia/Jayapura" if province in _WIT else "Asia/Jakarta")


def find_by_postal_code(postal_code: str) -> PostalArea | None:
    """The districts and villages that use this postal code; None when nobody does."""
    postal_code = postal_code.strip()
    districts = _districts_by_postal_code().get(postal_code)
    if not districts:
        return None
    villages = sorted(_select_villages(Village.postal_code == postal_code), key=_name_then_code)
    return PostalArea(postal_code, districts, tuple(villages))


def postal_code_fits(place_code: str, postal_code: str) -> bool:
    """Whether the postal code is used in this place, at any level.

    The list was not held against a second source: a form warns, it does not refuse.
    """
    place = _nearest(place_code)
    postal_code = postal_code.strip()
    if place is None:
        return False
    if place.postal_codes:
        return postal_code in place.postal_codes
    return any(
        place.code in codes_down_to(district.code) for district in _districts_by_postal_code().get(postal_code, ())
    )


def search_places(text: str, levels: Iterable[Level] = LEVELS, limit: int = 10, *, within: str = "") -> list[Place]:
    """Places by name, best first: the whole name, its beginning, one of its words, anything inside.

    Case, blanks and hyphens do not count; aliases do (Muntok, Beltim, 30 Ilir). Words for the kind narrow ("kota
    bandung"), and so does a wider place behind a comma or simply behind ("dendang, kelapa", "dendang bangka barat").
    A place code or a postal code finds too. When nothing matches, provinces, regencies and districts with a wrong
    letter or two are offered. `within` is the code of a wider place that must hold the result.
    """
    text = tidy(text)[:_LONGEST]
    kept = [level for level in LEVELS if level in set(levels)]
    if not squeeze(text) or not kept or limit < 1:
        return []

    def fits(place: Place) -> bool:
        return place.level in kept and (not within or within in codes_down_to(place.code))

    if level_of(text):
        place = find_place(text)
        return [place] if place and fits(place) else []
    if _POSTAL_CODE.match(text):
        area = find_by_postal_code(text)
        return [place for place in (*area.districts, *area.villages) if fits(place)][:limit] if area else []

    head, *tails = [part.strip() for part in text.split(",") if squeeze(part)][: len(LEVELS)]
    found = _named(head, tails, kept, fits, limit)
    words = head.split()
    for cut in range(len(words) - 1, max(0, len(words) - 5), -1):
        if found:
            break
        found = _named(" ".join(words[:cut]), [" ".join(words[cut:]), *tails], kept, fits, limit)
    return found or _alike(squeeze(head), fits, limit)


def forget_villages() -> None:
    """Drop what is remembered of villages, after their table was written."""
    _known_villages.clear()


def _nearest(code: str) -> Place | None:
    """The place itself, or the district of a village that is not known."""
    place = find_place(code)
    if place is None and level_of(code) is Level.VILLAGE:
        place = gazetteer().get(parent_code(code) or "")
    return place


def _villages(codes: Iterable[str]) -> dict[str, Place]:
    """Those of the villages that are loaded, by code; asked of the table once, since they change by decree only."""
    wanted = set(codes)
    found = {code: place for code in wanted if (place := _known_villages.get(code))}
    if missing := wanted - found.keys():
        if len(_known_villages) + len(missing) > _KEPT_VILLAGES:
            _known_villages.clear()
        for village in _select_villages(Village.code.in_(missing)):
            found[village.code] = _known_villages[village.code] = village
    return found


def _select_villages(matches: ColumnElement[bool]) -> list[Place]:
    """At most 1,000 villages, in the order of their squeezed names."""
    columns = (Village.code, Village.name, Village.search_name, Village.postal_code)
    found = db.session.execute(select(*columns).where(matches).order_by(Village.search_name).limit(1_000))
    return [
        Place(code, Level.VILLAGE, name, search_name, village_kind(code), postal_codes=(postal_code,))
        for code, name, search_name, postal_code in found
    ]


def _name_then_code(place: Place) -> tuple[str, str]:
    return place.name, place.code


@cache
def _by_name(code: str, level: Level) -> tuple[Place, ...]:
    if level is not Level.PROVINCE and code not in gazetteer():
        return ()
    return tuple(sorted((p for p in children(code) if p.level is level), key=_name_then_code))


@cache
def _districts_by_postal_code() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for place in gazetteer().values():
        for postal_code in place.postal_codes:
            found.setdefault(postal_code, []).append(place)
    return {postal_code: tuple(places) for postal_code, places in found.items()}


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to read a name that was asked for: what to look for, at which levels, as which kind."""

    name: str
    levels: frozenset[Level]
    kind: RegencyKind | None = None
    whole_only: bool = False

    def rank(self, place: Place) -> int | None:
        if place.level not in self.levels or (self.kind and place.kind is not self.kind):
            return None
        if place.search_name == self.name:
            return EXACT
        if self.whole_only:
            return None
        if place.search_name.startswith(self.name):
            return PREFIX
        if len(self.name) < 3 or self.name not in place.search_name:
            return None
        words = [word for word in _WORDS.split(fold(place.name)) if word]
        starts = ("".join(words[n:]) for n in range(1, len(words)))
        return WORD if any(start.startswith(self.name) for start in starts) else INSIDE


_KIND_LEVELS = {
    "prov": frozenset({Level.PROVINCE}),
    "kab": frozenset({Level.REGENCY}),
    "kot": frozenset({Level.REGENCY}),
    "kec": frozenset({Level.DISTRICT}),
    "kel": frozenset({Level.VILLAGE}),
    "desa": frozenset({Level.VILLAGE}),
}


def _forms(text: str) -> list[_Form]:
    """How a name may be read: as typed, without a leading kind ("kota", "kec."), and as what an alias stands for."""
    forms = [_Form(squeeze(text), frozenset(LEVELS))]
    if kind := _KIND.match(text):
        word = kind[1].lower()
        levels = next(levels for start, levels in _KIND_LEVELS.items() if word.startswith(start))
        city = {"kot": RegencyKind.CITY, "kab": RegencyKind.REGENCY}.get(word[:3])
        forms.append(_Form(squeeze(text[kind.end() :]), levels, city))
    readings = [form for form in forms if form.name]
    for form in tuple(readings):
        matches: ColumnElement[bool] = PlaceAlias.alias == form.name
        if len(form.name) >= 3:
            matches = PlaceAlias.alias.startswith(form.name, autoescape=True)
        for alias, name in db.session.execute(select(PlaceAlias.alias, PlaceAlias.search_name).where(matches)):
            readings.append(_Form(name, form.levels, form.kind, whole_only=alias != form.name))
    return readings


def _named(head: str, tails: list[str], levels: list[Level], fits: Callable[[Place], bool], limit: int) -> list[Place]:
    forms = _forms(head)
    around = [_around(tail) for tail in tails]

    def wanted(place: Place) -> bool:
        return fits(place) and all(codes.intersection(codes_down_to(place.code)[:-1]) for codes in around)

    ranked: dict[str, tuple[int, Place]] = {}

    def consider(places: Iterable[Place]) -> None:
        for place in places:
            ranks = [rank for form in forms if (rank := form.rank(place)) is not None]
            if ranks and wanted(place):
                ranked[place.code] = (min(ranks), place)

    consider(gazetteer().values())
    if Level.VILLAGE in levels:
        consider(_villages_with_prefix(forms))
        if len(ranked) < limit:
            consider(_villages_containing(forms))

    def order(hit: tuple[int, Place]) -> tuple[int, int, int, str, str]:
        rank, place = hit
        return rank, LEVELS.index(place.level), len(place.search_name), place.name, place.code

    return [place for _, place in sorted(ranked.values(), key=order)[:limit]]


def _around(text: str) -> set[str]:
    """The codes of the wider places that a trailing name may mean."""
    forms = _forms(text)
    return {
        place.code
        for place in gazetteer().values()
        if any((rank := form.rank(place)) is not None and rank <= PREFIX for form in forms)
    }


def _village_forms(forms: list[_Form]) -> list[_Form]:
    return [form for form in forms if Level.VILLAGE in form.levels]


def _villages_with_prefix(forms: list[_Form]) -> Iterable[Place]:
    for form in _village_forms(forms):
        yield from _select_villages(Village.search_name == form.name if form.whole_only else _begins(form.name))


def _villages_containing(forms: list[_Form]) -> Iterable[Place]:
    for form in _village_forms(forms):
        if not form.whole_only and len(form.name) >= 3:
            yield from _select_villages(Village.search_name.contains(form.name, autoescape=True))


def _begins(name: str) -> ColumnElement[bool]:
    """`search_name` begins with `name`, as a range, which both databases answer from the index.

    Squeezed names hold digits and lower-case letters only, which every collation sorts alike.
    """
    symbols = "0123456789abcdefghijklmnopqrstuvwxyz"
    stem = name.rstrip("z")
    if not stem:
        return Village.search_name >= name
    after = stem[:-1] + symbols[symbols.index(stem[-1]) + 1]
    return and_(Village.search_name >= name, Village.search_name < after)


def _alike(name: str, fits: Callable[[Place], bool], limit: int) -> list[Place]:
    if len(name) < 4:
        return []
    choices = {place.code: place.search_name for place in gazetteer().values() if fits(place)}
    hits = process.extract(name, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=limit)
    return [gazetteer()[code] for _, _, code in hits]
