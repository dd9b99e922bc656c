"""Confirming the address by the link from the mail. Opening the link shows a button: mail scanners open links, too."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, NotFound
from marketplace.accounts import services, tokens
from marketplace.accounts.models import TokenPurpose
from marketplace.web.account.letters import over
from marketplace.web.account.returning import on_site
from marketplace.web.headers import keep_quiet
from marketplace.web.lifecycle import give_up, house
from marketplace.web.limits import limiter
from marketplace.web.visits import visit

pages = Blueprint("confirmation", __name__)
pages.after_request(keep_quiet)


@pages.post("/confirmation")
@limiter.limit(lambda: house().settings.reset_limit)
@limiter.limit(
    lambda: house().settings.reset_limit, key_func=lambda: f"confirmation:{visit.user.code if visit.user else ''}"
)
def create() -> Response:
    """Send the mail again."""
    try:
        services.ask_confirmation(visit.person, timedelta(hours=house().settings.confirm_hours))
    except Conflict:
        visit.tell("info", _("Your address is confirmed already."))
    else:
        visit.tell("success", _("We have sent the mail again. Only the newest link works."))
    return redirect(on_site(request.form.get("next")) or url_for("account.home.show"), 303)


@pages.get("/confirmation/<token>")
def show(token: str) -> str | tuple[str, int]:
    found = tokens.find_token(token, TokenPurpose.CONFIRM)
    if found is None:
        return over("account.home.show")
    return render_template("account/confirmation/show.html", token_of_link=token, email=found.email)


@pages.post("/confirmation/<token>")
def update(token: str) -> Response | tuple[str, int]:
    try:
        person = services.confirm(token)
    except NotFound:
        give_up()
        return over("account.home.show")
    if visit.user is not None and visit.user.id == person.id:
        visit.tell("success", _("Thank you, your address is confirmed."))
        return redirect(url_for("account.home.show"), 303)
    return redirect(url_for("account.session.new", confirmed=1), 303)
