"""The photos of a piece: adding, describing, ordering, the point that stays in view, taking away.

All buttons of the page stand in one form, so whatever was typed about the photos is kept by each of them. Photos can be
dragged where there is a script; the form carries their order.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, NotFound
from catalog.media.models import Image
from catalog.media.services import ALT_LENGTH, describe
from catalog.products.models import Product
from catalog.products.queries import is_shown_on_sale
from catalog.products.services import PICTURES_MAX, order_pictures, show_variant
from catalog.products.states import COMPLETE, EDITABLE
from catalog.text import N_, localized, tidy
from marketplace.curation import changes
from marketplace.curation.models import Deed
from marketplace.web.focus import focal_point, focal_points
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.seller.answers import Answer, Complaints
from marketplace.web.seller.desk import page, piece_of
from marketplace.web.seller.receiving import keep, received
from marketplace.web.visits import visit

pages = Blueprint("pictures", __name__)


@pages.get("/products/<product>/pictures")
def index(seller: str, product: str) -> str:
    return _page(piece_of(product), Complaints())


def _page(product: Product, wrong: Complaints) -> str:
    rows = []
    locale = current_locale()
    offered = [one for one in product.variants if one.is_active]
    named = [(one.code, " · ".join(localized(value, "name", locale) for value in one.values)) for one in offered]
    deeds = _deeds(product)
    coming = [image for image, deed in deeds.values() if deed is Deed.ADD]
    shows = {picture.image_id: picture.variant_id for picture in product.pictures}
    for image in (*(picture.image for picture in product.pictures), *coming):
        deed = deeds[image.id][1] if image.id in deeds else None
        shown = next((one.code for one in offered if one.id == shows.get(image.id)), "")
        variant = Answer(
            f"variant-{image.code}",
            _("Which one does it show?"),
            request.form.get(f"variant-{image.code}", shown),
            description=_("It comes to the front when a buyer chooses that one."),
        )
        alt = Answer(
            f"alt-{image.code}",
            _("What does the photo show?"),
            image.alt,
            description=_("For people who cannot see it. For example: the shawl, folded, seen from the front."),
        )
        alt_en = Answer(f"alt_en-{image.code}", _("In English"), image.alt_en)
        for answer in (alt, alt_en):
            answer.data = request.form.get(answer.name, answer.data)[: 2 * ALT_LENGTH]
        wrong.show_at((alt, alt_en))
        rows.append(
            {
                "image": image,
                "alt": alt,
                "alt_en": alt_en,
                "variant": variant,
                "focus": (image.focal_x, image.focal_y),
                "deed": deed,
            }
        )
    return page(
        "seller/pictures/index.html", "products",
        product=product, rows=rows, wrong=wrong, points=focal_points(), room_left=PICTURES_MAX - sum(row["deed"] is not Deed.REMOVE for row in rows), on_sale=product.state in COMPLETE,
        can_edit=product.state in EDITABLE, variants=[("", _("All of them")), *named] if len(named) > 1 else [],
    )  # fmt: skip


def _deeds(product: Product) -> dict[int, tuple[Image, Deed]]:
    """Photos that wait for the curators: to come or to go, by the id of the image."""
    submission = changes.on_table(product) if product.state in COMPLETE else None
    return {one.image_id: (one.image, one.deed) for one in submission.pictures} if submission else {}


@pages.post("/products/<product>/pictures")
def create(seller: str, product: str) -> Response | tuple[str, int]:
    """Add photos. Good ones are kept even when another of the same sending is none."""
    piece = piece_of(product)
    _check(piece)
    files = [file for file in request.files.getlist("pictures") if file.filename]
    if not files:
        wrong = Complaints()
        wrong.add("pictures", _("Choose at least one photo."))
        return _page(piece, wrong), 422
    pictures, refused = received(files)
    piece = piece_of(product)
    wrong = Complaints()
    added, waits = 0, False
    for picture in pictures:
        try:
            with attempt():
                waits |= changes.add_picture(piece, keep(picture).code, g.seller.code, visit.person)
            added += 1
        except (Invalid, Conflict) as error:
            wrong.take(error)
            break
    for text in refused:
        wrong.add("pictures", text)
    if not added:
        return _page(piece, wrong), 422
    for sentences in wrong.errors.values():
        for text in sentences:
            visit.tell("danger", text)
    visit.tell(
        "success",
        ngettext(
            "%(num)d photo added. Say below what it shows.", "%(num)d photos added. Say below what they show.", added
        ),
    )
    if waits:
        visit.tell(
            "info",
            _(
                "Curators look at new photos first and agree once each says what it shows. The present ones stay on show until then."
            ),
        )
    return _back(product, "descriptions")


def _back(product: str, anchor: str = "descriptions") -> Response:
    return redirect(url_for("seller.pictures.index", product=product, _anchor=anchor), 303)


def _check(piece: Product) -> None:
    if piece.state not in EDITABLE:
        raise Conflict(N_("Curators are looking at this piece. Recall it first if you want to change it."))


def _change(product: str, then: Any = None) -> Response | tuple[str, int]:
    """Keep what was typed about the photos, then do `then(piece)`; all or nothing."""
    piece = piece_of(product)
    _check(piece)
    wrong = Complaints()
    try:
        with attempt():
            coming = [image for image, deed in _deeds(piece).values() if deed is Deed.ADD]
            for number, image in enumerate([*(one.image for one in piece.pictures), *coming], 1):
                _describe(image, wrong, number, must_say=then is None and piece.state in COMPLETE)
            for picture in piece.pictures:
                _assign(piece, picture.image.code)
            _reorder(piece)
            if then is not None:
                then(piece)
            order_pictures(piece, [one.image.code for one in piece.pictures])
            if wrong:
                raise Invalid(N_("Please look at the marked lines."))
    except (Invalid, Conflict) as error:
        if not wrong:
            wrong.take(error)
        return _page(piece_of(product), wrong), error.status
    return _back(product)


def _describe(image: Image, wrong: Complaints, number: int, must_say: bool) -> None:
    """Keep the words of photo `number`. They may not go while a piece on sale shows it, be it another one; with
    `must_say` they may not be missing either, so that nobody waits for curators who cannot agree."""
    for name in ("alt", "alt_en"):
        typed = request.form.get(f"{name}-{image.code}")
        if typed is None:
            continue
        if name == "alt" and not tidy(typed) and (must_say or (image.alt and is_shown_on_sale(image))):
            text = _("Photo %(number)s: say in words what it shows, for buyers who cannot see it.", number=number)
            wrong.add(f"alt-{image.code}", text)
            continue
        try:
            describe(image, alt=typed) if name == "alt" else describe(image, alt_en=typed)
        except Invalid as error:
            wrong.take(error, {name: f"{name}-{image.code}"})


def _assign(piece: Product, code: str) -> None:
    """The choice that a photo shows, where the form asks for it."""
    typed = request.form.get(f"variant-{code}")
    if typed is not None:
        variant = next((one for one in piece.variants if one.code == typed), None)
        if typed and variant is None:
            raise NotFound(N_("There is no such picture."))
        show_variant(piece, code, variant)


def _reorder(piece: Product) -> None:
    """The order in which the form carries the photos: another one after they were dragged."""
    codes = [name.removeprefix("order-") for name in request.form if name.startswith("order-")]
    if sorted(codes) == sorted(one.image.code for one in piece.pictures):
        order_pictures(piece, codes)


def _place_of(piece: Product, code: str) -> int:
    place = next((place for place, one in enumerate(piece.pictures) if one.image.code == code), None)
    if place is None:
        raise NotFound(N_("There is no such picture."))
    return place


def _image_of(piece: Product, code: str) -> Image:
    """A photo that is shown or waits to be."""
    every = (*(one.image for one in piece.pictures), *(image for image, _deed in _deeds(piece).values()))
    image = next((one for one in every if one.code == code), None)
    if image is None:
        raise NotFound(N_("There is no such picture."))
    return image


@pages.post("/products/<product>/pictures/descriptions")
def update(seller: str, product: str) -> Response | tuple[str, int]:
    answer = _change(product)
    if isinstance(answer, Response):
        visit.tell("success", _("Saved."))
        return redirect(url_for("seller.products.show", code=product), 303)
    return answer


@pages.post("/products/<product>/pictures/<picture>/position")
def move(seller: str, product: str, picture: str) -> Response | tuple[str, int]:
    """One place earlier or later; `to` says which."""

    def reorder(piece: Product) -> None:
        place = _place_of(piece, picture)
        codes = [one.image.code for one in piece.pictures]
        target = place + (1 if request.form.get("to") == "later" else -1)
        if 0 <= target < len(codes):
            codes[place], codes[target] = codes[target], codes[place]
        order_pictures(piece, codes)

    return _change(product, reorder)


@pages.post("/products/<product>/pictures/<picture>/focus")
def focus(seller: str, product: str, picture: str) -> Response | tuple[str, int]:
    """The point that stays in view when the photo is cut: `point` is `x-y` in percent."""
    _image_of(piece_of(product), picture)
    x, y = focal_point()

    def look_at(piece: Product) -> None:
        describe(_image_of(piece, picture), focal_x=x, focal_y=y)

    return _change(product, look_at)


@pages.post("/products/<product>/pictures/<picture>/removal")
def destroy(seller: str, product: str, picture: str) -> Response | tuple[str, int]:
    """Take a photo away; one that buyers see stays until curators agree."""
    user = visit.person
    waits = False

    def take_away(piece: Product) -> None:
        nonlocal waits
        _image_of(piece, picture)
        waits = changes.remove_picture(piece, picture, user)

    answer = _change(product, take_away)
    if isinstance(answer, Response) and waits and picture in {one.image.code for one in piece_of(product).pictures}:
        visit.tell("info", _("Curators look at it first. Until then the photo stays on show."))
    return answer


@pages.post("/products/<product>/pictures/<picture>/stay")
def keep_on(seller: str, product: str, picture: str) -> Response | tuple[str, int]:
    """A photo that was to go stays after all."""
    user = visit.person
    return _change(product, lambda piece: changes.keep_picture(piece, picture, user))
