"""The checkout page before the button is pressed: what can be chosen, and the quote once everything is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog.money import Money
from catalog.text import N_
from marketplace.carts.models import Notice, Owner
from marketplace.carts.queries import CartView, SellerGroup, read_cart
from marketplace.checkout import cash
from marketplace.checkout.discounts import examined, quoted_vouchers
from marketplace.checkout.laws import LawBreach, check_laws
from marketplace.orders.spans import spans
from marketplace.payments.models import PaymentMethod
from marketplace.payments.providers import offered, provider
from marketplace.payments.queries import kinds_of_accounts
from marketplace.pricing.quoting import Basket, BasketPart, Quote, QuotedDelivery, QuotedLine, quote
from marketplace.promotions.queries import Examined
from marketplace.sellers.models import DeliveryKind
from marketplace.sellers.queries import all_take_cash
from marketplace.shipping.courier import outside
from marketplace.shipping.quotes import Question, questions
from marketplace.shipping.services import (
    DeliveryOption,
    Parcel,
    earliest_day,
    is_brought,
    list_all_options,
    promised_day,
)

__all__ = ["LawBreach", "MethodView", "Preparation", "check_laws", "prepare", "questions_to_couriers", "quote_of"]


@dataclass(frozen=True, slots=True)
class MethodView:
    """One way of paying, and why it is closed for this purchase."""

    method: PaymentMethod
    why: Notice | None

    @property
    def is_open(self) -> bool:
        return self.why is None


def arrival(group: SellerGroup, option: DeliveryOption) -> tuple[date, date]:
    """The earliest and the latest day on which a seller's pieces are there by this delivery."""
    when = option, group.ready_on, group.calendar
    return earliest_day(0, *when), promised_day(0, *when)


@dataclass(frozen=True, slots=True)
class Preparation:
    """Per seller code: `options`, what is `chosen` of them, and when it arrives (`promises`: earliest, latest day).

    `quote` is None until every seller has a delivery and every line can be bought.
    """

    cart: CartView
    options: dict[str, list[DeliveryOption]]
    chosen: dict[str, str]
    promises: dict[str, tuple[date, date]]
    methods: list[MethodView]
    quote: Quote | None
    vouchers: list[Examined] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """Whether vouchers leave nothing to pay."""
        return self.quote is not None and not self.quote.total

    @property
    def may_be_paid_in_two(self) -> bool:
        """Whether something of it may be paid with a deposit now and the rest when it is ready."""
        return any(line.deposit_percent for line in self.cart.lines)

    @property
    def needs_address(self) -> bool:
        """Whether anything is brought to the buyer, or may be (nothing chosen yet)."""
        return any(is_brought(self.chosen.get(group.code, "")) for group in self.cart.sellers)

    @property
    def needs_hotel(self) -> bool:
        """Whether something is brought to a hotel."""
        return DeliveryKind.HOTEL.value in self.chosen.values()

    @property
    def may_need_hotel(self) -> bool:
        """Whether a seller brings things to hotels at the chosen place."""
        return any(one.kind is DeliveryKind.HOTEL for options in self.options.values() for one in options)

    def option(self, seller_code: str) -> DeliveryOption | None:
        """The chosen way of delivery of one seller."""
        wanted = self.chosen.get(seller_code)
        return next((one for one in self.options.get(seller_code, ()) if one.key == wanted), None)


def prepare(
    owner: Owner,
    *,
    place_code: str | None = None,
    deliveries: Mapping[str, str] | None = None,
    payment_method: str | None = None,
    vouchers: Collection[str] = (),
    names: Collection[str] = (),
    in_full: bool = False,
) -> Preparation:
    """What the checkout page shows for the owner's cart. A seller's only possible delivery counts as chosen.

    `vouchers` are codes, `names` tell them and the limits of cash who buys (`promotions.persons`). Vouchers
    that are refused stay out of the quote; a quote of Rp0 is paid with `nothing`. `in_full` asks for no deposits: everything is paid when it is ordered.
    """
    cart = read_cart(owner)
    parcels = {group.id: [_parcel(line) for line in group.lines] for group in cart.sellers}
    by_id = list_all_options(parcels, place_code or None) if parcels else {}
    options = {group.code: by_id.get(group.id, []) for group in cart.sellers}
    chosen = {}
    for code, possible in options.items():
        keys = [one.key for one in possible]
        wanted = (deliveries or {}).get(code)
        if wanted in keys:
            chosen[code] = str(wanted)
        elif not wanted and len(keys) == 1 and place_code:
            chosen[code] = keys[0]
    tried = examined(cart, vouchers, names)
    found = Preparation(cart, options, chosen, {}, [], None, tried)
    promises = {}
    for group in cart.sellers:
        option = found.option(group.code)
        if option is not None:
            promises[group.code] = arrival(group, option)
    is_whole = cart.is_buyable and len(chosen) == len(cart.sellers)
    priced = quote_of(found, place_code or "", payment_method or "", in_full) if is_whole else None
    if priced is not None and not priced.total:
        priced = quote_of(found, place_code or "", PaymentMethod.NOTHING, in_full)
    methods = _methods(found, priced.now if priced else None, names)
    return Preparation(cart, options, chosen, promises, methods, priced, tried)


