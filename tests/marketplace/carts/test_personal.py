"""Personal pieces in carts: told apart, priced, sharing one stock, asked again, merged the same in any order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.db import db, transaction
from catalog.errors import Conflict, Several
from catalog.inventory.services import adjust
from catalog.money import Money
from catalog.products.models import Fulfilment, PriceBreak, Product, Variant
from catalog.products.personal import Field, Kind
from marketplace.carts import services
from marketplace.carts.models import Cart, CartLine, Owner
from marketplace.carts.queries import read_cart
from marketplace.checkout.services import QuoteChanged, place
from marketplace.orders.models import OrderLine
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import guest, of, request_for

NAME = Field("name01", Kind.TEXT, "Nama", "Name", is_required=True, price=Money(25_000), longest=12)


def ask(product: Product, *fields: Field) -> None:
    db.session.get_one(Product, product.id).personal = [one.kept() for one in fields]


def put(owner: Owner, product: Product, name: str, quantity: int = 1) -> list[Any]:
    return services.add(owner, product.variants[0].code, quantity, {"name01": name})


def lines(owner: Owner) -> dict[str, int]:
    return {one.personal[0].value if one.personal else "": one.quantity for one in read_cart(owner).lines}


@both_databases
def test_two_names_are_two_lines_and_reach_the_maker(cast: Cast) -> None:
    with transaction():
        ask(cast.plaque, NAME)
        put(of(cast.sari), cast.plaque, "Ratna", 2)
        put(of(cast.sari), cast.plaque, "Sari")
        put(of(cast.sari), cast.plaque, " Ratna ")
    cart = read_cart(of(cast.sari))
    assert lines(of(cast.sari)) == {"Ratna": 3, "Sari": 1}
    assert {one.unit_price for one in cart.lines} == {Money(350_000)}
    assert not cart.has_changes
    with transaction():
        placed = place(of(cast.sari), request_for(of(cast.sari)))
        code = placed.purchase.code
    sold = db.session.scalars(db.select(OrderLine).order_by(OrderLine.id)).all()
    assert [(one.answers[0].value, one.quantity, one.unit_price) for one in sold] == [
        ("Ratna", 3, Money(350_000)), ("Sari", 1, Money(350_000)),
    ]  # fmt: skip
    assert code and sold[0].is_for_one_person


def test_refuses_what_is_not_answered_and_puts_nothing_in(cast: Cast) -> None:
    with transaction():
        ask(cast.plaque, NAME)
    for typed in (None, {}, {"name01": "x" * 13}, {"other1": "Ratna"}):
        with pytest.raises(Several), transaction():
            services.add(of(cast.sari), cast.plaque.variants[0].code, 1, typed)
    assert read_cart(of(cast.sari)).is_empty


def test_all_ways_of_one_variant_share_its_stock(cast: Cast) -> None:
    with transaction():
        ask(cast.plaque, NAME)  # five are there
        put(of(cast.sari), cast.plaque, "Ratna", 4)
        told = put(of(cast.sari), cast.plaque, "Sari", 3)
    assert (lines(of(cast.sari)), len(told)) == ({"Ratna": 4, "Sari": 1}, 1)
    with pytest.raises(Conflict), transaction():
        put(of(cast.sari), cast.plaque, "Dewi")
    with transaction():
        adjust(cast.plaque.variants[0], -2, "broken")
    there = [(one.quantity, one.is_buyable) for one in read_cart(of(cast.sari)).lines]
    assert there == [(3, True), (1, False)], "the first line takes what is left"


def test_what_is_made_to_order_in_several_ways_is_short_of_nothing(cast: Cast) -> None:
    with transaction():
        ask(cast.plaque, NAME)
        made = db.session.get_one(Variant, cast.plaque.variants[0].id)
        made.fulfilment, made.lead_days = Fulfilment.MADE_TO_ORDER, 5
        for name in ("Ratna", "Sari", "Dewi"):
            put(of(cast.sari), cast.plaque, name)
    cart = read_cart(of(cast.sari))
    assert ([one.problem for one in cart.lines], cart.is_buyable, cart.has_changes) == ([None] * 3, True, False)
    with transaction():
        place(of(cast.sari), request_for(of(cast.sari)))
    assert db.session.query(OrderLine).count() == 3


def test_a_changed_question_is_told_and_never_bought_silently(cast: Cast) -> None:
    from dataclasses import replace

    with transaction():
        ask(cast.plaque, NAME)
        put(of(cast.sari), cast.plaque, "Ratna")
    seen = request_for(of(cast.sari))
    with transaction():
        ask(cast.plaque, replace(NAME, price=Money(40_000)))
    assert read_cart(of(cast.sari)).lines[0].price_changed
    with pytest.raises(QuoteChanged), transaction():
        place(of(cast.sari), seen)
    with transaction():
        services.accept_prices(of(cast.sari))
    assert not read_cart(of(cast.sari)).has_changes
    with transaction():
        ask(cast.plaque, replace(NAME, longest=2))
    line = read_cart(of(cast.sari)).lines[0]
    assert not line.is_buyable and line.personal[0].value == "Ratna", "what was said stays readable"
    with transaction():
        ask(cast.plaque)
    assert not read_cart(of(cast.sari)).lines[0].is_buyable


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mine=st.lists(st.tuples(st.sampled_from(["Ratna", "Sari", "Dewi"]), st.integers(1, 3)), max_size=4),
    theirs=st.lists(st.tuples(st.sampled_from(["Ratna", "Sari", "Budi"]), st.integers(1, 3)), max_size=4),
)
def test_merging_adds_what_is_the_same_and_keeps_what_is_not(
    cast: Cast, mine: list[tuple[str, int]], theirs: list[tuple[str, int]]
) -> None:
    with transaction() as session:
        session.execute(db.delete(CartLine))
        session.execute(db.delete(Cart))
        ask(cast.shawl, NAME)
        adjust(cast.shawl.variants[0], 100, "found")
        visitor = guest()
        assert visitor.session is not None
        for owner, wanted in ((of(cast.sari), mine), (visitor, theirs)):
            for name, quantity in wanted:
                put(owner, cast.shawl, name, quantity)
        services.merge(visitor.session, cast.sari)
        services.merge(visitor.session, cast.sari)
    sums: dict[str, int] = {}
    for name, quantity in [*mine, *theirs]:
        sums[name] = sums.get(name, 0) + quantity
    assert lines(of(cast.sari)) == sums


@both_databases
def test_the_price_for_many_counts_all_pieces_of_a_variant_whatever_stands_on_them(cast: Cast) -> None:
    """Twelve plaques with twelve names are twelve plaques; what is set aside or cannot be had is none of them."""
    with transaction():
        ask(cast.plaque, NAME)
        plain = cast.plaque.variants[0]
        db.session.add(PriceBreak(variant_id=plain.id, quantity=4, price=Money(300_000)))
        put(of(cast.sari), cast.plaque, "Ratna", 2)
        put(of(cast.sari), cast.plaque, "Sari", 1)
        put(of(cast.sari), cast.plaque, "Budi", 1)
    cart = read_cart(of(cast.sari))
    assert {one.unit_price for one in cart.lines} == {Money(325_000)}
    assert cart.items_total == Money(4 * 325_000)
    with transaction():
        services.set_aside(of(cast.sari), cart.lines[-1].code)
    fewer = read_cart(of(cast.sari))
    assert [one.unit_price for one in fewer.lines] == [Money(350_000), Money(350_000)]
    assert {(one.together, one.cheaper) for one in fewer.lines} == {(3, (4, Money(325_000)))}
    with transaction():
        services.put_back(of(cast.sari), cart.lines[-1].code)
        placed = place(of(cast.sari), request_for(of(cast.sari)))
    sold = db.session.scalars(db.select(OrderLine).order_by(OrderLine.id)).all()
    assert [(one.quantity, one.unit_price) for one in sold] == [
        (2, Money(325_000)),
        (1, Money(325_000)),
        (1, Money(325_000)),
    ]
    assert sum(one.items_total.rupiah for one in placed.purchase.orders) == 4 * 325_000
