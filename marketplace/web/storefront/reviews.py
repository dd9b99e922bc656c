"""What buyers say: everything about one piece, and writing about a delivered line. Guests come by their signed link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from catalog.codes import CODE, tail_code
from catalog.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Several
from catalog.products.queries import find_live
from catalog.text import N_, localized, mask_cards
from marketplace.conversations.leaks import Leak, find_leaks
from marketplace.orders.models import OrderLine, Purchase
from marketplace.reviews import services
from marketplace.reviews.models import Review, ReviewPhoto
from marketplace.reviews.queries import (
    find_appeal,
    find_exchange,
    find_review_of_line,
    find_said_about_buyer,
    list_photos,
    read_reviews,
)
from marketplace.web import talking
from marketplace.web.caching import share
from marketplace.web.errors import sentence
from marketplace.web.guards import accepts_many
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.locale import current_locale
from marketplace.web.paging import after, cut
from marketplace.web.reviews import photo_response, stars_named
from marketplace.web.storefront import structured
from marketplace.web.storefront.purchases import find_for_visitor, link_token
from marketplace.web.uploads import all_pictures
from marketplace.web.visits import visit

pages = Blueprint("reviews", __name__)

PAGE = 10


@pages.get("/products/<name>/reviews")
def index(name: str) -> str | BaseResponse:
    """All reviews of a live piece, the newest first."""
    product = find_live(tail_code(name))
    if product is None:
        raise NotFound(N_("This piece is not on sale, or never was."))
    if name != f"{product.slug}-{product.code}":
        return redirect(url_for("storefront.reviews.index", name=f"{product.slug}-{product.code}"), 301)
    share()
    read = read_reviews(product.id, after(), PAGE + 1)
    title = localized(product, "title", current_locale())
    trail = structured.trail((title, url_for("storefront.products.show", name=name)), (_("Reviews"), None))
    return render_template(
        "storefront/reviews/index.html",
        product=product,
        page=cut(read.reviews, PAGE),
        counts=read.counts,
        trail=trail,
        structured=structured.graph(structured.breadcrumbs(trail)),
        og_image=structured.shared_picture(*(picture.image for picture in product.pictures[:1])),
    )


@dataclass
class Draft:
    """A review that is being written. `errors` are sentences per field; `leaks` are what the hint is about."""

    stars: int | None = None
    text: str = ""
    locale: str = "id"
    is_named: bool = True
    photos: list[ReviewPhoto] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, review: Review | None) -> Draft:
        if review is None:
            return cls(locale=current_locale())
        return cls(review.stars, review.text, review.locale, bool(review.signed), list(review.photos))

    def complain(self, error: DomainError) -> None:
        for one in error.errors if isinstance(error, Several) else [error]:
            name = one.field if one.field in ("stars", "text", "photos", "note") else ""
            self.errors.setdefault(name or "", []).append(sentence(one))

    @property
    def hint(self) -> str:
        """What leads around the house in it, in words."""
        return talking.Draft(leaks=self.leaks).hint

    @property
    def status(self) -> int:
        """Of the page that brings it back: photos that came with it stay only where the answer is a success."""
        return 200 if self.photos else 422


def _line(purchase: Purchase, code: str) -> OrderLine:
    line = next((one for order in purchase.orders for one in order.lines if one.code == code), None)
    if line is None:
        raise NotFound(N_("There is nothing here."))
    return line


def _found(code: str, line: str) -> tuple[Purchase, OrderLine]:
    purchase = find_for_visitor(code)
    return purchase, _line(purchase, line)


def _page(purchase: Purchase, line: OrderLine, draft: Draft | None = None, note: str = "") -> Response:
    review = find_review_of_line(line)
    exchange = find_exchange(line.order)
    if exchange is None:
        raise NotFound(N_("A review can be written once the order has arrived."))
    page = render_template(
        "storefront/reviews/edit.html",
        purchase=purchase,
        line=line,
        seller=line.order.seller,
        exchange=exchange,
        review=review,
        appeal=find_appeal(review) if review is not None else None,
        draft=draft or Draft.of(review),
        said=find_said_about_buyer([line.order_id]).get(line.order_id),
        stars_named=stars_named(),
        photos_max=services.PHOTOS_MAX,
        text_max=services.TEXT_MAX,
        note_max=services.NOTE_MAX,
        note=note,
        token_value=link_token(purchase),
        signs_as=visit.user.name.split()[0] if visit.user is not None and visit.user.name.split() else "",
    )
    return Response(page)


@pages.get("/purchases/<code>/lines/<line>/review")
def edit(code: str, line: str) -> Response:
    return _page(*_found(code, line))


@pages.post("/purchases/<code>/lines/<line>/review")
@limiter.limit(talking.limit, key_func=talking.sender)
@accepts_many("kept")
def update(code: str, line: str) -> Any:
    draft = _read(*_found(code, line))
    purchase, row = _found(code, line)  # read anew: photos were decoded meanwhile
    draft.photos = list_photos(row, request.form.getlist("kept")) + draft.photos
    draft.photos = list({one.id: one for one in draft.photos}.values())
    if not draft.errors and not draft.leaks:
        try:
            with attempt():
                services.write(
                    row, visit.user, draft.stars, draft.text, draft.locale, photos=draft.photos, is_named=draft.is_named
                )
        except (Invalid, Conflict, Forbidden) as error:
            draft.complain(error)
    if draft.errors or draft.leaks:
        response = _page(purchase, row, draft)
        response.status_code = draft.status
        return response
    if mask_cards(draft.text) != draft.text:
        visit.tell("info", _("We have hidden the card number: such numbers do not belong into messages."))
    visit.tell("success", _("Thank you! Your review appears together with what the shop says about you."))
    return redirect(url_for("storefront.purchases.show", code=code, token=link_token(purchase)), 303)


def _read(purchase: Purchase, line: OrderLine) -> Draft:
    """The form as it was sent. Receives its photos, so objects that were read before must be read anew afterwards."""
    typed = request.form.get("stars", "")
    draft = Draft(
        stars=int(typed) if typed in ("1", "2", "3", "4", "5") else None,
        text=request.form.get("text", "")[: 2 * services.TEXT_MAX],
        locale="en" if request.form.get("locale") == "en" else "id",
        is_named=request.form.get("named") == "y",
    )
    if request.form.get("hinted") != "y":
        draft.leaks = find_leaks(draft.text)
    _receive(draft, line.code, purchase.code)
    return draft


def _receive(draft: Draft, line: str, purchase: str) -> None:
    files = [one for one in request.files.getlist("photos") if one.filename]
    kept = sum(1 for code in request.form.getlist("kept") if CODE.match(code))
    room = max(0, services.PHOTOS_MAX - kept)
    if len(files) > room:
        draft.errors["photos"] = [_("At most %(limit)s photos can be shown.", limit=services.PHOTOS_MAX)]
    if not files[:room]:
        return
    pictures, refused = all_pictures(files[:room])
    if refused:
        draft.errors.setdefault("photos", []).extend(refused)
    row = _line(find_for_visitor(purchase), line)
    exchange = find_exchange(row.order)
    if exchange is None or not exchange.is_open:
        return
    for picture in pictures:
        try:
            draft.photos.append(services.keep_photo(house().ports.private, picture, row))
        except Conflict as error:
            draft.complain(error)
            return


@pages.get("/purchases/<code>/lines/<line>/review/photos/<photo>")
def photo(code: str, line: str, photo: str) -> Response:
    """A photo that its buyer has sent, whoever else may see it."""
    _purchase, row = _found(code, line)
    found = list_photos(row, [photo])
    if not found:
        raise NotFound(N_("There is no such picture."))
    return photo_response(found[0])


@pages.post("/purchases/<code>/lines/<line>/review/appeal")
@limiter.limit(talking.limit, key_func=talking.sender)
def appeal(code: str, line: str) -> Any:
    """The author of a withheld review asks once to look at it again."""
    purchase, row = _found(code, line)
    review = find_review_of_line(row)
    if review is None:
        raise NotFound(N_("There is nothing here."))
    note = request.form.get("note", "")
    try:
        with attempt():
            services.ask_again(review, visit.user, note)
    except (Invalid, Conflict) as error:
        purchase, row = _found(code, line)
        draft = Draft.of(find_review_of_line(row))
        draft.complain(error)
        response = _page(purchase, row, draft, note)
        response.status_code = error.status
        return response
    visit.tell("success", _("Thank you. Somebody else looks at it and writes to you."))
    return redirect(url_for("storefront.reviews.edit", code=code, line=line, token=link_token(purchase)), 303)
