"""What the months of a maker hold: typed at the desk, seen by buyers at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory import promises
from catalog.inventory.models import Booking, Capacity, Pace
from tests import factories
from tests.cast import Cast
from tests.marketplace.web.seller.conftest import Desk

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)


def at(desk: Desk) -> str:
    return f"makers/{desk.maker}/capacity"


def test_what_is_typed_is_promised_to_buyers(ratnas: Desk, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
    with clock.frozen(NOW):
        assert ratnas.post(at(ratnas), {"pieces": "1", "month-2026-12": "0"}).status_code == 303
        page = ratnas.get(at(ratnas)).text
        assert "Tidak ada yang dibuat pada bulan ini." in page and "Januari 2027" in page
        with transaction():
            promises.book({"order-1": {piece.variants[0].id: 1}})
        assert "Penuh: 1 dari 1 dijanjikan" in ratnas.get(at(ratnas)).text
        shown = ratnas.client.get(f"/products/{piece.slug}-{piece.code}").text
        assert "2027" in shown or "Februari" in shown
        assert ratnas.post(at(ratnas), {"pieces": ""}).status_code == 303
    assert db.session.scalars(db.select(Pace)).all() == []


@pytest.mark.parametrize("typed", ["0", "-1", "1000", "tiga", "2,5"])
def test_refuses_a_number_that_is_none_and_keeps_what_was_typed(ratnas: Desk, typed: str) -> None:
    answer = ratnas.post(at(ratnas), {"pieces": typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text and "field__error" in answer.text
    assert db.session.scalars(db.select(Pace)).all() == []


def test_refuses_a_month_below_what_is_promised(ratnas: Desk, cast: Cast) -> None:
    with clock.frozen(NOW):
        with transaction():
            piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
            promises.set_pace(piece.maker, 3)
            promises.book({"order-1": {piece.variants[0].id: 2}})
        month = db.session.scalars(db.select(Booking.due_on)).first()
        assert month is not None
        answer = ratnas.post(at(ratnas), {"pieces": "3", f"month-{month:%Y-%m}": "0"})
    assert answer.status_code == 422 and "sudah dijanjikan" in answer.text
    assert not any(db.session.scalars(db.select(Capacity.is_exception)))


def test_another_shops_maker_does_not_exist(ratnas: Desk, budis: Desk) -> None:
    assert budis.get(at(ratnas)).status_code == 404
    assert budis.post(at(ratnas), {"pieces": "3"}).status_code == 404
    assert db.session.scalars(db.select(Pace)).all() == []
