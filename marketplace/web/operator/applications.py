"""Shops that ask to be opened."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import Conflict, Invalid, NotFound
from catalog.text import N_
from marketplace.sellers import services
from marketplace.sellers.models import Application
from marketplace.sellers.queries import find_application, list_applications
from marketplace.web.errors import sentence
from marketplace.web.paging import after, cut
from marketplace.web.visits import visit

pages = Blueprint("applications", __name__)


def _find(code: str) -> Application:
    application = find_application(code)
    if application is None:
        raise NotFound(N_("There is no such application."))
    return application


@pages.get("/applications")
def index() -> str:
    pending = request.args.get("decided") != "yes"
    page = cut(list_applications(pending=pending, after=after(), limit=31), 30)
    return render_template("operator/applications/index.html", page=page, pending=pending)


@pages.get("/applications/<code>")
def show(code: str) -> str:
    return render_template("operator/applications/show.html", application=_find(code), reason="", error=None)


@pages.post("/applications/<code>/decision")
def decide(code: str) -> Any:
    """`decision` is approved or refused; a refusal needs a reason that the applicant can act on."""
    application = _find(code)
    reason = request.form.get("reason", "").strip()[:2000]
    user = visit.person
    try:
        if request.form.get("decision") == "approved":
            services.approve(application, user)
            visit.tell("success", _("The shop is open. The applicant gets a mail."))
        elif request.form.get("decision") == "refused":
            services.refuse(application, user, reason)
            visit.tell("success", _("Refused. The applicant gets your reason by mail."))
        else:
            raise Invalid(N_("Choose to open the shop or to refuse."), field="decision")
    except (Invalid, Conflict) as error:
        page = render_template(
            "operator/applications/show.html", application=application, reason=reason, error=sentence(error)
        )
        return page, error.status
    return redirect(url_for("operator.applications.index"), 303)
