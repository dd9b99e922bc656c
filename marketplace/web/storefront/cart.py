"""The cart, grouped per shop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from catalog.errors import Conflict, Invalid, Several
from catalog.makers.models import Maker
from catalog.money import total
from catalog.text import N_
from marketplace.carts import files, services
from marketplace.carts.models import GIFT_MAX, NOTE_MAX, Notice, Owner
from marketplace.carts.queries import LineView, SellerGroup, read_cart
from marketplace.checkout.discounts import preview
from marketplace.promotions.queries import Refusal
from marketplace.sellers.queries import find_seller
from marketplace.web.combinations import asked_variant
from marketplace.web.errors import said, sentence
from marketplace.web.lifecycle import attempt
from marketplace.web.locale import current_locale
from marketplace.web.personal import Filled, given, received_file, typed_answers
from marketplace.web.returning import photo_response
from marketplace.web.speech import gettext as _
from marketplace.web.speech import ngettext
from marketplace.web.storefront.products import asks_of_variant, back_to_piece, piece_of_variant
from marketplace.web.visits import visit

pages = Blueprint("cart", __name__)

LONGEST = 4000


def owner(start: bool = False) -> Owner:
    """Whose cart this is; with `start`, a guest without a session gets one."""
    session = visit.start() if start else visit.session
    return Owner(user=visit.user, session=session)


def words(notice: Notice | Refusal) -> str:
    return said(notice.message, notice.params)


@pages.get("/cart")
def show() -> str:
    return _page()


def _page(typed: dict[str, Any] | None = None) -> str:
    """`typed` is what a seller was to be told, with the errors in it: seller, note, gift_message, errors."""
    from marketplace.web.storefront.vouchers import examined_here, rows

    cart = read_cart(owner())
    found = examined_here(cart)
    sums = preview(cart, found)
    hints = {line.code: _hint(line) for line in cart.lines}
    return render_template(
        "storefront/cart/show.html",
        cart=cart,
        words=words,
        hints=hints,
        makers={group.code: _maker(group) for group in cart.sellers if group.shortfall},
        vouchers=rows(found, sums),
        discount=total(sums.values()),
        typed=typed,
        most={"note": NOTE_MAX, "gift_message": GIFT_MAX},
    )


def _maker(group: SellerGroup) -> Maker | None:
    """Whose pieces are shown to who must add some: of a shop's makers the one of whom something lies in the cart."""
    seller = find_seller(group.code)
    makers = seller.makers if seller else []
    chosen = {line.maker_name for line in group.lines}
    return next((one for one in makers if one.name in chosen), makers[0] if makers else None)


def _hint(line: LineView) -> str:
    """What a price break saves in this line, and what the next one would."""
    told = [_("Price for many: %(saved)s saved.", saved=line.saved.format(current_locale()))] if line.saved else []
    if line.cheaper and (line.available is None or line.cheaper[0] <= line.available):
        more, each = line.cheaper[0] - line.together, line.cheaper[1].format(current_locale())
        told.append(
            ngettext("One more, and each costs %(each)s.", "%(num)d more, and each costs %(each)s.", more, each=each)
        )
    return " ".join(told)


@pages.post("/cart")
def create() -> Response:
    """Put a variant into the cart, made personal as the form says, then show the cart."""
    filled = Filled(quantity=request.form.get("quantity", "1")[:3])
    piece = None
    try:
        variant = filled.variant = asked_variant(filled)
        if not variant:
            raise Invalid(N_("Choose which one you would like."), field="variant")
        piece = piece_of_variant(variant) if asks_of_variant(variant) else None
        asked, file = "", None
        if piece is not None:
            filled.typed = typed_answers(piece)
            asked, file = received_file(piece)
        buyer = owner(start=True)
        with attempt():
            if file is not None:
                files.add(file)
            notices = services.add(buyer, variant, _quantity(), given(filled.typed, asked, file), file)
    except (Conflict, Invalid, Several) as error:
        return back_to_piece(filled, error)
    visit.tell("success", _("In your cart."))
    for notice in notices:
        visit.tell("info", words(notice))
    return redirect(url_for("storefront.cart.show"), 303)


@pages.post("/cart/lines/<code>")
def update(code: str) -> Response:
    try:
        with attempt():
            notices = services.change(owner(), code, _quantity(least=0))
    except (Conflict, Invalid) as error:
        visit.tell("danger", sentence(error))
    else:
        for notice in notices:
            visit.tell("info", words(notice))
    return redirect(url_for("storefront.cart.show"), 303)


@pages.post("/cart/lines/<code>/removal")
def destroy(code: str) -> Response:
    services.remove(owner(), code)
    return redirect(url_for("storefront.cart.show"), 303)


@pages.post("/cart/lines/<code>/saving")
def save(code: str) -> Response:
    """Set a line aside for later."""
    services.set_aside(owner(), code)
    return redirect(url_for("storefront.cart.show", _anchor="saved"), 303)


@pages.post("/cart/lines/<code>/saving/removal")
def put_back(code: str) -> Response:
    """Back into the cart with it; what cannot be bought now stays aside."""
    try:
        with attempt():
            services.put_back(owner(), code)
    except Conflict as error:
        visit.tell("danger", sentence(error))
    return redirect(url_for("storefront.cart.show"), 303)


@pages.post("/cart/sellers/<seller>/words")
def tell(seller: str) -> Response | tuple[str, int]:
    """Keep the note and the gift message for one seller's part."""
    typed: dict[str, Any] = {name: request.form.get(name, "")[:LONGEST] for name in ("note", "gift_message")}
    try:
        with attempt():
            services.tell_seller(owner(), seller, **typed)
    except Several as error:
        errors = {one.field: [sentence(one)] for one in error.errors}
        return _page({**typed, "seller": seller, "errors": errors}), error.status
    visit.tell("success", _("Your words are kept with this order."))
    return redirect(url_for("storefront.cart.show"), 303)


@pages.get("/cart/lines/<code>/file")
def file(code: str) -> Response:
    """The picture that a maker is to work from, for whose cart it lies in."""
    return photo_response(files.find_file_of(owner(), code))


@pages.post("/cart/prices")
def accept() -> Response:
    """The buyer has seen the changed prices, and what became of the stock."""
    if visit.session is not None:
        services.accept_prices(owner())
        services.accept_stock(owner())
    return redirect(url_for("storefront.cart.show"), 303)


def _quantity(least: int = 1) -> int:
    """The typed quantity; Invalid for anything but a plain whole number from `least` to 999."""
    text = request.form.get("quantity", "1").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) >= least):
        raise Invalid(N_("Write a whole number from 1 to 999."), field="quantity")
    return int(text)
