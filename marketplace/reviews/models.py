"""Exchange, Review, ReviewPhoto, BuyerReview, ReviewCase and Tally."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog import clock
from catalog.db import Code, Instant, Model, choice, code_of
from catalog.media.models import Image
from catalog.media.pictures import path_of
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.orders.models import Order, OrderLine
from marketplace.sellers.models import Seller

STARS = range(1, 6)
FOLDER = "reviews/"
"""Where photos lie in the private storage, whatever else becomes of them."""


class Exchange(Model):
    """The time in which the two sides of a delivered order may speak about each other; a deadline is a row.

    What they write stays hidden until `revealed_at`: when both have said everything, or when the time ends. From then
    on nothing more is written, so nobody ever answers to what the other has said.
    """

    __tablename__ = "review_exchanges"
    __table_args__ = (
        Index("ix_review_exchanges_due", "revealed_at", "ends_at"),
        Index("ix_review_exchanges_ask", "asked_at", "ask_at"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    ask_at: Mapped[datetime] = mapped_column(Instant)
    """When the buyer is asked how it was."""
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    revealed_at: Mapped[datetime | None] = mapped_column(Instant)

    order: Mapped[Order] = relationship()

    @property
    def is_open(self) -> bool:
        return self.revealed_at is None and self.ends_at > clock.now()


class ReviewState(StrEnum):
    WAITING = "waiting"
    PUBLISHED = "published"
    WITHHELD = "withheld"


class Review(Model):
    """What a buyer says about one line of an order. `text` is in `locale`, the shop's one answer in `answer_locale`."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("(state = 'waiting') = (published_at IS NULL)", name="published"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer"),
        CheckConstraint("answered_at IS NULL OR published_at IS NOT NULL", name="answered"),
        Index("ix_reviews_of_product", "product_id", "state", "published_at", "id"),
        Index("ix_reviews_of_seller", "seller_id", "state", "published_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(12))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Nobody for a guest, and for somebody whose account was erased."""
    signed: Mapped[str] = mapped_column(String(40), default="")
    """The first name that it is shown with; empty where it is signed by "a buyer"."""
    state: Mapped[ReviewState] = mapped_column(choice(ReviewState, "state"), default=ReviewState.WAITING)
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(String(2), default="id")
    leaks: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What the hint found in it and its author wrote all the same."""
    written_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it first appeared; stays when it is withheld."""
    withheld_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who took it out of sight, and so does not decide about the appeal."""
    withheld_why: Mapped[str] = mapped_column(String(500), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_locale: Mapped[str] = mapped_column(String(2), default="id")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    line: Mapped[OrderLine] = relationship()
    order: Mapped[Order] = relationship()
    product: Mapped[Product] = relationship()
    seller: Mapped[Seller] = relationship()
    author: Mapped[User | None] = relationship(foreign_keys=[author_id])
    photos: Mapped[list[ReviewPhoto]] = relationship(back_populates="review", order_by="ReviewPhoto.id")

    @property
    def is_published(self) -> bool:
        return self.state is ReviewState.PUBLISHED

    @property
    def pictures(self) -> list[Image]:
        """Its photos as far as the public may see them."""
        return [one.image for one in self.photos if one.image is not None]


class ReviewPhoto(Model):
    """A photo of a line. Without a review it is a draft, kept while a form is open.

    `files` are [format, width, height, size, sha256], the original last; they lie in the private storage. `image` is
    its public picture, there only while the review is published.
    """

    __tablename__ = "review_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(20))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"), index=True)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the picture as it was received; the same picture of a line is kept once."""
    files: Mapped[list[list[Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)

    review: Mapped[Review | None] = relationship(back_populates="photos")
    image: Mapped[Image | None] = relationship()

    def file(self) -> tuple[str, str, int, int]:
        """(name in the private storage, format, width, height) of a rendition to look at."""
        ways = [one for one in self.files[:-1] if one[0] == "webp"] or self.files
        kind, width, height, _size, sha256 = next((one for one in ways if one[1] >= 600), ways[-1])
        return f"{FOLDER}{path_of(sha256, kind)}", kind, width, height

    def paths(self) -> list[str]:
        """The public names of its files; `FOLDER` and one of them is its name in the private storage."""
        return [path_of(one[4], one[0]) for one in self.files]


class BuyerReview(Model):
    """What a shop says about the buyer of one order. Other shops see sums only, the buyer sees it once it is revealed."""

    __tablename__ = "buyer_reviews"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index("ix_buyer_reviews_of_buyer", "buyer_id", "published_at"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    buyer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Nobody for a guest, of whom no sums are kept."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(String(300), default="")
    written_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    published_at: Mapped[datetime | None] = mapped_column(Instant)

    order: Mapped[Order] = relationship()


class CaseKind(StrEnum):
    REPORT = "report"
    APPEAL = "appeal"


class CaseReason(StrEnum):
    INSULT = "insult"
    PRIVATE = "private"
    """Names or numbers of people."""
    UNRELATED = "unrelated"
    """Not about the piece or the shop."""
    ADVERT = "advert"
    OTHER = "other"
    CONTACT = "contact"
    """The house's own: a way around it was written in spite of the hint."""
    APPEAL = "appeal"


class ReviewCase(Model):
    """Somebody points at a published review, or its author appeals against its being withheld. A person decides.

    A report without `opened_by_id` is the house's own, an appeal without it a guest's. `decision` is how the review
    stands afterwards.
    """

    __tablename__ = "review_cases"
    __table_args__ = (
        CheckConstraint("decision IS NULL OR decision <> 'waiting'", name="decided"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decision_at"),
        CheckConstraint("(kind = 'appeal') = (reason = 'appeal')", name="kind_of_reason"),
        Index("ix_review_cases_queue", "decision", "id"),
        Index(
            "uq_review_cases_report",
            "review_id",
            "opened_by_id",
            unique=True,
            sqlite_where=text("kind = 'report'"),
            postgresql_where=text("kind = 'report'"),
        ),
        Index(
            "uq_review_cases_appeal",
            "review_id",
            unique=True,
            sqlite_where=text("kind = 'appeal'"),
            postgresql_where=text("kind = 'appeal'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code, unique=True, default=code_of(10))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    kind: Mapped[CaseKind] = mapped_column(choice(CaseKind, "kind"))
    reason: Mapped[CaseReason] = mapped_column(choice(CaseReason, "reason"))
    note: Mapped[str] = mapped_column(String(500), default="")
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant, default=clock.now)
    decision: Mapped[ReviewState | None] = mapped_column(choice(ReviewState, "decision"))
    answer: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    review: Mapped[Review] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def is_appeal(self) -> bool:
        return self.kind is CaseKind.APPEAL


class Tally(Model):
    """How many published reviews of a product gave each number of stars: what the histogram is drawn from."""

    __tablename__ = "review_tallies"
    __table_args__ = (
        CheckConstraint("one >= 0 AND two >= 0 AND three >= 0 AND four >= 0 AND five >= 0", name="counts"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), primary_key=True)
    one: Mapped[int] = mapped_column(default=0)
    two: Mapped[int] = mapped_column(default=0)
    three: Mapped[int] = mapped_column(default=0)
    four: Mapped[int] = mapped_column(default=0)
    five: Mapped[int] = mapped_column(default=0)

    def counts(self) -> dict[int, int]:
        """Stars → how many reviews, the most stars first."""
        return {5: self.five, 4: self.four, 3: self.three, 2: self.two, 1: self.one}
