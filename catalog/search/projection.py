"""From product rows to search documents, in bulk: a handful of queries for 500 products."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Integer, func, select, type_coerce

from catalog.crafts.models import Craft
from catalog.db import db
from catalog.inventory.models import Stock
from catalog.makers.models import Maker
from catalog.products.measures import SetPiece
from catalog.products.models import (
    Fulfilment,
    Option,
    OptionValue,
    Product,
    ProductState,
    Variant,
    variant_values,
)
from catalog.products.queries import list_live_ids, list_words
from catalog.search.document import MADE_TO_ORDER, READY, Document, VariantFacts

BATCH = 500
COLOUR = "colour"
_FULFILMENT = {Fulfilment.READY: READY, Fulfilment.MADE_TO_ORDER: MADE_TO_ORDER}


def live_ids(batch: int = BATCH) -> Iterator[int]:
    """Row ids of everything on sale, in their order, read in batches."""
    last = 0
    while ids := list_live_ids(last, batch):
        yield from ids
        last = ids[-1]


def document_of(product: Product) -> Document | None:
    """The document of one product, or None when it is not on sale."""
    return next(documents([product.id]), None)


def documents(product_ids: Iterable[int]) -> Iterator[Document]:
    """Documents of these products in their order; those that are not on sale are left out."""
    batch: list[int] = []
    for product_id in product_ids:
        batch.append(product_id)
        if len(batch) == BATCH:
            yield from _documents(batch)
            batch = []
    if batch:
        yield from _documents(batch)


def _sellers() -> Any:
    """The marketplace's table that `Product.seller_id` points at: its public code is all that is read of it."""
    return next(iter(Product.__table__.c.seller_id.foreign_keys)).column.table


def _documents(ids: list[int]) -> Iterator[Document]:
    sellers = _sellers()
    rows = db.session.execute(
        select(
            Product.id, Product.code, Product.title, Product.title_en, Product.description, Product.description_en,
            sellers.c.code, Product.published_at, Maker.name, Maker.code, Maker.district_code, Maker.village_code,
            Craft.slug, Craft.name, Craft.name_en, Product.dye, Product.rating_total, Product.rating_count,
            Product.set_pieces, Product.state,
        )
        .join(Maker, Maker.id == Product.maker_id)
        .join(sellers, sellers.c.id == Product.seller_id)
        .outerjoin(Craft, Craft.id == Product.craft_id)
        .where(Product.id.in_(ids))
    )  # fmt: skip
    found: dict[int, Any] = {row[0]: row for row in rows if row[-1] is ProductState.LIVE}
    variants, colours = _variants(list(found))
    words = {kind: list_words(found, kind) for kind in ("techniques", "materials", "motifs")}
    for product_id in ids:
        row = found.get(product_id)
        facts = variants.get(product_id)
        if row is None or not facts:
            continue
        (_, code, title, title_en, text, text_en, seller_code, published_at,
         maker, maker_code, district, village, craft, craft_name, craft_name_en, dye, stars, rated, held, _) = row  # fmt: skip
        techniques, materials, motifs = (words[kind].get(product_id, []) for kind in words)
        set_pieces = [SetPiece.of(one) for one in held or ()]
        terms = (*techniques, *materials, *motifs)
        yield Document(
            code=code,
            title=title,
            title_en=title_en,
            text="\n".join((text, " ".join((*(name for _, name, _ in terms), *(one.name for one in set_pieces))))),
            text_en="\n".join(
                (
                    text_en,
                    " ".join(
                        (
                            *(english or name for _, name, english in terms),
                            *(one.name_en or one.name for one in set_pieces),
                        )
                    ),
                )
            ),
            maker=maker,
            keywords=tuple(word for word in (craft_name, craft_name_en) if word),
            craft=craft,
            technique=tuple(slug for slug, _, _ in techniques),
            material=tuple(slug for slug, _, _ in materials),
            motif=tuple(slug for slug, _, _ in motifs),
            dye=dye.value if dye else None,
            colour=tuple(sorted(colours.get(product_id, ()))),
            maker_code=maker_code,
            seller_code=seller_code,
            place=(village or district,),
            fulfilment=tuple(sorted({one.fulfilment for one in facts})),
            price_min=min(one.price for one in facts),
            price_max=max(one.price for one in facts),
            in_stock=any(one.available for one in facts),
            variants=tuple(facts),
            rating=stars / rated if rated else None,
            rating_count=rated,
            published_at=int(published_at.timestamp()),
        )


def _variants(ids: list[int]) -> tuple[dict[int, list[VariantFacts]], dict[int, set[str]]]:
    """Active variants per product in their order, and the colours (value keys) that they come in."""
    options: dict[int, dict[str, str]] = {}
    for variant_id, option, value in db.session.execute(
        select(variant_values.c.variant_id, Option.key, OptionValue.key)
        .join(OptionValue, OptionValue.id == variant_values.c.value_id)
        .join(Option, Option.id == OptionValue.option_id)
        .where(Option.product_id.in_(ids))
    ):
        options.setdefault(variant_id, {})[option] = value
    facts: dict[int, list[VariantFacts]] = {}
    colours: dict[int, set[str]] = {}
    for product_id, variant_id, price, fulfilment, free in db.session.execute(
        select(
            Variant.product_id,
            Variant.id,
            type_coerce(Variant.price, Integer),
            Variant.fulfilment,
            func.coalesce(Stock.on_hand - Stock.reserved, 0),
        )
        .outerjoin(Stock, Stock.variant_id == Variant.id)
        .where(Variant.product_id.in_(ids), Variant.is_active)
        .order_by(Variant.product_id, Variant.position, Variant.id)
    ):
        chosen = options.get(variant_id, {})
        available = fulfilment is Fulfilment.MADE_TO_ORDER or free > 0
        facts.setdefault(product_id, []).append(VariantFacts(chosen, price, _FULFILMENT[fulfilment], available))
        if COLOUR in chosen:
            colours.setdefault(product_id, set()).add(chosen[COLOUR])
    return facts, colours
