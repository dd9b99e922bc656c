"""Pointing moderators at a review that everybody can read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.text import N_
from marketplace.reviews import services
from marketplace.reviews.models import Review
from marketplace.reviews.queries import find_published
from marketplace.web import talking
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.limits import limiter
from marketplace.web.reviews import reasons
from marketplace.web.visits import visit

pages = Blueprint("objections", __name__)


def _find(code: str) -> Review:
    review = find_published(code)
    if review is None:
        raise NotFound(N_("There is nothing here."))
    return review


def _back(review: Review) -> str:
    piece = review.product
    return url_for("storefront.reviews.index", name=f"{piece.slug}-{piece.code}")


def _page(review: Review, errors: dict[str, str]) -> str:
    return render_template(
        "account/objections/new.html", review=review, back=_back(review), reasons=reasons(), errors=errors,
        reason=request.form.get("reason", ""), note=request.form.get("note", ""), note_max=services.NOTE_MAX,
    )  # fmt: skip


@pages.get("/reviews/<code>/objections/new")
def new(code: str) -> str:
    return _page(_find(code), {})


@pages.post("/reviews/<code>/objections")
@limiter.limit(talking.limit, key_func=talking.sender)
def create(code: str) -> Response | tuple[str, int]:
    review = _find(code)
    try:
        with attempt():
            services.report(review, visit.person, request.form.get("reason", ""), request.form.get("note", ""))
    except (Invalid, Conflict, Forbidden) as error:
        return _page(_find(code), {error.field or "reason": sentence(error)}), error.status
    visit.tell("success", _("Thank you. We look at the review and write to you."))
    return redirect(_back(review), 303)
