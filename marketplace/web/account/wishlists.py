"""A person's lists: made, named, shared by a link that can be taken back. And what they wait for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.web import keeping
from marketplace.web.forms import AtMost, Form, line
from marketplace.web.lifecycle import attempt, house
from marketplace.web.visits import visit
from marketplace.wishlists import services, watches
from marketplace.wishlists.links import list_token
from marketplace.wishlists.models import NAME_MAX, Wishlist
from marketplace.wishlists.queries import find_wishlist, list_watches, list_wishlists, read_pieces

pages = Blueprint("wishlists", __name__)


class NewList(Form):
    name = StringField(_l("Name of the list"), validators=[AtMost(NAME_MAX)], filters=[line])


class ListForm(NewList):
    shown_name = StringField(
        _l("Your name on the shared page"),
        validators=[AtMost(NAME_MAX)],
        filters=[line],
        description=_l("Leave it empty, and nobody reads whose list it is."),
    )


def _find(code: str) -> Wishlist:
    found = find_wishlist(visit.user, code) if visit.user is not None else None
    if found is None:
        raise NotFound(N_("There is no such list."))
    return found


@pages.get("/wishlists")
def index() -> str:
    return _overview(NewList(formdata=None))


def _overview(form: NewList) -> str:
    waited = [(keeping.show(one.piece), one) for one in list_watches(visit.person)]
    return render_template(
        "account/wishlists/index.html", lists=list_wishlists(visit.person), watches=waited, form=form
    )


@pages.post("/wishlists")
def create() -> Any:
    form = NewList()
    if form.validate():
        try:
            with attempt():
                found = services.make(visit.person, form.name.data or "")
        except (Invalid, Conflict) as error:
            form.take(error)
        else:
            return redirect(url_for("account.wishlists.show", code=found.code), 303)
    return _overview(form), 422


@pages.get("/wishlists/<code>")
def show(code: str) -> str:
    found = _find(code)
    return _page(found, ListForm(formdata=None, obj=found))


def _page(found: Wishlist, form: ListForm, is_editing: bool = False) -> str:
    link = ""
    if found.share_code is not None:
        token = list_token(house().settings.secret_key, found.share_code)
        link = house().settings.public_url + url_for("storefront.wishlists.show", token=token)
    pieces = [keeping.show(one) for one in read_pieces(found)]
    return render_template(
        "account/wishlists/show.html", wishlist=found, pieces=pieces, link=link, form=form, is_editing=is_editing
    )


@pages.post("/wishlists/<code>")
def update(code: str) -> Any:
    found = _find(code)
    form = ListForm()
    if form.validate():
        try:
            with attempt():
                services.rename(visit.user, code, form.name.data or "", form.shown_name.data or "")  # type: ignore[arg-type]
        except Invalid as error:
            form.take(error)
        else:
            visit.tell("success", _("Saved."))
            return redirect(url_for("account.wishlists.show", code=code), 303)
    return _page(found, form, is_editing=True), 422


@pages.post("/wishlists/<code>/removal")
def destroy(code: str) -> Any:
    services.remove(visit.person, code)
    visit.tell("success", _("The list is gone."))
    return redirect(url_for("account.wishlists.index"), 303)


@pages.post("/wishlists/<code>/link")
def share(code: str) -> Any:
    """Who gets the link may read the list."""
    services.share(visit.person, code)
    return redirect(url_for("account.wishlists.show", code=code, _anchor="sharing"), 303)


@pages.post("/wishlists/<code>/link/removal")
def unshare(code: str) -> Any:
    services.unshare(visit.person, code)
    visit.tell("success", _("The link opens nothing any more."))
    return redirect(url_for("account.wishlists.show", code=code, _anchor="sharing"), 303)


@pages.post("/watches/<code>/removal")
def unwatch(code: str) -> Any:
    """Wait for it no longer."""
    if not watches.leave(code, visit.person):
        raise NotFound(N_("There is nothing here."))
    visit.tell("success", _("You get no more mails about this piece."))
    return redirect(url_for("account.wishlists.index", _anchor="watches"), 303)
