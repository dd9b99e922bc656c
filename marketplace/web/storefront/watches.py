"""“Tell me when it is back.” A guest's address is asked whether it wants to be told; the link in the mail answers.

Opening a link changes nothing: mail scanners open links, too. Its POST ends the watch, as one-click leaving of mail
programs does (RFC 8058).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.web import keeping
from marketplace.web.errors import sentence
from marketplace.web.forms import Form, MailField
from marketplace.web.headers import keep_quiet
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter, of_field
from marketplace.web.locale import current_locale
from marketplace.web.speech import gettext as _
from marketplace.web.visits import visit
from marketplace.wishlists import watches
from marketplace.wishlists.links import read_watch_token
from marketplace.wishlists.models import Watch
from marketplace.wishlists.queries import (
    PieceView,
    find_product_of_variant,
    find_watch,
    list_variants_of,
    read_piece,
)

pages = Blueprint("watches", __name__)
pages.after_request(keep_quiet)


class Asked(Form):
    email = MailField(_l("E-mail address"))


def _limit() -> str:
    return str(house().settings.reset_limit)


def _is_known() -> bool:
    """Nobody is written to at once but a person who has proved their address."""
    return visit.user is not None and visit.user.confirmed_at is not None


def _sold_out(product: str, variant: str) -> tuple[list[PieceView], str]:
    """The variants that can be waited for, and the one to begin with."""
    code = product or find_product_of_variant(variant) or ""
    found = [one for one in list_variants_of(code) if one.is_sold_out and not one.is_made_to_order]
    if not found:
        raise NotFound(N_("There is nothing to wait for: the piece is there, or has left the shop."))
    wanted = variant if any(one.variant_code == variant for one in found) else found[0].variant_code
    return found, wanted


@pages.get("/watches/new")
def new() -> str:
    found, wanted = _sold_out(request.args.get("product", ""), request.args.get("variant", ""))
    return _page(found, wanted, Asked(formdata=None))


def _page(found: list[PieceView], wanted: str, form: Asked) -> str:
    return render_template(
        "storefront/watches/new.html",
        pieces=[keeping.show(one) for one in found],
        wanted=wanted,
        form=form,
        own=visit.user.email if visit.user is not None and visit.user.confirmed_at is not None else "",
    )


@pages.post("/watches")
@limiter.limit(_limit, exempt_when=_is_known)
@limiter.limit(_limit, key_func=of_field("email"), exempt_when=_is_known)
def create() -> Any:
    """The answer to a guest is the same, whether or not the address waits already."""
    variant = request.form.get("variant", "")
    found, wanted = _sold_out("", variant)
    if wanted != variant:
        raise Invalid(N_("Choose which one you would like."), field="variant")
    form = Asked()
    if not _is_known() and not form.validate():
        return _page(found, wanted, form), 422
    email = visit.user.email if visit.user is not None and _is_known() else str(form.email.data)
    try:
        with attempt():
            kept = watches.watch(variant, email, current_locale(), visit.user)
    except Conflict as error:
        form.form_errors.append(sentence(error))
        return _page(found, wanted, form), error.status
    piece = keeping.show(next(one for one in found if one.variant_code == variant))
    if visit.user is not None and kept.user_id == visit.user.id and kept.confirmed_at is not None:
        visit.tell("success", _("We will write to you when “%(title)s” is back.", title=piece.title))
        return redirect(piece.url or url_for("storefront.products.index"), 303)
    return render_template("storefront/watches/asked.html", piece=piece, email=email)


def _read(token: str) -> Watch:
    code = read_watch_token(house().settings.secret_key, token)
    found = find_watch(code) if code else None
    if found is None:
        raise NotFound(N_("This link does not lead anywhere any more. You get no mails about this piece."))
    return found


@pages.get("/watches/<token>")
def show(token: str) -> str:
    found = _read(token)
    return _standing(token, found)


def _standing(token: str, found: Watch | None, piece: PieceView | None = None) -> str:
    shown = keeping.show(piece or read_piece(found.variant_id if found else 0))
    return render_template("storefront/watches/show.html", token_of_link=token, watch=found, piece=shown)


@pages.post("/watches/<token>/confirmation")
def confirm(token: str) -> str:
    return _standing(token, watches.confirm(_read(token).code))


@pages.post("/watches/<token>")
def destroy(token: str) -> str:
    found = _read(token)
    piece = read_piece(found.variant_id)
    watches.leave(found.code)
    return _standing(token, None, piece)
