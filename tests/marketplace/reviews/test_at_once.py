"""Many hands at once: one review per line, one reveal, and no star lost from the counters. On both databases."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog import clock
from catalog.db import change, db, transaction
from catalog.products.models import Fulfilment, Product
from marketplace.accounts.models import User
from marketplace.notifications.models import Notification
from marketplace.orders.models import Order
from marketplace.reviews import services
from marketplace.reviews.models import Review, ReviewCase
from marketplace.reviews.queries import recount
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.test_races import at_once
from tests.marketplace.reviews.telling import arrived, here, lines, shown, write
from tests.marketplace.reviews.test_exchanging import rating

pytestmark = [both_databases, pytest.mark.race]

MANY = 8


@pytest.fixture
def waiting(cast: Cast) -> list[Order]:
    """Orders of one piece whose buyers have spoken; the shops are still silent."""
    with transaction():
        variant = db.session.merge(cast.shawl).variants[0]
        variant.lead_days, variant.fulfilment = 5, Fulfilment.MADE_TO_ORDER
    orders = [arrived(cast) for _ in range(MANY)]
    for number, order in enumerate(orders):
        write(cast, order, number % 5 + 1)
    return orders


TOTAL = sum(number % 5 + 1 for number in range(MANY))


def test_reviews_that_appear_at_once_are_all_counted(app: Flask, cast: Cast, waiting: list[Order]) -> None:
    ratna = cast.ratna.id

    def press(order_id: int) -> str:
        with transaction() as session:
            services.rate_buyer(session.get_one(Order, order_id), session.get_one(User, ratna), 5)
        return "said"

    ids = [one.id for one in waiting]
    assert at_once(app, [lambda one=one: press(one) for one in ids], threads=MANY) == {"said": MANY}
    assert rating(cast.shawl) == (TOTAL, MANY) and recount() == []


def test_the_control_a_counter_that_is_read_first_loses_some(app: Flask, cast: Cast, waiting: list[Order]) -> None:
    shawl = cast.shawl.id
    seen = Barrier(MANY, timeout=30)

    def naive(stars: int) -> str:
        row = db.session.execute(select(Product.rating_total, Product.rating_count).where(Product.id == shawl)).one()
        db.session.rollback()
        seen.wait()
        with transaction():
            values = {"rating_total": row[0] + stars, "rating_count": row[1] + 1}
            change(update(Product).where(Product.id == shawl).values(**values))
        return "said"

    at_once(app, [lambda one=one: naive(one % 5 + 1) for one in range(MANY)], threads=MANY)
    assert rating(cast.shawl)[1] < MANY


def test_a_review_sent_many_times_at_once_is_one(app: Flask, cast: Cast) -> None:
    order = arrived(cast)
    line, sari = lines(order)[0].id, cast.sari.id

    def press(stars: int) -> str:
        from marketplace.orders.models import OrderLine

        with transaction() as session:
            services.write(session.get_one(OrderLine, line), session.get_one(User, sari), stars)
        return "said"

    came = at_once(app, [lambda one=one: press(one % 5 + 1) for one in range(MANY)], threads=MANY)
    assert came == {"said": MANY} and db.session.scalar(select(func.count(Review.id))) == 1


def test_the_last_word_and_the_clock_reveal_once(app: Flask, cast: Cast) -> None:
    orders = [arrived(cast) for _ in range(3)]
    for order in orders:
        write(cast, order, 4)
    ids, ratna = [one.id for one in orders], cast.ratna.id
    later = clock.now() + timedelta(days=22)

    def press(order_id: int) -> str:
        with transaction() as session:
            services.rate_buyer(session.get_one(Order, order_id), session.get_one(User, ratna), 5)
        return "said"

    def sweep() -> str:
        with transaction():
            services.reveal_due(later)
        return "swept"

    came = at_once(app, [*(lambda one=one: press(one) for one in ids), sweep, sweep, sweep], threads=6)
    assert came["swept"] == 3 and came["said"] + came["Conflict"] == 3
    with transaction():
        services.reveal_due(later)
    assert rating(cast.shawl) == (12, 3) and recount() == []
    notes = select(func.count(Notification.id)).where(Notification.kind == "review-received")
    assert db.session.scalar(notes) == 3, "the shop is told once of each order"


def test_two_moderators_at_once_decide_once(app: Flask, cast: Cast) -> None:
    review = shown(cast, 3)
    with transaction():
        case = services.report(here(review), here(cast.ratna), "insult").id
    people = [cast.dewi.id, cast.tono.id]

    def press(moderator: int, decision: str) -> str:
        with transaction() as session:
            services.decide(
                session.get_one(ReviewCase, case), session.get_one(User, moderator), decision, "Menghina orang lain."
            )
        return "decided"

    came = at_once(app, [lambda: press(people[0], "withheld"), lambda: press(people[1], "published")], threads=2)
    assert came == {"decided": 1, "Conflict": 1} and recount() == []


def test_orders_with_the_same_pieces_in_another_order_do_not_block_each_other(app: Flask, cast: Cast) -> None:
    with transaction():
        scarf = factories.product(db.session.merge(cast.ratnas), "Syal cual", stock=9)
    pairs: list[Any] = [arrived(cast, *(pieces)) for pieces in ((cast.shawl, scarf), (scarf, cast.shawl))]
    for order in pairs:
        for place in (0, 1):
            write(cast, order, 5, line=place)
    ids, ratna = [one.id for one in pairs], cast.ratna.id

    def press(order_id: int) -> str:
        with transaction() as session:
            services.rate_buyer(session.get_one(Order, order_id), session.get_one(User, ratna), 5)
        return "said"

    assert at_once(app, [lambda one=one: press(one) for one in ids], threads=2) == {"said": 2}
    assert rating(cast.shawl) == rating(scarf) == (10, 2) and recount() == []
