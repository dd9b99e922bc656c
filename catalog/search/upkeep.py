"""Keeping an index in step with the catalog: after changes, from scratch, and by comparison."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import exists, select

from catalog.crafts.models import Craft, Motif
from catalog.db import db
from catalog.makers.models import Maker
from catalog.places.queries import find_place
from catalog.products.models import Product, ProductState
from catalog.products.queries import count_live, is_from, list_live_districts
from catalog.search import projection
from catalog.search.index import SearchIndex
from catalog.search.query import Entry, Verification


def refresh(index: SearchIndex, product_ids: Iterable[int]) -> None:
    """Bring these products in the index to what the database says: present when live, absent when not."""
    ids = list(product_ids)
    for first in range(0, len(ids), projection.BATCH):
        _refresh(index, ids[first : first + projection.BATCH])


def _refresh(index: SearchIndex, ids: list[int]) -> None:
    documents = list(projection.documents(ids))
    live = {document.code for document in documents}
    index.upsert(documents)
    gone = [code for code in db.session.scalars(select(Product.code).where(Product.id.in_(ids))) if code not in live]
    if gone:
        index.delete(gone)


def rebuild(index: SearchIndex, progress: Callable[[int], None] | None = None) -> int:
    """Replace the whole index by what is on sale; searches see the old one until the end."""
    done = index.rebuild(projection.documents(projection.live_ids()), progress)
    index.upsert_entries(entries())
    return done


def entries() -> Iterator[Entry]:
    """What suggestions lead to beside products: crafts, motifs, makers, and the places that pieces come from."""
    yield from _crafts(select(Craft.slug, Craft.name, Craft.name_en))
    yield from _motifs(select(Motif.slug, Motif.name, Motif.name_en))
    yield from _makers(select(Maker.code, Maker.name).where(_is_selling))
    yield from _places(_with_those_above(list_live_districts()))


def refresh_entries(
    index: SearchIndex, makers: Collection[int] = (), crafts: Collection[int] = (), motifs: Collection[int] = ()
) -> None:
    """Bring what suggestions lead to in step with these makers, and the places that they are from, crafts and motifs."""
    found = db.session.execute(select(Maker.id, Maker.code, Maker.district_code).where(Maker.id.in_(makers))).all()
    selling = set(db.session.scalars(select(Maker.id).where(Maker.id.in_(makers), _is_selling)))
    places = _with_those_above({district for _, _, district in found})
    alive = {place for place in places if is_from(place)}
    index.delete_entries("maker", [code for id_, code, _ in found if id_ not in selling])
    index.delete_entries("place", sorted(places - alive))
    index.upsert_entries(
        [
            *_crafts(select(Craft.slug, Craft.name, Craft.name_en).where(Craft.id.in_(crafts))),
            *_motifs(select(Motif.slug, Motif.name, Motif.name_en).where(Motif.id.in_(motifs))),
            *_makers(select(Maker.code, Maker.name).where(Maker.id.in_(selling))),
            *_places(alive),
        ]
    )


def drop_entries(index: SearchIndex, kind: str, slugs: Collection[str]) -> None:
    """Suggest these crafts or motifs (`kind`) no more, unless they are there again."""
    model: Any = {"craft": Craft, "motif": Motif}[kind]
    known = set(db.session.scalars(select(model.slug).where(model.slug.in_(slugs))))
    index.delete_entries(kind, sorted(set(slugs) - known))


_is_selling = exists().where(Product.maker_id == Maker.id, Product.state == ProductState.LIVE)


def _crafts(chosen: Any) -> Iterator[Entry]:
    return (Entry("craft", slug, name, name_en, 1.0) for slug, name, name_en in db.session.execute(chosen))


def _motifs(chosen: Any) -> Iterator[Entry]:
    return (Entry("motif", slug, name, name_en, 0.6) for slug, name, name_en in db.session.execute(chosen))


def _makers(chosen: Any) -> Iterator[Entry]:
    return (Entry("maker", code, name, "", 0.4) for code, name in db.session.execute(chosen))


def _with_those_above(districts: Iterable[str]) -> set[str]:
    return {code for district in districts for code in (district, district[:5], district[:2])}


def _places(codes: Iterable[str]) -> Iterator[Entry]:
    for code in sorted(codes):
        place = find_place(code)
        if place is not None:
            yield Entry("place", code, place.full_name, place.title("en"), 0.5)


def verify(index: SearchIndex) -> Verification:
    """Which codes should be in the index and are not, and the reverse."""
    return index.verify(db.session.scalars(select(Product.code).where(Product.state == ProductState.LIVE)))


__all__ = ["count_live", "drop_entries", "entries", "rebuild", "refresh", "refresh_entries", "verify"]
