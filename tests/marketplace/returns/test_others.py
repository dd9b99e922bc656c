"""Another variant instead: which may be chosen, what is kept for it, and whose shelf pieces go back to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Several
from catalog.inventory import services as inventory
from catalog.inventory.models import Stock
from catalog.money import Money
from catalog.products.models import Product, ProductState
from marketplace.checkout.queries import check_laws as check_laws_of_buying
from marketplace.orders.models import Order
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Return, ReturnState
from marketplace.returns.others import list_others
from marketplace.returns.wishes import Wish
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.returns.coming import WORDS, ask, came, fresh, now

PRICE = 300_000


@pytest.fixture
def shirt(cast: Cast) -> Iterator[Product]:
    """Three sizes of one price, two of each on the shelf; the laws hold whatever a test does with them."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kemeja batik", price=PRICE, stock=2, variants=3)
        for one in piece.variants:
            one.price = Money(PRICE)
    yield piece
    db.session.rollback()
    assert check_laws() == check_laws_of_buying() == []


def levels(piece: Product) -> list[tuple[int, int]]:
    """On hand and reserved, per size."""
    db.session.rollback()
    query = db.select(Stock.on_hand, Stock.reserved).where(Stock.variant_id.in_([one.id for one in piece.variants]))
    return [tuple(row) for row in db.session.execute(query.order_by(Stock.variant_id))]  # type: ignore[misc]


def wish(order: Order, code: str, kind: str = "exchange", pieces: int = 1) -> Wish:
    line = order.lines[0].code
    return Wish(kind, {line: (pieces, "changed-mind")}, WORDS, wanted={line: code})


def exchange(order: Order, code: str, kind: str = "exchange", pieces: int = 1) -> Return:
    with transaction():
        return returns.ask(order, wish(order, code, kind, pieces))


def refused(order: Order, code: str, **values: object) -> str:
    """The one field that is named."""
    with pytest.raises(Several) as error, transaction():
        returns.ask(order, wish(order, code, **values))  # type: ignore[arg-type]
    (one,) = error.value.errors
    return (one.field or "").replace(order.lines[0].code, "…")


def agree(found: Return, back: bool = True) -> Return:
    with transaction():
        return returns.accept(found, Answer("replacement", back, clock.today() + timedelta(days=3)))


def carry_out(found: Return, order: Order) -> None:
    """Agreed, sent back, on the shelf again, sent anew, and all is well."""
    agree(found)
    for step in (
        lambda: returns.send_back(found, "", ""),
        lambda: returns.receive(found, {order.lines[0].code: 1}),
        lambda: returns.send_anew(found, "", ""),
        lambda: returns.satisfy(found),
    ):
        with transaction():
            step()


@both_databases
def test_another_size_is_kept_when_the_shop_agrees_and_leaves_its_own_shelf(cast: Cast, shirt: Product) -> None:
    small, large = shirt.variants[0], shirt.variants[1].code
    order = came(cast, (shirt, 1))
    assert order.lines[0].variant_id == small.id
    found = exchange(order, large)
    (line,) = now(found).lines
    assert (line.wanted_choices, line.wanted_choices_en, line.choices) == ("Ukuran 2", "Size 2", "Ukuran 1")
    assert levels(shirt) == [(1, 0), (2, 0), (2, 0)], "asking keeps nothing"
    assert agree(found).state is ReturnState.TO_SEND_BACK
    assert levels(shirt) == [(1, 0), (2, 1), (2, 0)]
    with transaction():
        returns.receive(found, {order.lines[0].code: 1})
    with transaction():
        returns.send_anew(found, "", "")
    assert levels(shirt) == [(2, 0), (1, 0), (2, 0)]
    with transaction():
        returns.satisfy(found)
    assert now(found).anew_at is not None


