"""What one can review, and what one has written."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.reviews.queries import list_lines_to_review, list_reviews_of
from marketplace.web.paging import after, cut
from marketplace.web.visits import visit

pages = Blueprint("reviews", __name__)

PAGE = 20


@pages.get("/reviews")
def index() -> str:
    page = cut(list_reviews_of(visit.person, after(), PAGE + 1), PAGE)
    waiting = list_lines_to_review(visit.person) if after() is None else []
    return render_template("account/reviews/index.html", waiting=waiting, page=page)
