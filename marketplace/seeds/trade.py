"""What has been bought: purchases of the example, made by the same services that real buyers use, in the past.

Every step is taken at its own hour on a frozen clock, so stock, reservations, payments and events agree with each
other as they do for real orders. Letters about things long past are not sent.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from catalog import clock
from catalog.codes import hashed
from catalog.db import db, transaction
from catalog.places.queries import find_place
from marketplace.accounts.models import Session, User
from marketplace.carts import services as carts
from marketplace.carts.models import Owner
from marketplace.checkout import services as checkout
from marketplace.checkout.queries import prepare
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, Purchase
from marketplace.payments import services as payments
from marketplace.payments.models import PaymentMethod, Refund
from marketplace.payments.queries import find_payment
from marketplace.seeds import afterwards, content, inhabitants
from marketplace.seeds.chance import Chance
from marketplace.sellers.models import Membership

CALLED_OFF = {"expired", "cancelled-by-buyer", "cancelled-by-seller", "cancelled-late"}
"""Ends after which the pieces are free again."""

_PATH = ("to-confirm", "processing", "shipped", "delivered", "completed")
_HOURS = {"to-confirm": 2, "processing": 7, "shipped": 28, "completed": 40}
"""How long each step took, in hours; the road is told per purchase in days."""


@dataclass(frozen=True)
class Buyer:
    key: str
    recipient: str
    phone: str
    place: str
    address: str
    email: str = ""
    hotel: str = ""


@dataclass(frozen=True)
class Plan:
    """One purchase to be: `ago` in hours; `until` an end, or an end per shop; `deliver` a way per shop; `parted` when a
    first parcel has left before the rest; `days_of_work` for what is made to order."""

    buyer: str
    ago: int
    until: str | dict[str, str]
    lines: tuple[tuple[str, int, int], ...]
    deliver: dict[str, str] = field(default_factory=dict)
    pay: str = "bank-transfer"
    note: str = ""
    reason: str = ""
    refund: bool = False
    parted: bool = False
    days_on_road: int = 4
    days_of_work: int = 0

    def end_of(self, shop: str) -> str:
        return self.until if isinstance(self.until, str) else self.until[shop]

    @property
    def key(self) -> str:
        return f"{self.buyer}-{self.ago}"


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data/orders.toml").read_text("utf-8"))


def buyers() -> dict[str, Buyer]:
    return {row["key"]: Buyer(**row) for row in _file()["buyer"]}


def plans() -> list[Plan]:
    """Every purchase, the oldest first."""
    found = []
    for row in _file()["purchase"]:
        lines = tuple((one[0], one[1], one[2] if len(one) > 2 else 0) for one in row["lines"])
        found.append(Plan(**{**row, "lines": lines}))
    return sorted(found, key=lambda one: -one.ago)


def demand() -> dict[tuple[str, int], int]:
    """Pieces that leave the shelves or are held, by (key of the piece, place of the variant)."""
    taken: dict[tuple[str, int], int] = {}
    for plan in plans():
        for key, quantity, place in plan.lines:
            maker = next(one.maker for one in content.pieces() if one.key == key)
            if plan.end_of(content.shop_of()[maker]) not in CALLED_OFF:
                taken[key, place] = taken.get((key, place), 0) + quantity
    return taken


def needed_since() -> dict[str, timedelta]:
    """How long each bought piece must have been on sale."""
    since: dict[str, timedelta] = {}
    for plan in plans():
        for key, _, _ in plan.lines:
            since[key] = max(since.get(key, timedelta()), timedelta(hours=plan.ago))
    return since


def carry_on(chance: Chance, progress: Callable[[int], None]) -> int:
    """Make the purchases that are not there yet, each in its own transaction; how many were made."""
    made = 0
    for done, plan in enumerate(plans(), 1):
        code = purchase_code(chance, plan)
        if db.session.scalar(select(Purchase.id).where(Purchase.code == code)) is None:
            with transaction():
                _Trade(chance, plan).run()
            made += 1
        progress(done)
    return made


def purchase_code(chance: Chance, plan: Plan) -> str:
    """The code that `checkout.place` draws first under this plan's dice."""
    return chance.code(12, "born", "purchase", plan.key)