def test_what_was_exchanged_is_of_the_new_size_from_then_on(cast: Cast, shirt: Product) -> None:
    small, large = shirt.variants[0].code, shirt.variants[1].code
    order = came(cast, (shirt, 1))
    carry_out(exchange(order, large), order)
    order = fresh(order)
    assert [one.code for one in list_others(order.lines)[order.lines[0].id]] == [small, shirt.variants[2].code]
    again = ask(order, "return", "damaged")
    assert now(again).lines[0].choices == "Ukuran 2"
    with transaction():
        returns.accept(again, Answer("refund", sends_back=True))
    with transaction():
        returns.receive(again, {order.lines[0].code: 1})
    assert levels(shirt) == [(2, 0), (2, 0), (2, 0)], "on the shelf of the size that came back"


def test_another_of_the_same_is_of_the_size_that_was_sent_last(cast: Cast, shirt: Product) -> None:
    order = came(cast, (shirt, 1))
    carry_out(exchange(order, shirt.variants[1].code), order)
    found = ask(fresh(order), "exchange", "damaged")
    agree(found, back=False)
    assert levels(shirt) == [(2, 0), (1, 1), (2, 0)]


@both_databases
def test_the_shop_cannot_agree_to_what_somebody_else_has_bought_meanwhile(cast: Cast, shirt: Product) -> None:
    large = shirt.variants[1]
    order = came(cast, (shirt, 1))
    found = exchange(order, large.code)
    with transaction():
        inventory.reserve({large.id: 2}, "somebody-else")
    with pytest.raises(Conflict) as error:
        agree(found)
    assert error.value.params["available"] == 0
    assert now(found).state is ReturnState.ASKED, "and may offer something else"
    with transaction():
        assert returns.accept(found, Answer("refund", sends_back=True)).state is ReturnState.OFFERED
    with transaction():
        inventory.release("somebody-else")


def test_only_what_lies_on_the_shelf_and_costs_the_same_may_be_chosen(cast: Cast, shirt: Product) -> None:
    order = came(cast, (shirt, 1))
    same, dear, sold = shirt.variants
    with transaction():
        dear.price = Money(PRICE + 1)
        inventory.reserve({sold.id: 2}, "somebody-else")
    assert list_others(order.lines) == {}
    for code in (same.code, dear.code, sold.code, cast.shawl.variants[0].code, "nothing"):
        assert refused(order, code) == "wanted-…", code
    with transaction():
        dear.price, dear.is_active = Money(PRICE), False
    assert refused(order, dear.code) == "wanted-…", "not offered any more"
    with transaction():
        dear.is_active, shirt.state = True, ProductState.HELD
    assert refused(order, dear.code) == "wanted-…", "off sale"
    with transaction():
        shirt.state = ProductState.LIVE
        inventory.release("somebody-else")
    assert exchange(order, dear.code).lines[0].wanted_id == dear.id


def test_another_choice_is_for_an_exchange_of_all_pieces_of_a_line(cast: Cast, shirt: Product) -> None:
    order, large = came(cast, (shirt, 2)), shirt.variants[1].code
    assert refused(order, large, kind="return", pieces=2) == "kind"
    assert refused(order, large, pieces=1) == "wanted-…"
    ask(order, "exchange", "changed-mind")
    assert refused(fresh(order), large, pieces=1) == "wanted-…", "a part of it is in a return already"


def test_what_was_made_for_one_person_is_not_exchanged_for_another(cast: Cast) -> None:
    with transaction():
        made = factories.product(cast.ratnas, "Kain pesanan", stock=None, variants=2)
        made.variants[1].price = made.variants[0].price
    order = came(cast, (made, 1))
    line = order.lines[0].code
    assert list_others(order.lines) == {}
    with pytest.raises(Several) as error, transaction():
        returns.ask(order, Wish("exchange", {line: (1, "damaged")}, WORDS, wanted={line: made.variants[1].code}))
    assert [one.field for one in error.value.errors] == [f"wanted-{line}"]
