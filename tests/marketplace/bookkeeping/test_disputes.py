"""What a buyer's bank takes back is held from the shops that it is about, given back when it is won, gone when it is lost."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, Invalid
from catalog.money import ZERO, Money
from marketplace.accounts.models import Role
from marketplace.bookkeeping.bookings import Typed, approve, make, plan, refuse, reverse
from marketplace.bookkeeping.cuts import Terms, cut
from marketplace.bookkeeping.disputes import list_held
from marketplace.bookkeeping.laws import check_laws
from marketplace.bookkeeping.models import Deed
from marketplace.bookkeeping.rates import set_rate
from marketplace.ledger.models import Kind
from marketplace.ledger.queries import balance, balances
from marketplace.ledger.services import Entry, post
from marketplace.notifications.models import Notification
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import complete, ship
from marketplace.payments.models import Payment
from marketplace.payouts.laws import check_laws as check_laws_of_payouts
from marketplace.payouts.queries import Hold, free_lines, prospect, prospects
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.signals import payment_disputed
from marketplace.subscribers import outside
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.returns.coming import fresh, wish

RATE = Terms(1000, 1100)


@pytest.fixture
def paid(cast: Cast) -> tuple[Payment, Order, Order]:
    with transaction():
        set_rate(1000, date(2026, 1, 1))
    purchase = buy(of(cast.sari), (cast.shawl, 1), (cast.plaque, 1)).purchase
    payment = pay(purchase, cast.tono)
    first, second = orders_of(purchase)
    return payment, first, second


def hand_over(order: Order) -> None:
    with transaction() as session:
        order = session.get_one(Order, order.id)
        ship(order, Actor.SELLER)
        complete(order, Actor.BUYER)


def bank_says(payment: Payment, dispute: str, sum_: Money | None = None) -> None:
    with transaction() as session:
        payment = session.get_one(Payment, payment.id)
        payment_disputed.send(payment, dispute=dispute, sum_=sum_ or payment.due)


def laws_hold() -> None:
    db.session.rollback()
    assert check_laws() == check_laws_of_payouts() == []


def shop(order: Order) -> Money:
    return -balance(f"seller:{order.seller.code}")


def test_only_what_the_shop_received_is_held_and_comes_back(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, other = paid
    net = cut(mine.total, RATE).net
    hand_over(mine)
    for _ in range(3):
        bank_says(payment, "opened")
    assert (shop(mine), balance(f"held:{mine.code}")) == (ZERO, -net)
    assert [(one.order_code, one.sum) for one in list_held(cast.ratnas)] == [(mine.code, net)]
    assert free_lines(cast.ratnas) and sum(free_lines(cast.ratnas).values(), ZERO) == ZERO
    assert prospect(cast.ratnas).hold is Hold.NOTHING and prospect(cast.ratnas).held == net
    assert list_held(cast.budis) == [], "nothing was received of what is still under way"
    laws_hold()
    hand_over(other)  # It is held on the day of its release.
    assert (shop(other), balance(f"held:{other.code}")) == (ZERO, -cut(other.total, RATE).net)
    assert len(list_held()) == 2
    laws_hold()
    bank_says(payment, "won")
    bank_says(payment, "lost")  # It is decided already.
    assert (shop(mine), shop(other)) == (net, cut(other.total, RATE).net)
    assert list_held() == [] and not balances("held") and not balance("loss")
    laws_hold()


def test_a_shop_that_was_paid_does_not_owe_before_it_is_decided(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, other = paid
    hand_over(mine)
    net = shop(mine)
    with transaction():  # It was paid out meanwhile.
        entries = [Entry(f"seller:{cast.ratnas.code}", net), Entry("bank:x", -net)]
        post("paid-out:x", Kind.PAYOUT, entries)
    bank_says(payment, "opened")
    found = prospect(cast.ratnas)
    assert (found.available, found.hold, found.held) == (-net, Hold.DISPUTE, net)
    assert [one.hold for one in prospects()] == [Hold.DISPUTE]
    bank_says(payment, "lost")
    found = prospect(cast.ratnas)
    assert (found.available, found.hold, found.held) == (-net, Hold.DEBT, ZERO)
    assert balance("loss") == payment.due - net, "commission, tax and what was never received are the house's"
    hand_over(other)  # Released after it was lost.
    assert shop(other) == ZERO and balance("loss") == payment.due - net - cut(other.total, RATE).net
    assert db.session.scalars(db.select(db.func.count()).select_from(Order)).one() == 2


def test_a_part_is_shared_by_what_the_orders_cost(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, other = paid
    hand_over(mine)
    hand_over(other)
    bank_says(payment, "opened", Money(1_000))
    parts = Money(1_000).split([mine.total.rupiah, other.total.rupiah])
    assert [one.sum for one in list_held()] == parts
    bank_says(payment, "lost", Money(1_000))
    assert balance("loss") == ZERO and not balances("dispute") and not balances("held")
    assert shop(mine) == cut(mine.total, RATE).net - parts[0]
    laws_hold()


def test_whatever_comes_first_the_end_is_the_same(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, other = paid
    ends = set()
    for order in itertools.permutations(("a", "b", "open", "lost")):
        db.session.rollback()
        with pytest.raises(ZeroDivisionError), transaction():
            for name in order:
                with db.session.begin_nested():
                    _inside(name, payment, mine, other)
            ends.add((shop(mine), shop(other), balance("loss"), tuple(balances("held")), tuple(balances("dispute"))))
            raise ZeroDivisionError
    assert len(ends) == 1
    (end,) = ends
    assert end[:2] == (ZERO, ZERO) and end[3:] == ((), ())


def _inside(name: str, payment: Payment, mine: Order, other: Order) -> None:
    payment = db.session.get_one(Payment, payment.id)
    if name in ("a", "b"):
        order = db.session.get_one(Order, (mine if name == "a" else other).id)
        ship(order, Actor.SELLER)
        complete(order, Actor.BUYER)
    else:
        payment_disputed.send(payment, dispute="opened" if name == "open" else "lost", sum_=payment.due)


def test_the_shops_are_told_once(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, other = paid
    with payment_disputed.connected_to(outside.tell_disputed):
        for dispute in ("opened", "opened", "lost"):
            bank_says(payment, dispute)
    told = db.session.scalars(db.select(Notification).where(Notification.kind == "order-disputed")).all()
    assert sorted((one.user_id, one.params["dispute"]) for one in told) == sorted(
        (user.id, dispute) for user in (cast.ratna, cast.budi) for dispute in ("opened", "lost")
    )
    assert {one.params["code"] for one in told} == {mine.code, other.code}


def test_an_operator_may_let_the_house_bear_it(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, other = paid
    hand_over(mine)
    bank_says(payment, "lost")
    typed = Typed(Deed.BORNE, mine.code, "Putusan 7", clock.today(), note="Dikirim sesuai pesanan")
    with pytest.raises(Conflict):
        plan(replace(typed, scope=other.code))
    with pytest.raises(Invalid):
        plan(replace(typed, note=""))
    with transaction():
        made = make(typed, cast.tono)
        approve(made, factories.user(roles=(Role.OPERATOR,)))
    assert shop(mine) == cut(mine.total, RATE).net and balance("loss") == payment.due
    with pytest.raises(Conflict):
        plan(replace(typed, reference="Putusan 8"))
    laws_hold()


def test_the_house_bears_a_loss_once_and_again_after_it_was_turned_back(
    cast: Cast, paid: tuple[Payment, Order, Order]
) -> None:
    payment, mine, _ = paid
    hand_over(mine)
    net = shop(mine)
    bank_says(payment, "lost")
    typed = Typed(Deed.BORNE, mine.code, "Putusan 7", clock.today(), note="Dikirim sesuai pesanan")
    with transaction():
        joni = factories.user(roles=(Role.OPERATOR,))
        first = make(typed, cast.tono)
    assert first.reference == mine.code, "the loss of an order has no other name"
    with pytest.raises(Conflict) as refusal, transaction():
        make(replace(typed, reference="Putusan 8"), cast.tono)
    assert refusal.value.field == "scope"
    with transaction() as session:  # as it was written before orders were the references
        first.reference = "Putusan 7"
        session.flush()
        second = make(typed, cast.tono)
        approve(first, joni)
    with pytest.raises(Conflict), transaction():
        approve(second, joni)
    assert (shop(mine), balance("loss")) == (net, payment.due)
    with transaction():
        refuse(second, joni)
        approve(reverse(first, "Ternyata tidak", cast.tono), joni)
    assert (shop(mine), balance("loss")) == (ZERO, payment.due - net)
    with transaction():
        approve(make(typed, cast.tono), joni)
    assert (shop(mine), balance("loss")) == (net, payment.due)
    laws_hold()


def test_a_case_takes_no_more_than_itself_from_all_shops_together(
    cast: Cast, paid: tuple[Payment, Order, Order]
) -> None:
    """What goes back of one order afterwards makes the others' share greater: what is held already counts."""
    payment, mine, other = paid
    sum_ = Money(100_000)
    hand_over(mine)
    bank_says(payment, "opened", sum_)
    held = -balance(f"held:{mine.code}")
    order = fresh(mine)
    with transaction():
        back = returns.ask(order, wish(order, "claim", "damaged"))
        answer = Answer(
            "refund", granted={order.lines[0].code: order.lines[0].paid - Money(1_000)}, words="Maaf sekali."
        )
        returns.take(returns.accept(back, answer))
    hand_over(other)
    assert -balance(f"held:{other.code}") == sum_ - held, "its share alone would be more"
    laws_hold()
    for dispute in ("lost", "lost"):
        bank_says(payment, dispute, sum_)
    assert (balance("loss"), balances("dispute"), balances("held")) == (ZERO, {}, {})
    laws_hold()


def test_a_case_is_closed_when_nothing_is_disputed_any_more(cast: Cast, paid: tuple[Payment, Order, Order]) -> None:
    payment, mine, _ = paid
    hand_over(mine)
    net = shop(mine)
    with transaction() as session:
        payment_disputed.send(session.get_one(Payment, payment.id), dispute="opened", sum_=ZERO)
    assert not balances("dispute") and shop(mine) == net, "nothing was taken"
    bank_says(payment, "opened")
    with transaction() as session:
        payment_disputed.send(session.get_one(Payment, payment.id), dispute="won", sum_=ZERO)
    assert (balances("dispute"), balances("held"), shop(mine)) == ({}, {}, net)
    laws_hold()
