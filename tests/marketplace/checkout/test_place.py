"""Placing a purchase: once, wholly, at the price that was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Invalid, Several
from catalog.inventory.models import Stock
from catalog.inventory.services import adjust, reserve
from catalog.money import Money
from catalog.products.models import ProductState, Variant
from marketplace.carts import services as carts
from marketplace.carts.queries import read_cart
from marketplace.checkout.queries import check_laws, prepare
from marketplace.checkout.services import QuoteChanged, place
from marketplace.orders.models import OrderState, Purchase
from marketplace.sellers.models import SellerState
from marketplace.signals import order_placed
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import JAKARTA, buy, guest, of, orders_of, payment_of, request_for

pytestmark = both_databases


def fields(error: pytest.ExceptionInfo[Several]) -> set[str | None]:
    return {one.field for one in error.value.errors}


def count_purchases() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Purchase)) or 0


def level(product: Any) -> tuple[int, int]:
    stock = db.session.execute(
        db.select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == product.variants[0].id)
    ).one()
    return stock.on_hand, stock.reserved


def test_one_purchase_has_one_order_per_seller_and_holds_the_stock(cast: Cast) -> None:
    heard: list[Purchase] = []
    with order_placed.connected_to(lambda purchase, **_: heard.append(purchase)):
        placed = buy(of(cast.sari), (cast.shawl, 2), (cast.plaque, 1))
    assert not placed.replayed
    assert placed.purchase.total == Money(2 * 1_850_000 + 325_000)
    orders = orders_of(placed.purchase)
    assert {order.seller_id for order in orders} == {cast.ratnas.id, cast.budis.id}
    assert {order.state for order in orders} == {OrderState.AWAITING_PAYMENT}
    assert all(order.due_at for order in orders)
    payment = payment_of(placed.purchase)
    assert payment.due == placed.purchase.total + Money(payment.surplus)
    assert 1 <= payment.surplus <= 999
    assert level(cast.shawl) == (3, 2)
    assert read_cart(of(cast.sari)).is_empty
    assert heard == [placed.purchase]
    assert check_laws() == []


def test_lines_are_snapshots(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1))
    with transaction() as session:
        session.get_one(Variant, cast.shawl.variants[0].id).price = Money(9)
    line = orders_of(placed.purchase)[0].lines[0]
    assert (line.title, line.unit_price, line.maker_name) == (
        "Selendang cual kembang setaman",
        Money(1_850_000),
        "Sanggar Contoh Ratna",
    )


def test_the_same_request_twice_is_one_purchase(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari))
        first = place(of(cast.sari), asked)
    with transaction():
        again = place(of(cast.sari), asked)
    assert again.replayed
    assert again.purchase.code == first.purchase.code
    assert count_purchases() == 1


def test_a_key_is_not_taken_for_another_request(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari))
        place(of(cast.sari), asked)
    with pytest.raises(Invalid) as error, transaction():
        place(of(cast.sari), replace(asked, recipient="Orang lain"))
    assert error.value.field == "key"


def test_another_persons_key_says_nothing(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari))
        place(of(cast.sari), asked)
        carts.add(of(cast.dewi), cast.plaque.variants[0].code)
    with pytest.raises(DomainError), transaction():
        place(of(cast.dewi), asked)
    with transaction():
        mine = place(of(cast.dewi), replace(request_for(of(cast.dewi)), key=asked.key))
    assert mine.purchase.user_id == cast.dewi.id
    assert not mine.replayed


def test_refuses_a_price_that_has_changed_and_says_so(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari))
    with transaction() as session:
        session.get_one(Variant, cast.shawl.variants[0].id).price = Money(1_900_000)
    with pytest.raises(QuoteChanged) as error, transaction():
        place(of(cast.sari), asked)
    assert error.value.quote is not None
    assert error.value.quote.total == Money(1_900_000)
    assert [one.kind for one in error.value.differences] == ["price"]
    assert "Rp1.900.000" in str(error.value.differences[0])
    assert count_purchases() == 0
    assert level(cast.shawl) == (3, 0)


def test_fewer_than_wanted_are_sold_only_to_whom_has_seen_the_lower_number(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 3)
        asked = request_for(of(cast.sari))
    with transaction():
        adjust(cast.shawl.variants[0], -1, "count")
    with pytest.raises(QuoteChanged) as error, transaction():
        place(of(cast.sari), asked)
    assert error.value.quote is not None and error.value.quote.total == Money(2 * 1_850_000)
    assert [one.kind for one in error.value.differences] == ["quantity"]
    assert count_purchases() == 0
    with transaction():
        place(of(cast.sari), request_for(of(cast.sari)))
    assert level(cast.shawl) == (2, 2)


@pytest.mark.parametrize("happening", ["withdrawn", "closed", "inactive", "sold out"])
def test_refuses_what_left_the_shop_meanwhile(cast: Cast, happening: str) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code, 2)
        asked = request_for(of(cast.sari))
    with transaction() as session:
        if happening == "withdrawn":
            product = session.get_one(type(cast.shawl), cast.shawl.id)
            product.state, product.published_at = ProductState.WITHDRAWN, None
        elif happening == "closed":
            session.get_one(type(cast.ratnas), cast.ratnas.id).state = SellerState.SUSPENDED
        elif happening == "inactive":
            session.get_one(Variant, cast.shawl.variants[0].id).is_active = False
        else:
            adjust(cast.shawl.variants[0], -3, "count")
    with pytest.raises(QuoteChanged) as error, transaction():
        place(of(cast.sari), asked)
    assert error.value.quote is None
    assert [one.kind for one in error.value.differences] == ["gone"]
    assert count_purchases() == 0


def test_the_reservation_refuses_what_the_page_still_believed(cast: Cast) -> None:
    variant = cast.shawl.variants[0]
    with pytest.raises(Conflict) as error, transaction():
        reserve({variant.id: 4}, "someone")
    assert error.value.params["product"] == cast.shawl.title
    assert error.value.params["available"] == 3
    with transaction() as session:
        session.execute(update(Stock).where(Stock.variant_id == variant.id).values(reserved=3))
    with pytest.raises(Conflict) as error, transaction():
        reserve({variant.id: 1}, "someone")
    assert "sold out" in str(error.value)


def test_names_every_wrong_field_at_once(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari), delivery="own")
    wrong = replace(
        asked,
        email="sari",
        recipient="",
        phone="12",
        address="",
        place_code="19.99",
        payment_method="gold",
        deliveries={},
    )
    with pytest.raises(Several) as error, transaction():
        place(of(cast.sari), wrong)
    assert fields(error) == {
        "email",
        "recipient",
        "phone",
        "address",
        "place_code",
        "payment_method",
        f"deliveries-{cast.ratnas.code}",
    }


def test_refuses_a_delivery_that_the_seller_does_not_make_there(cast: Cast) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari), delivery="own", place_code=JAKARTA)
    with pytest.raises(Several) as error, transaction():
        place(of(cast.sari), asked)
    assert fields(error) == {f"deliveries-{cast.ratnas.code}"}


def test_refuses_cash_by_courier_and_cash_that_a_seller_does_not_take(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(type(cast.ratnas), cast.ratnas.id).accepts_cash = False
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        asked = request_for(of(cast.sari), method="cash")
    with pytest.raises(Several) as error, transaction():
        place(of(cast.sari), asked)
    assert fields(error) == {"payment_method"}


def test_cash_orders_wait_for_their_seller_and_leave_the_stock_when_confirmed(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1), method="cash", delivery="own")
    (order,) = orders_of(placed.purchase)
    assert order.state is OrderState.TO_CONFIRM
    assert order.total == Money(1_865_000)
    assert order.ship_by is not None
    assert level(cast.shawl) == (3, 1)
    assert check_laws() == []


def test_pick_up_needs_no_address(cast: Cast) -> None:
    placed = buy(of(cast.sari), (cast.shawl, 1), address="", postal_code="", place_code="")
    assert placed.purchase.place_code is None
    assert placed.purchase.phone == "+6281234567890"


def test_a_guest_may_buy_what_is_made_to_order(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        visitor = guest()
    placed = buy(visitor, (made, 3))
    assert placed.purchase.user_id is None
    assert orders_of(placed.purchase)[0].lines[0].days == 20
    assert check_laws() == []


def test_an_empty_cart_buys_nothing(cast: Cast) -> None:
    with transaction():
        visitor = guest()
    with pytest.raises(Conflict), transaction():
        place(visitor, request_for(visitor))


def test_a_card_number_in_a_note_is_not_kept(cast: Cast) -> None:
    note = {cast.ratnas.code: "kartu saya 4242 4242 4242 4242, terima kasih"}
    placed = buy(of(cast.sari), (cast.shawl, 1), notes=note)
    assert "4242" not in orders_of(placed.purchase)[0].note


def test_the_page_asks_few_questions(cast: Cast, count_queries: Any) -> None:
    with transaction():
        carts.add(of(cast.sari), cast.shawl.variants[0].code)
        carts.add(of(cast.sari), cast.plaque.variants[0].code)
    owner = of(cast.sari)
    with count_queries(at_most=6):
        found = prepare(owner, place_code=JAKARTA)
        assert len(found.options) == 2
