"""A price for many that others change is announced as every change of a price is; what buyers do themselves is no news."""

from __future__ import annotations

import pytest

from catalog.db import transaction
from catalog.inventory.services import adjust
from catalog.money import Money
from catalog.products.models import Variant
from catalog.products.prices import set_breaks
from marketplace.carts import services
from marketplace.carts.queries import LineView, read_cart
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import guest, of

ONE, MANY = Money(325_000), Money(290_000)


@pytest.fixture(autouse=True)
def many(cast: Cast) -> None:
    """From five plaques on each costs less."""
    with transaction() as session:
        piece = session.get_one(Variant, cast.plaque.variants[0].id)
        adjust(piece, 30, "count")
        set_breaks(piece, [(5, MANY)])


def ask(cast: Cast, *breaks: tuple[int, int], price: int | None = None) -> None:
    with transaction() as session:
        piece = session.get_one(Variant, cast.plaque.variants[0].id)
        piece.price = piece.price if price is None else Money(price)
        set_breaks(piece, [(quantity, Money(each)) for quantity, each in breaks])


def line(cast: Cast) -> LineView:
    (found,) = read_cart(of(cast.sari)).lines
    return found


def put(cast: Cast, quantity: int) -> None:
    with transaction():
        services.add(of(cast.sari), cast.plaque.variants[0].code, quantity)


@both_databases
def test_a_price_for_many_that_rises_or_goes_is_announced_until_it_is_accepted(cast: Cast) -> None:
    put(cast, 6)
    assert not line(cast).price_changed
    for breaks, now in ([(5, 300_000)], Money(300_000)), ([], ONE):
        before = line(cast).unit_price
        ask(cast, *breaks)
        assert line(cast).price_changed
        assert (line(cast).seen_price, line(cast).unit_price) == (before, now)
        with transaction():
            services.accept_prices(of(cast.sari))
        assert not line(cast).price_changed


def test_what_the_buyer_does_is_no_news(cast: Cast) -> None:
    sari = of(cast.sari)
    for quantity, each in (4, ONE), (1, MANY), (1, MANY):
        put(cast, quantity)
        assert (line(cast).price_changed, line(cast).unit_price) == (False, each)
    for quantity, each in (4, ONE), (9, MANY):
        with transaction():
            services.change(sari, line(cast).code, quantity)
        assert (line(cast).price_changed, line(cast).unit_price) == (False, each)
    for step in services.set_aside, services.put_back:
        code = line(cast).code if step is services.set_aside else read_cart(sari).saved[0].lines[0].code
        with transaction():
            step(sari, code)
        cart = read_cart(sari)
        assert not [one for group in (*cart.sellers, *cart.saved) for one in group.lines if one.price_changed]


def test_a_change_stays_told_while_the_buyer_takes_more_or_fewer(cast: Cast) -> None:
    put(cast, 6)
    ask(cast, (5, 300_000), price=350_000)
    for quantity, seen, now in (7, 290_000, 300_000), (2, 340_000, 350_000):
        with transaction():
            services.change(of(cast.sari), line(cast).code, quantity)
        assert line(cast).price_changed
        assert (line(cast).seen_price, line(cast).unit_price) == (Money(seen), Money(now))


def test_a_guests_pieces_that_make_it_many_are_no_news_at_sign_in(cast: Cast) -> None:
    with transaction():
        visitor = guest()
        services.add(visitor, cast.plaque.variants[0].code, 3)
    put(cast, 3)
    assert visitor.session is not None
    with transaction():
        services.merge(visitor.session, cast.sari)
    assert (line(cast).price_changed, line(cast).unit_price) == (False, MANY)


def test_a_price_for_many_that_is_new_is_a_saving_and_no_warning(cast: Cast) -> None:
    ask(cast)
    put(cast, 6)
    ask(cast, (5, 300_000))
    assert not line(cast).price_changed
    with transaction():
        services.change(of(cast.sari), line(cast).code, 2)
    assert not line(cast).price_changed
