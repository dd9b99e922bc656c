"""What the worker has to do, did, and could not do."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.outbox import services
from marketplace.outbox.queries import count_messages, list_messages
from marketplace.web.visits import visit

pages = Blueprint("jobs", __name__)


@pages.get("/jobs")
def index() -> str:
    open_only = request.args.get("done") != "yes"
    return render_template(
        "operator/jobs/index.html", messages=list_messages(open_only), counts=count_messages(), open_only=open_only
    )


@pages.post("/jobs/<code>/retry")
def retry(code: str) -> Any:
    if not services.retry(code):
        raise NotFound(N_("There is no such job, or it is done."))
    visit.tell("success", _("It will be tried again in a moment."))
    return redirect(url_for("operator.jobs.index"), 303)
