"""Vouchers of a cart: a code is tried, kept in the browser's session, and taken out again. They count when the
purchase is placed; until then they are only shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from catalog.money import Money
from marketplace.carts.queries import CartView, read_cart
from marketplace.checkout.discounts import examined, names_of
from marketplace.promotions.queries import UNKNOWN, Examined, find_voucher, find_vouchers, fold
from marketplace.web.lifecycle import house
from marketplace.web.limits import limiter
from marketplace.web.speech import gettext as _
from marketplace.web.storefront.cart import owner, words
from marketplace.web.visits import visit
from marketplace.web.vouchers import describe

pages = Blueprint("vouchers", __name__)

MOST = 6


@dataclass(frozen=True)
class Row:
    """One voucher of the cart as it is shown: what it does, or why it does nothing; `off` is what it takes now."""

    code: str
    text: str
    is_refused: bool
    off: Money | None


def kept_codes() -> list[str]:
    """The codes that this browser has brought so far."""
    kept = visit.session.data.get("vouchers", []) if visit.session else []
    return [str(one) for one in kept][:MOST]


def keep_codes(codes: list[str]) -> None:
    visit.keep("vouchers", codes[-MOST:])


def rows(found: list[Examined], sums: dict[str, Money]) -> list[Row]:
    """Vouchers for the page; `sums` are what they take off."""
    return [
        Row(
            one.code,
            words(one.refusal) if one.refusal else describe(one.voucher),
            one.refusal is not None,
            sums.get(one.code),
        )
        for one in found
    ]


def examined_here(cart: CartView, email: str = "", phone: str = "") -> list[Examined]:
    """This browser's codes against its cart."""
    codes = kept_codes()
    return examined(cart, codes, names_of(owner(), email, phone)) if codes else []


def was_unknown(response: Response) -> bool:
    return bool(g.get("voucher_was_unknown"))


def _back() -> Response:
    if request.args.get("to") == "checkout":
        from marketplace.web.storefront.checkout import keep_typed

        keep_typed()
        return redirect(url_for("storefront.checkout.show", _anchor="vouchers"), 303)
    return redirect(url_for("storefront.cart.show", _anchor="vouchers"), 303)


@pages.post("/cart/vouchers")
@limiter.shared_limit(lambda: house().settings.voucher_limit, scope="vouchers", deduct_when=was_unknown)
def create() -> Response:
    """Try a code. One that is refused for good is told why and not kept; one that only wants more pieces is kept."""
    voucher = find_voucher(fold(request.form.get("voucher", "")))
    if voucher is None:
        g.voucher_was_unknown = True
        visit.tell("danger", _(UNKNOWN))
        return _back()
    cart = read_cart(owner())
    (one,) = examined(cart, [voucher.code], names_of(owner(), "", ""))
    if one.refusal is not None:
        visit.tell("warning", words(one.refusal))
    if one.refusal is None or "missing" in one.refusal.params:
        others = [other.code for other in find_vouchers(kept_codes()) if other.slot != voucher.slot]
        keep_codes([*others, voucher.code])
    return _back()


@pages.post("/cart/vouchers/removal")
def destroy() -> Response:
    removed = request.form.get("removed", "")
    if removed in kept_codes():
        keep_codes([one for one in kept_codes() if one != removed])
    return _back()
