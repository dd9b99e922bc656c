"""What happened, the newest first, with what became of the mails about it. Opening one marks it as read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.notifications import services
from marketplace.notifications.queries import find_notification_of, list_notifications
from marketplace.web import notices, paging
from marketplace.web.visits import visit

pages = Blueprint("notifications", __name__)

PAGE = 20


@pages.get("/notifications")
def index() -> str:
    page = paging.cut(list_notifications(visit.person, paging.after(), PAGE + 1), PAGE)
    return render_template("account/notifications/index.html", page=page, rows=[notices.show(one) for one in page.rows])


@pages.post("/notifications/<code>/reading")
def read(code: str) -> Response:
    """Mark one as read and go where it leads."""
    found = find_notification_of(visit.person, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    services.read(visit.person, [found.code])
    return redirect(notices.show(found).words.address or url_for("account.notifications.index"), 303)


@pages.post("/notifications/reading")
def read_all() -> Response:
    services.read(visit.person)
    visit.tell("success", _("All marked as read."))
    return redirect(url_for("account.notifications.index"), 303)
