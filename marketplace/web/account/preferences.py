"""Which mails one wants. What happened stands in the house all the same."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.notifications import services
from marketplace.notifications.kinds import Audience
from marketplace.notifications.queries import list_preferences
from marketplace.web.guards import accepts_many
from marketplace.web.visits import visit

pages = Blueprint("preferences", __name__)


def audiences() -> dict[Audience, str]:
    """How the groups of the preferences are called."""
    return {
        Audience.ACCOUNT: _("Your account"),
        Audience.BUYER: _("When you buy"),
        Audience.SELLER: _("When you sell"),
        Audience.CURATOR: _("As a curator"),
        Audience.OFFICER: _("As a field officer"),
        Audience.OPERATOR: _("As an operator"),
    }


@pages.get("/preferences")
def edit() -> str:
    names = audiences()
    groups: list[tuple[str, Any]] = [(names[audience], kinds) for audience, kinds in list_preferences(visit.person)]
    return render_template("account/preferences/edit.html", groups=groups)


@pages.post("/preferences")
@accepts_many("mail")
def update() -> Response:
    """`mail` names the kinds that were ticked. Those that cannot be switched off are not asked for."""
    wanted = set(request.form.getlist("mail"))
    for _audience, kinds in list_preferences(visit.person):
        for kind, wants in kinds:
            if kind.is_optional and wants is not (kind.name in wanted):
                services.prefer(visit.person, kind.name, kind.name in wanted)
    visit.tell("success", _("Saved."))
    return redirect(url_for("account.preferences.edit"), 303)
