"""Mails in the embedded folder, for looking at what people were sent."""

from __future__ import annotations

from flask import Blueprint, render_template

from catalog.errors import NotFound
from catalog.text import N_
from marketplace.notifications.folder import find_mail, list_mails
from marketplace.web.lifecycle import house

pages = Blueprint("mails", __name__)


@pages.get("/mails")
def index() -> str:
    settings = house().settings
    return render_template(
        "operator/mails/index.html", mails=list_mails(settings.mails_dir, 100), by_smtp=bool(settings.smtp_url)
    )


@pages.get("/mails/<name>")
def show(name: str) -> str:
    found = find_mail(house().settings.mails_dir, name)
    if found is None:
        raise NotFound(N_("There is no such mail."))
    return render_template("operator/mails/show.html", mail=found[0], text=found[1])
