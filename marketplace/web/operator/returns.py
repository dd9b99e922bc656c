"""Returns that operators decide about, and all others."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.orders.models import Actor
from marketplace.returns import services
from marketplace.returns.models import Remedy, Return
from marketplace.returns.queries import FOR_OPERATOR, find_photo, find_return, list_returns
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import after, cut
from marketplace.web.returning import Form, may_remake, page_values, photo_response, read_answer, row
from marketplace.web.visits import visit

pages = Blueprint("returns", __name__)


def _find(code: str) -> Return:
    found = find_return(code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


@pages.get("/returns")
def index() -> str:
    wanted = request.args.get("show", "")
    wanted = wanted if wanted in ("open", "over") else "mine"
    states = FOR_OPERATOR if wanted == "mine" else None
    page = cut(list_returns(states, wanted == "over", after(), 31), 30)
    rows = [row(one, url_for("operator.returns.show", code=one.code)) for one in page]
    return render_template("operator/returns/index.html", page=page, rows=rows, wanted=wanted)


@pages.get("/returns/<code>")
def show(code: str) -> str:
    return _page(_find(code))


def _page(found: Return, form: Form | None = None) -> str:
    offers = [one for one in Remedy if one is not Remedy.REMAKE or may_remake(found)]
    return render_template(
        "operator/returns/show.html", offers=offers,
        is_for_another=visit.user is not None and services.is_for_another(found, visit.user),
        photo_url=lambda photo, size=None: url_for(
            "operator.returns.photo", code=found.code, photo=photo.code, size=size
        ),
        **page_values(found, Actor.OPERATOR, form),
    )  # fmt: skip


@pages.post("/returns/<code>/decision")
def decide(code: str) -> BaseResponse | tuple[str, int]:
    """The first word, or the last one after an appeal."""
    found = _find(code)
    try:
        with attempt():
            services.decide(found, visit.person, read_answer(found))
    except (Invalid, Several, Conflict, Forbidden) as error:
        form = Form(request.form.to_dict())
        form.complain(error)
        return _page(_find(code), form), error.status
    visit.tell("success", _("Decided. Both sides are told."))
    return redirect(url_for("operator.returns.index"), 303)


@pages.get("/returns/<code>/photos/<photo>")
def photo(code: str, photo: str) -> Response:
    return photo_response(find_photo(_find(code), photo))
