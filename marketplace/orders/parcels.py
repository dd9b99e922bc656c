"""What lies in which parcel: never more of a line than was sold, and an order has arrived when its last parcel has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from catalog import clock
from catalog.db import change, db
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.text import N_, tidy
from marketplace.orders.models import Order, OrderLine, Shipment, ShipmentLine
from marketplace.sellers.models import DeliveryKind
from marketplace.shipping.models import CourierService
from marketplace.shipping.tracking import tidy_number


@dataclass(frozen=True, slots=True)
class Label:
    """Who carries a parcel, under which number; both empty where no courier is needed."""

    courier: str = ""
    number: str = ""

    @property
    def text(self) -> str:
        return f"{self.courier} {self.number}".strip()


def read_label(delivery: DeliveryKind, courier: str, number: str, paid: CourierService | None = None) -> Label:
    """Courier and number as typed, checked where a courier carries it; Several names every field that is wrong. `paid` is
    the service whose courier the buyer pays at the door: then no other one carries it."""
    if delivery is not DeliveryKind.COURIER:
        return Label()
    label = Label(tidy(courier)[:40], tidy_number(tidy(number)))
    errors: list[DomainError] = []
    if not label.courier:
        errors.append(Invalid(N_("Write the name of the courier."), field="courier"))
    elif paid is not None and label.courier.casefold() != paid.courier.casefold():
        message = N_("The buyer pays the courier of %(courier)s at the door. Please hand it over there.")
        errors.append(Invalid(message, field="courier", courier=paid.courier))
    number = label.number
    if not 6 <= len(number) <= 40 or not number.isascii() or not number.replace("-", "").isalnum():
        errors.append(Invalid(N_("A tracking number has 6 to 40 letters and digits."), field="number"))
    if errors:
        raise Several(errors)
    return label


def pack(order: Order, pieces: Mapping[str, int] | None, label: Label) -> Shipment:
    """A parcel with `pieces` per line code, or with everything that is left. The order's row is locked by the caller."""
    chosen = _choose(order, pieces)
    shipment = Shipment(order_id=order.id, courier=label.courier, number=label.number)
    for line in order.lines:
        quantity = chosen.get(line.code, 0)
        if not quantity:
            continue
        fits = OrderLine.shipped + quantity <= OrderLine.quantity
        taken = update(OrderLine).where(OrderLine.id == line.id, fits).values(shipped=OrderLine.shipped + quantity)
        if not change(taken):
            raise Conflict(N_("Somebody has just packed these pieces. Please look at the order again."))
        db.session.refresh(line, ["shipped"])
        shipment.lines.append(ShipmentLine(line_id=line.id, quantity=quantity))
    db.session.add(shipment)
    db.session.flush()
    return shipment


def _choose(order: Order, pieces: Mapping[str, int] | None) -> dict[str, int]:
    left = {line.code: line.left for line in order.lines}
    if pieces is None:
        return left
    errors: list[DomainError] = []
    for code, quantity in pieces.items():
        if not 0 <= quantity <= left.get(code, 0):
            message = N_("Write a number from 0 to %(most)s.")
            errors.append(Invalid(message, field=f"pieces-{code}", most=left.get(code, 0)))
    if not errors and not any(pieces.values()):
        errors.append(Invalid(N_("Say which pieces lie in this parcel."), field="pieces"))
    if not errors and order.is_collected and {**dict.fromkeys(left, 0), **pieces} != left:
        errors.append(Invalid(N_("What is picked up is set ready all at once."), field="pieces"))
    if not errors and order.cod_service_id and {**dict.fromkeys(left, 0), **pieces} != left:
        errors.append(Invalid(N_("What the courier is paid for goes in one parcel."), field="pieces"))
    if errors:
        raise Several(errors)
    return dict(pieces)


def arrive(shipment: Shipment) -> None:
    """One parcel is with its receiver; Conflict when it was before."""
    first = update(Shipment).where(Shipment.id == shipment.id, Shipment.delivered_at.is_(None))
    if not change(first.values(delivered_at=clock.now())):
        raise Conflict(N_("This parcel has arrived already."))
    db.session.refresh(shipment, ["delivered_at"])


def arrive_all(order: Order) -> None:
    """Whatever of an order was still on the road has arrived now."""
    on_the_road = Shipment.order_id == order.id, Shipment.delivered_at.is_(None)
    for shipment in db.session.scalars(select(Shipment).where(*on_the_road)):
        shipment.delivered_at = clock.now()


def is_all_there(order: Order) -> bool:
    """Whether every parcel of an order has arrived and nothing waits to be packed."""
    on_the_road = select(Shipment.id).where(Shipment.order_id == order.id, Shipment.delivered_at.is_(None))
    return not any(line.left for line in order.lines) and db.session.scalar(on_the_road.limit(1)) is None
