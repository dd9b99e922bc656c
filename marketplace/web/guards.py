"""Who may enter a surface. One `before_request` per surface; a surface without a guard cannot be made.

What is not yours is 404. Cross-site requests that would change something are refused by `Sec-Fetch-Site` or `Origin`;
a signed-in person's forms carry a token of the session on top.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.errors import Forbidden, Invalid, NotFound
from catalog.text import N_
from marketplace.accounts.models import Role
from marketplace.sellers.queries import find_seller_for
from marketplace.settings import Settings
from marketplace.web.addresses import is_too_long
from marketplace.web.lifecycle import SAFE
from marketplace.web.visits import visit

Guard = Callable[[], BaseResponse | None]


class Surface(Blueprint):
    """A group of pages behind one guard. Resources are nested blueprints: `seller.products.edit`."""

    def __init__(self, name: str, guard: Guard, url_prefix: str | None = None) -> None:
        super().__init__(name, f"marketplace.web.{name}", url_prefix=url_prefix)
        self.guard = guard
        self.before_request(guard)


def _to_sign_in() -> BaseResponse:
    if request.method in SAFE:
        return redirect(url_for("account.session.new", next=request.script_root + request.full_path.rstrip("?")), 303)
    raise Forbidden(N_("Please sign in first."))


def everyone() -> None:
    """The storefront: open to all."""


def signed_in(*open_endpoints: str) -> Guard:
    """Any person with an account; `open_endpoints` are the doors to it (sign-in, registration, links from mails)."""

    def guard() -> BaseResponse | None:
        if request.endpoint in open_endpoints or visit.user is not None:
            return None
        return _to_sign_in()

    return guard


def role(*wanted: Role) -> Guard:
    """People who hold one of the roles; for others the surface does not exist."""

    def guard() -> BaseResponse | None:
        if visit.user is None:
            return _to_sign_in()
        if not any(visit.user.has_role(one) for one in wanted):
            raise NotFound(N_("There is nothing here."))
        return None

    return guard


def member() -> BaseResponse | None:
    """People of the shop that the address names; sets `g.seller`. Another's shop does not exist for you."""
    if visit.user is None:
        return _to_sign_in()
    seller = find_seller_for(visit.user, (request.view_args or {}).get("seller", ""))
    if seller is None:
        raise NotFound(N_("There is nothing here."))
    g.seller = seller
    return None


class StaleForm(Forbidden):
    """A form that was drawn before somebody signed in or out in another tab: nothing was done."""

    kind = "stale-form"


def door(view: Any) -> Any:
    """Mark a view through which people come in: who is in already changes nothing there, so no token is asked for."""
    view.is_door = True
    return view


def accepts_many(*names: str) -> Callable[[Any], Any]:
    """Mark a view whose form may carry one of these fields several times; all other doubled fields are refused."""

    def mark(view: Any) -> Any:
        view.accepts_many = frozenset(names)
        return view

    return mark


def _refuse_cross_site(settings: Settings) -> None:
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = request.headers.get("Origin")
        if origin is None:
            return  # not a browser of this decade; a signed-in person's token is still asked for
        asked = urlsplit(origin)
        if asked.netloc and asked.netloc in (request.host, urlsplit(settings.public_url).netloc):
            return
    raise Forbidden(N_("This request came from another site and was refused."))


def _refuse_strange_addresses() -> None:
    """No database of PostgreSQL's can look for a NUL, and no link of ours is as long as what is stuffed with filters."""
    if is_too_long():
        abort(414)
    if "\0" in request.path:
        raise NotFound(N_("There is nothing at this address."))
    if b"%00" in request.query_string:
        raise Invalid(N_("The address holds a character that cannot be read."))


def _refuse_strange_fields() -> None:
    """A field that comes twice, or with a character that the database cannot keep."""
    if request.method in SAFE or not request.form:
        return
    view: Any = _view()
    allowed: frozenset[str] = getattr(view, "accepts_many", frozenset())
    for name, values in request.form.lists():
        if any("\0" in value for value in values):
            raise Invalid(N_("The field “%(field_name)s” holds a character that cannot be kept."), field_name=name[:60])
        if len(values) > 1 and name not in allowed:
            raise Invalid(N_("The field “%(field_name)s” was sent more than once."), field_name=name[:60])


def _view() -> Any:
    from flask import current_app

    return current_app.view_functions.get(request.endpoint or "")


def _ask_for_token() -> None:
    if request.method in SAFE or visit.user is None:
        return
    given = request.headers.get("X-Form-Token") or request.form.get("form_token", "")
    if not hmac.compare_digest(given.encode(), visit.form_token().encode()):
        if getattr(_view(), "is_door", False):
            return
        raise StaleForm(
            N_(
                "You have signed in or out meanwhile. Please open the page again; what you typed is still in your browser."
            )
        )


def init_app(app: Flask, settings: Settings) -> None:
    """Register the checks that hold for every surface; after the visit is known."""

    @app.before_request
    def _check() -> None:
        if request.endpoint in app.config["BARE_ENDPOINTS"]:
            return
        _refuse_strange_addresses()
        _refuse_cross_site(settings)
        _refuse_strange_fields()
        _ask_for_token()
