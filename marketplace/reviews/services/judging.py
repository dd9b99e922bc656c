"""Pointing at a published review, deciding about it, and appealing once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.text import N_, tidy_lines
from marketplace.accounts.models import Role, User
from marketplace.notifications import Reader, notify
from marketplace.reviews.models import CaseKind, CaseReason, Review, ReviewCase, ReviewState
from marketplace.reviews.queries import find_appeal
from marketplace.reviews.services.showing import about, hold, move
from marketplace.reviews.states import Mover

NOTE_MAX = 500
REASON_MIN = 10
MODERATORS = frozenset({Role.CURATOR, Role.OPERATOR})


def report(review: Review, reporter: User, reason: CaseReason | str, note: str = "") -> ReviewCase:
    """Point moderators at a review that is shown. Conflict when one has done so already, or an appeal has settled it."""
    try:
        reason = CaseReason(reason)
    except ValueError:
        reason = CaseReason.CONTACT
    if reason in (CaseReason.CONTACT, CaseReason.APPEAL):
        raise Invalid(N_("Choose what is wrong with it."), field="reason")
    note = _note(note)
    if reason is CaseReason.OTHER and len(note) < REASON_MIN:
        raise Invalid(N_("Write in a few words what is wrong with it."), field="note")
    review = hold(review)
    if not review.is_published:
        raise NotFound(N_("There is nothing here."))
    if review.author_id == reporter.id:
        raise Forbidden(N_("This is your own review."))
    if find_appeal(review) is not None:
        raise Conflict(N_("We have looked at this review twice already, and it stays."))
    return _open(
        ReviewCase(review_id=review.id, kind=CaseKind.REPORT, reason=reason, note=note, opened_by_id=reporter.id),
        Conflict(N_("You have reported this review already. We look at it.")),
    )


def ask_again(review: Review, author: User | None, note: str) -> ReviewCase:
    """The author appeals against the withholding, once. Whose review it is is the caller's to know."""
    note = _note(note)
    if len(note) < REASON_MIN:
        raise Invalid(
            N_("Write why it should be shown, in at least %(least)s characters."), field="note", least=REASON_MIN
        )
    review = hold(review)
    if review.state is not ReviewState.WITHHELD:
        raise Conflict(N_("Only a review that was withheld can be looked at again."))
    return _open(
        ReviewCase(
            review_id=review.id, kind=CaseKind.APPEAL, reason=CaseReason.APPEAL, note=note,
            opened_by_id=author.id if author else None,
        ),
        Conflict(N_("You have asked us once already. That answer stands.")),
    )  # fmt: skip


def _note(text: str) -> str:
    text = tidy_lines(text)
    if len(text) > NOTE_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="note", limit=NOTE_MAX)
    return text


def _open(case: ReviewCase, known: Conflict) -> ReviewCase:
    """Keep a case; the database refuses the second one of its kind."""
    try:
        with db.session.begin_nested():
            db.session.add(case)
            db.session.flush()
    except IntegrityError:
        raise known from None
    notify(Role.OPERATOR, "review-reported", case.code, {"code": case.code, "appeal": case.is_appeal})
    return case


def is_for_another(case: ReviewCase, moderator: User) -> bool:
    """Whether this moderator withheld the review and somebody else decides about the appeal."""
    return case.decision is None and case.is_appeal and case.review.withheld_by_id == moderator.id


def decide(case: ReviewCase, moderator: User, decision: ReviewState | str, answer: str = "") -> ReviewCase:
    """Let the review of a case stand shown or withheld; those whom it concerns are told.

    Withholding needs a reason that its author reads, and so does refusing an appeal. Whoever withheld a review does not
    decide about the appeal. Conflict when the case was decided before.
    """
    if not any(moderator.has_role(one) for one in MODERATORS):
        raise Forbidden(N_("Only curators and operators may do this."))
    if decision not in (ReviewState.PUBLISHED, ReviewState.WITHHELD):
        raise Invalid(N_("Choose whether the review is shown or withheld."), field="decision")
    decision = ReviewState(decision)
    answer = tidy_lines(answer)
    if len(answer) > NOTE_MAX:
        raise Invalid(N_("Write at most %(limit)s characters."), field="answer", limit=NOTE_MAX)
    if decision is ReviewState.WITHHELD and len(answer) < REASON_MIN:
        raise Invalid(N_("Write a reason of at least 10 characters; its author reads it."), field="answer")
    review = hold(case.review)
    db.session.scalar(
        lock(select(ReviewCase).where(ReviewCase.id == case.id)).execution_options(populate_existing=True)
    )
    if case.decision is not None:
        raise Conflict(N_("Somebody has decided about this already."))
    if is_for_another(case, moderator):
        raise Forbidden(N_("You have withheld this review, so somebody else decides about the appeal."))
    was_shown = review.is_published
    if was_shown and decision is ReviewState.WITHHELD:
        move([review], "withhold", Mover.MODERATOR)
        review.withheld_by_id, review.withheld_why = moderator.id, answer
    elif not was_shown and decision is ReviewState.PUBLISHED:
        move([review], "republish", Mover.MODERATOR)
        review.withheld_by_id, review.withheld_why = None, ""
    for one in _answered_by(case):
        one.decision, one.answer = decision, answer
        one.decided_at, one.decided_by_id = clock.now(), moderator.id
        if one.opened_by is not None and not one.is_appeal:
            notify(
                one.opened_by, "review-report-decided", one.code,
                {"withheld": decision is ReviewState.WITHHELD, "answer": answer, "about": about(review)},
            )  # fmt: skip
    db.session.flush()
    if case.is_appeal or review.is_published is not was_shown:
        _tell_author(review, case, answer)
    return case


def _answered_by(case: ReviewCase) -> list[ReviewCase]:
    """One decision answers everybody who pointed at the same review; an appeal is answered alone."""
    waiting = select(ReviewCase).where(
        ReviewCase.review_id == case.review_id, ReviewCase.kind == case.kind, ReviewCase.decision.is_(None)
    )
    return list(db.session.scalars(waiting.order_by(ReviewCase.id)))


def _tell_author(review: Review, case: ReviewCase, answer: str) -> None:
    purchase = review.order.purchase
    kind = "review-shown" if review.is_published else "review-withheld"
    notify(
        Reader(purchase.email, purchase.locale, purchase.recipient, purchase.user), kind, case.code,
        {
            "answer": answer, "about": about(review), "purchase": purchase.code, "line": review.line.code,
            "final": case.is_appeal,
        },
    )  # fmt: skip
