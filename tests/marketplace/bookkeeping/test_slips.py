"""The slip of a year is the ledger, month by month: what went back stands in the month of its return."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from catalog import clock
from catalog.db import transaction
from catalog.money import ZERO, Money
from marketplace.bookkeeping.slips import yearly_slip
from marketplace.bookkeeping.taxes import Taxes, taxes, use
from marketplace.bookkeeping.withholding import tell
from marketplace.ledger.queries import balance
from marketplace.orders.models import Actor, Order
from marketplace.orders.services import complete, ship
from tests.cast import Cast
from tests.marketplace.bookkeeping.test_books import give
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay


@pytest.fixture(autouse=True)
def appointed() -> Iterator[None]:
    before = taxes()
    use(Taxes(pph22_from=date(2026, 1, 1)))
    yield
    use(before)


def sell(cast: Cast, at: datetime) -> Order:
    with clock.frozen(at):
        purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
        pay(purchase, cast.tono)
        (order,) = orders_of(purchase)
        with transaction():
            ship(order, Actor.SELLER)
            complete(order, Actor.BUYER)
    return order


def test_a_year_is_its_months(cast: Cast) -> None:
    sell(cast, datetime(2025, 12, 31, 16, 59, tzinfo=UTC))  # Nothing was withheld yet, and it is another year.
    sell(cast, datetime(2025, 12, 31, 17, 1, tzinfo=UTC))  # The first minute of January in the west of Indonesia.
    order = sell(cast, datetime(2026, 3, 2, 3, tzinfo=UTC))
    with clock.frozen(datetime(2026, 3, 3, 3, tzinfo=UTC)), transaction():
        tell(cast.ratnas, "3201234567890123", False, None, cast.ratna)
    with clock.frozen(datetime(2026, 3, 4, 3, tzinfo=UTC)):
        give(order, Money(850_000))
    found = yearly_slip(cast.ratnas, 2026)
    rows = {one.month: (one.gross.rupiah, one.withheld.rupiah) for one in found.months if one.gross or one.withheld}
    assert rows == {1: (1_850_000, 9_250), 3: (1_000_000, 5_000)}
    assert (found.gross, found.withheld, found.number) == (Money(2_850_000), Money(14_250), "3201234567890123")
    assert -balance("pph22") == found.withheld
    assert not found.has_stated
    before = yearly_slip(cast.ratnas, 2025)
    assert (before.gross, before.withheld) == (Money(1_850_000), ZERO)
    assert yearly_slip(cast.budis, 2026).gross == ZERO
