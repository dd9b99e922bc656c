"""Beginning a conversation, saying something, reading, pointing at what should not be said, deciding about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import change, db, lock
from catalog.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from catalog.media.pictures import Picture
from catalog.media.private import keep, sweep_files
from catalog.media.storage import Storage
from catalog.products.models import Product
from catalog.text import N_, mask_cards, tidy, tidy_lines
from marketplace.accounts.models import Role, User
from marketplace.conversations.leaks import find_leaks
from marketplace.conversations.models import (
    Attachment,
    Conversation,
    Post,
    PostReport,
    ReportDecision,
    ReportReason,
    Side,
)
from marketplace.notifications import notify
from marketplace.notifications.services import read_about
from marketplace.sellers.models import Seller
from marketplace.sellers.queries import is_member, list_members

LONGEST = 2_000
PICTURES_MAX = 4
IN_A_ROW_MAX = 20
"""Messages of one side that the other has not answered; more is a flood."""
DRAFTS_MAX = 20
NOTE_MAX = 500
AGAIN = timedelta(minutes=2)
NOTHING_LEFT = "…"
"""What an inbox shows of a conversation whose every message was removed."""
TOLD = {Side.BUYER: "message-answered", Side.SELLER: "message-asked"}
"""What a side is told when the other writes."""


def begin_about_product(buyer: User, product: Product, seller: Seller) -> Conversation:
    """The conversation of `buyer` about a product, begun where there is none. Give a live product and its open shop."""
    image = product.pictures[0].image if product.pictures else None
    return _find_or_begin(
        select(Conversation).where(
            Conversation.buyer_id == buyer.id,
            Conversation.seller_id == seller.id,
            Conversation.product_id == product.id,
        ),
        Conversation(
            buyer_id=buyer.id, seller_id=seller.id, product_id=product.id, title=product.title,
            title_en=product.title_en, image_id=image.id if image else None,
        ),
    )  # fmt: skip


def begin_about_order(
    buyer: User, seller: Seller, order_code: str, title: str, title_en: str = "", image_id: int | None = None
) -> Conversation:
    """The conversation about an order, begun where there is none. Who may see the order is the caller's to know."""
    return _find_or_begin(
        select(Conversation).where(Conversation.buyer_id == buyer.id, Conversation.order_code == order_code),
        Conversation(
            buyer_id=buyer.id, seller_id=seller.id, order_code=order_code, title=title, title_en=title_en,
            image_id=image_id,
        ),
    )  # fmt: skip


def _find_or_begin(query: Select[Conversation], new: Conversation) -> Conversation:
    """What `query` finds, else `new`; begun twice at once, the database lets one of them be."""
    found = db.session.scalar(query)
    if found is not None:
        return found
    if not db.session.get_one(Seller, new.seller_id).is_open:
        raise Conflict(_closed())
    if is_member(db.session.get_one(User, new.buyer_id), new.seller_id):
        raise Invalid(N_("This is your own shop."), field="text")
    try:
        with db.session.begin_nested():
            db.session.add(new)
            db.session.flush()
    except IntegrityError:
        return db.session.scalars(query).one()
    return new


def _closed() -> str:
    return N_("This shop is paused, so its conversations can only be read. Please write to us if it cannot wait.")


def attach(storage: Storage, picture: Picture, author: User) -> Attachment:
    """Keep a received picture as the author's draft; Conflict when too many drafts lie about."""
    drafts = select(Attachment.id).where(Attachment.author_id == author.id, Attachment.post_id.is_(None))
    if len(db.session.scalars(drafts.limit(DRAFTS_MAX)).all()) >= DRAFTS_MAX:
        raise Conflict(N_("Too many pictures wait to be sent. Please send or leave them first."))
    attachment = Attachment(author_id=author.id, files=keep(storage, picture, Attachment.FOLDER))
    db.session.add(attachment)
    db.session.flush()
    return attachment


