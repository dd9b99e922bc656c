"""Shops are told once when they come near Rp500 million and once when they pass it; what they have stated is kept."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from catalog import clock
from catalog.db import db, transaction
from marketplace.bookkeeping.models import TaxStatement
from marketplace.bookkeeping.slips import yearly_slip
from marketplace.bookkeeping.withholding import has_stated, tell
from marketplace.notifications.models import Notification
from marketplace.orders.models import Order
from marketplace.subscribers.clock import tell_turnovers
from tests.cast import Cast
from tests.marketplace.bookkeeping.test_withholding import NUMBER, sell

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)


def told() -> list[tuple[int | None, int, bool]]:
    db.session.rollback()
    rows = db.session.scalars(
        db.select(Notification).where(Notification.kind == "turnover-near").order_by(Notification.id)
    )
    return [(one.user_id, one.params["percent"], one.params["is_passed"]) for one in rows]


def test_once_near_and_once_passed(cast: Cast) -> None:
    with clock.frozen(NOW):
        sell(cast, 399_999_999)
        tell_turnovers()
        assert told() == []
        sell(cast, 1)
        for _ in range(3):
            tell_turnovers()
        assert told() == [(cast.ratna.id, 80, False)]
        last = sell(cast, 100_000_001)
        for _ in range(2):
            tell_turnovers()
        assert told()[1:] == [(cast.ratna.id, 100, True)]
        with transaction() as session:
            session.execute(update(Order).where(Order.id == last.id).values(state="cancelled", due_at=None))
        tell_turnovers()
        assert len(told()) == 2, "each once a year"
    with clock.frozen(datetime(2027, 1, 2, 3, tzinfo=UTC)):
        tell_turnovers()
    assert len(told()) == 2


def test_every_statement_is_kept(cast: Cast) -> None:
    for year, states in ((2026, True), (2026, True), (2026, False), (2026, True), (2027, True)):
        with clock.frozen(datetime(year, 6, 15, 3, tzinfo=UTC)), transaction():
            tell(cast.ratnas, NUMBER, states, None, cast.ratna)
    rows = db.session.scalars(db.select(TaxStatement).order_by(TaxStatement.id)).all()
    assert [(one.year, one.withdrawn_at is None) for one in rows] == [(2026, False), (2026, True), (2027, True)]
    assert {(one.number, one.told_by_id) for one in rows} == {(NUMBER, cast.ratna.id)}
    assert [has_stated(cast.ratnas.id, year) for year in (2025, 2026, 2027)] == [False, True, True]
    assert yearly_slip(cast.ratnas, 2026).has_stated and not yearly_slip(cast.budis, 2026).has_stated
