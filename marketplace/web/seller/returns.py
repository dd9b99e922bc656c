"""Returns of a shop's orders: the next deadline first, one page each with the next step as a button."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.orders.models import Actor
from marketplace.returns import services
from marketplace.returns.models import Remedy, Return
from marketplace.returns.queries import find_photo, find_return_for, list_returns_for
from marketplace.web import paging
from marketplace.web.lifecycle import attempt
from marketplace.web.returning import Form, may_remake, page_values, photo_response, read_answer, row, whole
from marketplace.web.seller.desk import page
from marketplace.web.visits import visit

pages = Blueprint("returns", __name__)

PAGE_SIZE = 20


def _find(code: str) -> Return:
    found = find_return_for(g.seller, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


@pages.get("/returns")
def index(seller: str) -> str:
    is_over = request.args.get("over") == "yes"
    found = paging.cut(list_returns_for(g.seller, is_over, paging.after(), PAGE_SIZE + 1), PAGE_SIZE)
    rows = [row(one, url_for("seller.returns.show", code=one.code)) for one in found]
    return page("seller/returns/index.html", "orders", rows=rows, next_after=found.next_after, is_over=is_over)


@pages.get("/returns/<code>")
def show(seller: str, code: str) -> str:
    return _page(_find(code))


def _page(found: Return, form: Form | None = None) -> str:
    offers = [one for one in Remedy if one is not Remedy.NOTHING and (one is not Remedy.REMAKE or may_remake(found))]
    return page(
        "seller/returns/show.html", "orders", offers=offers,
        photo_url=lambda photo, size=None: url_for(
            "seller.returns.photo", code=found.code, photo=photo.code, size=size
        ),
        **page_values(found, Actor.SELLER, form),
    )  # fmt: skip


@pages.post("/returns/<code>/moves/<name>")
def move(seller: str, code: str, name: str) -> BaseResponse | tuple[str, int]:
    """accept, refuse, receive, send_anew, escalate, appeal."""
    found, user, words = _find(code), visit.user, request.form.get("words", "")
    deeds: dict[str, Callable[[], Return]] = {
        "accept": lambda: services.accept(found, read_answer(found), user),
        "refuse": lambda: services.refuse(found, words, user),
        "receive": lambda: services.receive(
            found, {one.line.code: whole(request.form.get(f"restock-{one.line.code}", "")) for one in found.lines}, user
        ),
        "send_anew": lambda: services.send_anew(
            found, request.form.get("courier", ""), request.form.get("number", ""), user
        ),
        "escalate": lambda: services.escalate(found, Actor.SELLER, words, user),
        "appeal": lambda: services.appeal(found, Actor.SELLER, words, user),
    }
    if name not in deeds:
        raise NotFound(N_("There is nothing here."))
    try:
        with attempt():
            deeds[name]()
    except (Invalid, Several, Conflict, Forbidden) as error:
        form = Form(request.form.to_dict())
        form.complain(error)
        return _page(_find(code), form), error.status
    visit.tell("success", _("Done. The buyer is told."))
    return redirect(url_for("seller.returns.show", code=code), 303)


@pages.get("/returns/<code>/photos/<photo>")
def photo(seller: str, code: str, photo: str) -> Response:
    return photo_response(find_photo(_find(code), photo))
