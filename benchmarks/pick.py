"""Addresses and variants of the scaled shop to measure with."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sqlalchemy import select

from catalog.crafts.models import Craft
from catalog.db import db
from catalog.inventory.models import Stock
from catalog.products.models import Product, ProductState, Variant


def pick() -> dict[str, Any]:
    """Paths of 50 products, up to 400 pairs of variants of two shops with plenty in stock, and a craft's slug."""
    live = (
        select(Product.slug, Product.code)
        .where(Product.state == ProductState.LIVE)
        .order_by(Product.id.desc())
        .limit(50)
    )
    rows = db.session.execute(
        select(Variant.code, Variant.seller_id)
        .join(Stock, Stock.variant_id == Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.state == ProductState.LIVE, Variant.is_active)
        .order_by((Stock.on_hand - Stock.reserved).desc(), Variant.id)
        .limit(1200)
    ).all()
    pairs = [(one.code, two.code) for one, two in pairwise(rows) if one.seller_id != two.seller_id][:400]
    craft = db.session.scalar(select(Craft.slug).join(Product, Product.craft_id == Craft.id).limit(1))
    return {
        "products": [f"/products/{slug}-{code}" for slug, code in db.session.execute(live)],
        "pairs": pairs,
        "craft": craft,
    }
