"""Asking curators, and their answers. Nobody decides twice, and nobody about a piece of an own shop."""

from __future__ import annotations

from sqlalchemy import select

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.products import services as products
from catalog.products.checklist import missing, refusal
from catalog.products.models import Product
from catalog.text import N_, tidy
from marketplace import signals
from marketplace.accounts.models import Role, User
from marketplace.curation import changes
from marketplace.curation.models import Submission
from marketplace.curation.queries import stocked
from marketplace.sellers.models import Decision, Seller
from marketplace.sellers.queries import is_member
from marketplace.sellers.services import reason_of

NOTE_LENGTH = 300


def submit(product: Product, user: User, note: str = "") -> Submission:
    """Put a product before the curators. Several while something on its checklist is missing; NotFound for a
    stranger; Conflict from a state in which it cannot be asked, or while the shop is not open."""
    seller = _seller_of(product, user)
    note = tidy(note)
    if len(note) > NOTE_LENGTH:
        raise Invalid(N_("Write at most %(limit)s characters."), field="note", limit=NOTE_LENGTH)
    if not seller.is_open:
        raise Conflict(N_("Your shop is not open yet. You can submit pieces as soon as it is."))
    products.submit(product, stocked(product))
    submission = Submission(product=product, submitted_by_id=user.id, note=note)
    db.session.add(submission)
    db.session.flush()
    signals.product_submitted.send(submission)
    return submission


def recall(product: Product, user: User) -> None:
    """Take a waiting submission back, to go on working on the piece."""
    _seller_of(product, user)
    submission = db.session.scalar(
        lock(
            select(Submission).where(
                Submission.product_id == product.id, Submission.decided_at.is_(None), Submission.changes.is_(None)
            )
        )
    )
    products.recall(product)
    if submission is not None:
        submission.decision = Decision.RECALLED
        submission.decided_at = clock.now()
        submission.decided_by_id = user.id
        db.session.flush()


def approve(submission: Submission, curator: User, seen: str | None = None) -> None:
    """Put the product, or the change of one, on sale. The checklist is asked once more: a photo's words may have been
    taken away since. A change is approved as it was seen (`changes.digest`): Conflict when it is another now."""
    _take(submission, curator)
    product = submission.product
    seller = db.session.get(Seller, product.seller_id)
    if seller is None or not seller.is_open:
        raise Conflict(N_("The shop of this piece is not open."))
    if submission.changes is not None:
        products.hold_still(product, None)
        if seen != changes.digest(submission):
            raise Conflict(
                N_("The maker or somebody else changed this piece since you opened it. Look at the difference again."),
                field="seen",
            )
        changes.apply(submission)
        _close(submission, curator, Decision.APPROVED, "")
        return
    # What sold out meanwhile is no reason to refuse: only what the maker wrote is asked again.
    if points := [point for point in missing(product, set()) if point.field != "stock"]:
        raise refusal(points)
    products.publish(product)
    _close(submission, curator, Decision.APPROVED, "")


def refuse(submission: Submission, curator: User, reason: str) -> None:
    """Give the product back with a reason that reaches its shop."""
    reason = reason_of(reason)
    _take(submission, curator)
    if submission.changes is None:
        products.refuse(submission.product)
    _close(submission, curator, Decision.REFUSED, reason)


def _seller_of(product: Product, user: User) -> Seller:
    seller = db.session.get(Seller, product.seller_id)
    if seller is None or not is_member(user, seller.id):
        raise NotFound(N_("There is no such piece."))
    return seller


def _take(submission: Submission, curator: User) -> None:
    if not curator.has_role(Role.CURATOR):
        raise Forbidden(N_("Only curators may do this."))
    if is_member(curator, submission.product.seller_id):
        raise Forbidden(N_("You cannot decide about a piece of your own shop."))
    db.session.flush()
    db.session.scalar(
        lock(select(Submission).where(Submission.id == submission.id)).execution_options(populate_existing=True)
    )
    if submission.decided_at is not None:
        raise Conflict(N_("Somebody has decided about this piece already."))


def _close(submission: Submission, curator: User, decision: Decision, reason: str) -> None:
    if submission.changes is not None and decision is Decision.APPROVED:
        changes.close(submission)
    submission.decision = decision
    submission.reason = reason
    submission.decided_at = clock.now()
    submission.decided_by_id = curator.id
    db.session.flush()
    signals.product_decided.send(submission)
