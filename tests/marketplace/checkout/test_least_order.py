"""A shop's least order: the cart says what is missing, the checkout refuses, and what suffices goes through."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from catalog.db import change, db, transaction
from catalog.errors import Conflict, Several
from catalog.inventory.services import set_level
from catalog.money import Money
from catalog.products.models import Variant
from marketplace.carts import services as carts
from marketplace.carts.queries import read_cart
from marketplace.checkout.discounts import examined, preview
from marketplace.checkout.queries import prepare
from marketplace.orders.models import Order
from marketplace.sellers.models import Seller
from marketplace.sellers.services import edit_seller
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import MENTOK, buy, of


def want(cast: Cast, least: int) -> None:
    with transaction() as session:
        edit_seller(session.get_one(Seller, cast.budis.id), {"minimum_order": Money(least)})


def test_the_cart_says_how_much_is_missing_for_that_shop_alone(cast: Cast) -> None:
    want(cast, 400_000)
    with transaction():
        carts.add(of(cast.sari), cast.plaque.variants[0].code, 1)
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
    cart = read_cart(of(cast.sari))
    assert {group.code: group.shortfall for group in cart.sellers} == {
        cast.budis.code: Money(75_000),
        cast.ratnas.code: Money(0),
    }
    assert not cart.is_buyable
    chosen = {group.code: "pickup" for group in cart.sellers}
    assert prepare(of(cast.sari), place_code=MENTOK, deliveries=chosen, payment_method="cash").quote is None


def test_below_it_nothing_is_bought_and_the_refusal_names_the_sum(cast: Cast) -> None:
    want(cast, 400_000)
    with pytest.raises(Conflict) as error:
        buy(of(cast.sari), (cast.plaque, 1))
    assert (error.value.params["missing"], error.value.params["least"]) == (Money(75_000), Money(400_000))
    assert db.session.scalar(db.select(db.func.count(Order.id))) == 0


@pytest.mark.parametrize("least", [0, 325_000, 650_000])
def test_what_reaches_it_is_bought(cast: Cast, least: int) -> None:
    want(cast, least)
    assert buy(of(cast.sari), (cast.plaque, 2)).purchase.total == Money(650_000)


@pytest.mark.parametrize("least", [-1, 10_000_001])
def test_a_least_order_that_makes_no_sense_is_refused(cast: Cast, least: int) -> None:
    with pytest.raises(Several) as error:
        want(cast, least)
    assert error.value.field == "minimum_order"


@both_databases
def test_the_database_knows_no_least_order_below_nothing(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction():
        change(db.update(Seller).where(Seller.id == cast.budis.id).values(minimum_order=Money(-1)))


def test_what_cannot_be_bought_counts_neither_for_the_sum_nor_for_the_least_order_nor_for_a_voucher(cast: Cast) -> None:
    want(cast, 400_000)
    with transaction() as session:
        factories.voucher("SEPULUH", percent=10)
        carts.add(of(cast.sari), cast.plaque.variants[0].code, 2)
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 1)
        set_level(session.get_one(Variant, cast.plaque.variants[0].id), 0, "broken")
    cart = read_cart(of(cast.sari))
    assert cart.items_total == Money(1_850_000)
    assert {group.code: group.shortfall for group in cart.sellers}[cast.budis.code] == Money(400_000)
    assert preview(cart, examined(cart, ["SEPULUH"])) == {"SEPULUH": Money(185_000)}
