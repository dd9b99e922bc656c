"""Reviews that somebody pointed at, and appeals of their authors: the same desk for curators and operators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Forbidden, Invalid, NotFound
from catalog.text import N_
from marketplace.reviews import services
from marketplace.reviews.models import CaseReason, ReviewCase
from marketplace.reviews.queries import find_case, find_photo_for_case, list_cases
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import after, cut
from marketplace.web.reviews import photo_response, reasons
from marketplace.web.visits import visit


def reason_names() -> dict[CaseReason, str]:
    """Why a case was opened, in words."""
    return {
        **{value: words for value, words, _more in reasons()},
        CaseReason.CONTACT: _("Written in spite of the hint"),
        CaseReason.APPEAL: _("Appeal of the author"),
    }


def _find(code: str) -> ReviewCase:
    case = find_case(code)
    if case is None:
        raise NotFound(N_("There is no such report."))
    return case


def desk(surface: str) -> Blueprint:
    """The pages of one surface: `<surface>.reviews`."""
    pages = Blueprint("reviews", __name__)

    def page(case: ReviewCase, error: str = "") -> str:
        return render_template(
            "judging/show.html",
            case=case, review=case.review, reasons=reason_names(), error=error, answer=request.form.get("answer", ""),
            note_max=services.NOTE_MAX, surface=surface, is_for_another=services.is_for_another(case, visit.person),
        )  # fmt: skip

    @pages.get("/reviews")
    def index() -> str:
        open_only = request.args.get("decided") != "yes"
        found = cut(list_cases(open_only, after(), 31), 30)
        return render_template(
            "judging/index.html", page=found, open_only=open_only, reasons=reason_names(), surface=surface
        )

    @pages.get("/reviews/<code>")
    def show(code: str) -> str:
        return page(_find(code))

    @pages.get("/reviews/<code>/photos/<photo>")
    def photo(code: str, photo: str) -> Response:
        found = find_photo_for_case(_find(code), photo)
        if found is None:
            raise NotFound(N_("There is no such picture."))
        return photo_response(found)

    @pages.post("/reviews/<code>/decision")
    def decide(code: str) -> Any:
        """`decision` is published or withheld; withholding needs a reason that the author reads."""
        case = _find(code)
        try:
            with attempt():
                services.decide(case, visit.person, request.form.get("decision", ""), request.form.get("answer", ""))
        except (Invalid, Conflict, Forbidden) as error:
            return page(_find(code), sentence(error)), error.status
        visit.tell("success", _("Decided. Those whom it concerns are told."))
        return redirect(url_for(f"{surface}.reviews.index"), 303)

    return pages
