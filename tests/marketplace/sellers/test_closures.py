"""A shop that is away: nothing of it can be bought, its days are not counted, and what was promised stays promised."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, NotFound, Several
from catalog.inventory import promises, workdays
from catalog.inventory.workdays import Calendar, Closure
from catalog.products.models import Product
from marketplace.carts import services as carts
from marketplace.carts.queries import read_cart
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import QuoteChanged, place
from marketplace.orders.days import propose_day
from marketplace.orders.models import Actor, OrderState
from marketplace.orders.services import confirm, sweep_due
from marketplace.orders.spans import end_of
from marketplace.sellers.closures import close, list_calendars, open_again, rest_on
from marketplace.wishlists.queries import list_variants_of
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, pay, request_for

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)  # a Monday
AWAY = date(2026, 12, 2), date(2026, 12, 12)


@pytest.fixture
def cloth(cast: Cast) -> Product:
    """Woven to order in five working days."""
    with transaction(), clock.frozen(NOW):
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        piece.variants[0].lead_days = 5
    return piece


def test_days_away_and_weekdays_of_rest_are_no_working_days() -> None:
    own = Calendar((Closure(*AWAY),), rest=(0,))
    assert not own.is_working(date(2026, 12, 2)) and not own.is_working(date(2026, 12, 12))
    assert not own.is_working(date(2026, 12, 14)), "a Monday"
    assert own.add(date(2026, 12, 1), 1) == date(2026, 12, 15)
    assert own.add(date(2026, 12, 2), 0) == date(2026, 12, 15)
    assert own.between(date(2026, 12, 1), date(2026, 12, 16)) == 2
    assert workdays.add(date(2026, 12, 1), 1) == date(2026, 12, 2), "everybody else works"


def test_a_queue_promises_nothing_on_days_away_and_no_more_on_the_others(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        with transaction():
            promises.set_pace(cloth.maker, 24)
        own = Calendar((Closure(*AWAY),))
        found = promises.plan([promises.Demand(cloth.maker_id, 1, 12, own)])[0]
        assert found is not None and set(found.values()) == {1}
        assert not any(own.closure_on(day) for day in found)
        shared = promises.plan([promises.Demand(cloth.maker_id, 1, 12)])[0]
        assert shared is not None and max(shared) < max(found)


@both_databases
def test_nothing_of_it_can_be_bought_until_it_is_back(cast: Cast) -> None:
    with clock.frozen(NOW), transaction():
        owner = guest()
        carts.add(owner, cast.shawl.variants[0].code, 1)
        carts.add(owner, cast.plaque.variants[0].code, 1)
        asked = request_for(owner)
        close(cast.ratnas, date(2026, 11, 30), date(2026, 12, 5), "Lebaran", "Holidays")
        assert list_calendars() == {cast.ratnas.id: cast.ratnas.calendar}
    with clock.frozen(NOW):
        with transaction():
            shawl, plaque = read_cart(owner).lines
            assert shawl.problem is not None and shawl.problem.params["day"] == date(2026, 12, 5)
            assert plaque.is_buyable, "the other shop is open"
            with pytest.raises(Conflict, match="closed until"):
                carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
            assert list_variants_of(cast.shawl.code)[0].is_away
        with pytest.raises(QuoteChanged, match="Sanggar Contoh Ratna is closed until 2026-12-05"), transaction():
            place(owner, asked)
    with clock.frozen(datetime(2026, 12, 6, 17, tzinfo=UTC)), transaction():  # Monday by the clock of the shop
        assert read_cart(owner).is_buyable
        assert place(owner, request_for(owner)).purchase.orders
    assert check_laws() == []


def test_what_is_made_to_order_waits_for_the_return_where_the_seller_takes_orders(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        with transaction():
            close(cast.ratnas, date(2026, 11, 30), date(2026, 12, 5), takes_orders=True)
            with pytest.raises(Conflict):
                carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
        purchase = buy(of(cast.sari), (cloth, 1)).purchase
        pay(purchase, cast.tono)
        order = orders_of(purchase)[0]
        assert order.ship_by == date(2026, 12, 11), "five working days from Monday the 7th on"
        assert order.due_at == end_of(date(2026, 12, 8)), "two of the seller's own days to answer"


def test_a_closure_between_the_page_and_the_button_is_shown_first(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        with transaction():
            owner = guest()
            carts.add(owner, cloth.variants[0].code, 1)
            asked = request_for(owner)
            close(cast.ratnas, *AWAY, takes_orders=True)
        with pytest.raises(QuoteChanged), transaction():
            place(owner, asked)


def test_what_was_promised_before_stays_promised(cast: Cast) -> None:
    with clock.frozen(NOW):
        purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
        pay(purchase, cast.tono)
        order = orders_of(purchase)[0]
        first, due = order.ship_by, order.due_at
        with transaction():
            close(cast.ratnas, date(2026, 12, 1), date(2026, 12, 12))
        order = orders_of(purchase)[0]
        assert (order.ship_by, order.due_at) == (first, due)
        with transaction():
            confirm(order, Actor.SELLER, cast.ratna)
        order = orders_of(purchase)[0]
        assert order.ship_by == first, "the buyer was promised this day"
        assert order.due_at == end_of(date(2026, 12, 15)), "but the clock cancels nothing while the shop is away"
        with transaction(), pytest.raises(Invalid) as refused:
            propose_day(order, date(2026, 12, 10), "Kami libur", None)
        assert refused.value.field == "day"
    with clock.frozen(datetime(2026, 12, 14, 2, tzinfo=UTC)), transaction():
        sweep_due()
        assert orders_of(purchase)[0].state is OrderState.PROCESSING


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (None, date(2026, 12, 3), "since"),
        (date(2026, 12, 1), None, "until"),
        (date(2026, 11, 29), date(2026, 12, 1), "since"),
        (date(2026, 12, 5), date(2026, 12, 4), "until"),
        (date(2026, 12, 5), date(2027, 3, 7), "until"),
        (date(2027, 12, 5), date(2027, 12, 6), "since"),
        (date(2026, 12, 12), date(2026, 12, 20), "since"),
        (date(2026, 11, 30), date(2026, 12, 2), "since"),
        (date(2026, 12, 1), date(2026, 12, 30), "since"),
    ],
)
def test_refuses_days_that_are_over_reversed_too_many_or_taken(
    cast: Cast, since: date | None, until: date | None, field: str
) -> None:
    with clock.frozen(NOW), transaction():
        close(cast.ratnas, *AWAY)
        with pytest.raises(Several) as refused:
            close(cast.ratnas, since, until)
    assert [one.field for one in refused.value.errors] == [field]
    assert [one.since for one in cast.ratnas.calendar.closures] == [AWAY[0]]


def test_a_closure_is_taken_back_and_old_ones_are_forgotten(cast: Cast) -> None:
    with clock.frozen(NOW), transaction():
        close(cast.ratnas, *AWAY)
        close(cast.ratnas, date(2026, 11, 30), date(2026, 12, 1))
        with pytest.raises(NotFound):
            open_again(cast.ratnas, date(2026, 12, 3))
    with clock.frozen(datetime(2026, 12, 5, 2, tzinfo=UTC)), transaction():
        assert open_again(cast.ratnas, AWAY[0]).until == AWAY[1]
        assert cast.ratnas.calendar.closures == () and list_calendars() == {}


@pytest.mark.parametrize("days", [[6], [0, 1, 2, 3, 4], [-1]])
def test_refuses_a_week_without_work_and_days_that_are_none(cast: Cast, days: list[int]) -> None:
    with transaction(), pytest.raises(Invalid) as refused:
        rest_on(cast.ratnas, days)
    assert refused.value.field == "rest"
    assert cast.ratnas.calendar.rest == ()


def test_the_row_of_a_shop_without_days_of_its_own_says_nothing(cast: Cast) -> None:
    with transaction():
        rest_on(cast.ratnas, [4, 0, 4])
    assert db.session.execute(db.text("SELECT calendar FROM sellers WHERE calendar IS NOT NULL")).scalar() is not None
    with transaction():
        rest_on(cast.ratnas, [])
    assert db.session.execute(db.text("SELECT calendar FROM sellers WHERE calendar IS NOT NULL")).all() == []
