"""Conversations through their two sides, and through what was reported. What is not yours is None."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal_column, select, tuple_
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from catalog.db import db
from marketplace.accounts.models import Role, User
from marketplace.conversations.models import Attachment, Conversation, Post, PostReport, Side
from marketplace.sellers.models import Membership, Seller

# Written out as the partial indexes are: SQLite uses those only for the very same words.
_WAITS_FOR_BUYER = Conversation.buyer_unread > literal_column("0")
_WAITS_FOR_SELLER = Conversation.seller_unread > literal_column("0")


def unread_of(user_id: int) -> ColumnElement[int]:
    """In how many conversations something waits to be read by a person, as a buyer or for a shop; a part of a query.

    Both counts are answered by small indexes that hold unread conversations only.
    """
    shops = select(Membership.seller_id).where(Membership.user_id == user_id)
    mine = select(func.count(Conversation.id)).where(Conversation.buyer_id == user_id, _WAITS_FOR_BUYER)
    ours = select(func.count(Conversation.id)).where(Conversation.seller_id.in_(shops), _WAITS_FOR_SELLER)
    return mine.scalar_subquery() + ours.scalar_subquery()


def list_of_buyer(buyer: User, after: str | None = None, limit: int = 20) -> list[Conversation]:
    """A person's conversations as a buyer, the one spoken in last first."""
    return _page(Conversation.buyer_id == buyer.id, after, limit)


def list_of_seller(
    seller: Seller, after: str | None = None, limit: int = 20, unread: bool = False
) -> list[Conversation]:
    """A shop's conversations, the one spoken in last first; only those with something unread where asked."""
    mine = Conversation.seller_id == seller.id
    return _page(and_(mine, _WAITS_FOR_SELLER) if unread else mine, after, limit)


def _page(mine: object, after: str | None, limit: int) -> list[Conversation]:
    query = (
        _with_sides(select(Conversation).where(mine))  # type: ignore[arg-type]
        .order_by(Conversation.spoken_at.desc(), Conversation.id.desc())
        .limit(limit)
    )
    if after:
        last = select(Conversation.spoken_at, Conversation.id).where(Conversation.code == after, mine)  # type: ignore[arg-type]
        query = query.where(tuple_(Conversation.spoken_at, Conversation.id) < last.scalar_subquery())
    return list(db.session.scalars(query))


def count_unread_of(seller: Seller) -> int:
    """In how many conversations something waits for a shop."""
    return (
        db.session.scalar(
            select(func.count(Conversation.id)).where(Conversation.seller_id == seller.id, _WAITS_FOR_SELLER)
        )
        or 0
    )


def find_of_buyer(buyer: User, code: str) -> Conversation | None:
    return db.session.scalar(
        _with_sides(select(Conversation).where(Conversation.code == code, Conversation.buyer_id == buyer.id))
    )


def find_of_seller(seller: Seller, code: str) -> Conversation | None:
    return db.session.scalar(
        _with_sides(select(Conversation).where(Conversation.code == code, Conversation.seller_id == seller.id))
    )


def find_about_order(order_code: str, buyer: User | None = None) -> Conversation | None:
    """The conversation about an order, of this buyer where one is named."""
    query = _with_sides(select(Conversation).where(Conversation.order_code == order_code))
    if buyer is not None:
        query = query.where(Conversation.buyer_id == buyer.id)
    return db.session.scalar(query.order_by(Conversation.id).limit(1))


def find_about_product(buyer: User, product_id: int) -> Conversation | None:
    return db.session.scalar(
        _with_sides(
            select(Conversation).where(Conversation.buyer_id == buyer.id, Conversation.product_id == product_id)
        ).limit(1)
    )


@dataclass(frozen=True)
class Thread:
    """A stretch of a conversation, the oldest message first; `earlier` is the code to ask for what stands before it."""

    posts: list[Post]
    earlier: str | None


def read_thread(conversation: Conversation, before: str | None = None, limit: int = 40) -> Thread:
    query = (
        select(Post)
        .where(Post.conversation_id == conversation.id)
        .order_by(Post.id.desc())
        .limit(limit + 1)
        .options(selectinload(Post.attachments))
    )
    if before:
        first = select(Post.id).where(Post.code == before, Post.conversation_id == conversation.id)
        query = query.where(Post.id < first.scalar_subquery())
    rows = list(db.session.scalars(query))
    kept = rows[:limit]
    return Thread(kept[::-1], kept[-1].code if len(rows) > limit else None)


