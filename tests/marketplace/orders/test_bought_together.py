"""What others also bought: enough different people, or nothing at all."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from catalog import clock
from catalog.db import db, transaction
from catalog.edition import edition
from catalog.money import Money
from catalog.products.models import Companion, Product, Variant
from catalog.products.services import pair_up
from marketplace.accounts.models import User
from marketplace.orders.models import Order, OrderLine, OrderState, Purchase
from marketplace.orders.queries import BUYERS_MIN, PIECES_MAX
from marketplace.payments.models import PaymentMethod
from marketplace.sellers.models import DeliveryKind, Seller
from marketplace.subscribers.clock import pair_up_products
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases

numbers = count(1)


def bought(
    who: User | str,
    *pieces: Product,
    state: OrderState = OrderState.COMPLETED,
    ago: timedelta = timedelta(days=3),
) -> None:
    """A purchase that has come as far as `state`: by a user, or by a guest with an address."""
    at, user = clock.now() - ago, who if isinstance(who, User) else None
    with transaction():
        purchase = factories.add(
            Purchase(
                user_id=user.id if user else None,
                email=user.email if user else who,
                recipient="Contoh",
                phone="0811-1000-2001",
                payment_method=PaymentMethod.BANK_TRANSFER,
                total=Money(1000 * len(pieces)),
                placed_at=at,
            )
        )
        for seller_id in sorted({piece.seller_id for piece in pieces}):
            mine = [piece for piece in pieces if piece.seller_id == seller_id]
            order = factories.add(
                Order(
                    purchase_id=purchase.id,
                    seller_id=seller_id,
                    state=state,
                    delivery=DeliveryKind.COURIER,
                    items_total=Money(1000 * len(mine)),
                    shipping_total=Money(0),
                    total=Money(1000 * len(mine)),
                    created_at=at,
                    due_at=None if state in (OrderState.COMPLETED, OrderState.CANCELLED) else clock.now(),
                )
            )
            for piece in mine:
                variant = db.session.scalars(select(Variant).where(Variant.product_id == piece.id)).first()
                assert variant is not None
                db.session.add(
                    OrderLine(
                        order_id=order.id,
                        variant_id=variant.id,
                        product_code=piece.code,
                        title=piece.title,
                        fulfilment=variant.fulfilment,
                        unit_price=Money(1000),
                        quantity=1,
                        total=Money(1000),
                        weight=100,
                    )
                )


def guests(number: int) -> list[str]:
    return [f"tamu{next(numbers)}@contoh.example" for _ in range(number)]


def pairs() -> dict[tuple[int, int], int]:
    rows = db.session.execute(select(Companion.product_id, Companion.other_id, Companion.position)).all()
    db.session.rollback()
    return {(row[0], row[1]): row[2] for row in rows}


def more(shop: Seller, number: int) -> list[Product]:
    with transaction():
        return [factories.product(shop, f"Karya bersama {next(numbers)}") for _ in range(number)]


@both_databases
def test_enough_different_people_make_a_pair_and_counting_again_changes_nothing(cast: Cast) -> None:
    cap, tray = more(cast.ratnas, 2)
    for who in guests(BUYERS_MIN):
        bought(who, cast.shawl, cast.plaque)
    for who in guests(BUYERS_MIN + 1):
        bought(who, cast.shawl)
        bought(who, cap, state=OrderState.DELIVERED)  # on another day: the person is the same
    for who in guests(BUYERS_MIN - 1):
        bought(who, cast.shawl, tray)
    before = edition()
    db.session.rollback()
    pair_up_products()
    first = pairs()
    shawl, plaque, cap_id = cast.shawl.id, cast.plaque.id, cap.id
    assert first == {(shawl, cap_id): 1, (shawl, plaque): 2, (cap_id, shawl): 1, (plaque, shawl): 1}
    assert edition() == before + 1
    db.session.rollback()
    written: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        pair_up_products()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert not [one for one in written if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert pairs() == first and edition() == before + 1


def test_one_person_is_one_however_often_and_however_they_come(cast: Cast) -> None:
    bought(cast.sari, cast.shawl, cast.plaque)
    bought(cast.sari, cast.shawl, cast.plaque)
    bought("SARI@contoh.example", cast.shawl, cast.plaque)  # not signed in
    bought(*guests(1), cast.shawl, cast.plaque)
    pair_up_products()
    assert pairs() == {}
    bought(*guests(1), cast.plaque, cast.shawl)
    pair_up_products()
    assert len(pairs()) == 2


@pytest.mark.parametrize(
    "state", [OrderState.AWAITING_PAYMENT, OrderState.TO_CONFIRM, OrderState.SHIPPED, OrderState.CANCELLED]
)
def test_what_has_not_arrived_does_not_count(cast: Cast, state: OrderState) -> None:
    for who in guests(BUYERS_MIN):
        bought(who, cast.shawl, cast.plaque, state=state)
    pair_up_products()
    assert pairs() == {}


def test_neither_the_shops_own_people_nor_resellers_nor_the_long_past_count(cast: Cast) -> None:
    for who in guests(BUYERS_MIN - 1):
        bought(who, cast.shawl, cast.plaque)
    bought(cast.ratna, cast.shawl, cast.plaque)
    bought(*guests(1), cast.shawl, cast.plaque, ago=timedelta(days=900))
    (reseller,) = guests(1)
    bought(reseller, cast.shawl, cast.plaque, *more(cast.ratnas, PIECES_MAX - 1))
    pair_up_products()
    assert pairs() == {}


def test_a_pair_that_too_few_bought_lately_goes_away(cast: Cast) -> None:
    for who in guests(BUYERS_MIN):
        bought(who, cast.shawl, cast.plaque)
    pair_up_products()
    assert len(pairs()) == 2
    with clock.frozen(clock.now() + timedelta(days=800)):
        pair_up_products()
    assert pairs() == {}


def test_a_row_has_only_so_much_room(cast: Cast) -> None:
    others = more(cast.budis, 14)
    with transaction():
        assert pair_up({cast.shawl.id: [one.id for one in others], cast.plaque.id: []}) == 1
    assert sorted(pairs().values()) == list(range(1, 13))


@both_databases
def test_the_database_refuses_a_piece_as_its_own_companion(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction():
        pair_up({cast.shawl.id: [cast.shawl.id]})