def say(
    conversation: Conversation,
    author: User,
    side: Side,
    text: str,
    attachments: Sequence[Attachment] = (),
    once: str | None = None,
) -> Post:
    """Send a message; the other side is told. The same `once` answers with the message that was sent by it before.

    Whether `author` belongs to `side` is the caller's to know (`queries.find_for`). Numbers of payment cards are
    hidden before anything is stored. Raises Invalid (`text`, `pictures`), Conflict while the shop is paused, TooMany
    when the other side has not answered for long.
    """
    db.session.flush()
    db.session.scalar(
        lock(select(Conversation).where(Conversation.id == conversation.id)).execution_options(populate_existing=True)
    )
    if once:
        sent = db.session.scalar(
            select(Post).where(Post.conversation_id == conversation.id, Post.once == once, Post.author_id == author.id)
        )
        if sent is not None:
            return sent
    elif not attachments and (sent := _said_just_now(conversation, author, text)):
        return sent
    if not conversation.is_open:
        raise Conflict(_closed())
    text = mask_cards(tidy_lines(text))
    _check(text, attachments, author)
    if _unanswered(conversation, side) >= IN_A_ROW_MAX:
        raise TooMany(
            N_("You have written %(count)s times without an answer. Please wait until the other side replies."),
            retry_after=3600,
            count=IN_A_ROW_MAX,
        )
    leaks = [str(one) for one in find_leaks(text)]
    post = Post(conversation_id=conversation.id, author_id=author.id, side=side, text=text, once=once, leaks=leaks)
    db.session.add(post)
    db.session.flush()
    for one in attachments:
        one.post_id = post.id
    _note(conversation, side, text, post)
    if leaks:
        db.session.add(PostReport(post_id=post.id, reason=ReportReason.CONTACT, note=", ".join(leaks)))
    _tell(conversation, side)
    db.session.flush()
    return post


def _said_just_now(conversation: Conversation, author: User, text: str) -> Post | None:
    """The last message, if it is the same words of the same person again: a button pressed twice."""
    last = db.session.scalar(
        select(Post).where(Post.conversation_id == conversation.id).order_by(Post.id.desc()).limit(1)
    )
    if last is None or last.author_id != author.id or last.text != mask_cards(tidy_lines(text)):
        return None
    return last if last.sent_at > clock.now() - AGAIN else None


def _check(text: str, attachments: Sequence[Attachment], author: User) -> None:
    if not text and not attachments:
        raise Invalid(N_("Write something, or choose a picture."), field="text")
    if len(text) > LONGEST:
        raise Invalid(N_("Write at most %(limit)s characters."), field="text", limit=LONGEST)
    if len(attachments) > PICTURES_MAX:
        raise Invalid(N_("At most %(limit)s pictures fit into one message."), field="pictures", limit=PICTURES_MAX)
    if any(one.author_id != author.id or one.post_id is not None for one in attachments):
        raise NotFound(N_("There is no such picture."))


def _unanswered(conversation: Conversation, side: Side) -> int:
    """How many messages this side has sent since the other spoke last, as far as it matters."""
    sides = db.session.scalars(
        select(Post.side).where(Post.conversation_id == conversation.id).order_by(Post.id.desc()).limit(IN_A_ROW_MAX)
    ).all()
    return next((place for place, one in enumerate(sides) if one is not side), len(sides))


def _note(conversation: Conversation, side: Side, text: str, post: Post) -> None:
    conversation.last_words = _in_short(text)
    conversation.last_side = side
    conversation.spoken_at = post.sent_at
    if side is Side.BUYER:
        conversation.seller_unread += 1
        conversation.buyer_unread = 0
    else:
        conversation.buyer_unread += 1
        conversation.seller_unread = 0


def _in_short(text: str) -> str:
    """Its beginning, for an inbox; empty for a message of pictures alone."""
    words = tidy(text)
    return words if len(words) <= 140 else words[:139].rstrip() + "…"


def _tell(conversation: Conversation, side: Side) -> None:
    """Who writes has read what was written before; the other side is told once until it reads."""
    _read_notifications(conversation, side)
    notify(
        conversation.seller if side is Side.BUYER else conversation.buyer,
        TOLD[side.other],
        conversation.code,
        {
            "code": conversation.code,
            "who": conversation.name_of(side),
            "about": {"title": conversation.title, "title_en": conversation.title_en},
        },
    )


def _read_notifications(conversation: Conversation, side: Side) -> None:
    people = (
        [conversation.buyer_id]
        if side is Side.BUYER
        else [one.id for one in list_members(conversation.seller)]
    )  # fmt: skip
    read_about(people, TOLD[side], conversation.code)


