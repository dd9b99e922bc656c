"""Reviews for everybody, for their authors, for shops and for moderators. What is not yours is None."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from catalog import clock
from catalog.db import db
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.orders.models import Order, OrderLine, OrderState, Purchase
from marketplace.orders.rests import never_came
from marketplace.reviews.models import (
    BuyerReview,
    CaseKind,
    Exchange,
    Review,
    ReviewCase,
    ReviewPhoto,
    ReviewState,
    Tally,
)
from marketplace.sellers.models import Seller


@dataclass(frozen=True)
class Read:
    """What everybody may read about a product, the newest first, and how many reviews gave how many stars."""

    reviews: list[Review]
    counts: dict[int, int]

    @property
    def told(self) -> tuple[Any, ...]:
        """All that a page shows of them: two that tell the same look the same."""
        return tuple(
            (one.code, one.signed, one.stars, one.text, one.locale, one.published_at, one.answer, one.answer_locale)
            + tuple((image.path, image.alt, image.alt_en, image.focal, str(image.files)) for image in one.pictures)
            for one in self.reviews
        ) + tuple(self.counts.items())


def read_reviews(product_id: int, after: str | None = None, limit: int = 4) -> Read:
    """A page of published reviews with photos and the histogram of all, in one query. Nothing past the last page."""
    query = (
        _published(Review.product_id == product_id, after)
        .limit(limit)
        .add_columns(Tally)
        .join(Tally, Tally.product_id == Review.product_id)
        .options(joinedload(Review.photos).joinedload(ReviewPhoto.image))
    )
    rows = db.session.execute(query).unique().all()
    return Read([row[0] for row in rows], rows[0][1].counts() if rows else {})


def list_published(product_id: int, after: str | None = None, limit: int = 4) -> list[Review]:
    return read_reviews(product_id, after, limit).reviews


def find_published(code: str) -> Review | None:
    """A review that is shown, with its product, for whoever points at it."""
    return db.session.scalar(
        select(Review)
        .where(Review.code == code, Review.state == ReviewState.PUBLISHED)
        .options(joinedload(Review.product, innerjoin=True), joinedload(Review.line, innerjoin=True))
    )


def list_of_seller(seller: Seller, unanswered: bool = False, after: str | None = None, limit: int = 20) -> list[Review]:
    """A shop's published reviews, the newest first, with photos and lines; only those without an answer where asked."""
    mine = Review.seller_id == seller.id
    query = _published(and_(mine, Review.answered_at.is_(None)) if unanswered else mine, after).limit(limit)
    return list(db.session.scalars(query.options(*_photos(), joinedload(Review.line, innerjoin=True))))


def find_of_seller(seller: Seller, code: str) -> Review | None:
    """A published review of a shop's piece."""
    return db.session.scalar(
        select(Review)
        .where(Review.code == code, Review.seller_id == seller.id, Review.state == ReviewState.PUBLISHED)
        .options(*_photos(), joinedload(Review.line, innerjoin=True))
    )


def count_unanswered(seller: Seller) -> int:
    """How many of a shop's reviews have no answer yet."""
    return (
        db.session.scalar(
            select(func.count(Review.id)).where(
                Review.seller_id == seller.id, Review.state == ReviewState.PUBLISHED, Review.answered_at.is_(None)
            )
        )
        or 0
    )


def _published(mine: object, after: str | None) -> Select[Review]:
    query = (
        select(Review)
        .where(mine, Review.state == ReviewState.PUBLISHED)  # type: ignore[arg-type]
        .order_by(Review.published_at.desc(), Review.id.desc())
    )
    if after:
        last = select(Review.published_at, Review.id).where(Review.code == after)
        query = query.where(tuple_(Review.published_at, Review.id) < last.scalar_subquery())
    return query


def _photos() -> tuple[selectinload]:  # type: ignore[valid-type]
    return (selectinload(Review.photos).joinedload(ReviewPhoto.image),)


def list_reviews_of(author: User, after: str | None = None, limit: int = 20) -> list[Review]:
    """What a person has written, the newest first, with lines and purchases."""
    query = (
        select(Review)
        .where(Review.author_id == author.id)
        .order_by(Review.id.desc())
        .limit(limit)
        .options(
            joinedload(Review.line, innerjoin=True).joinedload(OrderLine.image),
            joinedload(Review.order, innerjoin=True).joinedload(Order.purchase, innerjoin=True),
        )
    )
    if after:
        query = query.where(Review.id < select(Review.id).where(Review.code == after).scalar_subquery())
    return list(db.session.scalars(query))


