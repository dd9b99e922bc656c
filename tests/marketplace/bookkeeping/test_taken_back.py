"""What vouchers have paid wholly goes back to whoever paid them when the piece comes back, to the last rupiah."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from catalog.db import db, transaction
from catalog.money import ZERO, Money
from marketplace.bookkeeping.cuts import Cut, Sold, Terms
from marketplace.bookkeeping.laws import check_laws
from marketplace.bookkeeping.rates import set_rate
from marketplace.ledger.queries import balance, balances
from marketplace.orders.models import Actor
from marketplace.orders.services import mark_delivered, ship
from marketplace.payments.models import Refund
from marketplace.promotions.models import Fund, Payer
from marketplace.returns import services as returns
from marketplace.returns.answers import Answer
from marketplace.returns.laws import check_laws as check_laws_of_returns
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of
from tests.marketplace.returns.coming import fresh, over, wish


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=6),
    st.lists(st.integers(1, 10**9), min_size=1, max_size=3),
    st.integers(0, 5_000),
)
def test_piece_by_piece_comes_to_the_same_as_all_at_once(parts: list[int], sums: list[int], rate: int) -> None:
    pieces, terms = sum(parts), Terms(rate, 1_100, 50)
    backed = tuple((f"sponsor:{n}", Money(one)) for n, one in enumerate(sums))
    taken, back, before = 0, ZERO, Sold(ZERO, backed, ZERO, terms, (0, pieces))
    for part in parts:
        taken += part
        after = Sold(ZERO, backed, ZERO, terms, (taken, pieces))
        given_back = sum(after.returned.values(), ZERO) - sum(before.returned.values(), ZERO)
        assert given_back >= ZERO and after.left == before.left - given_back
        back, before = back + given_back, after
    assert back == sum((one for _, one in backed), ZERO)
    assert before.left == ZERO and before.cut == Cut()


def test_a_piece_that_a_programme_paid_is_taken_back(cast: Cast) -> None:
    with transaction():
        set_rate(1000, date(2026, 1, 1))
        fund = Fund(name="Program", budget=Money(9_000_000))
        db.session.add(fund)
        db.session.flush()
        factories.voucher("GRATIS12", percent=100, payer=Payer.PROGRAMME, fund=fund)
    (order,) = orders_of(buy(of(cast.sari), (cast.shawl, 2), vouchers=("GRATIS12",)).purchase)
    with transaction():
        ship(order, Actor.SELLER)
        mark_delivered(order, Actor.BUYER)
    order = over(fresh(order))
    (line,) = order.lines
    sponsor, shop = f"sponsor:{fund.code}", f"seller:{cast.ratnas.code}"
    assert (line.paid, balance(sponsor)) == (ZERO, line.total) and balance(shop) < ZERO
    for back in (1, 2):
        with transaction():
            found = returns.ask(order, wish(order, "claim", "damaged"))
        with transaction():
            found = returns.accept(found, Answer("refund", granted={line.code: ZERO}, words="Maaf sekali."))
            if found.due_at is not None:
                returns.take(found)
        order = fresh(order)
        assert order.lines[0].taken_back == back
        assert balance(sponsor) == Money(line.total.rupiah * (2 - back) // 2)
        assert check_laws() == check_laws_of_returns() == []
    assert not balances("seller")
    assert not balance("commission") and not balance("ppn")
    assert db.session.scalars(db.select(Refund)).all() == []
