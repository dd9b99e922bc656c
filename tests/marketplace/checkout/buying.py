"""The part of the one machine in which Sari buys from two sellers and everybody may try every verb on her orders."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from catalog.db import db
from catalog.errors import Forbidden
from catalog.inventory.services import adjust
from catalog.money import Money
from catalog.products.models import Variant
from marketplace.carts import services as carts
from marketplace.carts.queries import read_cart
from marketplace.checkout.services import place
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.states import ORDER
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, Refund, RefundState
from tests.marketplace.checkout.shopping import request_for
from tests.marketplace.living import Living

VERBS = {
    "confirm": lambda order, actor: orders.confirm(order, actor),
    "ship": lambda order, actor: orders.ship(order, actor, "JNE", "TG12345678"),
    "part": lambda order, actor: orders.ship(order, actor, pieces={order.lines[0].code: 1}),
    "arrive": lambda order, actor: orders.receive(order.shipments[-1], actor) if order.shipments else None,
    "deliver": lambda order, actor: orders.mark_delivered(order, actor),
    "complete": lambda order, actor: orders.complete(order, actor),
    "cancel": lambda order, actor: orders.cancel(order, actor, "berubah pikiran"),
    "lose": lambda order, actor: orders.cancel(order, actor, "hilang di jalan", goods_back=False),
}


class Buying(Living):
    @rule(picks=st.lists(st.integers(0, 4), min_size=1, max_size=3), quantity=st.integers(1, 3), cash=st.booleans())
    def buy(self, picks: list[int], quantity: int, cash: bool) -> None:
        def deed() -> None:
            owner = self.sari()
            for n in picks:
                carts.add(owner, self.pick(Variant, n).code, quantity)
            near = {one.code: one.district_code.startswith("19.05") for one in read_cart(owner).sellers}
            deliveries = {code: "own" if is_near else "pickup" for code, is_near in near.items()}
            place(owner, request_for(owner, "cash" if cash else "bank-transfer", deliveries=deliveries))

        self.attempt(deed)

    @rule(n=st.integers(0, 9), off=st.sampled_from([0, 0, 0, 1]), back=st.booleans())
    def move_money(self, n: int, off: int, back: bool) -> None:
        """A transfer comes, now and then of another sum; or the operator sends back what is owed."""

        def deed() -> None:
            payment, refund = self.pick(Payment, n), self.pick(Refund, n)
            if not back and payment is not None:
                payments.confirm_transfer(payment.due + Money(off), f"TRX {payment.code} {off}", self.person("tono"))
            elif back and refund is not None and refund.state is RefundState.OWED:
                payments.send_refund(refund, f"BACK {refund.code}", self.person("tono"))

        self.attempt(deed)

    @rule(n=st.integers(0, 9), verb=st.sampled_from(sorted(VERBS)), actor=st.sampled_from(sorted(Actor)))
    def move_order(self, n: int, verb: str, actor: Actor) -> None:
        def deed() -> None:
            order = self.pick(Order, n)
            if order is None:
                return
            db.session.refresh(order, ["lines", "shipments"])
            before, under_way = order.state, order.state is OrderState.SHIPPED or order.is_partly_sent
            lost = "fail" if under_way else "cancel"
            name = {"lose": lost, "part": "ship", "arrive": "deliver"}.get(verb, verb)
            known = ORDER.transitions[name]
            allowed = actor in known.actors
            try:
                VERBS[verb](order, actor)
            except Forbidden:
                raise
            else:
                assert allowed or (name == "cancel" and under_way), (name, actor, before)

        self.attempt(deed)

    @rule(n=st.integers(0, 1), delta=st.integers(-3, 3))
    def count(self, n: int, delta: int) -> None:
        self.attempt(lambda: adjust(self.pick(Variant, n), delta, "count"))
