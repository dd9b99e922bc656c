"""What a shop never sends of an order of which a part has left: an operator ends the waiting, and what came has arrived.

The pieces that do not come are noted as a parcel of their own that never left (`Shipment.unsent_at`), so that every
piece of an order stays in exactly one place. What goes back for them is a return's to say (see `returns.unsent`).
"""

from __future__ import annotations

from sqlalchemy import Exists, exists

from catalog import clock
from catalog.db import db
from catalog.errors import Conflict
from catalog.text import N_
from marketplace.accounts.models import User
from marketplace.orders import parcels
from marketplace.orders.models import Actor, Order, OrderLine, Shipment, ShipmentLine
from marketplace.orders.services import hold, mark_delivered, tell
from marketplace.orders.states import ORDER
from marketplace.payments.models import PaymentMethod
from marketplace.signals import order_moved


def has_rest(order: Order) -> bool:
    """Whether a part has left, a part has not, and both are paid."""
    return order.is_partly_sent and order.purchase.payment_method is not PaymentMethod.CASH


def never_came() -> Exists:
    """Of an `OrderLine` in the query: none of its pieces was sent."""
    return exists().where(
        ShipmentLine.line_id == OrderLine.id,
        ShipmentLine.quantity == OrderLine.quantity,
        Shipment.id == ShipmentLine.shipment_id,
        Shipment.unsent_at.is_not(None),
    )


def end(order: Order, operator: User, words: str) -> Order:
    """The rest does not come: the order has arrived with what was sent. Conflict where there is no such rest."""
    order, _ = hold(order)
    if not has_rest(order):
        raise Conflict(N_("There is no paid rest of this order: a part of it must have left, and a part not."))
    parcels.pack(order, None, parcels.Label()).unsent_at = clock.now()
    if order.is_unwanted:
        order.cancel_answered_at = clock.now()
    ORDER.apply(order, "ship", Actor.OPERATOR)
    tell(order, "rest-ended", Actor.OPERATOR, operator, words)
    db.session.flush()
    order_moved.send(order, event="ship", actor=Actor.OPERATOR, is_passing=True)
    return mark_delivered(order, Actor.OPERATOR, operator)
