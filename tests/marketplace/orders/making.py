"""The part of the one machine in which pieces are made against a deposit: shown, ready, paid the rest of, or left."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from catalog import clock
from catalog.db import db
from catalog.inventory import workdays
from catalog.money import ZERO, Money, total
from marketplace.orders import balances, days, wishes
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderState, ProgressPhoto
from marketplace.orders.states import Leaving, keeps, leaving
from marketplace.payments import services as payments
from marketplace.payments.models import Payment, PaymentMethod, PaymentState, Refund
from tests.marketplace.living import Living

WHY = "Benangnya terlambat datang."
STEPS = ["accept", "show", "ready", "rest", "send", "leave", "wish", "keep", "later", "take", "stay"]


class Making(Living):
    @rule(
        n=st.integers(0, 5),
        moves=st.lists(st.integers(0, 23), min_size=2, max_size=6),
        seen=st.booleans(),
        odd=st.sampled_from(["", "", "", *STEPS]),
    )
    def make(self, n: int, moves: list[int], seen: bool, odd: str) -> None:
        """Somebody takes a step that is open to them, and others go on from there; now and then any step at all."""
        for move in moves:
            self.attempt(lambda move=move: self.take_on(n, move, seen))
        if odd:
            self.attempt(lambda: self.deed(n, odd, seen))

    def in_two(self, n: int) -> Order | None:
        """One that is paid in two parts and not over, where there is one."""
        rows = db.session.scalars(db.select(Order).where(Order.balance > 0).order_by(Order.id)).all()
        rows = [one for one in rows if one.due_at is not None] or list(rows)
        return rows[n % len(rows)] if rows else None

    def take_on(self, n: int, move: int, seen: bool) -> None:
        order = self.in_two(n)
        if order is None or order.due_at is None:
            return
        if order.state is OrderState.TO_CONFIRM:
            open_ = ["accept", "accept", "leave"]
        elif order.is_unwanted:
            open_ = ["keep", "ready"]
        elif order.proposal is not None:
            open_ = ["take", "stay", "ready", "leave"]
        elif order.waits_for_balance:
            open_ = ["rest", "rest", "rest", "leave"]
        elif order.owes_balance:
            open_ = ["ready", "ready", "ready", "later", "wish", "leave"]
        else:
            open_ = ["send"]
        if order.owes_balance and not order.waits_for_balance and not order.progress:
            self.deed(n, "show", seen)
        self.deed(n, open_[move % len(open_)], seen)

    def deed(self, n: int, step: str, seen: bool) -> None:
        order = self.in_two(n)
        if order is None:
            return
        deeds: dict[str, Any] = {
            "accept": lambda: orders.confirm(order, Actor.SELLER),
            "show": lambda: db.session.add(
                ProgressPhoto(order_id=order.id, files=[], digest=f"{len(order.progress):064d}")
            ),
            "ready": lambda: self.be_ready(order),
            "rest": lambda: self.pay_the_rest(order),
            "send": lambda: orders.ship(order, Actor.SELLER, "JNE", "TG12345678"),
            "leave": lambda: self.leave(order, seen),
            "wish": lambda: wishes.ask_to_cancel(order, WHY),
            "keep": lambda: wishes.keep_on(order, Actor.SELLER, WHY),
            "later": lambda: days.propose_day(order, self.day_for(order), WHY, None),
            "take": lambda: days.accept_day(order),
            "stay": lambda: days.keep_day(order),
        }
        deeds[step]()

    def day_for(self, order: Order) -> date:
        return workdays.add(max(order.ship_by or clock.today(), clock.today()), 5)

    def be_ready(self, order: Order) -> None:
        asked = balances.finish(order)
        assert asked.due - Money(asked.surplus) == order.balance
        assert leaving(order) in (Leaving.READY, Leaving.LATE)
        assert "ship" not in orders.open_moves(order, Actor.SELLER)

    def pay_the_rest(self, order: Order) -> None:
        payment = db.session.scalar(
            db.select(Payment).where(Payment.order_code == order.code).order_by(Payment.id.desc()).limit(1)
        )
        if payment is not None:
            was_open = payment.state is PaymentState.PENDING
            assert payments.settle(payment, reference=f"SISA {payment.code}") is was_open
            assert (order.balance_paid_at is not None) or not was_open

    def leave(self, order: Order, seen: bool) -> None:
        """The buyer leaves, having seen the rule of the stage, or believing that nothing is lost."""
        stage, lost = leaving(order), keeps(order, Actor.BUYER)
        orders.cancel(order, Actor.BUYER, "", most=lost if seen else ZERO)
        assert order.kept == lost and (seen or lost == ZERO)
        assert stage not in (Leaving.OVER, Leaving.SENT, Leaving.BEGUN)
        free = stage in (Leaving.FREE, Leaving.LATE, Leaving.MOVED)
        assert (order.kept == ZERO) if free else (order.kept <= order.deposit)

    def every_rupiah_of_the_left_is_somewhere(self) -> None:
        """What was paid for an order that is called off stays with the shop by its rule, or goes back."""
        left = db.select(Order).where(Order.state == OrderState.CANCELLED, Order.balance > 0)
        for order in db.session.scalars(left):
            for payment in db.session.scalars(
                db.select(Payment).where(Payment.purchase_code == order.purchase.code, Payment.paid_at.is_not(None))
            ):
                back = total(
                    db.session.scalars(
                        db.select(Refund.total).where(Refund.payment_id == payment.id, Refund.order_code == order.code)
                    ).all()
                )
                is_late = payment.state is PaymentState.LATE
                if payment.order_code == order.code:  # of the order, or of nobody when it came too late
                    assert total(one.total for one in payment.refunds) == payment.due, "a balance goes back whole"
                elif payment.order_code is None and not is_late and payment.provider != PaymentMethod.CASH.value:
                    before = order.due_first - order.kept
                    surplus = back - before if back > before else ZERO
                    paid_in_it = order.ready_at is not None or order.kept or back
                    assert not paid_in_it or before + surplus == back
                    assert surplus.rupiah in (0, payment.surplus), (surplus, payment.surplus)
