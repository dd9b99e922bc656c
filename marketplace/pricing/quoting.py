"""The quote: what a buyer is shown, agrees to and pays.

The rules, in prose:

1. Prices are final to the buyer, in whole rupiah, with any tax inside. Nothing is added but shipping.
2. A line costs its unit price times its quantity; the unit price is that of the greatest price break which the quantity
   reaches (`catalog.products.prices.unit_price`). A unit price is never divided, so no line is ever rounded.
3. Each seller ships on its own and has exactly one delivery with one price. A seller's part costs its lines and its
   delivery.
4. Vouchers take from lines and deliveries by the rules of `discounts`; nothing is ever below zero.
   The purchase costs its parts. Law L2: total = sum of the parts = all lines + all shipping − all discounts.
   Of the total, `balance` is paid when made-to-order pieces are ready, `now` when it is ordered (see `deposits`).
5. What a quote says does not depend on the order in which lines or sellers are given: parts are ordered by the
   seller's code, lines by the variant's code, and a variant given twice is one line (at one price, or it is refused).
6. The digest is the SHA-256 of `text`, the canonical JSON of everything that the buyer agrees to: what, how many, at
   which price, how many working days each takes to make or send, and the day of dispatch where the seller is away
   meanwhile; how and where it is delivered, at which price and in how many days; which voucher takes how much off what,
   and who pays for it; how it is paid, how much of it now and how much later, and what of a deposit stays with a shop
   that is left at which stage; every sum. If any of it changes between the page and the press of the button, the
   digest changes, and the buyer is asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from catalog.money import ZERO, Money, total
from catalog.text import N_
from marketplace.pricing.deposits import balance_of
from marketplace.pricing.discounts import QuotedVoucher, Share, Spot, spread


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """`quantity` pieces of one variant; `days` are working days until it is handed over, `deposit` is how much of it is
    paid now, in percent (0: everything). `variant` is its code; one that was made personal has a tilde behind it and what
    tells it from others (`personal.key_of`)."""

    variant: str
    title: str
    quantity: int
    unit_price: Money
    days: int
    deposit: int = 0

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class QuotedDelivery:
    """The chosen way of handing over; `key` as in shipping's options, days are working days."""

    key: str
    name: str
    price: Money
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class BasketPart:
    """`ready_on` is the day of handing over where the seller is away before it, so that days alone do not tell it."""

    seller: str
    seller_name: str
    lines: Sequence[QuotedLine]
    delivery: QuotedDelivery
    ready_on: date | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """What is to be quoted. `place_code` is empty when everything is picked up. `keeps` says how much of a deposit stays
    with the shop, in percent: when it is left while the piece is made, and when it is ready."""

    parts: Sequence[BasketPart]
    place_code: str = ""
    payment_method: str = ""
    vouchers: Sequence[QuotedVoucher] = ()
    keeps: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class QuotePart:
    """`line_shares` stand beside `lines`, what vouchers take off each, and so do `line_balances`, what of each is paid
    later; `delivery_shares` is taken off the delivery."""

    seller: str
    seller_name: str
    lines: tuple[QuotedLine, ...]
    delivery: QuotedDelivery
    items_total: Money
    shipping_total: Money
    total: Money
    discount_total: Money = ZERO
    line_shares: tuple[tuple[Share, ...], ...] = ()
    delivery_shares: tuple[Share, ...] = ()
    line_balances: tuple[Money, ...] = ()
    balance: Money = ZERO
    ready_on: date | None = None

    @property
    def now(self) -> Money:
        """What is paid when it is ordered."""
        return self.total - self.balance

    @property
    def shares(self) -> list[Share]:
        return [*(share for shares in self.line_shares for share in shares), *self.delivery_shares]


