"""Addresses and variants of the scaled shop to measure with."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from flask import current_app
from sqlalchemy import event, func, select

from catalog.crafts.models import Craft, Material, Motif
from catalog.db import db
from catalog.inventory.models import Stock
from catalog.makers.models import Maker
from catalog.products.models import Product, ProductState, Variant
from marketplace.sellers.models import Seller


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


def count(paths: dict[str, str]) -> dict[str, int]:
    """How many statements the shop's database is asked for each page, by its name, when nothing is kept."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    found, client = {}, current_app.test_client()
    for name, path in paths.items():
        client.get(path)  # the names of the facets are remembered from the first page of an edition on
        asked.clear()
        client.get(path)
        found[name] = len(asked)
    event.remove(db.engine, "before_cursor_execute", note)
    return found


KINDS = 4_000


def addresses() -> dict[str, list[str]]:
    """Many different pages of every kind, spread over the whole shop; beside them a variant and the number of shops."""
    dice = random.Random(1)
    last = db.session.scalar(select(func.max(Product.id))) or 1
    ids = [dice.randrange(1, last + 1) for _ in range(KINDS)]
    pieces = db.session.execute(
        select(Product.slug, Product.code, Product.title, Maker.slug, Maker.code)
        .join(Maker, Maker.id == Product.maker_id)
        .where(Product.id.in_(ids), Product.state == ProductState.LIVE)
        .order_by(Product.id)
    ).all()
    terms = {
        name: list(db.session.scalars(select(model.slug).order_by(model.id)))
        for name, model in {"craft": Craft, "material": Material, "motif": Motif}.items()
    }
    variant = db.session.scalar(
        select(Variant.code).join(Stock, Stock.variant_id == Variant.id).order_by(Stock.on_hand.desc()).limit(1)
    )

    def narrowed() -> str:
        asked = {name: dice.choice(slugs) for name, slugs in terms.items() if dice.random() < 0.5}
        return "/products?" + urlencode({**asked, "page": dice.randrange(1, 6), "price_low": dice.randrange(90) * 1000})

    def words(title: str) -> str:
        return " ".join(dice.sample(title.split(), 2))

    return {
        "list": [f"/products?page={page}&sort={sort}" for page in range(1, 101) for sort in ("newest", "price_low")],
        "list, narrowed": [narrowed() for _ in range(KINDS)],
        "product": [f"/products/{slug}-{code}" for slug, code, *_ in pieces],
        "maker": [f"/makers/{slug}-{code}" for *_, slug, code in pieces],
        "search": ["/search?" + urlencode({"q": words(title)}) for _, _, title, *_ in pieces],
        "suggestions": ["/search/suggestions?" + urlencode({"q": words(title)[:-3]}) for _, _, title, *_ in pieces],
        "variant": [str(variant)],
        "sellers": [str(db.session.scalar(select(func.count(Seller.id))))],
    }