def questions_to_couriers(owner: Owner, place_code: str | None) -> list[Question]:
    """What a courier outside the house has to be asked before the owner's cart can be priced; see `shipping.quotes`."""
    if outside() is None or not place_code:
        return []
    groups = read_cart(owner).sellers
    return questions({group.id: [_parcel(line) for line in group.lines] for group in groups}, place_code)


def quote_of(preparation: Preparation, place_code: str, payment_method: str, in_full: bool = False) -> Quote:
    """The quote of a whole preparation. Where everything is picked up, the place is no part of it."""
    parts = []
    for group in preparation.cart.sellers:
        option = preparation.option(group.code)
        if option is None:
            raise ValueError("a seller without a delivery")
        parts.append(_part(group, option, in_full))
    needs_place = any(is_brought(part.delivery.key) for part in parts)
    discounts = quoted_vouchers(preparation.vouchers)
    keeps = (spans().keeps_begun, spans().keeps_ready)
    return quote(Basket(parts, place_code if needs_place else "", payment_method, discounts, keeps))


def _part(group: SellerGroup, option: DeliveryOption, in_full: bool) -> BasketPart:
    return BasketPart(
        seller=group.code,
        seller_name=group.name,
        lines=[
            QuotedLine(
                line.key, line.title, line.quantity, line.unit_price, line.days, 0 if in_full else line.deposit_percent
            )
            for line in group.lines
        ],
        delivery=QuotedDelivery(option.key, option.name, option.price, option.days_min, option.days_max),
        ready_on=group.ready_on if group.is_away else None,
    )


def _parcel(line: object) -> Parcel:
    length, width, height = line.box  # type: ignore[attr-defined]
    return Parcel(line.weight, length, width, height, line.quantity, line.unit_price.rupiah)  # type: ignore[attr-defined]


def _methods(found: Preparation, sum_: Money | None, names: Collection[str]) -> list[MethodView]:
    """Every way of paying that somebody carries out, and why it is closed for this purchase; `sum_` once it is known."""
    closed: dict[PaymentMethod, Notice] = {}
    kept = kinds_of_accounts()
    if True not in kept:
        closed[PaymentMethod.BANK_TRANSFER] = Notice(N_("Bank transfer is not possible at the moment."))
    refusing = [group.name for group in found.cart.sellers if not group.accepts_cash]
    options = [option for group in found.cart.sellers if (option := found.option(group.code))]
    if refusing:
        closed[PaymentMethod.CASH] = Notice(N_("%(seller)s does not take cash."), {"seller": ", ".join(refusing)})
    elif found.may_be_paid_in_two:
        closed[PaymentMethod.CASH] = Notice(N_("A deposit is paid before the work begins, so not in cash."))
    elif any(one.kind is DeliveryKind.COURIER and one.cod_service_id is None for one in options) or not all_take_cash(
        {one.point_id for one in options if one.point_id is not None}
    ):
        message = N_(
            "Cash is possible when everything is picked up where cash is taken, brought by the seller, or sent with a courier that takes it at the door."
        )
        closed[PaymentMethod.CASH] = Notice(message)
    elif sum_ and (too_much := cash.standing(names).why_not(sum_)) is not None:
        closed[PaymentMethod.CASH] = too_much
    ways = [one for one in offered() if one is not PaymentMethod.QRIS or False in kept]
    for method in ways:
        if sum_ and (outside := _out_of_bounds(method, sum_)) is not None:
            closed.setdefault(method, outside)
    return [MethodView(method, closed.get(method)) for method in ways]


def _out_of_bounds(method: PaymentMethod, sum_: Money) -> Notice | None:
    bounds = provider(method).capabilities
    if sum_ > bounds.highest:
        return Notice(N_("It takes up to %(highest)s at once."), {"highest": bounds.highest})
    if sum_ < bounds.lowest:
        return Notice(N_("It takes sums from %(lowest)s on."), {"lowest": bounds.lowest})
    return None