@dataclass(frozen=True, slots=True)
class Quote:
    """`vouchers` are those that take something off, with the sum of each."""

    parts: tuple[QuotePart, ...]
    items_total: Money
    shipping_total: Money
    discount_total: Money
    vouchers: tuple[Share, ...]
    total: Money
    text: str
    digest: str
    balance: Money = ZERO
    keeps: tuple[int, int] = (0, 0)

    @property
    def now(self) -> Money:
        """What is paid when it is ordered."""
        return self.total - self.balance


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was shown: a gettext id with parameters. `kind` is price, quantity, gone, new,
    delivery, days, voucher, deposit, place or payment."""

    kind: str
    message: str
    params: dict[str, Any]

    def __str__(self) -> str:
        return self.message % self.params


def quote(basket: Basket) -> Quote:
    """Price `basket` by the rules above. ValueError for an empty one, a seller named twice, or a variant at two prices."""
    if not basket.parts or any(not part.lines for part in basket.parts):
        raise ValueError("an empty basket has no price")
    if len({part.seller for part in basket.parts}) != len(basket.parts):
        raise ValueError("each seller has one part")
    if len({voucher.code for voucher in basket.vouchers}) != len(basket.vouchers):
        raise ValueError("a voucher is used once")
    parts = _discounted([_priced(part) for part in sorted(basket.parts, key=lambda part: part.seller)], basket.vouchers)
    vouchers = _applied(parts)
    items_total = total(part.items_total for part in parts)
    shipping_total = total(part.shipping_total for part in parts)
    discount_total = total(part.discount_total for part in parts)
    payable = items_total + shipping_total - discount_total
    balance = total(part.balance for part in parts)
    keeps = basket.keeps if balance else (0, 0)
    text = json.dumps(
        {
            "v": 3,
            "currency": "IDR",
            "parts": [_plain(part) for part in parts],
            "place": basket.place_code,
            "payment": basket.payment_method,
            "items": items_total.rupiah,
            "shipping": shipping_total.rupiah,
            "vouchers": {one.voucher: {"payer": one.payer, "sum": one.sum.rupiah} for one in vouchers},
            "discount": discount_total.rupiah,
            "total": payable.rupiah,
            "later": balance.rupiah,
            "keeps": list(keeps),
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return Quote(
        parts=parts,
        items_total=items_total,
        shipping_total=shipping_total,
        discount_total=discount_total,
        vouchers=vouchers,
        total=payable,
        text=text,
        digest=digest_of(text),
        balance=balance,
        keeps=keeps,
    )


def digest_of(text: str) -> str:
    """The digest that belongs to a quote's canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def differences(before: str, after: Quote) -> list[Difference]:
    """What has changed since `before` (a quote's canonical text), in sentences; ValueError when it is no such text."""
    try:
        old = json.loads(before)
        new = json.loads(after.text)
        return _compare(old, new)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not the text of a quote") from error


def _priced(part: BasketPart) -> QuotePart:
    merged: dict[str, QuotedLine] = {}
    for line in part.lines:
        if line.quantity <= 0 or line.unit_price.rupiah < 0 or not 0 <= line.deposit < 100:
            raise ValueError("a line has a positive quantity, a price of zero or more, and a deposit below the whole")
        known = merged.get(line.variant)
        known_as = known and (known.unit_price, known.days, known.deposit)
        if known_as is not None and known_as != (line.unit_price, line.days, line.deposit):
            raise ValueError("one variant at two prices")
        quantity = line.quantity + (known.quantity if known else 0)
        merged[line.variant] = replace(line, quantity=quantity)
    if part.delivery.price.rupiah < 0:
        raise ValueError("a delivery has a price of zero or more")
    lines = tuple(merged[variant] for variant in sorted(merged))
    items_total = total(line.total for line in lines)
    return QuotePart(
        seller=part.seller,
        seller_name=part.seller_name,
        lines=lines,
        delivery=part.delivery,
        items_total=items_total,
        shipping_total=part.delivery.price,
        total=items_total + part.delivery.price,
        ready_on=part.ready_on,
    )


def _discounted(parts: list[QuotePart], vouchers: Sequence[QuotedVoucher]) -> tuple[QuotePart, ...]:
    lines = [[Spot(part.seller, line.variant, line.total, []) for line in part.lines] for part in parts]
    deliveries = [Spot(part.seller, None, part.shipping_total, []) for part in parts]
    spread(vouchers, [spot for spots in (*lines, deliveries) for spot in spots])
    found = []
    for part, spots, delivery in zip(parts, lines, deliveries, strict=True):
        line_shares, delivery_shares = tuple(tuple(one.shares) for one in spots), tuple(delivery.shares)
        less = total(share.sum for shares in (*line_shares, delivery_shares) for share in shares)
        later = tuple(balance_of(spot.left, line.deposit) for spot, line in zip(spots, part.lines, strict=True))
        found.append(
            replace(
                part,
                discount_total=less,
                total=part.total - less,
                line_shares=line_shares,
                delivery_shares=delivery_shares,
                line_balances=later,
                balance=total(later),
            )
        )
    return tuple(found)


def _applied(parts: Sequence[QuotePart]) -> tuple[Share, ...]:
    sums: dict[str, Share] = {}
    for share in (share for part in parts for share in part.shares):
        known = sums.get(share.voucher)
        sums[share.voucher] = replace(share, sum=share.sum + known.sum) if known else share
    return tuple(sums[code] for code in sorted(sums))


def _off(shares: Sequence[Share]) -> dict[str, int]:
    return {share.voucher: share.sum.rupiah for share in shares}