def list_lines_to_review(buyer: User, limit: int = 30) -> list[tuple[OrderLine, Exchange]]:
    """Delivered lines of a person about which nothing is written yet, the ones whose time ends first."""
    rows = db.session.execute(
        select(OrderLine, Exchange)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Exchange, Exchange.order_id == Order.id)
        .outerjoin(Review, Review.line_id == OrderLine.id)
        .where(
            Purchase.user_id == buyer.id,
            Exchange.revealed_at.is_(None),
            Exchange.ends_at > clock.now(),
            Review.id.is_(None),
            ~never_came(),
        )
        .order_by(Exchange.ends_at, OrderLine.id)
        .limit(limit)
        .options(
            joinedload(OrderLine.image),
            joinedload(OrderLine.order, innerjoin=True).options(
                joinedload(Order.purchase, innerjoin=True), joinedload(Order.seller, innerjoin=True)
            ),
        )
    )
    return [(row.OrderLine, row.Exchange) for row in rows]


@dataclass(frozen=True)
class Standing:
    """Where the reviews of one purchase stand, for its buyer: per order the exchange, per line the own review."""

    exchanges: dict[int, Exchange]
    reviews: dict[int, Review]
    unsent: dict[int, int]
    """How many pieces per line never came."""

    def may_write(self, line: OrderLine) -> bool:
        exchange = self.exchanges.get(line.order_id)
        return exchange is not None and exchange.is_open and self.unsent.get(line.id, 0) < line.quantity


_STANDING = (
    select(Exchange, Review)
    .outerjoin(Review, Review.order_id == Exchange.order_id)
    .where(Exchange.order_id.in_(bindparam("orders", expanding=True)))
)


def standing_of(purchase: Purchase) -> Standing:
    """Nothing of what the other side has written: the buyer must not be able to guess it."""
    begun = [order.id for order in purchase.orders if order.state is not OrderState.AWAITING_PAYMENT]
    rows = db.session.execute(_STANDING, {"orders": begun}).all() if begun else []
    return Standing(
        {row.Exchange.order_id: row.Exchange for row in rows},
        {row.Review.line_id: row.Review for row in rows if row.Review is not None},
        {
            held.line_id: held.quantity
            for order in purchase.orders
            for parcel in order.shipments
            for held in (parcel.lines if parcel.unsent_at else ())
        },
    )


def find_review_of_line(line: OrderLine) -> Review | None:
    """What its buyer has written about a line, with photos. Check who asks."""
    return db.session.scalar(select(Review).where(Review.line_id == line.id).options(*_photos()))


def find_appeal(review: Review) -> ReviewCase | None:
    """That its author has asked to look at a review again, and what was answered."""
    return db.session.scalar(
        select(ReviewCase).where(ReviewCase.review_id == review.id, ReviewCase.kind == CaseKind.APPEAL)
    )


def find_exchange(order: Order) -> Exchange | None:
    return db.session.get(Exchange, order.id)


def list_photos(line: OrderLine, codes: list[str]) -> list[ReviewPhoto]:
    """These photos as far as they are of this line, in the order of their birth."""
    if not codes:
        return []
    query = select(ReviewPhoto).where(ReviewPhoto.code.in_(codes[:20]), ReviewPhoto.line_id == line.id)
    return list(db.session.scalars(query.order_by(ReviewPhoto.id)))


def find_buyer_review(order: Order) -> BuyerReview | None:
    """What the shop has said about the buyer of its order. For the shop; for the buyer only where it is published."""
    return db.session.get(BuyerReview, order.id)


def find_said_about_buyer(order_ids: list[int]) -> dict[int, BuyerReview]:
    """What shops have said about a buyer, per order, as far as both sides have spoken."""
    query = select(BuyerReview).where(BuyerReview.order_id.in_(order_ids), BuyerReview.published_at.is_not(None))
    return {one.order_id: one for one in db.session.scalars(query)}


@dataclass(frozen=True)
class Repute:
    """What shops have said about a buyer, in sum; never with a name."""

    count: int
    average: float | None


def repute_of(buyer_id: int | None) -> Repute:
    """From revealed reviews only. Nothing of a guest, who cannot be told from another."""
    if buyer_id is None:
        return Repute(0, None)
    row = db.session.execute(
        select(func.count(), func.sum(BuyerReview.stars)).where(
            BuyerReview.buyer_id == buyer_id, BuyerReview.published_at.is_not(None)
        )
    ).one()
    return Repute(row[0], row[1] / row[0] if row[0] else None)


