"""The life of one seller's order, as a table; and the guards that a table cannot say.

    awaiting-payment → to-confirm → processing → shipped → delivered → completed
            └──────────────┴────────────┴───────────┴→ cancelled

Cash orders begin at to-confirm. An order is shipped when its last piece has been handed over; until then it is being
processed, however many parcels are out. Where a part of it was paid as a deposit, nothing is sent before the balance is
paid, which is asked for when it is ready (see `balances`). `fail` is the cancellation of what is already under way, wholly or in part:
refused at the door, not collected, lost. Every state but the last two has a timer (`due_at`), and the system does what
is due.
"""

from __future__ import annotations

from enum import StrEnum

from catalog import clock
from catalog.errors import Conflict, Forbidden
from catalog.money import ZERO, Money
from catalog.states import Machine, Transition
from catalog.text import N_
from marketplace.orders.models import Actor, Order
from marketplace.orders.models import OrderState as S
from marketplace.payments.models import PaymentMethod
from marketplace.pricing.deposits import share_of
from marketplace.sellers.models import DeliveryKind

_ALL = frozenset(Actor)
_DESK = frozenset({Actor.SELLER, Actor.OPERATOR})

ORDER: Machine[S] = Machine(
    Transition("pay", frozenset({S.AWAITING_PAYMENT}), S.TO_CONFIRM, frozenset({Actor.SYSTEM})),
    Transition("expire", frozenset({S.AWAITING_PAYMENT}), S.CANCELLED, frozenset({Actor.SYSTEM})),
    Transition("confirm", frozenset({S.TO_CONFIRM}), S.PROCESSING, _DESK),
    Transition("ship", frozenset({S.PROCESSING}), S.SHIPPED, _DESK),
    Transition("deliver", frozenset({S.SHIPPED}), S.DELIVERED, _ALL),
    Transition(
        "complete", frozenset({S.DELIVERED}), S.COMPLETED, frozenset({Actor.BUYER, Actor.OPERATOR, Actor.SYSTEM})
    ),
    Transition("cancel", frozenset({S.AWAITING_PAYMENT, S.TO_CONFIRM, S.PROCESSING}), S.CANCELLED, _ALL),
    Transition(
        "fail",
        frozenset({S.PROCESSING, S.SHIPPED}),
        S.CANCELLED,
        frozenset({Actor.SELLER, Actor.OPERATOR, Actor.SYSTEM}),
    ),
)

TERMINAL = frozenset({S.COMPLETED, S.CANCELLED})


class Leaving(StrEnum):
    """What calling an order off means for its buyer, by stage. The first that fits holds."""

    OVER = "over"
    """It is completed or cancelled."""
    SENT = "sent"
    """A piece is on its way or has arrived: there are returns for that."""
    FREE = "free"
    """Not paid or not accepted: at any time, all money back."""
    LATE = "late"
    """The promised day is over: without cost, even where work has begun."""
    MOVED = "moved"
    """The seller has proposed another day: without cost, even where work has begun."""
    MAKING = "making"
    """It is made against a deposit: at once, and a share of the deposit stays (`Order.keeps_begun`); or the buyer asks,
    and the seller may let all of it go back."""
    READY = "ready"
    """It is ready and its balance not paid: at once, and a larger share of the deposit stays (`Order.keeps_ready`). So
    it is when the balance is not paid in time."""
    BEGUN = "begun"
    """The seller prepares it: the buyer asks, and the seller answers (see `wishes`)."""


def leaving(order: Order) -> Leaving:
    """The stage of an order as far as calling it off is concerned."""
    if order.state in TERMINAL:
        return Leaving.OVER
    if order.state in (S.SHIPPED, S.DELIVERED) or order.is_partly_sent:
        return Leaving.SENT
    if order.state is not S.PROCESSING:
        return Leaving.FREE
    waits = order.waits_for_balance and order.ready_at is not None
    day = order.ready_at.astimezone(clock.WIB).date() if waits and order.ready_at else clock.today()
    if order.ship_by is not None and order.ship_by < day:
        return Leaving.LATE
    if waits:
        return Leaving.READY
    if order.proposal is not None:
        return Leaving.MOVED
    return Leaving.MAKING if order.owes_balance else Leaving.BEGUN


def keeps(order: Order, actor: Actor) -> Money:
    """What of the deposit stays with the shop when `actor` calls the order off now. Only buyers lose any, by their own
    step or by not paying the balance; whoever sells or operates gives everything back."""
    if actor not in (Actor.BUYER, Actor.SYSTEM):
        return ZERO
    percent = {Leaving.MAKING: order.keeps_begun, Leaving.READY: order.keeps_ready}.get(leaving(order), 0)
    return share_of(order.deposit, percent)


def check(order: Order, name: str, actor: Actor) -> None:
    """What the table cannot say: raises Forbidden or Conflict with a sentence for `actor`."""
    at_hand = order.delivery is not DeliveryKind.COURIER
    is_cash = order.purchase.payment_method is PaymentMethod.CASH
    if name == "cancel" and actor is Actor.BUYER and leaving(order) is Leaving.BEGUN:
        raise Conflict(N_("The seller is preparing it already. Ask to cancel it; the seller answers."))
    if name == "ship" and order.owes_balance:
        raise Conflict(N_("The balance of this order is not paid yet. Nothing leaves before."))
    if name == "cancel" and order.is_partly_sent:
        raise Conflict(N_("A part of this order is on its way already. Please ask the operator to cancel it."))
    if name == "fail" and order.state is S.PROCESSING and not order.is_partly_sent:
        raise Conflict(N_("Nothing of this order is on its way yet."))
    if name == "complete" and order.open_returns:
        raise Conflict(N_("A return of this order is not over yet."))
    if name == "deliver" and actor is Actor.SELLER and not at_hand:
        raise Forbidden(N_("With a courier, the buyer says that the parcel has arrived."))
    if name == "fail" and actor is Actor.SELLER and not is_cash:
        raise Forbidden(N_("This order is paid. Please ask the operator to cancel it."))
