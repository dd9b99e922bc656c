"""Placing a purchase, in five steps inside one transaction:

1. **Replay.** A key that has made a purchase gives the same purchase back; with another request it is refused.
2. **Lock.** The cart's row is held, so that the same cart is bought once however often the button is pressed.
3. **Recalculate.** Everything is read anew, priced, and compared with the digest of what the buyer was shown. Whoever pays in
   cash has their names held and what they have promised already counted (see `cash`).
4. **Reserve.** What the cart holds is let go and taken at once: stock rows in the order of their ids, each by a conditional update; the makers' queues after
   them, vouchers last.
5. **Snapshot.** One purchase, one order per seller, lines as they were sold, what vouchers took off each and who pays
   for it, the payment that is asked for, the key. A purchase of Rp0 is settled here, by the house.

Nothing here talks to the network. A provider that does is started after the commit (see payments.providers).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm.attributes import set_committed_value

from catalog import clock
from catalog.codes import new_code
from catalog.db import db
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.inventory import holds, promises
from catalog.inventory import services as inventory
from catalog.money import total
from catalog.products.models import Fulfilment
from catalog.rows import write
from catalog.text import N_
from marketplace.bookkeeping import subscribers as _books  # noqa: F401  nothing is bought unheard
from marketplace.carts import services as carts
from marketplace.carts.models import Cart, Owner
from marketplace.carts.queries import LineView, SellerGroup
from marketplace.checkout import cash
from marketplace.checkout.discounts import names_of
from marketplace.checkout.models import IdempotencyKey
from marketplace.checkout.queries import Preparation, prepare
from marketplace.checkout.requests import CheckoutRequest, Read, check_key, read
from marketplace.documents import subscribers as _papers  # noqa: F401  nor without a paper
from marketplace.orders import services as orders
from marketplace.orders import subscribers  # noqa: F401  a settled payment must find its orders
from marketplace.orders.models import Discount, Order, OrderLine, OrderState, Purchase
from marketplace.orders.spans import end_of_waiting, spans
from marketplace.payments import services as payments
from marketplace.payments.models import PaymentMethod, Purpose
from marketplace.payments.providers import provider
from marketplace.pricing.discounts import Share
from marketplace.pricing.quoting import Difference, Quote, QuotePart, differences, digest_of
from marketplace.promotions import services as promotions
from marketplace.promotions.models import Payer
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.services import DeliveryOption, is_brought
from marketplace.signals import order_placed

__all__ = ["AlreadyPlaced", "CheckoutRequest", "Placed", "QuoteChanged", "place"]


class QuoteChanged(Conflict):
    """What would be bought is not what was shown. `quote` is the new one, None when something cannot be bought at all;
    `differences` says what has changed, as far as it is known."""

    def __init__(self, quote: Quote | None, differences: list[Difference]) -> None:
        message = N_("Something has changed since you looked. Please check your order and confirm it again.")
        if quote is None and len(differences) == 1:
            super().__init__(differences[0].message, **differences[0].params)
        else:
            super().__init__(message)
        self.quote = quote
        self.differences = differences


class AlreadyPlaced(Invalid):
    """This key has made a purchase of this very cart, `purchase_code`, and is asked now for another one."""

    def __init__(self, purchase_code: str) -> None:
        message = N_("This order has already been placed with other details. Please open the checkout page again.")
        super().__init__(message, field="key")
        self.purchase_code = purchase_code


@dataclass(frozen=True, slots=True)
class Placed:
    """The purchase; `replayed` when this very request had made it before."""

    purchase: Purchase
    replayed: bool


def place(owner: Owner, request: CheckoutRequest) -> Placed:
    """Buy the owner's cart as it was shown.

    Raises Several with every wrong field; QuoteChanged when price, delivery or availability is not what was shown;
    Conflict for an empty cart or a piece sold out in this moment; Invalid (field `key`) for a key that has already
    been used for another request.
    """
    key = check_key(request.key)
    cart = carts.hold(owner)
    if cart is None:  # also one that was merged into a person's cart in this moment
        raise Conflict(N_("Your cart is empty."))
    known = _replay(cart, key, request)
    if known is not None:
        return Placed(known, replayed=True)
    prepared, what, quoted = _recalculate(owner, request)
    purchase = _snapshot(owner, request, prepared, what, quoted)
    made = {"scope": cart.code, "key": key, "digest": request.fingerprint, "purchase_code": purchase.code}
    db.session.execute(_KEPT, made)
    carts.empty(cart)
    order_placed.send(purchase)
    return Placed(purchase, replayed=False)


_keys: Any = IdempotencyKey.__table__
_MADE = select(_keys.c.digest, _keys.c.purchase_code).where(
    _keys.c.scope == bindparam("scope"), _keys.c.key == bindparam("key")
)
_KEPT = insert(_keys)


def _replay(cart: Cart, key: str, request: CheckoutRequest) -> Purchase | None:
    """The purchase that this key has made from this very cart; another person's key is simply unknown here."""
    row = db.session.execute(_MADE, {"scope": cart.code, "key": key}).one_or_none()
    if row is None:
        return None
    if row.digest != request.fingerprint:
        raise AlreadyPlaced(str(row.purchase_code))
    return db.session.scalars(select(Purchase).where(Purchase.code == row.purchase_code)).one()


