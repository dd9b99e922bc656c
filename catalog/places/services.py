"""Filling the tables of places from the package's data files: repeatable at any time, and fast.

Nothing is ever deleted: a place that a decree dissolves stays for the addresses that name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.db import db
from catalog.edition import raise_edition
from catalog.errors import Conflict, Invalid
from catalog.places import queries
from catalog.places.gazetteer import Level, aliases, gazetteer, level_of, parent_code, rows, village_kind
from catalog.places.models import District, PlaceAlias, Province, Regency, Village
from catalog.signals import places_renamed
from catalog.text import N_, squeeze

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all) now and then."""

BATCH_SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load found new, found changed, and left alone."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Loaded) -> Loaded:
        return Loaded(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


@dataclass(frozen=True, slots=True)
class VillageBatch:
    """Villages to write in one transaction; with them, `done` of `total` rows of the file are in the table."""

    rows: tuple[dict[str, Any], ...]
    done: int
    total: int


def load_places(progress: Progress | None = None) -> Loaded:
    """Bring provinces, regencies, districts and aliases in line with the data files. Idempotent, under 2 s."""
    wanted: dict[Level, list[dict[str, Any]]] = {level: [] for level in Level}
    for place in gazetteer().values():
        row: dict[str, Any] = {
            "code": place.code,
            "name": place.name,
            "search_name": place.search_name,
            "latitude": place.latitude,
            "longitude": place.longitude,
        }
        if place.level is Level.REGENCY:
            row |= {"province_code": parent_code(place.code), "kind": place.kind}
        elif place.level is Level.DISTRICT:
            row |= {"regency_code": parent_code(place.code), "postal_codes": " ".join(place.postal_codes)}
        wanted[place.level].append(row)

    total = len(gazetteer())
    loaded = Loaded()
    done = 0
    for model, level in ((Province, Level.PROVINCE), (Regency, Level.REGENCY), (District, Level.DISTRICT)):
        loaded += _write(model, wanted[level])
        done += len(wanted[level])
        if progress:
            progress(done, total)
    loaded += _load_aliases()
    if loaded.added or loaded.changed:
        raise_edition()
    return loaded


def village_batches(prefix: str = "", *, resume: bool = True, size: int = BATCH_SIZE) -> Iterator[VillageBatch]:
    """The villages below `prefix` (a place code, or all of them) in batches by code; each is for one transaction:

        for batch in village_batches():
            with transaction():
                load_village_batch(batch)

    With `resume`, a batch that stands in the table already, equal row by row, is left out: a load that was
    interrupted goes on where it stopped. Raises Invalid for a prefix that is no place code, Conflict while the
    districts are missing.
    """
    if prefix and level_of(prefix) is None:
        raise Invalid(
            N_("“%(code)s” is not a place code. A code looks like 19, 19.05, 19.05.04 or 19.05.04.2005."),
            field="prefix",
            code=prefix,
        )
    wanted = [_village(row) for row in rows("villages.csv.gz") if _is_in(row["code"], prefix)]
    first = select(District.code).where(District.code == wanted[0]["district_code"]) if wanted else None
    if first is not None and db.session.scalar(first) is None:
        raise Conflict(N_("The districts are not loaded yet. Load the places first, then their villages."))
    done = 0
    for start in range(0, len(wanted), size):
        chunk = tuple(wanted[start : start + size])
        done += len(chunk)
        if not (resume and _stands(chunk)):
            yield VillageBatch(chunk, done, len(wanted))


def load_village_batch(batch: VillageBatch) -> Loaded:
    """Write one batch: new villages are added, changed ones corrected, the rest left alone."""
    loaded = _write(Village, batch.rows)
    queries.forget_villages()
    if loaded.changed:
        raise_edition()
    return loaded


def load_villages(prefix: str = "", progress: Progress | None = None, *, resume: bool = True) -> Loaded:
    """Load the villages below `prefix` within the present transaction: `load_villages("19")` for an example.

    For all of them, a command takes `village_batches` with a transaction for each batch.
    """
    loaded = Loaded()
    for batch in village_batches(prefix, resume=resume):
        loaded += load_village_batch(batch)
        if progress:
            progress(batch.done, batch.total)
    return loaded


def _village(row: dict[str, str]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "district_code": row["code"][:8],
        "name": row["name"],
        "search_name": squeeze(row["name"]),
        "kind": village_kind(row["code"]),
        "postal_code": row["postal_code"],
    }


def _is_in(code: str, prefix: str) -> bool:
    return not prefix or code == prefix or code.startswith(f"{prefix}.")


def _present(model: Any, wanted: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows of the table between the first and the last code of `wanted`, by code."""
    columns = [model.__table__.c[name] for name in wanted[0]]
    found = db.session.execute(select(*columns).where(model.code.between(wanted[0]["code"], wanted[-1]["code"])))
    return {row.code: dict(row._mapping) for row in found}


def _stands(wanted: Sequence[dict[str, Any]]) -> bool:
    present = _present(Village, wanted)
    return all(present.get(row["code"]) == row for row in wanted)


def _write(model: Any, wanted: Sequence[dict[str, Any]]) -> Loaded:
    present = _present(model, wanted)
    new = [row for row in wanted if row["code"] not in present]
    changed = [row for row in wanted if row["code"] in present and present[row["code"]] != row]
    if new or changed:
        _upsert(model, [*new, *changed])
    renamed = tuple(row["code"] for row in changed if present[row["code"]]["name"] != row["name"])
    if renamed:
        places_renamed.send(renamed)
    return Loaded(len(new), len(changed), len(wanted) - len(new) - len(changed))


def _upsert(model: Any, written: Iterable[dict[str, Any]]) -> None:
    session = db.session()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model.__table__)
    keys = [column.name for column in model.__table__.columns if not column.primary_key]
    statement = statement.on_conflict_do_update(
        index_elements=["code"], set_={key: statement.excluded[key] for key in keys}
    )
    session.execute(statement, list(written))
    for thing in list(session.identity_map.values()):
        if isinstance(thing, model):
            session.expire(thing)


def _load_aliases() -> Loaded:
    wanted = aliases()
    rows_there = db.session.execute(select(PlaceAlias.alias, PlaceAlias.search_name))
    present = {(row.alias, row.search_name) for row in rows_there}
    new = [couple for couple in wanted if couple not in present]
    db.session.add_all(PlaceAlias(alias=alias, search_name=name) for alias, name in new)
    db.session.flush()
    return Loaded(added=len(new), unchanged=len(wanted) - len(new))
