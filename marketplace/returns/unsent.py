"""Pieces that a shop never sent of an order of which a part has left: an operator ends the waiting, and their price and
share of the delivery go back as for any claim: decided by an operator, with one appeal for either side."""

from __future__ import annotations

from catalog.money import Money, total
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.orders import rests
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order
from marketplace.returns import services
from marketplace.returns.answers import Answer
from marketplace.returns.models import Reason, Remedy, Return, ReturnKind, ReturnState
from marketplace.returns.worth import part


def worth_of_rest(order: Order) -> Money:
    """What was paid for the pieces of an order that have not left, with their share of the delivery."""
    paid_for = services.paid_of(order)
    return total(
        part(sum_, line.quantity, line.returned, line.left)
        for line in order.lines
        for sum_ in (paid_for[line.id].items, paid_for[line.id].shipping)
    )


def refund_rest(order: Order, operator: User, words: str) -> Return:
    """The rest does not come and is paid back: a claim that is decided at once, which both sides may appeal against.

    Invalid (field `words`) without a reason; Conflict where there is no such rest.
    """
    words = services.read_reason(words, N_("Write for both sides why, in at least %(least)s characters."))
    order, _ = orders.hold(order)
    rest = [(line, line.left, Reason.MISSING) for line in order.lines if line.left]
    order = rests.end(order, operator, words)
    found = services.enter(order, ReturnKind.CLAIM, rest, words, ReturnState.ESCALATED)
    services.note(found, "unsent", Actor.OPERATOR, operator, words)
    return services.decide(found, operator, Answer(Remedy.REFUND, words=words))
