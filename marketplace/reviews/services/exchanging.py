"""The time in which both sides speak: it opens with the delivery and ends when both have spoken or the days are over.

Whoever writes or reveals holds the row of the exchange first, so nothing is written after the reveal, and a reveal by
the last of the two and one by the clock are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, Several
from catalog.products.models import Variant
from catalog.text import N_, mask_cards, tidy, tidy_lines
from marketplace.accounts.models import User
from marketplace.conversations.leaks import find_leaks
from marketplace.notifications import Reader, notify
from marketplace.orders.models import Order, OrderLine, Purchase
from marketplace.orders.rests import never_came
from marketplace.reviews.models import (
    STARS,
    BuyerReview,
    CaseKind,
    CaseReason,
    Exchange,
    Review,
    ReviewCase,
    ReviewPhoto,
    ReviewState,
)
from marketplace.reviews.services.photos import take_photos
from marketplace.reviews.services.showing import move
from marketplace.reviews.spans import spans
from marketplace.reviews.states import Mover
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import is_member

TEXT_MAX = 2_000
BUYER_TEXT_MAX = 300


def open_exchange(order: Order) -> Exchange:
    """From now on both sides may speak; once per order."""
    found = db.session.get(Exchange, order.id)
    if found is None:
        now, span = clock.now(), spans()
        found = Exchange(
            order_id=order.id,
            opened_at=now,
            ends_at=now + timedelta(days=span.review_days),
            ask_at=now + timedelta(days=span.ask_days),
        )
        db.session.add(found)
        db.session.flush()
    return found


def write(
    line: OrderLine,
    author: User | None,
    stars: int | None,
    text: str = "",
    locale: str = "id",
    *,
    photos: Sequence[ReviewPhoto] = (),
    is_named: bool = True,
) -> Review:
    """What the buyer says about a line: written anew, or changed while nobody has seen it.

    Whose line it is is the caller's to know; `author` is nobody for a guest. Numbers of payment cards are hidden before
    anything is stored. Several/Invalid name `stars`, `text` or `photos`; Conflict before the delivery and after the
    reveal; Forbidden for the people of the shop.
    """
    text = mask_cards(tidy_lines(text))
    _check(stars, text)
    assert stars is not None
    exchange = _hold(line.order_id)
    seller_id = db.session.scalars(select(Order.seller_id).where(Order.id == line.order_id)).one()
    if author is not None and is_member(author, seller_id):
        raise Forbidden(N_("Nobody reviews their own shop."))
    if db.session.scalar(select(OrderLine.id).where(OrderLine.id == line.id, never_came())) is not None:
        raise Conflict(N_("Nothing of this has come, so there is nothing to review."))
    review = db.session.scalar(select(Review).where(Review.line_id == line.id))
    if review is None:
        review = Review(
            line_id=line.id,
            order_id=line.order_id,
            product_id=db.session.scalars(select(Variant.product_id).where(Variant.id == line.variant_id)).one(),
            seller_id=seller_id,
        )
        db.session.add(review)
    review.author_id = author.id if author is not None else None
    review.signed = author.name.split()[0][:40] if author is not None and is_named and author.name.split() else ""
    review.stars, review.text, review.locale = stars, text, "en" if locale == "en" else "id"
    review.leaks = [str(one) for one in find_leaks(text)]
    review.written_at = clock.now()
    db.session.flush()
    take_photos(review, photos)
    _reveal_if_complete(exchange)
    return review


def rate_buyer(order: Order, author: User, stars: int | None, text: str = "") -> BuyerReview:
    """What the shop says about the buyer of an order: written anew, or changed until the reveal.

    Who works in the shop is the caller's to know. Errors as in `write`.
    """
    text = mask_cards(tidy(text))
    _check(stars, text, BUYER_TEXT_MAX)
    assert stars is not None
    exchange = _hold(order.id)
    said = db.session.get(BuyerReview, order.id, populate_existing=True)
    if said is None:
        buyer = db.session.scalar(select(Purchase.user_id).where(Purchase.id == order.purchase_id))
        said = BuyerReview(order_id=order.id, buyer_id=buyer)
        db.session.add(said)
    said.author_id, said.stars, said.text, said.written_at = author.id, stars, text, clock.now()
    db.session.flush()
    _reveal_if_complete(exchange)
    return said


def _check(stars: int | None, text: str, longest: int = TEXT_MAX) -> None:
    wrong: list[DomainError] = []
    if stars not in STARS or isinstance(stars, bool):
        wrong.append(Invalid(N_("Choose one to five stars."), field="stars"))
    if len(text) > longest:
        wrong.append(Invalid(N_("Write at most %(limit)s characters."), field="text", limit=longest))
    if wrong:
        raise Several(wrong) if len(wrong) > 1 else wrong[0]


def _hold(order_id: int) -> Exchange:
    """The exchange of an order, its row locked; Conflict unless it is open."""
    db.session.flush()
    query = lock(select(Exchange).where(Exchange.order_id == order_id)).execution_options(populate_existing=True)
    exchange = db.session.scalar(query)
    if exchange is None:
        raise Conflict(N_("A review can be written once the order has arrived."))
    if not exchange.is_open:
        raise Conflict(N_("The time for reviews of this order is over."))
    return exchange


def _reveal_if_complete(exchange: Exchange) -> None:
    """Both have said everything: the shop about its buyer, the buyer about every line."""
    order_id = exchange.order_id
    if db.session.get(BuyerReview, order_id) is None:
        return
    lines = db.session.scalar(select(func.count(OrderLine.id)).where(OrderLine.order_id == order_id))
    said = db.session.scalar(select(func.count(Review.id)).where(Review.order_id == order_id))
    if lines == said:
        _reveal(exchange)


def _reveal(exchange: Exchange) -> None:
    """Show both sides at once. Give an exchange whose row is held."""
    exchange.revealed_at = clock.now()
    said = db.session.get(BuyerReview, exchange.order_id)
    if said is not None:
        said.published_at = exchange.revealed_at
    reviews = db.session.scalars(
        lock(
            select(Review)
            .where(Review.order_id == exchange.order_id, Review.state == ReviewState.WAITING)
            .order_by(Review.id)
        )
        .options(selectinload(Review.photos))
        .execution_options(populate_existing=True)
    ).all()
    move(reviews, "publish", Mover.EXCHANGE)
    for one in reviews:
        if one.leaks:
            note = ", ".join(one.leaks)
            db.session.add(ReviewCase(review_id=one.id, kind=CaseKind.REPORT, reason=CaseReason.CONTACT, note=note))
    if reviews:
        order = db.session.get_one(Order, exchange.order_id)
        notify(
            db.session.get_one(Seller, order.seller_id), "review-received", order.code,
            {"count": len(reviews), "about": {"title": order.lines[0].title, "title_en": order.lines[0].title_en}},
        )  # fmt: skip
    db.session.flush()


def reveal_due(now: datetime | None = None, limit: int = 20) -> int:
    """End up to `limit` exchanges whose days are over; how many. Call it until it answers 0; two sweepers share the work."""
    due = db.session.scalars(
        select(Exchange)
        .where(Exchange.revealed_at.is_(None), Exchange.ends_at <= (now or clock.now()))
        .order_by(Exchange.ends_at, Exchange.order_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for one in due:
        _reveal(one)
    return len(due)


def ask_due(now: datetime | None = None, limit: int = 20) -> int:
    """Ask the buyers of up to `limit` orders how it was, each once; how many orders were gone through."""
    now = now or clock.now()
    due = db.session.scalars(
        select(Exchange)
        .where(Exchange.asked_at.is_(None), Exchange.ask_at <= now)
        .order_by(Exchange.ask_at, Exchange.order_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for one in due:
        one.asked_at = now
        if one.is_open:
            _ask(one)
    db.session.flush()
    return len(due)


def _ask(exchange: Exchange) -> None:
    written = set(db.session.scalars(select(Review.line_id).where(Review.order_id == exchange.order_id)))
    order = exchange.order
    left = [line for line in order.lines if line.id not in written]
    if not left:
        return
    purchase = order.purchase
    notify(
        Reader(purchase.email, purchase.locale, purchase.recipient, purchase.user), "review-asked", order.code,
        {
            "purchase": purchase.code, "line": left[0].code, "shop": order.seller.name, "until": exchange.ends_at,
            "about": {"title": left[0].title, "title_en": left[0].title_en}, "more": len(left) - 1,
        },
    )  # fmt: skip
