"""What buyers say of the shop's pieces, with the one answer to each, and the buyers about whom nothing is said yet."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_, mask_cards
from marketplace.reviews import services
from marketplace.reviews.queries import count_unanswered, find_of_seller, list_buyers_to_review, list_of_seller
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.paging import after, cut
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("reviews", __name__)

PAGE_SIZE = 15


def _page(code: str = "", error: str = "") -> str:
    unanswered = request.args.get("show") != "all"
    found = cut(list_of_seller(g.seller, unanswered, after(), PAGE_SIZE + 1), PAGE_SIZE)
    return page(
        "seller/reviews/index.html", "reviews",
        reviews=found, unanswered=unanswered, count=count_unanswered(g.seller), buyers=list_buyers_to_review(g.seller),
        wrong=code, error=error, typed=request.form.get("answer", ""), answer_max=services.ANSWER_MAX,
    )  # fmt: skip


@pages.get("/reviews")
def index(seller: str) -> str:
    return _page()


@pages.post("/reviews/<code>/answer")
def answer(seller: str, code: str) -> Response | tuple[str, int]:
    review = find_of_seller(g.seller, code)
    if review is None:
        raise NotFound(N_("There is nothing here."))
    typed = request.form.get("answer", "")
    try:
        with attempt():
            services.answer(review, visit.person, typed, current_locale())
    except (Invalid, Conflict) as error:
        return _page(code, sentence(error)), error.status
    if mask_cards(typed) != typed:
        visit.tell("info", _("We have hidden the card number: such numbers do not belong into messages."))
    visit.tell("success", _("Your answer stands below the review now."))
    return redirect(url_for("seller.reviews.index"), 303)
