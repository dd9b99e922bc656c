"""All shops; suspending and reopening one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.sellers import services
from marketplace.sellers.models import Seller, SellerState
from marketplace.sellers.queries import find_any_seller, list_sellers
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.paging import after, cut
from marketplace.web.visits import visit

pages = Blueprint("sellers", __name__)


def _find(code: str) -> Seller:
    seller = find_any_seller(code)
    if seller is None:
        raise NotFound(N_("There is no such shop."))
    return seller


@pages.get("/sellers")
def index() -> str:
    wanted = request.args.get("state", "")
    state = SellerState(wanted) if wanted in SellerState._value2member_map_ else None
    return render_template(
        "operator/sellers/index.html",
        page=cut(list_sellers(state, after(), 51), 50),
        state=state,
        states=list(SellerState),
    )


@pages.get("/sellers/<code>")
def show(code: str) -> str:
    return render_template("operator/sellers/show.html", seller=_find(code))


@pages.post("/sellers/<code>/suspension")
def suspend(code: str) -> Any:
    seller = _find(code)
    user = visit.person
    try:
        with attempt():
            services.suspend(seller, user, request.form.get("reason", "").strip()[:2000])
    except (Invalid, Conflict) as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("The shop is suspended; its pieces cannot be bought."))
    return redirect(url_for("operator.sellers.show", code=code), 303)


@pages.post("/sellers/<code>/reopening")
def reopen(code: str) -> Any:
    seller = _find(code)
    user = visit.person
    try:
        with attempt():
            services.reopen(seller, user)
    except (Invalid, Conflict) as error:
        visit.tell("danger", sentence(error))
    else:
        visit.tell("success", _("The shop is open again."))
    return redirect(url_for("operator.sellers.show", code=code), 303)
