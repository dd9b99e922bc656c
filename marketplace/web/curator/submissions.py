"""Pieces that ask to be put on sale, the oldest first, and what the curators answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, DomainError, Invalid, NotFound, Several
from catalog.products.models import Product
from catalog.products.queries import find_live, find_product, list_of_craft
from catalog.text import N_
from marketplace.curation import changes, services
from marketplace.curation.models import Submission
from marketplace.curation.queries import checklist_of, find_submission, list_queue, list_submissions
from marketplace.sellers.queries import find_seller_of_product, is_member
from marketplace.web import portraits
from marketplace.web.curator.spans import waiting
from marketplace.web.differing import rows
from marketplace.web.errors import sentence
from marketplace.web.paging import after, cut
from marketplace.web.papers import claims_of
from marketplace.web.pieces import choices, made_of
from marketplace.web.visits import visit

pages = Blueprint("submissions", __name__)

PER_PAGE = 30


def _find(code: str) -> tuple[Submission, Product]:
    submission = find_submission(code)
    product = find_product(submission.product.code) if submission else None
    if submission is None or product is None:
        raise NotFound(N_("There is no such submission."))
    return submission, product


@pages.get("/submissions")
def index() -> str:
    page = cut(list_queue(after=after(), limit=PER_PAGE + 1), PER_PAGE)
    return render_template("curator/submissions/index.html", page=page, waiting=waiting)


@pages.get("/submissions/<code>")
def show(code: str) -> str:
    return _page(*_find(code))


@pages.get("/submissions/<code>/preview")
def preview(code: str) -> str:
    """The very page that buyers will see, in the storefront's own dress."""
    submission, product = _find(code)
    waits = submission.changes is not None and submission.put_away_at is None
    seller = find_seller_of_product(product)
    return portraits.preview(
        "curator/submissions/preview.html", product, seller, submission if waits else None, submission=submission
    )


@pages.post("/submissions/<code>/decision")
def decide(code: str) -> Any:
    """`decision` is approved or refused; a refusal's reason reaches the maker. What was decided stays (409)."""
    submission, product = _find(code)
    user = visit.person
    reason = request.form.get("reason", "")
    try:
        match request.form.get("decision"):
            case "approved":
                services.approve(submission, user, request.form.get("seen"))
                visit.tell("success", _("“%(title)s” is on sale. The maker gets a mail.", title=product.title))
            case "refused":
                services.refuse(submission, user, reason)
                visit.tell("success", _("Given back. The maker gets your reason by mail."))
            case _other:
                raise Invalid(N_("Choose to put the piece on sale or to give it back."), field="decision")
    except (Invalid, Several) as error:
        return _page(submission, product, reason, error), 422
    except Conflict as error:
        if error.field != "seen":
            raise
        return _page(submission, product, reason, error), 409
    return redirect(url_for("curator.submissions.index"), 303)


def _page(submission: Submission, product: Product, reason: str = "", error: DomainError | None = None) -> str:
    user = visit.person
    if submission.changes is not None:
        return _change(submission, product, reason, error)
    beside = _same_craft(product)
    points = checklist_of(product)
    return render_template(
        "curator/submissions/show.html",
        submission=submission,
        product=product,
        seller=find_seller_of_product(product),
        choices=choices(product, None),
        images=[picture.image for picture in product.pictures],
        made_of=made_of(product),
        claims=claims_of(product),
        beside=beside,
        beside_made_of=made_of(beside) if beside else [],
        points=[{"label": _(one.sentence) % one.params, "done": one.done} for one in points],
        earlier=[one for one in list_submissions(product) if one.id != submission.id],
        is_own=is_member(user, product.seller_id),
        waiting=waiting,
        reason=reason,
        errors=[sentence(one) for one in (error.errors if isinstance(error, Several) else [error])] if error else [],
    )


def _change(submission: Submission, product: Product, reason: str, error: DomainError | None) -> str:
    user = visit.person
    seller = find_seller_of_product(product)
    return render_template(
        "curator/submissions/change.html",
        submission=submission,
        product=product,
        seller=seller,
        rows=rows(submission, seller),
        seen=changes.digest(submission),
        earlier=[one for one in list_submissions(product) if one.id != submission.id],
        is_own=is_member(user, product.seller_id),
        waiting=waiting,
        reason=reason,
        errors=[sentence(one) for one in (error.errors if isinstance(error, Several) else [error])] if error else [],
    )


def _same_craft(product: Product) -> Product | None:
    """The piece of the same craft that went on sale last, to lay beside this one."""
    if product.craft_id is None:
        return None
    code = next((one for one in list_of_craft(product.craft_id, 2) if one != product.code), None)
    return find_live(code) if code else None
