"""What is set aside for later, and what becomes of the stock while things lie in a cart: each told once."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, NotFound
from catalog.inventory.services import adjust
from catalog.products.models import Variant
from marketplace.carts import services
from marketplace.carts.models import CartLine, Owner
from marketplace.carts.queries import count_pieces, read_cart
from marketplace.checkout.queries import check_laws
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of


def code(product: Any) -> str:
    return product.variants[0].code


def line_of(owner: Owner, product: Any) -> str:
    variant = product.variants[0].id
    return (
        db.session.scalars(
            db.select(CartLine.code).where(CartLine.variant_id == variant).order_by(CartLine.id.desc())
        ).first()
        or ""
    )


def put(owner: Owner, *wanted: tuple[Any, int], aside: bool = False) -> None:
    for product, quantity in wanted:
        services.add(owner, code(product), quantity)
        if aside:
            services.set_aside(owner, line_of(owner, product))


def stock(product: Any, delta: int) -> None:
    with transaction() as session:
        adjust(session.get_one(Variant, product.variants[0].id), delta, "count")


def test_what_is_set_aside_is_neither_counted_nor_bought(cast: Cast, count_queries: Any) -> None:
    sari = of(cast.sari)
    with transaction():
        put(sari, (cast.shawl, 2), aside=True)
        put(sari, (cast.plaque, 1))
    with count_queries(at_most=5):
        view = read_cart(sari)
    assert [line.title for line in view.lines] == ["Plakat pewter tepi tali"]
    assert [(group.name, group.lines[0].quantity) for group in view.saved] == [("Sanggar Contoh Ratna", 2)]
    assert (view.pieces, count_pieces(sari)) == (1, 1)
    purchase = buy(sari).purchase
    assert [order.seller_id for order in orders_of(purchase)] == [cast.budis.id]
    view = read_cart(sari)
    assert view.is_empty and len(view.saved) == 1, "a purchase leaves what was set aside"
    with transaction():
        services.put_back(sari, view.saved[0].lines[0].code)
    view = read_cart(sari)
    assert (view.pieces, view.saved) == (2, ())
    assert check_laws() == []


def test_putting_it_in_anew_takes_it_back_with_the_new_number(cast: Cast) -> None:
    sari = of(cast.sari)
    with transaction():
        put(sari, (cast.shawl, 2), aside=True)
        services.add(sari, code(cast.shawl), 1)
    view = read_cart(sari)
    assert (view.pieces, view.saved) == (1, ())


def test_refuses_other_peoples_lines_and_what_is_sold_out(cast: Cast) -> None:
    sari, dewi = of(cast.sari), of(cast.dewi)
    with transaction():
        put(sari, (cast.shawl, 2), aside=True)
        put(dewi, (cast.plaque, 1))
        line = read_cart(sari).saved[0].lines[0].code
    for deed in (services.set_aside, services.put_back):
        for owner in (dewi, Owner()):
            with pytest.raises(NotFound), transaction():
                deed(owner, line)
    stock(cast.shawl, -3)
    with pytest.raises(Conflict), transaction():
        services.put_back(sari, line)
    assert read_cart(sari).saved[0].lines[0].is_sold_out


@pytest.mark.parametrize(
    ("person", "visitor", "active", "aside"),
    [((1, False), (1, False), 2, 0), ((1, True), (2, True), 0, 3), ((2, True), (1, False), 1, 0), ((1, False), (2, True), 1, 0)],
    ids=["both in the cart", "both set aside", "the guest wants it now", "the person wants it now"],
)  # fmt: skip
def test_signing_in_joins_what_was_set_aside(
    cast: Cast, person: tuple[int, bool], visitor: tuple[int, bool], active: int, aside: int
) -> None:
    with transaction():
        browser = guest()
        put(of(cast.sari), (cast.shawl, person[0]), aside=person[1])
        put(browser, (cast.shawl, visitor[0]), aside=visitor[1])
        put(browser, (cast.plaque, 1), aside=True)
    assert browser.session is not None
    with transaction():
        services.merge(browser.session, cast.sari)
        assert services.merge(browser.session, cast.sari) == []
    view = read_cart(of(cast.sari))
    saved = {line.title: line.quantity for group in view.saved for line in group.lines}
    assert view.pieces == active
    assert saved.pop("Plakat pewter tepi tali") == 1, "what only the guest had set aside stays aside"
    assert sum(saved.values()) == aside


def test_fewer_than_wanted_lowers_the_number_with_a_word_until_it_is_seen(cast: Cast) -> None:
    sari = of(cast.sari)
    with transaction():
        put(sari, (cast.shawl, 3))
    assert not read_cart(sari).has_changes
    stock(cast.shawl, -1)
    view = read_cart(sari)
    (line,) = view.lines
    assert (line.quantity, view.pieces, view.is_buyable, view.has_changes) == (2, 2, True, True)
    assert line.news is not None and line.news.params == {"available": 2, "wanted": 3}
    assert line.total == line.unit_price * 2
    with transaction():
        services.accept_stock(sari)
    view = read_cart(sari)
    assert (view.pieces, view.has_changes) == (2, False)
    stock(cast.shawl, 5)
    assert not read_cart(sari).has_changes, "more of it is no news for who wants two"


def test_sold_out_is_told_once_and_so_is_that_it_is_back(cast: Cast) -> None:
    sari = of(cast.sari)
    with transaction():
        put(sari, (cast.shawl, 2))
    stock(cast.shawl, -3)
    view = read_cart(sari)
    assert view.has_changes and not view.is_buyable and view.lines[0].is_sold_out
    with transaction():
        services.accept_stock(sari)
    view = read_cart(sari)
    assert not view.has_changes and not view.is_buyable, "seen, and still not to be bought"
    stock(cast.shawl, 3)
    view = read_cart(sari)
    assert view.has_changes and view.is_buyable and str(view.lines[0].news) == "It is there again."
    with transaction():
        services.accept_stock(sari)
    view = read_cart(sari)
    assert not view.has_changes and view.pieces == 2
