"""What shops of one's regencies have not read yet: the officer passes it on by WhatsApp, to people whom they know.

The link carries no phone number: artisans gave theirs for buyers and for us. Officers choose from their own contacts.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.notifications.queries import list_prepared
from marketplace.notifications.services import mark_passed_on
from marketplace.web import notices, whatsapp
from marketplace.web.officer import territory
from marketplace.web.paging import after, cut
from marketplace.web.visits import visit

pages = Blueprint("dispatches", __name__)

PER_PAGE = 30


@pages.get("/dispatches")
def index() -> str:
    page = cut(list_prepared(_regencies(), after(), PER_PAGE + 1), PER_PAGE)
    rows = []
    for one in page.rows:
        text = whatsapp.words_of(one.notification)
        rows.append(
            {"dispatch": one, "shown": notices.show(one.notification), "text": text, "url": whatsapp.address(text)}
        )
    return render_template("officer/dispatches/index.html", page=page, rows=rows)


@pages.post("/dispatches/<code>/passing")
def pass_on(code: str) -> Response:
    """The officer has sent it; another regency's, or one that is done, does not exist."""
    found = next((one for one in list_prepared(_regencies(), limit=500) if one.code == code), None)
    if found is None or not mark_passed_on(found):
        raise NotFound(N_("This has been passed on already, or read meanwhile."))
    visit.tell("success", _("Thank you. It is noted as passed on."))
    return redirect(url_for("officer.dispatches.index"), 303)


def _regencies() -> list[str]:
    return [one.code for one in territory.regencies()]