def find_post_for(user: User, code: str) -> tuple[Post, Side] | None:
    """A message through one of its two sides, and which side the person is on."""
    post = db.session.scalar(
        select(Post)
        .where(Post.code == code)
        .options(
            joinedload(Post.conversation, innerjoin=True).options(
                joinedload(Conversation.seller, innerjoin=True), joinedload(Conversation.buyer, innerjoin=True)
            )
        )
    )
    side = _side_of(user, post.conversation) if post is not None else None
    return (post, side) if post is not None and side is not None else None


def find_attachment_for(user: User, code: str) -> Attachment | None:
    """A picture for those who may look at it: both sides, its author while it is a draft, and operators where
    something of the conversation was reported. One in a message that was taken out of sight is for operators alone."""
    found = db.session.scalar(
        select(Attachment)
        .where(Attachment.code == code)
        .options(joinedload(Attachment.post).joinedload(Post.conversation))
    )
    if found is None:
        return None
    post = found.post
    if post is None:
        return found if found.author_id == user.id else None
    if _side_of(user, post.conversation) is not None and post.removed_at is None:
        return found
    if user.has_role(Role.OPERATOR) and _is_reported(post.conversation_id):
        return found
    return None


def list_drafts(author: User, codes: list[str]) -> list[Attachment]:
    """These pictures as far as they are the author's and not sent yet, in the order of their birth."""
    if not codes:
        return []
    return list(
        db.session.scalars(
            select(Attachment)
            .where(Attachment.code.in_(codes[:20]), Attachment.author_id == author.id, Attachment.post_id.is_(None))
            .order_by(Attachment.id)
        )
    )


def list_reports(open_only: bool = True, after: str | None = None, limit: int = 50) -> list[PostReport]:
    """Reports to decide, those of people before those of the house, the oldest first; or decided ones, newest first."""
    query = select(PostReport).limit(limit).options(*_report_parts())
    if not open_only:
        query = query.where(PostReport.decision.is_not(None)).order_by(PostReport.id.desc())
        if after:
            query = query.where(PostReport.id < _report_id(after))
        return list(db.session.scalars(query))
    by_house = PostReport.reporter_id.is_(None)
    query = query.where(PostReport.decision.is_(None)).order_by(by_house, PostReport.id)
    if after:
        last = select(PostReport.reporter_id.is_(None), PostReport.id).where(PostReport.code == after)
        query = query.where(tuple_(by_house, PostReport.id) > last.scalar_subquery())
    return list(db.session.scalars(query))


def count_reports() -> int:
    """How many reports of people wait for a decision; those of the house do not press."""
    return (
        db.session.scalar(
            select(func.count(PostReport.id)).where(PostReport.decision.is_(None), PostReport.reporter_id.is_not(None))
        )
        or 0
    )


def find_report(code: str) -> PostReport | None:
    return db.session.scalar(select(PostReport).where(PostReport.code == code).options(*_report_parts()))


def _report_id(code: str) -> ScalarSelect[int]:
    return select(PostReport.id).where(PostReport.code == code).scalar_subquery()


def _report_parts() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(PostReport.post, innerjoin=True).options(
            joinedload(Post.author, innerjoin=True),
            joinedload(Post.conversation, innerjoin=True).options(
                joinedload(Conversation.buyer, innerjoin=True), joinedload(Conversation.seller, innerjoin=True)
            ),
        ),
        joinedload(PostReport.reporter),
    )


def _is_reported(conversation_id: int) -> bool:
    return bool(
        db.session.scalar(select(PostReport.id).join(Post).where(Post.conversation_id == conversation_id).limit(1))
    )


def _side_of(user: User, conversation: Conversation) -> Side | None:
    if conversation.buyer_id == user.id:
        return Side.BUYER
    works = select(Membership.id).where(Membership.user_id == user.id, Membership.seller_id == conversation.seller_id)
    return Side.SELLER if db.session.scalar(works) else None


def _with_sides(query: Select[Conversation]) -> Select[Conversation]:
    return query.options(
        joinedload(Conversation.buyer, innerjoin=True),
        joinedload(Conversation.seller, innerjoin=True),
        joinedload(Conversation.image),
    )