def list_buyers_to_review(seller: Seller, limit: int = 30) -> list[tuple[Order, Exchange]]:
    """A shop's delivered orders about whose buyers it has said nothing yet, the ones whose time ends first."""
    rows = db.session.execute(
        select(Order, Exchange)
        .join(Exchange, Exchange.order_id == Order.id)
        .outerjoin(BuyerReview, BuyerReview.order_id == Order.id)
        .where(
            Order.seller_id == seller.id,
            Exchange.revealed_at.is_(None),
            Exchange.ends_at > clock.now(),
            BuyerReview.order_id.is_(None),
        )
        .order_by(Exchange.ends_at, Order.id)
        .limit(limit)
        .options(selectinload(Order.lines).joinedload(OrderLine.image))
    )
    return [(row.Order, row.Exchange) for row in rows]


def list_cases(open_only: bool = True, after: str | None = None, limit: int = 50) -> list[ReviewCase]:
    """Cases to decide, the oldest first; or decided ones, the newest first."""
    query = select(ReviewCase).limit(limit).options(*_case_parts())
    last = select(ReviewCase.id).where(ReviewCase.code == after).scalar_subquery()
    if open_only:
        query = query.where(ReviewCase.decision.is_(None)).order_by(ReviewCase.id)
        return list(db.session.scalars(query.where(ReviewCase.id > last) if after else query))
    query = query.where(ReviewCase.decision.is_not(None)).order_by(ReviewCase.id.desc())
    return list(db.session.scalars(query.where(ReviewCase.id < last) if after else query))


def count_cases() -> int:
    """How many cases wait for a decision."""
    return db.session.scalar(select(func.count(ReviewCase.id)).where(ReviewCase.decision.is_(None))) or 0


def find_case(code: str) -> ReviewCase | None:
    return db.session.scalar(select(ReviewCase).where(ReviewCase.code == code).options(*_case_parts()))


def find_photo_for_case(case: ReviewCase, code: str) -> ReviewPhoto | None:
    """A photo of the review that a case is about."""
    return db.session.scalar(
        select(ReviewPhoto).where(ReviewPhoto.code == code, ReviewPhoto.review_id == case.review_id)
    )


def _case_parts() -> tuple[joinedload, joinedload]:  # type: ignore[valid-type]
    review = joinedload(ReviewCase.review, innerjoin=True).options(
        joinedload(Review.line, innerjoin=True),
        joinedload(Review.seller, innerjoin=True),
        joinedload(Review.product, innerjoin=True),
    )
    return review, joinedload(ReviewCase.opened_by)


def rating_of_maker(maker_id: int) -> tuple[int, int]:
    """(stars, reviews) of all pieces of a maker."""
    row = db.session.execute(
        select(func.sum(Product.rating_total), func.sum(Product.rating_count)).where(Product.maker_id == maker_id)
    ).one()
    return int(row[0] or 0), int(row[1] or 0)


def recount() -> list[str]:
    """The law of ratings: what products carry is what their published reviews come to. One sentence per breach."""
    counted = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(Review.product_id, func.sum(Review.stars), func.count())
            .where(Review.state == ReviewState.PUBLISHED)
            .group_by(Review.product_id)
        )
    }
    by_stars = {
        (row[0], row[1]): row[2]
        for row in db.session.execute(
            select(Review.product_id, Review.stars, func.count())
            .where(Review.state == ReviewState.PUBLISHED)
            .group_by(Review.product_id, Review.stars)
        )
    }
    tallies = {one.product_id: one.counts() for one in db.session.scalars(select(Tally))}
    breaches = []
    for row in db.session.execute(select(Product.id, Product.code, Product.rating_total, Product.rating_count)):
        known = counted.get(row.id, (0, 0))
        if (row.rating_total, row.rating_count) != known:
            breaches.append(
                f"{row.code} carries {row.rating_total}/{row.rating_count}, its reviews come to {known[0]}/{known[1]}"
            )
        steps = {stars: by_stars.get((row.id, stars), 0) for stars in range(1, 6)}
        if tallies.get(row.id, dict.fromkeys(steps, 0)) != steps:
            breaches.append(f"{row.code} has the histogram {tallies.get(row.id)}, its reviews come to {steps}")
    return breaches
