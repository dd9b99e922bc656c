"""The picture of a craft, motif, technique or material: a new one, the point of it that stays in view, or none."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from catalog.crafts import services
from catalog.errors import DomainError
from catalog.media.services import store
from catalog.text import tidy
from marketplace.web.curator.crafts import KIND, find, page
from marketplace.web.curator.pictures import received
from marketplace.web.errors import sentence
from marketplace.web.focus import focal_point
from marketplace.web.lifecycle import house
from marketplace.web.visits import visit

pages = Blueprint("portraits", __name__)

OWNER = "crafts"


@pages.post(f"/crafts/{KIND}/<slug>/picture")
def update(kind: str, slug: str) -> Any:
    """`picture` is a file, with `alt` (and `alt_en`) for those who cannot see it."""
    find(kind, slug)
    alt, alt_en = tidy(request.form.get("alt", "")), tidy(request.form.get("alt_en", ""))
    try:
        picture = received(alt)
        term = find(kind, slug)
        services.show_picture(term, store(house().ports.storage, picture, owner=OWNER, alt=alt, alt_en=alt_en))
    except DomainError as error:
        wrong = {"field": error.field, "text": sentence(error)}
        return page(kind, find(kind, slug), alt=alt, alt_en=alt_en, picture_error=wrong), error.status
    return _done(kind, slug)


@pages.post(f"/crafts/{KIND}/<slug>/picture/focus")
def focus(kind: str, slug: str) -> Any:
    services.focus_picture(find(kind, slug), *focal_point())
    return _done(kind, slug)


@pages.post(f"/crafts/{KIND}/<slug>/picture/removal")
def destroy(kind: str, slug: str) -> Any:
    services.show_picture(find(kind, slug), None)
    return _done(kind, slug)


def _done(kind: str, slug: str) -> Any:
    visit.tell("success", _("The picture is changed."))
    return redirect(url_for("curator.crafts.edit", kind=kind, slug=slug, _anchor="picture"), 303)
