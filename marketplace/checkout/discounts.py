"""Where carts, vouchers and prices meet: a cart in the words of vouchers, a voucher in the words of prices."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from catalog.errors import Invalid
from catalog.money import ZERO, Money
from marketplace.carts.models import Owner
from marketplace.carts.queries import CartView, LineView, SellerGroup
from marketplace.checkout.requests import read_phone
from marketplace.pricing.discounts import QuotedVoucher, Spot, spread
from marketplace.promotions.persons import persons_of
from marketplace.promotions.queries import Examined, Piece, examine


def examined(cart: CartView, codes: Collection[str], names: Collection[str] = ()) -> list[Examined]:
    """Each known code held against the cart."""
    if not codes:
        return []
    pieces = [Piece(line.variant_code, group.code, group.id, line.total) for group, line in _buyable(cart)]
    return examine(codes, pieces, list(names))


def quoted_vouchers(found: Sequence[Examined]) -> list[QuotedVoucher]:
    """The facts of those that are not refused, as prices take them."""
    return [
        QuotedVoucher(
            code=one.code,
            payer=one.voucher.payer.value,
            kind=one.voucher.kind.value,
            percent=one.voucher.percent or 0,
            worth=one.voucher.worth or ZERO,
            cap=one.voucher.cap,
            variants=one.variants,
            sellers=one.sellers,
        )
        for one in found
        if one.refusal is None
    ]


def preview(cart: CartView, found: Sequence[Examined]) -> dict[str, Money]:
    """What vouchers take off the pieces alone, before anybody knows what the delivery costs; by code."""
    spots = [Spot(group.code, line.key, line.total, []) for group, line in _buyable(cart)]
    spots.sort(key=lambda one: (one.seller, one.variant or ""))
    spread(quoted_vouchers(found), spots)
    sums: dict[str, Money] = {}
    for share in (share for spot in spots for share in spot.shares):
        sums[share.voucher] = sums.get(share.voucher, ZERO) + share.sum
    return sums


def _buyable(cart: CartView) -> list[tuple[SellerGroup, LineView]]:
    """What counts: a piece that cannot be bought now makes no voucher worth more, and no least order reached."""
    return [(group, line) for group in cart.sellers for line in group.lines if line.is_buyable]


def names_of(owner: Owner, email: str, phone: str) -> list[str]:
    """Who buys, as far as the form says it yet; what is not a telephone number is nobody's."""
    try:
        number = read_phone(phone) if phone.strip() else ""
    except Invalid:
        number = ""
    return persons_of(owner.user, email, number)
