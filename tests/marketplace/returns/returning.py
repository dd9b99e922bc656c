"""The part of the one machine in which buyer, seller and operators take the steps of returns."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from catalog.db import db
from catalog.money import Money
from marketplace.orders.models import Actor, Order
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.models import Remedy, Return, ReturnKind
from marketplace.returns.states import RETURN
from marketplace.returns.unsent import refund_rest
from marketplace.returns.wishes import Wish, what_is_open
from tests.marketplace.living import START, Living

WHY = "Ada benang yang putus di tepi kain."


class Returning(Living):
    def answer(self, found: Return, remedy: str, back: bool, percent: int) -> Answer:
        granted = {one.line.code: Money(one.worth.rupiah * percent // 100) for one in found.lines}
        return Answer(remedy, back, date(2026, 12, 1) + (self.now - START), None if percent == 100 else granted, WHY)

    @rule(
        n=st.integers(0, 9),
        kind=st.integers(0, 9),
        why=st.integers(0, 9),
        pieces=st.sampled_from([1, 1, 2, 3]),
        off=st.sampled_from([0, 0, 0, 1]),
    )
    def ask(self, n: int, kind: int, why: int, pieces: int, off: int) -> None:
        self.attempt(lambda: self.wish_for(n, kind, why, pieces, off))

    def wish_for(self, n: int, kind: int, why: int, pieces: int, off: int) -> None:
        """For what is open, and now and then for one piece too many."""
        order = self.pick(Order, n)
        open_ = what_is_open(order)
        if not open_:
            return
        kinds = sorted({one for each in open_ for one in each.reasons})
        wanted = kinds[kind % len(kinds)]
        lines = {
            each.line.code: (
                min(pieces, each.pieces) + off,
                sorted(each.reasons[wanted])[why % len(each.reasons[wanted])],
            )
            for each in open_[: 1 + n % 2]
            if wanted in each.reasons
        }
        returns.ask(order, Wish(wanted, lines, WHY))

    @rule(n=st.integers(0, 3))
    def end_the_rest(self, n: int) -> None:
        """What a shop does not send beside what has left goes back, now and then of an order that has no such rest."""

        def deed() -> None:
            every = db.session.scalars(db.select(Order).order_by(Order.id)).all()
            begun = [one for one in every if one.is_partly_sent] or every
            if begun:
                refund_rest(begun[n % len(begun)], self.person("tono"), WHY)

        self.attempt(deed)

    @rule(
        n=st.integers(0, 9),
        moves=st.lists(st.sampled_from(range(1, 25)), min_size=2, max_size=7),
        remedy=st.sampled_from([Remedy.REFUND, Remedy.REFUND, None, None, *Remedy]),
        back=st.booleans(),
        percent=st.sampled_from([100, 100, 33, 0]),
    )
    def move_return(self, n: int, moves: list[int], remedy: Remedy | None, back: bool, percent: int) -> None:
        """Somebody takes a step that is open to them, and others go on from there."""
        for move in moves:
            self.attempt(lambda move=move: self.take_step(n, move, remedy, back, percent))

    def take_step(self, n: int, move: int, remedy: Remedy | None, back: bool, percent: int) -> None:
        rows = db.session.scalars(db.select(Return).where(Return.due_at.is_not(None)).order_by(Return.id)).all()
        if not rows:
            self.wish_for(n, move, move // 3, 1 + move % 2, 0)
            return
        found = rows[n % len(rows)]
        moves = [
            (who, one) for who in (Actor.BUYER, Actor.SELLER, Actor.OPERATOR) for one in returns.open_moves(found, who)
        ]
        steady = [one for one in moves if one[1] != "withdraw"]
        moves = steady if steady and move % 8 else moves
        actor, verb = moves[move % len(moves)]
        wanted = remedy or (Remedy.REPLACEMENT if found.kind is ReturnKind.EXCHANGE else Remedy.REFUND)
        answer = self.answer(found, wanted, back or found.kind is ReturnKind.EXCHANGE, percent)
        steps: dict[str, Any] = {
            "accept": lambda: returns.accept(found, answer),
            "offer": lambda: returns.accept(found, answer),
            "refuse": lambda: returns.refuse(found, WHY),
            "take": lambda: returns.take(found),
            "withdraw": lambda: returns.withdraw(found),
            "escalate": lambda: returns.escalate(found, actor, WHY),
            "appeal": lambda: returns.appeal(found, actor, WHY),
            "rule": lambda: returns.decide(found, self.person("tono"), answer),
            "conclude": lambda: returns.decide(found, self.person("tono"), answer),
            "send_back": lambda: returns.send_back(found, "JNE", "TG12345678"),
            "receive": lambda: returns.receive(found, {one.line.code: 1 for one in found.lines}),
            "send_anew": lambda: returns.send_anew(found, "", ""),
            "satisfy": lambda: returns.satisfy(found),
        }
        steps[verb]()

    @rule(n=st.integers(0, 9), verb=st.sampled_from(["take", "withdraw", "receive", "send_anew", "satisfy"]))
    def try_anything(self, n: int, verb: str) -> None:
        def deed() -> None:
            found = self.pick(Return, n)
            if found is not None:
                before = found.state
                getattr(returns, verb)(*([found, "", ""] if verb == "send_anew" else [found]))
                assert RETURN.may(before, verb), (before, verb)

        self.attempt(deed)
