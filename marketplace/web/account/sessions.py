"""The browsers in which one is signed in, and ending their visits."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import services
from marketplace.accounts.queries import list_sessions
from marketplace.web.account.browsers import browser_name
from marketplace.web.visits import visit

pages = Blueprint("sessions", __name__)


@pages.get("/sessions")
def index() -> str:
    assert visit.session is not None
    rows = [
        {"session": one, "name": browser_name(one.browser), "is_this": one.id == visit.session.id}
        for one in list_sessions(visit.person)
    ]
    rows.sort(key=lambda row: not row["is_this"])
    return render_template("account/sessions/index.html", rows=rows)


@pages.post("/sessions/<code>/removal")
def destroy(code: str) -> Response:
    """End one browser's visit; for this browser that is signing out."""
    assert visit.session is not None
    if code == visit.session.code:
        visit.sign_out()
        return redirect(url_for("account.session.new", left=1), 303)
    services.end_session(visit.person, code)
    visit.tell("success", _("That browser is signed out."))
    return redirect(url_for("account.sessions.index"), 303)


@pages.post("/sessions/removal")
def destroy_others() -> Response:
    services.end_sessions(visit.person, keep=visit.session)
    visit.tell("success", _("All other browsers are signed out."))
    return redirect(url_for("account.sessions.index"), 303)
