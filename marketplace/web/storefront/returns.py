"""A buyer's returns: choosing pieces, reasons and photos; one page with one timeline. Guests come by their signed link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from catalog.codes import CODE
from catalog.errors import Conflict, Forbidden, Invalid, NotFound, Several
from catalog.text import N_
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.payments import paybacks
from marketplace.returns import photos, services
from marketplace.returns.models import Return, ReturnKind, ReturnPhoto
from marketplace.returns.others import list_held, list_others
from marketplace.returns.queries import find_photo_of, find_return_of, list_drafts
from marketplace.returns.wishes import PHOTOS_MOST, WORDS_MOST, Wish, what_is_open
from marketplace.web import talking
from marketplace.web.guards import accepts_many
from marketplace.web.lifecycle import attempt, house
from marketplace.web.limits import limiter
from marketplace.web.returning import Form, kinds, page_values, photo_response, reasons, whole
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.purchases import find_for_visitor, link_token
from marketplace.web.uploads import all_pictures
from marketplace.web.visits import visit

pages = Blueprint("returns", __name__)


def _order(purchase: Purchase, code: str) -> Order:
    order = next((one for one in purchase.orders if one.code == code), None)
    if order is None:
        raise NotFound(N_("There is no such order."))
    return order


def _return(purchase: Purchase, code: str) -> Return:
    found = find_return_of(purchase, code)
    if found is None:
        raise NotFound(N_("There is nothing here."))
    return found


def _new_page(purchase: Purchase, order: Order, form: Form, drafts: list[ReturnPhoto], status: int = 200) -> Response:
    open_ = what_is_open(order)
    if not open_:
        raise NotFound(N_("Nothing of this order can be returned (any more)."))
    offered = {kind for one in open_ for kind in one.reasons}
    why = {reason for one in open_ for some in one.reasons.values() for reason in some}
    lines = [one.line for one in open_]
    held = list_held(lines)
    others = list_others(lines, held) if ReturnKind.EXCHANGE in offered else {}
    page = render_template(
        "storefront/returns/new.html",
        purchase=purchase, order=order, open=open_, held=held, others=others, form=form, drafts=drafts, token_value=link_token(purchase),
        kinds=[(kind, *words) for kind, words in kinds().items() if kind in offered],
        reasons=[(reason, words) for reason, words in reasons().items() if reason in why],
        words_most=WORDS_MOST, photos_most=PHOTOS_MOST,
    )  # fmt: skip
    return Response(page, status)


@pages.get("/purchases/<code>/orders/<order>/returns/new")
def new(code: str, order: str) -> Response:
    purchase = find_for_visitor(code)
    return _new_page(purchase, _order(purchase, order), Form(), [])


@pages.post("/purchases/<code>/orders/<order>/returns")
@limiter.limit(talking.limit, key_func=talking.sender)
@accepts_many("kept")
def create(code: str, order: str) -> Any:
    """Photos are kept before the words are looked at, so that a complaint loses none of them."""
    purchase = find_for_visitor(code)
    if not what_is_open(_order(purchase, order)):
        raise Conflict(N_("Nothing of this order can be returned (any more)."))
    form = Form({name: value[:2_000] for name, value in request.form.items()})
    drafts = _receive(code, form)
    purchase = find_for_visitor(code)  # read anew: photos were decoded meanwhile
    row = _order(purchase, order)
    lines = {
        line.code: (whole(form.typed.get(f"pieces-{line.code}", "")), form.typed.get(f"reason-{line.code}", ""))
        for line in row.lines
    }
    if not form.errors:
        try:
            with attempt():
                wanted = {line.code: form.typed.get(f"wanted-{line.code}", "") for line in row.lines}
                wish = Wish(form.typed.get("kind", ""), lines, form.typed.get("words", ""), drafts, wanted)
                found = services.ask(row, wish, visit.user)
        except (Invalid, Conflict, Several) as error:
            form.complain(error)
        else:
            visit.tell("success", _("The shop is told. You get a mail with every step."))
            return redirect(
                url_for("storefront.returns.show", code=code, found=found.code, token=link_token(purchase)), 303
            )
    # Photos that came with it stay only where the answer is a success.
    return _new_page(purchase, row, form, drafts, 200 if drafts else 422)


def _receive(code: str, form: Form) -> list[ReturnPhoto]:
    """The photos of the form: those that were kept before, and new ones, which become drafts of the purchase."""
    kept = [one for one in request.form.getlist("kept") if CODE.match(one)][:PHOTOS_MOST]
    files = [one for one in request.files.getlist("photos") if one.filename]
    room = PHOTOS_MOST - len(kept)
    if len(files) > room:
        form.errors["photos"] = [_("At most %(limit)s photos.", limit=PHOTOS_MOST)]
    pictures, refused = all_pictures(files[:room])
    if refused:
        form.errors.setdefault("photos", []).extend(refused)
    purchase = find_for_visitor(code)
    drafts = list_drafts(purchase, kept)
    for picture in pictures:
        try:
            drafts.append(photos.attach(house().ports.private, picture, purchase))
        except Conflict as error:
            form.complain(error)
            break
    return drafts


@pages.get("/purchases/<code>/returns/<found>")
def show(code: str, found: str) -> Response:
    purchase = find_for_visitor(code)
    return _page(purchase, _return(purchase, found))


def _page(purchase: Purchase, found: Return, form: Form | None = None, status: int = 200) -> Response:
    token = link_token(purchase)
    owed_back = paybacks.owed_by_hand(purchase.code)
    page = render_template(
        "storefront/returns/show.html",
        purchase=purchase, token_value=token, owed_back=owed_back,
        payback=paybacks.find_account(purchase.code) if owed_back else None,
        photo_url=lambda photo, size=None: url_for(
            "storefront.returns.photo", code=purchase.code, photo=photo.code, token=token, size=size
        ),
        **page_values(found, Actor.BUYER, form),
    )  # fmt: skip
    return Response(page, status)


@pages.post("/purchases/<code>/returns/<found>/moves/<name>")
@limiter.limit(talking.limit, key_func=talking.sender)
def move(code: str, found: str, name: str) -> Response | BaseResponse:
    """take, withdraw, escalate, appeal, send_back, satisfy."""
    purchase = find_for_visitor(code)
    one, user, words = _return(purchase, found), visit.user, request.form.get("words", "")
    deeds: dict[str, Callable[[], Return]] = {
        "take": lambda: services.take(one, user),
        "withdraw": lambda: services.withdraw(one, user),
        "escalate": lambda: services.escalate(one, Actor.BUYER, words, user),
        "appeal": lambda: services.appeal(one, Actor.BUYER, words, user),
        "send_back": lambda: services.send_back(
            one, request.form.get("courier", ""), request.form.get("number", ""), user
        ),
        "satisfy": lambda: services.satisfy(one, user),
    }
    if name not in deeds:
        raise NotFound(N_("There is nothing here."))
    try:
        with attempt():
            deeds[name]()
    except (Invalid, Several, Conflict, Forbidden) as error:
        form = Form(request.form.to_dict())
        form.complain(error)
        purchase = find_for_visitor(code)
        return _page(purchase, _return(purchase, found), form, error.status)
    visit.tell("success", _("Noted, thank you."))
    return redirect(url_for("storefront.returns.show", code=code, found=found, token=link_token(purchase)), 303)


@pages.get("/purchases/<code>/returns/photos/<photo>")
def photo(code: str, photo: str) -> Response:
    """A photo of this purchase's returns, also one that waits in an open form."""
    return photo_response(find_photo_of(find_for_visitor(code), photo))