def _plain(part: QuotePart) -> dict[str, Any]:
    return {
        "seller": part.seller,
        "name": part.seller_name,
        "lines": {
            line.variant: {
                "title": line.title,
                "quantity": line.quantity,
                "price": line.unit_price.rupiah,
                "days": line.days,
                "off": _off(shares),
                "deposit": line.deposit,
                "later": later.rupiah,
            }
            for line, shares, later in zip(part.lines, part.line_shares, part.line_balances, strict=True)
        },
        "delivery": {
            "key": part.delivery.key,
            "price": part.delivery.price.rupiah,
            "days": [part.delivery.days_min, part.delivery.days_max],
        },
        "delivery_off": _off(part.delivery_shares),
        "discount": part.discount_total.rupiah,
        "items": part.items_total.rupiah,
        "shipping": part.shipping_total.rupiah,
        "total": part.total.rupiah,
        "later": part.balance.rupiah,
        **({"ready_on": part.ready_on.isoformat()} if part.ready_on else {}),
    }


def _compare(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    found = []
    before = {code: line for part in old["parts"] for code, line in part["lines"].items()}
    after = {code: line for part in new["parts"] for code, line in part["lines"].items()}
    for code in sorted(before.keys() | after.keys()):
        if code not in after:
            title = {"product": before[code]["title"]}
            found.append(Difference("gone", N_("“%(product)s” is no longer in your order."), title))
        elif code not in before:
            title = {"product": after[code]["title"]}
            found.append(Difference("new", N_("“%(product)s” has been added to your order."), title))
        else:
            found.extend(_compare_lines(before[code], after[code]))
    sellers = {part["seller"]: part for part in old["parts"]}
    for part in new["parts"]:
        was = sellers.get(part["seller"])
        if was is not None and was.get("ready_on") != part.get("ready_on"):
            message = N_("%(seller)s is away on other days than before. Please look at the new day of dispatch.")
            found.append(Difference("days", message, {"seller": part["name"]}))
        if was is None or was["delivery"] == part["delivery"]:
            continue
        if was["delivery"]["key"] != part["delivery"]["key"]:
            message = N_("The delivery by %(seller)s is another one.")
            found.append(Difference("delivery", message, {"seller": part["name"]}))
        elif was["delivery"]["price"] != part["delivery"]["price"]:
            message = N_("Delivery by %(seller)s now costs %(after)s instead of %(before)s.")
            sums = {"before": Money(was["delivery"]["price"]), "after": Money(part["delivery"]["price"])}
            found.append(Difference("delivery", message, {"seller": part["name"], **sums}))
        else:
            message = N_("Delivery by %(seller)s takes another number of days.")
            found.append(Difference("days", message, {"seller": part["name"]}))
    found.extend(_compare_vouchers(old.get("vouchers", {}), new["vouchers"]))
    if old.get("keeps", new["keeps"]) != new["keeps"] and any(new["keeps"]):
        message = N_("What stays with the maker when you leave while it is made is another share now.")
        found.append(Difference("deposit", message, {}))
    if old["place"] != new["place"]:
        found.append(Difference("place", N_("The place of delivery is another one."), {}))
    if old["payment"] != new["payment"]:
        found.append(Difference("payment", N_("The way of paying is another one."), {}))
    return found


def _compare_vouchers(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    found = []
    for code in sorted(old.keys() | new.keys()):
        was, now = old.get(code, {}).get("sum", 0), new.get(code, {}).get("sum", 0)
        if was == now:
            continue
        if not now:
            message = N_("Voucher %(voucher)s takes nothing off any more.")
        elif not was:
            message = N_("Voucher %(voucher)s takes %(after)s off.")
        else:
            message = N_("Voucher %(voucher)s now takes %(after)s off instead of %(before)s.")
        found.append(Difference("voucher", message, {"voucher": code, "before": Money(was), "after": Money(now)}))
    return found


def _compare_lines(was: dict[str, Any], now: dict[str, Any]) -> list[Difference]:
    found = []
    if was["price"] != now["price"]:
        message = N_("“%(product)s” now costs %(after)s instead of %(before)s.")
        sums = {"before": Money(was["price"]), "after": Money(now["price"])}
        found.append(Difference("price", message, {"product": now["title"], **sums}))
    if was.get("deposit", 0) != now["deposit"]:
        message = N_("“%(product)s” is to be paid at once.")
        if now["deposit"]:
            message = N_("“%(product)s”: %(deposit)s percent are paid now, the rest when it is ready.")
        found.append(Difference("deposit", message, {"product": now["title"], "deposit": now["deposit"]}))
    if was["quantity"] != now["quantity"]:
        message = N_("“%(product)s”: now %(after)s, before %(before)s.")
        counts = {"before": was["quantity"], "after": now["quantity"]}
        found.append(Difference("quantity", message, {"product": now["title"], **counts}))
    if was["days"] != now["days"]:
        message = N_("“%(product)s” now takes %(after)s working days instead of %(before)s.")
        found.append(
            Difference("days", message, {"product": now["title"], "before": was["days"], "after": now["days"]})
        )
    return found
