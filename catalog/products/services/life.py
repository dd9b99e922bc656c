"""The transitions of a product, each with what must hold and who is told."""

from __future__ import annotations

from sqlalchemy import select

from catalog import clock, signals
from catalog.db import db, lock
from catalog.products.checklist import missing, refusal
from catalog.products.models import Product
from catalog.products.states import PRODUCT


def _lock(product: Product) -> None:
    db.session.flush()
    db.session.scalar(lock(select(Product).where(Product.id == product.id)).execution_options(populate_existing=True))


def _move(product: Product, name: str) -> None:
    _lock(product)
    PRODUCT.apply(product, name)


def submit(product: Product, stocked: set[int]) -> None:
    """Ask for it to go on sale. Several (one sentence a field) while something on the checklist is missing."""
    _lock(product)
    if PRODUCT.may(product.state, "submit") and (points := missing(product, stocked)):
        raise refusal(points)
    PRODUCT.apply(product, "submit")
    product.submitted_at = clock.now()
    db.session.flush()


def recall(product: Product) -> None:
    """Take a submission back, to go on working on it."""
    _move(product, "recall")
    product.submitted_at = None
    db.session.flush()


def refuse(product: Product) -> None:
    """Back to its maker; the reason belongs to whoever refused."""
    _move(product, "refuse")
    product.submitted_at = None
    db.session.flush()


def publish(product: Product) -> None:
    """On sale from now on. `published_at` keeps the first time."""
    _move(product, "publish")
    product.published_at = product.published_at or clock.now()
    db.session.flush()
    signals.product_published.send(product)


def withdraw(product: Product, reason: str = "") -> None:
    """No longer on sale, until it is submitted again."""
    _move(product, "withdraw")
    db.session.flush()
    signals.product_withdrawn.send(product, reason=reason)


def hold(product: Product, reason: str = "") -> None:
    """Off sale together with its shop."""
    _move(product, "hold")
    db.session.flush()
    signals.product_withdrawn.send(product, reason=reason)


def rate(product: Product, total: int, count: int) -> None:
    """Keep what its published reviews come to: `count` of them with `total` stars, 1 to 5 each. Lists and searches
    show and sort by it from the commit on; whoever owns the reviews calls this after every change of one."""
    _lock(product)
    product.rating_total, product.rating_count = total, count
    db.session.flush()
    signals.product_changed.send(product)


def release(product: Product) -> None:
    """On sale again together with its shop."""
    _move(product, "release")
    db.session.flush()
    signals.product_published.send(product)
