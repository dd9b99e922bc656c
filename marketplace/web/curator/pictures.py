"""The picture of a collection: one of its pieces' pictures, or a new one with words for those who cannot see it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from catalog.collections import services
from catalog.errors import DomainError, Invalid, NotFound
from catalog.media.pipeline import Picture
from catalog.media.services import store
from catalog.text import N_, tidy
from marketplace.web.curator.collections import find, list_pictures, page
from marketplace.web.errors import sentence
from marketplace.web.lifecycle import house
from marketplace.web.uploads import lay_down_public, one_picture
from marketplace.web.visits import visit

pages = Blueprint("pictures", __name__)

OWNER = "collections"


@pages.post("/collections/<code>/picture")
def update(code: str) -> Any:
    """`image` names a picture of the collection's pieces; without it `picture` is a file, with `alt` (and `alt_en`)."""
    collection = find(code)
    chosen = request.form.get("image", "")
    if chosen:
        image = next((one for _, one in list_pictures(collection) if one.code == chosen), None)
        if image is None:
            raise NotFound(N_("There is no such picture."))
        services.edit_collection(collection, {"image": image})
        return _done(code)
    alt, alt_en = tidy(request.form.get("alt", "")), tidy(request.form.get("alt_en", ""))
    try:
        picture = received(alt)
        collection = find(code)
        image = store(house().ports.storage, picture, owner=OWNER, alt=alt, alt_en=alt_en)
        services.edit_collection(collection, {"image": image})
    except DomainError as error:
        wrong = {"field": error.field, "text": sentence(error)}
        return page(find(code), alt=alt, alt_en=alt_en, picture_error=wrong), error.status
    return _done(code)


def received(alt: str) -> Picture:
    """The clean picture of the form; decoded while others may write."""
    file = request.files.get("picture")
    if file is None or not file.filename:
        raise Invalid(N_("Choose a picture."), field="picture")
    if len(alt) < 3:
        raise Invalid(N_("Say in a few words what the picture shows, for people who cannot see it."), field="alt")
    picture = one_picture(file)
    lay_down_public(picture)
    return picture


@pages.post("/collections/<code>/picture/removal")
def destroy(code: str) -> Any:
    services.edit_collection(find(code), {"image": None})
    return _done(code)


def _done(code: str) -> Any:
    visit.tell("success", _("The picture is changed."))
    return redirect(url_for("curator.collections.show", code=code, _anchor="picture"), 303)