@dataclass
class _Trade:
    chance: Chance
    plan: Plan

    def run(self) -> None:
        before = afterwards.last_message()
        placed_at = clock.now() - timedelta(hours=self.plan.ago)
        purchase = self._place(placed_at)
        purchase.is_example = True
        shops = {one.id: key for key, one in inhabitants.shops(self.chance).items()}
        paid = False
        for order in list(purchase.orders):
            end = self.plan.end_of(shops[order.seller_id])
            paid = self._lead(purchase, order, end, placed_at, paid)
        afterwards.put_right(before)

    def _at(self, at: datetime, *key: object) -> Any:
        return self.chance.born(at, "trade", self.plan.key, *key)

    def _place(self, at: datetime) -> Purchase:
        buyer = buyers()[self.plan.buyer]
        with self._at(at - timedelta(minutes=20), "cart"):
            user, session = _visitor(self.chance, buyer, self.plan)
            owner = Owner(user=user, session=session)
            for key, quantity, which in self.plan.lines:
                code = self.chance.code(10, "variant", key, which)
                notices = carts.add(owner, code, quantity)
                if notices:
                    raise RuntimeError(f"{self.plan.key}: {notices[0]}")
        place = find_place(buyer.place)
        if place is None:
            raise LookupError(f"no place {buyer.place}")
        with self.chance.born(at, "purchase", self.plan.key):
            deliveries = self._deliveries(owner, buyer.place)
            shown = prepare(owner, place_code=buyer.place, deliveries=deliveries, payment_method=self.plan.pay)
            if shown.quote is None:
                raise RuntimeError(f"{self.plan.key}: no quote, {deliveries}")
            request = checkout.CheckoutRequest(
                key=shown.cart.checkout_key,
                digest=shown.quote.digest,
                email=user.email if user else buyer.email,
                recipient=buyer.recipient,
                phone=buyer.phone,
                address=buyer.address,
                place_code=buyer.place,
                postal_code=place.postal_codes[0],
                hotel=buyer.hotel,
                hotel_guest="Kamar 12" if buyer.hotel else "",
                stay_until=(clock.today() + timedelta(days=60)).isoformat() if buyer.hotel else "",
                deliveries=deliveries,
                payment_method=self.plan.pay,
                notes=dict.fromkeys(deliveries, self.plan.note) if self.plan.note else {},
                locale=user.locale if user else "id",
            )
            purchase = checkout.place(owner, request).purchase
        if session is not None:
            db.session.delete(session)
        return purchase

    def _deliveries(self, owner: Owner, place: str) -> dict[str, str]:
        """Per shop code what the plan says, else the cheapest courier."""
        keys = {one.code: key for key, one in inhabitants.shops(self.chance).items()}
        chosen = {}
        for code, options in prepare(owner, place_code=place).options.items():
            wanted = self.plan.deliver.get(keys[code], "courier")
            chosen[code] = next(one.key for one in options if one.key.startswith(wanted))
        return chosen

    def _lead(self, purchase: Purchase, order: Order, end: str, at: datetime, paid: bool) -> bool:
        """Walk one order to its end; whether the purchase is paid by now."""
        seller = owner_of(order.seller_id)
        is_cash = purchase.payment_method is PaymentMethod.CASH
        if end == "awaiting-payment":
            return paid
        if end == "expired":
            until = order.due_at or at + timedelta(hours=49)
            with self._at(until + timedelta(minutes=3), "expire"):
                orders.sweep_due()
            return paid
        if end == "cancelled-by-buyer":
            with self._at(at + timedelta(hours=1), "cancel"):
                orders.cancel(order, Actor.BUYER, "Salah pilih ukuran.", purchase.user)
            return paid
        if not is_cash and not paid:
            with self._at(at + timedelta(hours=_HOURS["to-confirm"]), "pay"):
                self._pay(purchase)
        if end == "cancelled-by-seller" or end == "cancelled-late":
            with self._at(at + timedelta(hours=8), "refuse"):
                orders.cancel(order, Actor.SELLER, self.plan.reason, seller)
                if self.plan.refund:
                    self._send_back(order)
            return True
        for name, moment in self._steps(at, end):
            with self._at(moment, name, order.seller_id):
                self._step(name, order, seller, purchase.user)
        return True

    def _steps(self, at: datetime, end: str) -> Iterator[tuple[str, datetime]]:
        moment = at + timedelta(hours=_HOURS["to-confirm"])
        for name in _PATH[1 : _PATH.index(end) + 1]:
            moment += timedelta(days=self.plan.days_on_road) if name == "delivered" else timedelta(hours=_HOURS[name])
            moment += timedelta(days=self.plan.days_of_work if name == "shipped" else 0)
            yield name, min(moment, clock.now() - timedelta(minutes=10))

    def _step(self, name: str, order: Order, seller: User, buyer: User | None) -> None:
        if name == "processing":
            orders.confirm(order, Actor.SELLER, seller)
            if self.plan.parted:
                self._send(order, seller, {order.lines[0].code: order.lines[0].quantity // 2})
        elif name == "shipped":
            self._send(order, seller)
        elif name == "delivered":
            orders.mark_delivered(order, Actor.BUYER, buyer)
        else:
            orders.complete(order, Actor.BUYER, buyer)

    def _send(self, order: Order, seller: User, pieces: dict[str, int] | None = None) -> None:
        number = f"CONTOH{self.chance.dice('waybill', order.code).randrange(10**9):09d}"
        by_courier = order.delivery.value == "courier"
        orders.ship(
            order, Actor.SELLER, "Kurir Contoh" if by_courier else "", number if by_courier else "", seller, pieces
        )

    def _pay(self, purchase: Purchase) -> None:
        payment = find_payment(purchase.code)
        if payment is None:
            raise LookupError(f"no payment of {purchase.code}")
        reference = f"CONTOH-{self.chance.dice('statement', self.plan.key).randrange(10**8):08d}"
        by = inhabitants.person("tono")
        if payment.by_two:
            payments.see(payment, inhabitants.person("sinta").id, reference)
        payments.settle(payment, reference=reference, operator=by)

    def _send_back(self, order: Order) -> None:
        refund = db.session.scalars(select(Refund).where(Refund.order_code == order.code)).one()
        by = None if refund.by_two else inhabitants.person("tono")
        payments.send_refund(refund, f"CONTOH-KEMBALI-{order.code}", by)


def _visitor(chance: Chance, buyer: Buyer, plan: Plan) -> tuple[User | None, Session | None]:
    if buyer.key in content.people():
        return inhabitants.person(buyer.key), None
    session = Session(
        token_hash=hashed(chance.code(26, "visit", plan.key)), data={}, expires_at=clock.after(timedelta(hours=1))
    )
    db.session.add(session)
    db.session.flush()
    return None, session


def owner_of(seller_id: int) -> User:
    return db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.seller_id == seller_id)
        .order_by(Membership.id)
        .limit(1)
    ).one()
