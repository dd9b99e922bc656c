"""What waits for curators, and what was answered."""

from __future__ import annotations

from sqlalchemy import false, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from catalog.db import db
from catalog.inventory.models import Stock
from catalog.products.checklist import Point, checklist
from catalog.products.models import Product, ProductPicture, Variant
from marketplace.curation.models import Submission


def stocked(product: Product) -> set[int]:
    """Ids of the product's variants of which at least one piece is on hand."""
    return set(
        db.session.scalars(
            select(Stock.variant_id)
            .join(Variant, Variant.id == Stock.variant_id)
            .where(Variant.product_id == product.id, Stock.on_hand > 0)
        )
    )


def checklist_of(product: Product) -> list[Point]:
    """The product's checklist with the stock as it is."""
    return checklist(product, stocked(product))


def list_queue(after: str | None = None, limit: int = 50) -> list[Submission]:
    """Submissions that wait, the oldest first, with what a desk shows; `after` is the code of the last one seen."""
    statement = select(Submission).where(Submission.decided_at.is_(None))
    if after:
        place = tuple_(Submission.submitted_at, Submission.id)
        last = db.session.execute(
            select(Submission.submitted_at, Submission.id).where(Submission.code == after)
        ).first()
        statement = statement.where(place > tuple_(*last)) if last else statement.where(false())
    return list(
        db.session.scalars(
            statement.options(
                joinedload(Submission.product, innerjoin=True).options(
                    joinedload(Product.maker, innerjoin=True),
                    joinedload(Product.craft),
                    selectinload(Product.pictures).joinedload(ProductPicture.image, innerjoin=True),
                )
            )
            .order_by(Submission.submitted_at, Submission.id)
            .limit(limit)
        )
    )


def count_queue() -> int:
    return db.session.scalar(select(func.count(Submission.id)).where(Submission.decided_at.is_(None))) or 0


def find_submission(code: str) -> Submission | None:
    return db.session.scalar(
        select(Submission)
        .where(Submission.code == code)
        .options(joinedload(Submission.product, innerjoin=True), joinedload(Submission.decided_by))
    )


def latest_submission(product: Product) -> Submission | None:
    """The last one of a product, with the reason when it was refused."""
    return db.session.scalar(
        select(Submission).where(Submission.product_id == product.id).order_by(Submission.id.desc()).limit(1)
    )


def list_submissions(product: Product) -> list[Submission]:
    """Everything that was asked and answered about a product, the newest first."""
    return list(
        db.session.scalars(
            select(Submission)
            .where(Submission.product_id == product.id)
            .options(joinedload(Submission.decided_by))
            .order_by(Submission.id.desc())
        )
    )