def _recalculate(owner: Owner, request: CheckoutRequest) -> tuple[Preparation, Read, Quote]:
    prepared = prepare(
        owner,
        place_code=request.place_code.strip() or None,
        deliveries=request.deliveries,
        payment_method=request.payment_method,
        vouchers=request.vouchers,
        names=names_of(owner, request.email, request.phone),
        in_full=request.in_full,
    )
    if prepared.cart.is_empty:
        raise Conflict(N_("Your cart is empty."))
    sellers = [group.code for group in prepared.cart.sellers]
    needs_address = any(is_brought(request.deliveries.get(code, "")) for code in sellers)
    what = read(request, needs_address, sellers, needs_payment=not prepared.is_free)
    gone = [_gone(group, line) for group in prepared.cart.sellers for line in group.lines if not line.is_buyable]
    if gone:
        raise QuoteChanged(None, gone)
    for group in prepared.cart.sellers:
        if group.shortfall:
            message = N_("%(seller)s takes orders from %(least)s. %(missing)s is missing.")
            raise Conflict(message, seller=group.name, least=group.minimum, missing=group.shortfall)
    missing: list[DomainError] = [
        Invalid(N_("This way of delivery is not possible here. Please choose another."), field=f"deliveries-{code}")
        for code in sellers
        if code not in prepared.chosen
    ]
    missing.extend(_too_late(prepared, what))
    for group in prepared.cart.sellers:
        if group.says_too_much:
            message = N_("What you wrote to %(seller)s is too long. Please shorten it in the cart.")
            missing.append(Invalid(message, field=f"notes-{group.code}", seller=group.name))
    for method in prepared.methods:
        if method.method is what.payment_method and method.why is not None:
            missing.append(Invalid(method.why.message, field="payment_method", **method.why.params))
    if missing:
        raise Several(missing)
    quoted = prepared.quote
    if quoted is None:
        raise RuntimeError("a whole preparation has a quote")
    if quoted.digest != request.digest:
        raise QuoteChanged(quoted, [*_refused(prepared), *_explain(request, quoted)])
    if what.payment_method is PaymentMethod.CASH:
        cash.take(names_of(owner, what.contact.email, what.contact.phone), quoted.now)
    bounds = provider(what.payment_method).capabilities
    if not bounds.lowest <= quoted.now <= bounds.highest:
        raise Invalid(N_("This way of paying cannot take this sum."), field="payment_method")
    return prepared, what, quoted


def _gone(group: SellerGroup, line: LineView) -> Difference:
    closure, named = group.closure, {"product": line.title, "product_en": line.title_en}
    if closure is not None and not (line.is_made_to_order and closure.takes_orders):
        message = N_("“%(product)s” cannot be bought now: %(seller)s is closed until %(day)s.")
        return Difference("gone", message, {**named, "seller": group.name, "day": closure.until})
    message = N_("“%(product)s”: it can no longer be bought as it was shown.")
    return Difference("gone", message, named)


def _too_late(prepared: Preparation, what: Read) -> Iterator[Invalid]:
    """Nobody promises a day on which the guest has left."""
    until = what.contact.stay_until
    for group in prepared.cart.sellers:
        option = prepared.option(group.code)
        if option is None or option.kind is not DeliveryKind.HOTEL or until is None:
            continue
        day = prepared.promises[group.code][1]
        if day > until:
            message = N_("%(seller)s promises it for %(day)s, after your stay has ended. Please choose another way.")
            yield Invalid(message, field=f"deliveries-{group.code}", seller=group.name, day=day)


