"""What can be had now."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from catalog.db import db
from catalog.inventory.models import Stock, StockMovement


def available(variant_ids: Collection[int]) -> dict[int, int]:
    """Pieces free to be bought per variant id, in one query; variants without stock (made to order) are absent."""
    if not variant_ids:
        return {}
    rows = db.session.execute(
        select(Stock.variant_id, Stock.on_hand - Stock.reserved).where(Stock.variant_id.in_(set(variant_ids)))
    )
    return {variant_id: int(free) for variant_id, free in rows}


def list_movements(variant_id: int, limit: int = 50) -> list[StockMovement]:
    """The newest movements of one variant."""
    return list(
        db.session.scalars(
            select(StockMovement)
            .where(StockMovement.variant_id == variant_id)
            .order_by(StockMovement.id.desc())
            .limit(limit)
        )
    )
