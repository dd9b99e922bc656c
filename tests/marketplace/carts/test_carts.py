"""Carts: what goes in, what is refused, and how a guest's cart becomes a person's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid, NotFound
from catalog.inventory.services import adjust
from catalog.money import Money
from catalog.products.models import ProductState, Variant
from marketplace.accounts.models import Session, User
from marketplace.carts import services
from marketplace.carts.models import Cart, CartLine, Owner
from marketplace.carts.queries import EMPTY, count_pieces, read_cart
from marketplace.sellers.models import SellerState
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import guest, of


def code(product: Any) -> str:
    return product.variants[0].code


def contents(owner: Owner) -> dict[str, int]:
    return {line.variant_code: line.quantity for line in read_cart(owner).lines}


def test_lines_are_grouped_per_seller_and_add_up(cast: Cast, count_queries: Any) -> None:
    with transaction():
        services.add(of(cast.sari), code(cast.shawl), 2)
        services.add(of(cast.sari), code(cast.plaque))
        services.add(of(cast.sari), code(cast.plaque))
    with count_queries(at_most=3):
        view = read_cart(of(cast.sari))
        assert [group.name for group in view.sellers] == ["Sanggar Contoh Ratna", "Timah Contoh Budi"]
        assert view.lines[0].image is not None
    assert view.items_total == Money(2 * 1_850_000 + 2 * 325_000)
    assert (view.pieces, count_pieces(of(cast.sari))) == (4, 4)
    assert view.is_buyable
    assert not view.has_changes
    assert view.lines[0].title_en == "Cual shawl, garden of flowers"


def test_choices_are_named_in_both_languages(cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kemeja", variants=2)
        services.add(of(cast.sari), piece.variants[1].code)
    (line,) = read_cart(of(cast.sari)).lines
    assert (line.choices, line.choices_en) == ("Ukuran 2", "Size 2")


def test_nobody_has_an_empty_cart() -> None:
    assert read_cart(Owner()) is EMPTY
    assert count_pieces(Owner()) == 0


def test_more_than_there_is_becomes_what_there_is(cast: Cast) -> None:
    with transaction():
        (notice,) = services.add(of(cast.sari), code(cast.shawl), 5)
    assert notice.params["available"] == 3
    with transaction():
        (line,) = read_cart(of(cast.sari)).lines
        assert services.change(of(cast.sari), line.code, 9)
    assert contents(of(cast.sari)) == {code(cast.shawl): 3}


@pytest.mark.parametrize("happening", ["draft", "closed", "inactive", "sold out"])
def test_refuses_what_cannot_be_bought(cast: Cast, happening: str) -> None:
    with transaction() as session:
        if happening == "draft":
            product = session.get_one(type(cast.shawl), cast.shawl.id)
            product.state, product.published_at = ProductState.DRAFT, None
        elif happening == "closed":
            session.get_one(type(cast.ratnas), cast.ratnas.id).state = SellerState.SUSPENDED
        elif happening == "inactive":
            session.get_one(Variant, cast.shawl.variants[0].id).is_active = False
        else:
            adjust(cast.shawl.variants[0], -3, "count")
    with pytest.raises(Conflict), transaction():
        services.add(of(cast.sari), code(cast.shawl))


@pytest.mark.parametrize("quantity", [0, -1, 1000, 2**63, True, 1.5, "2"])
def test_refuses_what_is_no_quantity(cast: Cast, quantity: Any) -> None:
    with pytest.raises(Invalid) as error, transaction():
        services.add(of(cast.sari), code(cast.shawl), quantity)
    assert error.value.field == "quantity"


def test_an_unknown_piece_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound), transaction():
        services.add(of(cast.sari), "0000000000")


def test_another_persons_line_is_not_found(cast: Cast) -> None:
    with transaction():
        services.add(of(cast.sari), code(cast.shawl))
        services.add(of(cast.dewi), code(cast.plaque))
    (line,) = read_cart(of(cast.sari)).lines
    for deed in (
        lambda: services.change(of(cast.dewi), line.code, 2),
        lambda: services.remove(of(cast.dewi), line.code),
    ):
        with pytest.raises(NotFound), transaction():
            deed()
    assert contents(of(cast.sari)) == {code(cast.shawl): 1}


def test_zero_removes_and_fewer_is_always_possible(cast: Cast) -> None:
    with transaction():
        services.add(of(cast.sari), code(cast.shawl), 3)
        adjust(cast.shawl.variants[0], -3, "count")
    (line,) = read_cart(of(cast.sari)).lines
    assert str(line.problem) == "Sold out"
    with transaction():
        services.change(of(cast.sari), line.code, 2)
    with pytest.raises(Conflict), transaction():
        services.change(of(cast.sari), line.code, 3)
    with transaction():
        services.change(of(cast.sari), line.code, 0)
    assert read_cart(of(cast.sari)).is_empty


def test_a_changed_price_is_announced_until_it_is_accepted(cast: Cast) -> None:
    with transaction() as session:
        services.add(of(cast.sari), code(cast.shawl))
        session.get_one(Variant, cast.shawl.variants[0].id).price = Money(2_000_000)
    (line,) = read_cart(of(cast.sari)).lines
    assert line.price_changed
    assert (line.seen_price, line.unit_price) == (Money(1_850_000), Money(2_000_000))
    with transaction():
        services.accept_prices(of(cast.sari))
    assert not read_cart(of(cast.sari)).has_changes


def test_merging_adds_and_caps_and_does_nothing_the_second_time(cast: Cast) -> None:
    with transaction():
        visitor = guest()
        services.add(visitor, code(cast.shawl), 2)
        services.add(visitor, code(cast.plaque), 1)
        services.add(of(cast.sari), code(cast.shawl), 2)
    assert visitor.session is not None
    with transaction():
        (notice,) = services.merge(visitor.session, cast.sari)
        assert services.merge(visitor.session, cast.sari) == []
    assert notice.params["available"] == 3
    assert contents(of(cast.sari)) == {code(cast.shawl): 3, code(cast.plaque): 1}
    assert db.session.scalar(db.select(db.func.count()).select_from(Cart)) == 1


def test_merging_keeps_what_has_left_the_shop_visible(cast: Cast) -> None:
    with transaction() as session:
        visitor = guest()
        services.add(visitor, code(cast.shawl))
        session.get_one(type(cast.ratnas), cast.ratnas.id).state = SellerState.SUSPENDED
        assert visitor.session is not None
        services.merge(visitor.session, cast.sari)
    (line,) = read_cart(of(cast.sari)).lines
    assert not line.is_buyable


@both_databases
def test_merging_twenty_times_at_once_counts_once(app: Flask, cast: Cast) -> None:
    with transaction():
        visitor = guest()
        services.add(visitor, code(cast.plaque), 2)
        services.add(of(cast.sari), code(cast.plaque), 1)
    assert visitor.session is not None
    session_id, user_id = visitor.session.id, cast.sari.id
    gate = threading.Barrier(10, timeout=20)

    def sign_in(_: int) -> None:
        gate.wait()
        with app.app_context(), transaction() as session:
            services.merge(session.get_one(Session, session_id), session.get_one(User, user_id))

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(sign_in, range(10)))
    db.session.rollback()
    assert db.session.scalars(db.select(CartLine.quantity).execution_options(populate_existing=True)).all() == [3]


def test_control_looking_first_and_merging_afterwards_counts_more_than_once(app: Flask, cast: Cast) -> None:
    with transaction():
        visitor = guest()
        services.add(visitor, code(cast.plaque), 2)
        services.add(of(cast.sari), code(cast.plaque), 1)
    assert visitor.session is not None
    session_id, user_id = visitor.session.id, cast.sari.id
    gate = threading.Barrier(5, timeout=20)

    def naive(_: int) -> None:
        with app.app_context():
            cart = db.session.scalar(db.select(Cart.id).where(Cart.session_id == session_id))
            brought = db.session.scalar(db.select(CartLine.quantity).where(CartLine.cart_id == cart)) or 0
            db.session.rollback()
            gate.wait()
            with transaction() as session:
                own = db.select(Cart.id).where(Cart.user_id == user_id).scalar_subquery()
                line = db.update(CartLine).where(CartLine.cart_id == own)
                session.execute(line.values(quantity=CartLine.quantity + brought))

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(naive, range(5)))
    db.session.rollback()
    own = db.select(CartLine.quantity).join(Cart).where(Cart.user_id == user_id)
    assert (db.session.scalar(own.execution_options(populate_existing=True)) or 0) > 3


@both_databases
def test_twenty_tabs_put_one_line_into_one_cart(app: Flask, cast: Cast) -> None:
    user_id, wanted = cast.sari.id, code(cast.plaque)
    gate = threading.Barrier(5, timeout=20)

    def press(_: int) -> None:
        gate.wait()
        with app.app_context(), transaction() as session:
            services.add(Owner(user=session.get_one(User, user_id)), wanted)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(press, range(5)))
    db.session.rollback()
    assert db.session.scalars(db.select(CartLine.quantity)).all() == [5]
