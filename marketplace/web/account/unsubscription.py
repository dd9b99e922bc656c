"""Leaving the mails of one kind by the link in them: one button for people, one POST for their mail program (RFC 8058).

The link needs no signing in and opens nothing but this. Opening it changes nothing: mail scanners open links, too.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.accounts.queries import find_user
from marketplace.notifications import services
from marketplace.notifications.kinds import KINDS, Kind
from marketplace.notifications.leaving import read_token
from marketplace.web.headers import keep_quiet
from marketplace.web.lifecycle import house

pages = Blueprint("unsubscription", __name__)
pages.after_request(keep_quiet)


def _read(token: str) -> tuple[User, Kind]:
    named = read_token(house().settings.secret_key, token)
    user = find_user(named[0]) if named else None
    if named is None or user is None or not KINDS[named[1]].is_optional:
        raise NotFound(N_("This link does not lead anywhere. You can switch mails off in your account."))
    return user, KINDS[named[1]]


@pages.get("/unsubscription/<token>")
def show(token: str) -> str:
    _user, kind = _read(token)
    return render_template("account/unsubscription/show.html", token_of_link=token, kind=kind, is_done=False)


@pages.post("/unsubscription/<token>")
def create(token: str) -> str:
    user, kind = _read(token)
    services.prefer(user, kind.name, False)
    return render_template("account/unsubscription/show.html", token_of_link=token, kind=kind, is_done=True)
