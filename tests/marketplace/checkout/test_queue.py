"""What is made to order is promised from its maker's queue, from the cart to the order, and given back with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalog import clock
from catalog.db import db, transaction
from catalog.inventory import promises, workdays
from catalog.inventory.models import Booking
from catalog.products.models import Product
from marketplace.carts import services as carts
from marketplace.carts.queries import read_cart
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import QuoteChanged, place
from marketplace.orders.models import Actor
from marketplace.orders.services import cancel, sweep_due
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, pay, request_for

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)


@pytest.fixture
def cloth(cast: Cast) -> Product:
    """Two of them a month, twenty working days each."""
    with transaction(), clock.frozen(NOW):
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        promises.set_pace(piece.maker, 2)
    return piece


def waiting() -> list[Booking]:
    return list(db.session.scalars(db.select(Booking).where(Booking.closed_at.is_(None)).order_by(Booking.id)))


@both_databases
def test_the_cart_promises_what_the_order_gets(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        buy(of(cast.sari), (cloth, 2))
        with transaction():
            owner = guest()
            carts.add(owner, cloth.variants[0].code, 2)
            shown = read_cart(owner).lines[0]
        assert shown.days > 20
        with transaction():
            placed = place(owner, request_for(owner))
        order = orders_of(placed.purchase)[0]
        assert order.lines[0].days == shown.days
        assert max(one.due_on for one in waiting() if one.reference == order.code) == shown.ready_on
        pay(placed.purchase, cast.tono)
        assert orders_of(placed.purchase)[0].ship_by == shown.ready_on
    assert check_laws() == []


def test_refuses_a_day_that_somebody_took_after_it_was_shown(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        with transaction():
            owner = guest()
            carts.add(owner, cloth.variants[0].code, 2)
            asked = request_for(owner)
        buy(of(cast.sari), (cloth, 1))
        with pytest.raises(QuoteChanged), transaction():
            place(owner, asked)
        assert len({one.reference for one in waiting()}) == 1


def test_refuses_a_day_that_was_taken_between_the_reading_and_the_hold(
    cast: Cast, cloth: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = promises.hold

    def late(maker_ids: object) -> None:
        monkeypatch.setattr(promises, "hold", real)
        promises.book({"faster": {cloth.variants[0].id: 2}})

    with clock.frozen(NOW), transaction():
        owner = guest()
        carts.add(owner, cloth.variants[0].code, 1)
    with clock.frozen(NOW):
        monkeypatch.setattr(promises, "hold", late)
        with pytest.raises(QuoteChanged) as refusal, transaction():
            place(owner, request_for(owner))
    (late,) = refusal.value.differences
    assert "same maker" in str(refusal.value) and late.params["before"] < late.params["after"], "both days are named"
    assert waiting() == []


def test_refuses_more_than_the_queue_can_ever_hold(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW), transaction():
        owner = guest()
        carts.add(owner, cloth.variants[0].code, 60)
        line = read_cart(owner).lines[0]
        assert not line.is_buyable
        with pytest.raises(QuoteChanged):
            place(owner, request_for(owner))
    assert waiting() == []


def test_a_cart_with_several_such_pieces_is_promised_what_it_gets(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        with transaction():
            other = factories.product(cast.ratnas, "Selendang pesanan", stock=None)
        placed = buy(of(cast.sari), (other, 2), (cloth, 1))
        days = {one.variant_id: one.days for one in orders_of(placed.purchase)[0].lines}
        for booking in waiting():
            last = max(one.due_on for one in waiting() if one.variant_id == booking.variant_id)
            assert workdays.between(clock.today(), last) == days[booking.variant_id]
    assert check_laws() == []


@both_databases
def test_what_is_called_off_or_not_paid_gives_its_days_back(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        first = buy(of(cast.sari), (cloth, 1)).purchase
        second = buy(of(cast.sari), (cloth, 1)).purchase
        with transaction():
            cancel(orders_of(first)[0], Actor.BUYER, "berubah pikiran")
        assert [one.reference for one in waiting()] == [orders_of(second)[0].code]
        with transaction():
            sweep_due(datetime(2026, 12, 20, tzinfo=UTC))
        assert waiting() == []
    assert check_laws() == []


def test_the_law_sees_a_queue_that_does_not_add_up(cast: Cast, cloth: Product) -> None:
    with clock.frozen(NOW):
        buy(of(cast.sari), (cloth, 1))
        with transaction() as session:
            session.execute(db.update(Booking).values(quantity=2))
    assert {one.law for one in check_laws()} == {"L8"}
