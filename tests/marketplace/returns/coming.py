"""Pieces that have come, and a return of them, in one line each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from catalog import clock
from catalog.db import db, transaction
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.carts.models import Owner
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import complete, mark_delivered, ship
from marketplace.returns import services as returns
from marketplace.returns.models import Return
from marketplace.returns.queries import list_due
from marketplace.returns.wishes import Wish
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

WORDS = "Ada benang yang putus di tepi kain."


def came(cast: Cast, *wanted: tuple[Product, int], owner: Owner | None = None, **values: Any) -> Order:
    """The only order of a purchase that was paid, made ready and picked up."""
    purchase = buy(owner or of(cast.sari), *wanted, **values).purchase
    if values.get("method") != "cash":
        pay(purchase, cast.tono)
    (order,) = orders_of(purchase)
    with transaction():
        ship(order, Actor.SELLER, user=cast.ratna)
    with transaction():
        mark_delivered(order, Actor.BUYER)
    return fresh(order)


def over(order: Order) -> Order:
    with transaction():
        complete(order, Actor.BUYER)
    return fresh(order)


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.scalars(
        db.select(Order).where(Order.id == order.id).execution_options(populate_existing=True)
    ).one()


def now(found: Return) -> Return:
    db.session.rollback()
    return db.session.scalars(
        db.select(Return).where(Return.id == found.id).execution_options(populate_existing=True)
    ).one()


def wish(order: Order, kind: str = "return", reason: str = "damaged", pieces: int = 1, words: str = WORDS) -> Wish:
    return Wish(kind, {order.lines[0].code: (pieces, reason)}, words)


def ask(
    order: Order, kind: str = "return", reason: str = "damaged", pieces: int = 1, user: User | None = None
) -> Return:
    with transaction():
        return returns.ask(order, wish(order, kind, reason, pieces), user)


def wait(days: float) -> Any:
    """The clock, `days` from now, with everything that is due by then done."""
    return clock.frozen(clock.now() + timedelta(days=days))


def sweep() -> list[bool]:
    """What the clock does to returns now."""
    done = []
    for key in list_due(clock.now()):
        with transaction() as session:
            done.append(returns.sweep_one(session.get_one(Return, key)))
    return done
