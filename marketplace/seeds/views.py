"""The further views of a piece, drawn by the worker after the start."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from catalog.db import db, transaction
from catalog.media.services import store
from catalog.products.models import Product, ProductPicture
from marketplace.ports import Ports
from marketplace.seeds import content
from marketplace.seeds.chance import Chance
from marketplace.seeds.illustrations import count_views, paint, piece_sketch
from marketplace.seeds.wares import alt
from marketplace.sellers.models import Seller

MOST = 4
"""Pictures per piece, the main one included."""


def draw_views(ports: Ports, payload: dict[str, Any]) -> int:
    """Draw what the message of topic `seed.draw-views` asks for; how many pictures were added.

    Runs outside a transaction. A piece that is gone, or whose pictures a person has changed, is left alone; a second
    call adds nothing.
    """
    chance = Chance(payload["seed"])
    piece = next((one for one in content.pieces() if one.key == payload["piece"]), None)
    if piece is None or _count(payload["product"]) != 1:
        return 0
    views = range(1, min(MOST, count_views(piece.form)))
    pictures = [paint(piece_sketch(chance, piece, view)) for view in views]
    with transaction():
        product = db.session.scalar(select(Product).where(Product.code == payload["product"]))
        if product is None or _count(product.code) != 1:
            return 0
        owner = db.session.get_one(Seller, product.seller_id).code
        for view, picture in zip(views, pictures, strict=True):
            with chance.born(product.created_at, "view", piece.key, view):
                words, words_en = alt(piece, view)
                image = store(ports.storage, picture, owner=owner, alt=words, alt_en=words_en)
                db.session.add(ProductPicture(product_id=product.id, image_id=image.id, position=view))
                db.session.flush()
    return len(pictures)


def _count(code: str) -> int:
    """How many pictures a product has now."""
    return (
        db.session.scalar(
            select(func.count(ProductPicture.id))
            .join(Product, Product.id == ProductPicture.product_id)
            .where(Product.code == code)
        )
        or 0
    )
