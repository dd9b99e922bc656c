"""How pieces come to be reviewed, in one line each, for tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from catalog.db import db, transaction
from marketplace.orders import services as orders
from marketplace.orders.models import Actor, Order, OrderLine
from marketplace.reviews import services
from marketplace.reviews.models import BuyerReview, Exchange, Review
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay


def here(thing: Any) -> Any:
    """The same row in the present session, as it is now."""
    return db.session.get_one(type(thing), inspect(thing).identity, populate_existing=True)


def sold(cast: Cast, *wanted: Any, owner: Any = None) -> Order:
    """An order of Sari (or another) that is paid and has not left."""
    purchase = buy(owner or of(here(cast.sari)), *((here(one), 1) for one in wanted or (cast.shawl,))).purchase
    pay(purchase, here(cast.tono))
    return orders_of(purchase)[0]


def arrived(cast: Cast, *wanted: Any, owner: Any = None) -> Order:
    """The same, delivered."""
    order = sold(cast, *wanted, owner=owner)
    with transaction():
        orders.ship(here(order), Actor.SELLER, user=here(cast.ratna))
    with transaction():
        orders.mark_delivered(here(order), Actor.BUYER, here(cast.sari))
    return here(order)  # type: ignore[no-any-return]


def lines(order: Order) -> list[OrderLine]:
    return list(db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)))


def write(
    cast: Cast, order: Order, stars: int = 5, text: str = "Bagus sekali.", line: int = 0, **values: Any
) -> Review:
    """Sari says something about a line of an order, in a transaction of its own."""
    with transaction():
        author = values.pop("author", cast.sari)
        return services.write(lines(order)[line], here(author) if author else None, stars, text, **values)


def rate(cast: Cast, order: Order, stars: int = 4, text: str = "") -> BuyerReview:
    """Ratna says something about the buyer."""
    with transaction():
        return services.rate_buyer(here(order), here(cast.ratna), stars, text)


def shown(cast: Cast, stars: int = 5, text: str = "Bagus sekali.", *wanted: Any) -> Review:
    """A review that everybody can read."""
    order = arrived(cast, *wanted)
    review = write(cast, order, stars, text)
    rate(cast, order)
    return here(review)  # type: ignore[no-any-return]


def exchange_of(order: Order) -> Exchange:
    return here(db.session.get_one(Exchange, order.id))  # type: ignore[no-any-return]
