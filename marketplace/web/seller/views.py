"""The photos of a workshop: adding, describing, taking away, and which one leads the maker's page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid
from catalog.makers.models import Maker
from catalog.makers.workshops import PICTURES_MAX, add_picture, find_picture, lead_with, remove_picture
from catalog.media.models import Image
from catalog.media.services import ALT_LENGTH, describe
from marketplace.web.lifecycle import attempt
from marketplace.web.seller.answers import Answer, Complaints
from marketplace.web.seller.desk import maker_of, page
from marketplace.web.seller.receiving import keep, received
from marketplace.web.visits import visit

pages = Blueprint("views", __name__)


@pages.get("/makers/<maker>/views")
def index(seller: str, maker: str) -> str:
    return _page(maker_of(maker), Complaints())


def _images(maker: Maker) -> list[Image]:
    return [one.image for one in maker.workshop.pictures] if maker.workshop else []


def _page(maker: Maker, wrong: Complaints) -> str:
    rows = []
    for image in _images(maker):
        alt = Answer(
            f"alt-{image.code}",
            _("What does the photo show?"),
            request.form.get(f"alt-{image.code}", image.alt)[: 2 * ALT_LENGTH],
            description=_("For people who cannot see it. For example: two looms by the window, a woman ties threads."),
        )
        alt_en = Answer(
            f"alt_en-{image.code}",
            _("In English"),
            request.form.get(f"alt_en-{image.code}", image.alt_en)[: 2 * ALT_LENGTH],
        )
        wrong.show_at((alt, alt_en))
        rows.append({"image": image, "alt": alt, "alt_en": alt_en, "leads": image.id == maker.image_id})
    return page(
        "seller/views/index.html", "shop", maker=maker, rows=rows, wrong=wrong, room_left=PICTURES_MAX - len(rows)
    )


def _back(maker: str, anchor: str | None = None) -> Response:
    return redirect(url_for("seller.views.index", maker=maker, _anchor=anchor), 303)


@pages.post("/makers/<maker>/views")
def create(seller: str, maker: str) -> Response | tuple[str, int]:
    """Add photos. Good ones are kept even when another of the same sending is none."""
    found = maker_of(maker)
    files = [file for file in request.files.getlist("pictures") if file.filename]
    wrong = Complaints()
    if not files:
        wrong.add("pictures", _("Choose at least one photo."))
        return _page(found, wrong), 422
    pictures, refused = received(files)
    found = maker_of(maker)
    added = 0
    for picture in pictures:
        try:
            with attempt():
                add_picture(found, keep(picture))
            added += 1
        except (Invalid, Conflict) as error:
            wrong.take(error)
            break
    for text in refused:
        wrong.add("pictures", text)
    if not added:
        return _page(found, wrong), 422
    for sentences in wrong.errors.values():
        for text in sentences:
            visit.tell("danger", text)
    visit.tell("success", _("The photos are shown. Say below what they show."))
    return _back(maker, "descriptions")


def _change(maker: str, then: Callable[[Maker], None] | None = None) -> Response | tuple[str, int]:
    """Keep what was typed about the photos, then do `then(maker)`; all or nothing."""
    found = maker_of(maker)
    wrong = Complaints()
    try:
        with attempt():
            for image in _images(found):
                for name in ("alt", "alt_en"):
                    typed = request.form.get(f"{name}-{image.code}")
                    if typed is None:
                        continue
                    try:
                        describe(image, **{name: typed})  # type: ignore[arg-type]
                    except Invalid as error:
                        wrong.take(error, {name: f"{name}-{image.code}"})
            if wrong:
                raise Invalid("")
            if then is not None:
                then(found)
    except (Invalid, Conflict):
        return _page(maker_of(maker), wrong), 422
    visit.tell("success", _("Saved."))
    return _back(maker, "descriptions")


@pages.post("/makers/<maker>/views/descriptions")
def update(seller: str, maker: str) -> Response | tuple[str, int]:
    return _change(maker)


@pages.post("/makers/<maker>/views/<picture>/lead")
def lead(seller: str, maker: str, picture: str) -> Response | tuple[str, int]:
    """Let this photo stand at the top of the maker's page."""
    find_picture(maker_of(maker), picture)
    return _change(maker, lambda one: lead_with(one, picture))


@pages.post("/makers/<maker>/views/<picture>/removal")
def destroy(seller: str, maker: str, picture: str) -> Response | tuple[str, int]:
    find_picture(maker_of(maker), picture)
    return _change(maker, lambda one: remove_picture(one, picture))