def _refused(prepared: Preparation) -> Iterator[Difference]:
    for one in prepared.vouchers:
        if one.refusal is not None:
            yield Difference("voucher", one.refusal.message, one.refusal.params)


def _explain(request: CheckoutRequest, quoted: Quote) -> list[Difference]:
    if request.shown is None or digest_of(request.shown) != request.digest:
        return []
    try:
        return differences(request.shown, quoted)
    except ValueError:
        return []


def _snapshot(owner: Owner, request: CheckoutRequest, prepared: Preparation, what: Read, quoted: Quote) -> Purchase:
    is_cash = what.payment_method is PaymentMethod.CASH
    window = provider(what.payment_method).capabilities.window or timedelta(hours=spans().payment_hours)
    until = None if is_cash else clock.after(window)
    contact = what.contact
    purchase = Purchase(
        code=new_code(12),
        user_id=owner.user.id if owner.user else None,
        email=contact.email,
        locale="en" if request.locale == "en" else "id",
        recipient=contact.recipient,
        phone=contact.phone,
        address=contact.address,
        place_code=contact.place_code,
        place_name=contact.place_name,
        postal_code=contact.postal_code,
        hotel=contact.hotel,
        hotel_guest=contact.hotel_guest,
        stay_until=contact.stay_until,
        payment_method=what.payment_method,
        total=quoted.total,
    )
    parts = {part.seller: part for part in quoted.parts}
    shared = {one.voucher.code: one.voucher.shop_percent for one in prepared.vouchers if one.refusal is None}
    made = []
    for group in prepared.cart.sellers:
        option = prepared.option(group.code)
        if option is None:
            raise RuntimeError("a seller without a delivery")
        part = parts[group.code]
        order = _order(group, option, what, until)
        order.items_total, order.shipping_total, order.total = part.items_total, part.shipping_total, part.total
        lines = [_line(line) for line in group.lines]
        discounts = _take_off(order, lines, group, part, shared)
        _put_off(order, lines, group, part, quoted.keeps)
        made.append((order, lines, discounts))
    _reserve(prepared, [order for order, *_ in made], until)
    # Only now is anything written besides stock, so that a lost race costs one statement.
    _write(purchase, made)
    names = names_of(owner, contact.email, contact.phone)
    promotions.redeem(purchase.code, {share.voucher: share.sum for share in quoted.vouchers}, names)
    if is_cash:
        cash.note(purchase, names)
    purpose = Purpose.DEPOSIT if quoted.balance else Purpose.WHOLE
    payment = payments.start(purchase.code, what.payment_method, quoted.now, until, purpose)
    orders.begin(purchase)
    if what.payment_method is PaymentMethod.NOTHING:
        payments.settle(payment)
    return purchase


Taken = tuple[Discount, OrderLine | None]
"""What a voucher takes off, and of which line; None where it is off the delivery."""


def _write(purchase: Purchase, made: list[tuple[Order, list[OrderLine], list[Taken]]]) -> None:
    """Write the purchase and all that hangs on it, row by row in the order of their keys (see `catalog.rows`)."""
    write(purchase)
    set_committed_value(purchase, "orders", [order for order, *_ in made])
    for order, lines, discounts in made:
        order.purchase_id = purchase.id
        write(order)
        set_committed_value(order, "purchase", purchase)
        for line in lines:
            line.order_id = order.id
            write(line)
            set_committed_value(line, "order", order)
        for discount, line_ in discounts:
            discount.order_id, discount.line_id = order.id, line_.id if line_ is not None else None
            write(discount)
        set_committed_value(order, "lines", lines)
        set_committed_value(order, "discounts", [discount for discount, _ in discounts])


def _take_off(
    order: Order, lines: list[OrderLine], group: SellerGroup, part: QuotePart, shared: Mapping[str, int]
) -> list[Taken]:
    """What vouchers take off each line and off the delivery; `shared` is how much of one the shop bears."""
    order.discount_total = part.discount_total
    shares = {line.variant: found for line, found in zip(part.lines, part.line_shares, strict=True)}
    taken: list[Taken] = []
    for line, view in zip(lines, group.lines, strict=True):
        line.discount = total(one.sum for one in shares[view.key])
        taken.extend((one, line) for share in shares[view.key] for one in _discounts(share, shared))
    taken.extend((one, None) for share in part.delivery_shares for one in _discounts(share, shared))
    return taken


