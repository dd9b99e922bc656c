"""PPh 22 as PMK 37/2025 has it: only from the day of an appointment, not of the small who have said so, not while an
exemption holds; passing the limit counts from the next month on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Several
from catalog.money import Money
from marketplace.bookkeeping.books import standings
from marketplace.bookkeeping.cuts import cut
from marketplace.bookkeeping.models import LineTerms
from marketplace.bookkeeping.rates import terms_of
from marketplace.bookkeeping.taxes import Taxes, taxes, use
from marketplace.bookkeeping.withholding import is_withheld, tell, turnover
from marketplace.orders.models import Order
from tests import factories
from tests.cast import Cast
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay

NUMBER = "3201234567890123"
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def appointed() -> Iterator[None]:
    before = taxes()
    use(Taxes(pph22_from=date(2026, 6, 1)))
    with clock.frozen(NOW):
        yield
    use(before)


def pph22(cast: Cast) -> int:
    return terms_of(cast.ratnas.id, None).pph22


def sell(cast: Cast, sum_: int) -> Order:
    with transaction():
        dear = factories.product(cast.ratnas, "Kain mahal", sum_, stock=9)
    purchase = buy(of(cast.sari), (dear, 1)).purchase
    pay(purchase, cast.tono)
    return orders_of(purchase)[0]


def test_only_from_the_day_of_the_appointment(cast: Cast) -> None:
    assert pph22(cast) == 50
    with clock.frozen(NOW - timedelta(days=30)):
        assert pph22(cast) == 0
    use(Taxes())
    assert pph22(cast) == 0


def test_a_statement_holds_for_its_year_until_the_month_after_the_limit_is_passed(cast: Cast) -> None:
    with transaction():
        tell(cast.ratnas, NUMBER, True, None, cast.ratna)
    assert pph22(cast) == 0
    sell(cast, 400_000_000)
    found = turnover(cast.ratnas.id, 2026)
    assert (found.percent, found.is_near, found.is_passed) == (80, True, False)
    last = sell(cast, 100_000_001)
    assert turnover(cast.ratnas.id, 2026).is_passed
    assert pph22(cast) == 0, "this month is still free"
    frozen = db.session.scalars(db.select(LineTerms.pph22)).all()
    assert frozen == [0, 0]
    with clock.frozen(datetime(2026, 7, 1, 3, tzinfo=UTC)):
        assert pph22(cast) == 50
        with pytest.raises(Several) as refusal, transaction():
            tell(cast.ratnas, NUMBER, True, None, cast.ratna)
        assert [one.field for one in refusal.value.errors] == ["states_small"]
        with transaction() as session:  # what is called off was not sold
            session.execute(update(Order).where(Order.id == last.id).values(state="cancelled", due_at=None))
        assert pph22(cast) == 0
    with clock.frozen(datetime(2027, 1, 2, 3, tzinfo=UTC)):
        assert pph22(cast) == 50, "a new year wants a new statement"


def test_of_a_taxable_entrepreneur_it_is_withheld_without_the_ppn_in_the_price(cast: Cast) -> None:
    with transaction():
        tell(cast.ratnas, NUMBER, False, None, cast.ratna, taxable_from=date(2026, 6, 1))
    order = sell(cast, 1_110_000)
    assert terms_of(cast.ratnas.id, None).contained == 1100 != terms_of(cast.budis.id, None).contained
    (standing,) = standings([order.id])
    assert standing.cut.pph22 == Money(5_000)
    with transaction():  # what it says later changes nothing that was sold
        tell(cast.ratnas, NUMBER, False, None, cast.ratna)
    (standing,) = standings([order.id])
    assert standing.cut.pph22 == Money(5_000)
    assert cut(Money(1_110_000), terms_of(cast.ratnas.id, None)).pph22 == Money(5_550)


def test_an_exemption_holds_to_its_last_day_and_wrong_words_are_refused(cast: Cast) -> None:
    with transaction():
        tell(cast.ratnas, "32.012.345.6-789.012", False, date(2026, 7, 31), cast.ratna)
    assert not is_withheld(cast.ratnas.id, date(2026, 7, 31))
    assert is_withheld(cast.ratnas.id, date(2026, 8, 1))
    assert is_withheld(cast.budis.id, date(2026, 7, 1))
    for number, small, until, field in (
        ("123", False, None, "number"),
        ("", True, None, "number"),
        (NUMBER, False, date(2026, 6, 14), "exempt_until"),
    ):
        with pytest.raises(Several) as refusal, transaction():
            tell(cast.ratnas, number, small, until, cast.ratna)
        assert [one.field for one in refusal.value.errors] == [field]
    assert turnover(cast.ratnas.id, 2026).sum == Money(0)
