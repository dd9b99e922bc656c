"""Keeping an index in step with the catalog: after changes, from scratch, and by comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import select

from catalog.crafts.models import Craft, Motif
from catalog.db import db
from catalog.makers.models import Maker
from catalog.places.queries import find_place
from catalog.products.models import Product, ProductState
from catalog.products.queries import count_live, list_live_districts
from catalog.search import projection
from catalog.search.index import SearchIndex
from catalog.search.query import Entry, Verification


def refresh(index: SearchIndex, product_ids: Iterable[int]) -> None:
    """Bring these products in the index to what the database says: present when live, absent when not."""
    ids = list(product_ids)
    documents = list(projection.documents(ids))
    live = {document.code for document in documents}
    index.upsert(documents)
    gone = [code for code in db.session.scalars(select(Product.code).where(Product.id.in_(ids))) if code not in live]
    if gone:
        index.delete(gone)


def rebuild(index: SearchIndex, progress: Callable[[int], None] | None = None) -> int:
    """Replace the whole index by what is on sale; searches see the old one until the end."""
    done = index.rebuild(projection.documents(projection.live_ids()), progress)
    for kind in ("craft", "motif", "maker", "place"):
        index.upsert_entries(entry for entry in entries() if entry.kind == kind)
    return done


def entries() -> Iterator[Entry]:
    """What suggestions lead to beside products: crafts, motifs, makers, and the places that pieces come from."""
    for slug, name, name_en in db.session.execute(select(Craft.slug, Craft.name, Craft.name_en)):
        yield Entry("craft", slug, name, name_en, 1.0)
    for slug, name, name_en in db.session.execute(select(Motif.slug, Motif.name, Motif.name_en)):
        yield Entry("motif", slug, name, name_en, 0.6)
    selling = select(Product.maker_id).where(Product.state == ProductState.LIVE)
    for slug, code, name in db.session.execute(select(Maker.slug, Maker.code, Maker.name).where(Maker.id.in_(selling))):
        yield Entry("maker", f"{slug}-{code}", name, "", 0.4)
    places: set[str] = set()
    for district in list_live_districts():
        places |= {district, district[:5], district[:2]}
    for code in sorted(places):
        place = find_place(code)
        if place is not None:
            yield Entry("place", code, place.full_name, place.title("en"), 0.5)


def verify(index: SearchIndex) -> Verification:
    """Which codes should be in the index and are not, and the reverse."""
    return index.verify(db.session.scalars(select(Product.code).where(Product.state == ProductState.LIVE)))


__all__ = ["count_live", "entries", "rebuild", "refresh", "verify"]
