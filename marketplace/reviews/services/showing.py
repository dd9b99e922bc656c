"""What is shown and counted: the transitions of a review with the counters that follow it, the shop's answer, erasure."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from catalog import clock
from catalog.db import change, db, lock
from catalog.edition import raise_edition
from catalog.errors import Conflict, Invalid
from catalog.products.models import Product
from catalog.products.services import rate
from catalog.text import N_, mask_cards, tidy_lines
from marketplace.accounts.models import User
from marketplace.notifications import notify
from marketplace.outbox.services import put
from marketplace.reviews.models import BuyerReview, Review, ReviewCase, Tally
from marketplace.reviews.states import REVIEW, Mover

PHOTOS_TOPIC = "review-photos"
ANSWER_MAX = 1_000
_COLUMNS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def move(reviews: Sequence[Review], name: str, actor: Mover) -> None:
    """Move reviews, whose rows the caller holds, along the table: the one place where ratings change.

    Their products are held in id order first, so what each of two transactions adds is kept, whoever comes first.
    """
    products = _hold_products({one.product_id for one in reviews})
    for review in reviews:
        before = review.is_published
        REVIEW.apply(review, name, actor)
        if review.is_published and review.published_at is None:
            review.published_at = clock.now()
        step = int(review.is_published) - int(before)
        if step:
            _count(products[review.product_id], review.stars, step)
        if review.photos:
            put(PHOTOS_TOPIC, {"review": review.code})
    db.session.flush()
    if reviews:
        raise_edition()


def _hold_products(ids: set[int]) -> dict[int, Product]:
    db.session.flush()
    query = lock(select(Product).where(Product.id.in_(ids)).order_by(Product.id))
    return {one.id: one for one in db.session.scalars(query.execution_options(populate_existing=True))}


def _count(product: Product, stars: int, step: int) -> None:
    rate(product, product.rating_total + stars * step, product.rating_count + step)
    tally = db.session.get(Tally, product.id, populate_existing=True)
    if tally is None:
        tally = Tally(product_id=product.id, one=0, two=0, three=0, four=0, five=0)
        db.session.add(tally)
    column = _COLUMNS[stars]
    setattr(tally, column, getattr(tally, column) + step)
    db.session.flush()


def hold(review: Review) -> Review:
    """The review as it is now, its row locked."""
    db.session.flush()
    query = lock(select(Review).where(Review.id == review.id)).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def answer(review: Review, author: User, text: str, locale: str = "id") -> Review:
    """The shop answers in public, once. Who works in the shop is the caller's to know.

    Invalid (`answer`) for an empty or a long one, Conflict where it was answered before or is not shown.
    """
    text = mask_cards(tidy_lines(text))
    if len(text) < 2:
        raise Invalid(N_("Write your answer."), field="answer")
    if len(text) > ANSWER_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="answer", limit=ANSWER_MAX)
    review = hold(review)
    if not review.is_published:
        raise Conflict(N_("Only reviews that are shown can be answered."))
    if review.answered_at is not None:
        raise Conflict(N_("This review has its answer already."))
    review.answer, review.answered_at, review.answered_by_id = text, clock.now(), author.id
    review.answer_locale = "en" if locale == "en" else "id"
    db.session.flush()
    raise_edition()
    if review.author is not None:
        notify(
            review.author, "review-answered", review.code,
            {"shop": review.seller.name, "about": about(review), "purchase": review.order.purchase.code, "line": review.line.code},
        )  # fmt: skip
    return review


def about(review: Review) -> dict[str, str]:
    """What a review is about, for letters in either language."""
    return {"title": review.line.title, "title_en": review.line.title_en}


def forget(user: User) -> int:
    """Take a person out of their reviews, which stay with their stars under "a buyer"; how many they were.

    What shops said about the person is no longer tied to them.
    """
    mine = change(update(Review).where(Review.author_id == user.id).values(author_id=None, signed=""))
    change(update(BuyerReview).where(BuyerReview.buyer_id == user.id).values(buyer_id=None, text=""))
    change(update(ReviewCase).where(ReviewCase.opened_by_id == user.id).values(opened_by_id=None, note=""))
    if mine:
        raise_edition()
    return mine