def _put_off(order: Order, lines: list[OrderLine], group: SellerGroup, part: QuotePart, keeps: tuple[int, int]) -> None:
    """Write down what is paid when it is ready, and the terms under which it may be left before."""
    order.balance = part.balance
    if part.balance:
        order.keeps_begun, order.keeps_ready = keeps
    later = {line.variant: (line.deposit, rest) for line, rest in zip(part.lines, part.line_balances, strict=True)}
    for line, view in zip(lines, group.lines, strict=True):
        line.deposit_percent, line.balance = later[view.key]


def _discounts(share: Share, shared: Mapping[str, int]) -> list[Discount]:
    """One, or one of the shop and one of the house that come to it together."""
    own = share.sum.share(100 * shared.get(share.voucher, 0))
    parts = ((Payer.SELLER, own), (Payer(share.payer), share.sum - own))
    return [Discount(voucher=share.voucher, payer=payer, total=sum_) for payer, sum_ in parts if sum_]


def _reserve(prepared: Preparation, orders: list[Order], until: datetime | None) -> None:
    """Hold every piece, rows in id order across all sellers; demand is summed per stock row first."""
    demands: dict[str, Counter[int]] = {}
    for order, group in zip(orders, prepared.cart.sellers, strict=True):
        wanted: Counter[int] = Counter()
        for line in group.lines:
            wanted[line.variant_id] += line.quantity
        demands[order.code] = wanted
    holds.let_go(prepared.cart.code, also={one for wanted in demands.values() for one in wanted})
    inventory.reserve_all(demands, until)
    if any(line.is_made_to_order for line in prepared.cart.lines):
        _queue_up(prepared, orders, demands)


def _queue_up(prepared: Preparation, orders: list[Order], demands: Mapping[str, Mapping[int, int]]) -> None:
    """Take the makers' days. Who was faster by a blink may have taken the day that was shown: then it is shown anew."""
    sellers = zip(orders, prepared.cart.sellers, strict=True)
    booked = promises.book(demands, {order.code: group.calendar for order, group in sellers}, prepared.cart.code)
    for order, group in zip(orders, prepared.cart.sellers, strict=True):
        for line in group.lines:
            day = booked.get(order.code, {}).get(line.variant_id)
            if day is not None and day > line.ready_on:
                message = N_(
                    "“%(product)s”: somebody has just ordered from the same maker. It would be ready by %(after)s instead "
                    "of %(before)s. If that is all right, press once more."
                )
                named = {"product": line.title, "product_en": line.title_en}
                late = Difference("days", message, {**named, "before": line.ready_on, "after": day})
                raise QuoteChanged(None, [late])


def _order(group: SellerGroup, option: DeliveryOption, what: Read, until: datetime | None) -> Order:
    """One that is paid at hand waits for its seller, and gets its deadline when it is begun."""
    return Order(
        code=new_code(10),
        seller_id=group.id,
        state=OrderState.TO_CONFIRM if until is None else OrderState.AWAITING_PAYMENT,
        due_at=clock.now() if until is None else end_of_waiting(what.payment_method, until),
        delivery=option.kind,
        delivery_name=option.name[:90],
        point_id=option.point_id,
        cod_service_id=option.cod_service_id if until is None else None,
        days_max=option.days_max,
        note=what.notes.get(group.code) or group.note,
        gift_message=group.gift_message,
    )


def _line(line: LineView) -> OrderLine:
    return OrderLine(
        variant_id=line.variant_id,
        product_code=line.product_code,
        title=line.title,
        title_en=line.title_en,
        choices=line.choices,
        choices_en=line.choices_en,
        sku=line.sku,
        maker_name=line.maker_name,
        image_id=line.image_id,
        fulfilment=Fulfilment.MADE_TO_ORDER if line.is_made_to_order else Fulfilment.READY,
        days=line.days,
        unit_price=line.unit_price,
        quantity=line.quantity,
        total=line.total,
        weight=line.weight,
        personal=[one.kept() for one in line.personal],
        file_id=line.file_id,
    )