def mark_read(conversation: Conversation, side: Side) -> None:
    """This side has read everything that stands in the conversation."""
    column = Conversation.buyer_unread if side is Side.BUYER else Conversation.seller_unread
    change(update(Conversation).where(Conversation.id == conversation.id, column > 0).values({column: 0}))
    _read_notifications(conversation, side)


def report(post: Post, reporter: User, side: Side, reason: ReportReason | str, note: str = "") -> PostReport:
    """Point an operator at a message of the other side. Conflict when one has done so already."""
    try:
        reason = ReportReason(reason)
    except ValueError:
        reason = ReportReason.CONTACT
    if reason is ReportReason.CONTACT:
        raise Invalid(N_("Choose what is wrong with it."), field="reason")
    note = tidy_lines(note)
    if len(note) > NOTE_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="note", limit=NOTE_MAX)
    if reason is ReportReason.OTHER and len(note) < 10:
        raise Invalid(N_("Write in a few words what is wrong with it."), field="note")
    if post.side is side:
        raise Forbidden(N_("You cannot report a message of your own side."))
    known = select(PostReport.id).where(PostReport.post_id == post.id, PostReport.reporter_id == reporter.id)
    if db.session.scalar(known):
        raise Conflict(N_("You have reported this message already. We look at it."))
    found = PostReport(post=post, reporter=reporter, reason=reason, note=note)
    db.session.add(found)
    db.session.flush()
    notify(Role.OPERATOR, "message-reported", found.code, {"code": found.code, "shop": post.conversation.seller.name})
    return found


def decide(report: PostReport, operator: User, decision: ReportDecision | str, answer: str = "") -> None:
    """Leave the message or take it out of sight; those whom it concerns are told. Conflict when it was decided."""
    if not operator.has_role(Role.OPERATOR):
        raise Forbidden(N_("Only operators may do this."))
    try:
        decision = ReportDecision(decision)
    except ValueError:
        raise Invalid(N_("Choose to leave the message or to remove it."), field="decision") from None
    answer = tidy_lines(answer)
    if len(answer) > NOTE_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="answer", limit=NOTE_MAX)
    if decision is ReportDecision.REMOVED and len(answer) < 10:
        raise Invalid(N_("Write a reason of at least 10 characters; its author reads it."), field="answer")
    db.session.flush()
    db.session.scalar(
        lock(select(PostReport).where(PostReport.id == report.id)).execution_options(populate_existing=True)
    )
    if report.decision is not None:
        raise Conflict(N_("Somebody has decided about this report already."))
    if decision is ReportDecision.REMOVED:
        _remove(report.post, answer)
    waiting = select(PostReport).where(PostReport.post_id == report.post_id, PostReport.decision.is_(None))
    for one in db.session.scalars(waiting).all():  # one decision answers everybody who pointed at the message
        one.decision, one.answer = decision, answer
        one.decided_at, one.decided_by_id = clock.now(), operator.id
        if one.reporter is not None:
            notify(
                one.reporter, "report-decided", one.code,
                {"removed": decision is ReportDecision.REMOVED, "answer": answer, "shop": report.post.conversation.seller.name},
            )  # fmt: skip
    db.session.flush()


def _remove(post: Post, answer: str) -> None:
    if post.removed_at is not None:
        return
    post.removed_at = clock.now()
    conversation = post.conversation
    db.session.flush()
    standing = db.session.scalar(
        select(Post)
        .where(Post.conversation_id == conversation.id, Post.removed_at.is_(None))
        .order_by(Post.id.desc())
        .limit(1)
    )
    conversation.last_words = _in_short(standing.text) if standing else NOTHING_LEFT
    if standing:
        conversation.last_side = standing.side
    notify(
        post.author, "message-removed", post.code,
        {"answer": answer, "about": {"title": conversation.title, "title_en": conversation.title_en}},
    )  # fmt: skip


def sweep_drafts(storage: Storage, older_than: timedelta = timedelta(days=2)) -> int:
    """Delete attachments that were never sent, and private files that no attachment names; how many files went.

    Only what is older than `older_than` goes: a form may still be open, and an upload writes its files before its row.
    """
    before = clock.now() - older_than
    drafts = select(Attachment).where(Attachment.post_id.is_(None), Attachment.created_at < before)
    for one in list(db.session.scalars(drafts)):
        db.session.delete(one)
    db.session.flush()
    named = {name for one in db.session.scalars(select(Attachment)) for name in one.names()}
    return sweep_files(storage, Attachment.FOLDER, named, before)
