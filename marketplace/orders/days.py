"""The promised day of an order, and another one that the seller proposes.

Until the buyer has answered, the first day holds with all that hangs on it. The buyer may take the new day, keep the
first one, or call the order off without cost, even where work on the piece has begun (see `states.leaving`).
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, lock
from catalog.errors import Conflict, Invalid
from catalog.inventory import promises
from catalog.text import N_, tidy
from marketplace.accounts.models import User
from marketplace.orders.models import Actor, DayAnswer, DayProposal, Order, OrderState
from marketplace.orders.services import hold, set_timer, tell
from marketplace.signals import order_moved

LATEST = timedelta(days=365)
"""How far behind the first day a new one may lie."""
ASKABLE = frozenset({OrderState.TO_CONFIRM, OrderState.PROCESSING})


def propose_day(order: Order, day: date | None, reason: str, user: User | None) -> DayProposal:
    """The seller asks for a later day. Invalid names `day` or `reason`; Conflict where there is nothing to ask."""
    order, _ = hold(order)
    reason = tidy(reason)[:300]
    first = order.ship_by
    if order.state not in ASKABLE or first is None or order.ready_at is not None:
        raise Conflict(N_("The day of this order cannot be changed any more."))
    if day is None or day <= max(first, clock.today()) or day > first + LATEST:
        raise Invalid(N_("Choose a day after the promised one, within a year."), field="day")
    if not order.seller.calendar.is_working(day):
        raise Invalid(N_("Nobody works on that day. Choose a working day."), field="day")
    if len(reason) < 3:
        raise Invalid(N_("Write for the buyer why it takes longer."), field="reason")
    proposal = DayProposal(order_id=order.id, first_on=first, new_on=day, reason=reason)
    proposal.proposed_by_id = user.id if user else None
    try:
        with db.session.begin_nested():
            db.session.add(proposal)
    except IntegrityError:
        raise Conflict(
            N_("The buyer has not answered your first question yet. Take it back before you ask again.")
        ) from None
    _note(order, "day-proposed", Actor.SELLER, user, reason)
    return proposal


def accept_day(order: Order, user: User | None = None, seen: str | None = None) -> Order:
    """The buyer takes the new day, which they have `seen` (as in `2026-12-31`): it is promised from now on. Conflict when
    the shop has proposed another one since."""
    order, proposal = _answer(order, DayAnswer.ACCEPTED)
    if seen is not None and seen != proposal.new_on.isoformat():
        raise Conflict(N_("The shop has proposed yet another day since. Please look at it before you answer."))
    if proposal.new_on < clock.today():
        raise Conflict(N_("The proposed day is over. Please ask the seller for another one."))
    order.ship_by = proposal.new_on
    promises.postpone(order.code, proposal.new_on, order.seller.calendar)
    set_timer(order, None)
    _note(order, "day-accepted", Actor.BUYER, user, "")
    return order


def keep_day(order: Order, user: User | None = None) -> Order:
    """The buyer keeps to the first day."""
    order, _ = _answer(order, DayAnswer.DECLINED)
    _note(order, "day-declined", Actor.BUYER, user, "")
    return order


def withdraw_day(order: Order, user: User | None = None) -> Order:
    """The seller makes the first day after all."""
    order, _ = _answer(order, DayAnswer.WITHDRAWN)
    _note(order, "day-withdrawn", Actor.SELLER, user, "")
    return order


def _answer(order: Order, answer: DayAnswer) -> tuple[Order, DayProposal]:
    order, _ = hold(order)
    proposal = db.session.scalar(
        lock(
            select(DayProposal).where(DayProposal.order_id == order.id, DayProposal.answered_at.is_(None))
        ).execution_options(populate_existing=True)
    )
    if proposal is None or order.state not in ASKABLE:
        raise Conflict(N_("No other day is proposed at the moment."))
    proposal.answer, proposal.answered_at = answer, clock.now()
    return order, proposal


def _note(order: Order, name: str, actor: Actor, user: User | None, note: str) -> None:
    tell(order, name, actor, user, note)
    db.session.flush()
    db.session.expire(order, ["proposals"])
    order_moved.send(order, event=name)
