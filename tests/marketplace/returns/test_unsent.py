"""What a shop never sends of an order is paid back by an operator's word; what came stays bought."""

from __future__ import annotations

import pytest

from catalog.db import db, transaction
from catalog.errors import Conflict, DomainError, Forbidden, Invalid
from catalog.money import ZERO
from marketplace.checkout.queries import check_laws as check_laws_of_buying
from marketplace.ledger.accounts import refund as owed_to_buyer
from marketplace.ledger.queries import balance
from marketplace.orders.models import Actor, Order, OrderState
from marketplace.orders.services import confirm, ship
from marketplace.payments.models import Refund
from marketplace.returns import services as returns
from marketplace.returns.laws import check_laws
from marketplace.returns.models import Return, ReturnState
from marketplace.returns.unsent import refund_rest, worth_of_rest
from marketplace.reviews.queries import list_lines_to_review
from marketplace.reviews.services.exchanging import open_exchange, write
from marketplace.sellers.models import DeliveryKind
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.returns.coming import fresh, now, sweep, wait, wish

WHY = "Toko tidak menjawab sejak tiga minggu."


@pytest.fixture
def order(cast: Cast) -> Order:
    """Three shawls for Sari, paid; one of them was handed over to a courier."""
    purchase = buy(of(cast.sari), (cast.shawl, 3)).purchase
    pay(purchase, cast.tono)
    with transaction() as session:
        (found,) = orders_of(purchase)
        session.get_one(Order, found.id).delivery = DeliveryKind.COURIER
    with transaction():
        confirm(found, Actor.SELLER)
        ship(found, Actor.SELLER, "J&T", "JX1234567890", pieces={found.lines[0].code: 1})
    return fresh(found)


@pytest.fixture(autouse=True)
def the_laws_hold(cast: Cast) -> object:
    yield
    db.session.rollback()
    assert check_laws() == []
    assert check_laws_of_buying() == []


def end(order: Order, cast: Cast, words: str = WHY) -> Return:
    with transaction():
        return refund_rest(order, cast.tono, words)


@both_databases
def test_the_rest_goes_back_when_nobody_appeals_and_what_came_stays_bought(cast: Cast, order: Order) -> None:
    paid, worth = order.total, worth_of_rest(order)
    assert ZERO < worth < paid
    found = end(order, cast)
    assert (found.state, found.lines[0].quantity, found.worth) == (ReturnState.DECIDED, 2, worth)
    assert fresh(order).state is OrderState.DELIVERED
    assert db.session.scalar(db.select(Refund)) is None, "either side may still appeal"
    with wait(30):
        sweep()
    assert now(found).state is ReturnState.SETTLED
    assert db.session.scalars(db.select(Refund.total)).all() == [worth]
    assert fresh(order).refunded == worth
    assert balance(owed_to_buyer(fresh(order).purchase.code)) == -worth, "owed to Sari, no more and no less"


def test_a_piece_that_never_left_is_told_from_one_that_did(cast: Cast, order: Order) -> None:
    end(order, cast)
    sent, unsent = fresh(order).shipments
    assert (sent.unsent_at, [one.quantity for one in sent.lines]) == (None, [1])
    assert unsent.unsent_at is not None and [one.quantity for one in unsent.lines] == [2]


def test_the_shop_that_did_send_it_appeals_and_another_word_holds(cast: Cast, order: Order) -> None:
    found = end(order, cast)
    with transaction():
        returns.appeal(now(found), Actor.SELLER, "Sisanya kami serahkan hari Senin, ini resinya.", cast.ratna)
    with transaction():
        returns.decide(now(found), cast.tono, returns.Answer("nothing", words="Resi itu benar dan sudah tiba."))
    assert now(found).state is ReturnState.CLOSED
    assert fresh(order).refunded == ZERO


def test_the_rest_ends_once(cast: Cast, order: Order) -> None:
    end(order, cast)
    with pytest.raises(Conflict):
        end(fresh(order), cast)
    with pytest.raises(DomainError), transaction():
        ship(fresh(order), Actor.SELLER, "J&T", "JX1234567891")
    with pytest.raises(DomainError), transaction():  # what never came is in a return already
        returns.ask(fresh(order), wish(order, "claim", "missing", 2))


def test_what_never_came_is_not_reviewed_and_what_came_is(cast: Cast) -> None:
    with transaction():
        other = factories.product(cast.ratnas, "Kain lain", 300_000)
    purchase = buy(of(cast.sari), (cast.shawl, 1), (other, 1)).purchase
    pay(purchase, cast.tono)
    (both,) = orders_of(purchase)
    came, never = both.lines
    with transaction() as session:
        session.get_one(Order, both.id).delivery = DeliveryKind.OWN
    with transaction():
        confirm(both, Actor.SELLER)
        ship(both, Actor.SELLER, pieces={came.code: 1})
    end(fresh(both), cast)
    with transaction():
        open_exchange(fresh(both))  # as the whole house does with every arrival
    assert [line.code for line, _ in list_lines_to_review(cast.sari)] == [came.code]
    with pytest.raises(Conflict), transaction():
        write(never, cast.sari, 1, "Tidak pernah sampai.")
    with transaction():
        assert write(came, cast.sari, 5, "Tiba dengan baik.").stars == 5


@pytest.mark.parametrize("words", ["", "hm", " \n "])
def test_a_reason_is_asked_for_and_nothing_moves_without(cast: Cast, order: Order, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        end(order, cast, words)
    assert refused.value.field == "words"
    assert fresh(order).state is OrderState.PROCESSING


def test_only_operators_end_it(cast: Cast, order: Order) -> None:
    for one in (cast.ratna, cast.sari, cast.dewi):
        with pytest.raises(Forbidden), transaction():
            refund_rest(fresh(order), one, WHY)
    assert fresh(order).state is OrderState.PROCESSING


def test_there_is_no_rest_before_anything_has_left_or_when_all_has(cast: Cast) -> None:
    purchase = buy(of(cast.sari), (cast.shawl, 2)).purchase
    pay(purchase, cast.tono)
    (whole,) = orders_of(purchase)
    with transaction():
        confirm(whole, Actor.SELLER)
    with pytest.raises(Conflict):
        end(whole, cast)
    with transaction():
        ship(whole, Actor.SELLER)
    with pytest.raises(Conflict):
        end(fresh(whole), cast)


def test_what_is_paid_at_the_handing_over_is_called_off_instead(cast: Cast) -> None:
    (order,) = orders_of(buy(of(cast.sari), (cast.shawl, 2), method="cash").purchase)
    with transaction() as session:
        session.get_one(Order, order.id).delivery = DeliveryKind.OWN
    with transaction():
        ship(order, Actor.SELLER, pieces={order.lines[0].code: 1})
    with pytest.raises(Conflict):
        end(fresh(order), cast)
