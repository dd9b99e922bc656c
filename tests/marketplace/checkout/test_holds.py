"""Pieces held at the checkout: lengthened by what the buyer does, up to a cap; let go; never in one's own way; never
more than there is, and never so many that a shop is emptied by holding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict
from catalog.inventory import held_days, holds, promises
from catalog.inventory import services as inventory
from catalog.inventory.models import Booking, HeldDay, Hold, Stock
from catalog.inventory.queue import keeps, month_of
from catalog.products.models import Product, Variant
from marketplace.accounts.models import Session
from marketplace.carts import services as carts
from marketplace.carts.holding import MOST_PIECES
from marketplace.carts.models import Owner
from marketplace.carts.queries import read_cart
from marketplace.checkout import holding
from marketplace.checkout.queries import check_laws
from marketplace.checkout.services import place
from marketplace.orders.models import Order
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import guest, of, request_for
from tests.marketplace.checkout.test_races import at_once, carts_of, checkout_of, count
from tests.together import Meeting

SPAN, CAP = timedelta(minutes=10), timedelta(minutes=30)


def keep(owner: Owner, may: bool = True) -> Any:
    with transaction():
        return holding.keep(owner, SPAN, CAP, lambda: may)


def levels(product: Product) -> tuple[int, int, int]:
    row = db.session.execute(
        db.select(Stock.on_hand, Stock.reserved, Stock.held).where(Stock.variant_id == product.variants[0].id)
    ).one()
    return tuple(row)  # type: ignore[return-value]


@pytest.fixture
def last(cast: Cast) -> Product:
    """The last piece of its kind, in the carts of Sari and Dewi."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kain terakhir", stock=1)
        for one in (cast.sari, cast.dewi):
            carts.add(of(one), piece.variants[0].code)
    return piece


@both_databases
def test_my_hold_keeps_others_off_and_never_stands_in_my_way(cast: Cast, last: Product) -> None:
    sari, dewi = of(cast.sari), of(cast.dewi)
    asked = {one: request_for(owner) for one, owner in (("sari", sari), ("dewi", dewi))}
    assert keep(sari) is not None
    assert levels(last) == (1, 0, 1)
    mine, theirs = read_cart(sari), read_cart(dewi)
    assert mine.is_buyable and mine.held_until is not None
    assert theirs.lines[0].is_held and not theirs.is_buyable and not theirs.has_changes and theirs.held_until is None
    assert keep(dewi) is None, "nobody holds what another holds"
    with pytest.raises(Conflict), transaction():
        place(dewi, asked["dewi"])
    with transaction():  # changing the cart is no trouble either
        line = mine.lines[0].code
        carts.change(sari, line, 1)
        place(sari, asked["sari"])
    assert levels(last) == (1, 1, 0)
    assert count(Hold) == 0
    assert check_laws() == []


def test_each_deed_lengthens_it_up_to_a_cap_and_then_it_pauses(cast: Cast, last: Product) -> None:
    sari, start = of(cast.sari), clock.now()
    seen = {}
    for minute in (0, 5, 12, 21, 29):
        with clock.frozen(start + timedelta(minutes=minute)):
            until = keep(sari)
            seen[minute] = round((until - start).total_seconds() / 60)
    assert seen == {0: 10, 5: 15, 12: 22, 21: 30, 29: 30}
    with clock.frozen(start + timedelta(minutes=31)):
        assert keep(sari) is None, "the cap is reached"
        assert read_cart(sari).held_until is None
        with transaction():
            assert holds.let_go_expired() == 1
            assert holds.let_go_expired() == 0
        assert keep(sari) is None, "and pressing on does not begin anew"
        assert levels(last) == (1, 0, 0)
        assert read_cart(of(cast.dewi)).is_buyable
    with clock.frozen(start + timedelta(minutes=61)):
        assert keep(sari) is not None, "after a pause it may"
        assert check_laws() == []


def test_what_has_run_out_is_free_before_anybody_sweeps(cast: Cast, last: Product) -> None:
    sari, dewi = of(cast.sari), of(cast.dewi)
    asked = request_for(dewi)
    keep(sari)
    with clock.frozen(clock.now() + timedelta(minutes=11)), transaction():
        place(dewi, asked)
    assert levels(last) == (1, 1, 0)
    assert check_laws() == []
    assert not read_cart(sari).is_buyable


def test_leaving_and_taking_things_out_let_go_at_once(cast: Cast, last: Product) -> None:
    sari = of(cast.sari)
    with transaction():
        carts.add(sari, cast.shawl.variants[0].code, 3)
    keep(sari)
    assert (levels(last), levels(cast.shawl)) == ((1, 0, 1), (3, 0, 3))
    with transaction():
        found = {line.title: line.code for line in read_cart(sari).lines}
        carts.change(sari, found["Selendang cual kembang setaman"], 1)
        carts.set_aside(sari, found["Kain terakhir"])
    assert (levels(last), levels(cast.shawl)) == ((1, 0, 0), (3, 0, 1))
    with transaction():
        holding.leave(sari)
        holding.leave(sari)
        holding.leave(Owner())
    assert levels(cast.shawl) == (3, 0, 0)
    assert check_laws() == []


def test_signing_in_goes_on_with_the_hold_of_the_guest_and_no_longer_than_that(cast: Cast, last: Product) -> None:
    with transaction():
        browser, idle = guest(), guest()
        for owner in (browser, idle):
            carts.add(owner, cast.shawl.variants[0].code, 2)
        carts.add(browser, last.variants[0].code)
    sari, start = of(cast.sari), clock.now()
    with clock.frozen(start):
        until = keep(browser)
    with clock.frozen(start + timedelta(minutes=5)):
        for owner in (browser, browser, idle):
            assert owner.session is not None
            with transaction():
                carts.merge(owner.session, cast.sari)
        mine = read_cart(sari)
        assert mine.held_until == until, "in one's own cart, and as long as before"
        assert (levels(last), levels(cast.shawl)) == ((1, 0, 1), (3, 0, 2))
        assert read_cart(of(cast.dewi)).lines[0].is_held
        assert count(Hold) == 2 and check_laws() == []
    with clock.frozen(start + timedelta(minutes=29)):
        assert keep(sari) == start + CAP, "the time has begun with the guest's"
    assert check_laws() == []


def test_signing_in_with_a_hold_that_has_run_out_begins_nothing(cast: Cast, last: Product) -> None:
    with transaction():
        browser = guest()
        carts.add(browser, last.variants[0].code)
    keep(browser)
    assert browser.session is not None
    with clock.frozen(clock.now() + timedelta(minutes=11)), transaction():
        carts.merge(browser.session, cast.sari)
    assert count(Hold) == 0 and read_cart(of(cast.sari)).held_until is None
    assert check_laws() == []


def test_refuses_to_begin_where_it_may_not_and_holds_a_few_pieces_only(cast: Cast) -> None:
    sari = of(cast.sari)
    with transaction():
        many = factories.product(cast.ratnas, "Banyak", stock=50)
        made = factories.product(cast.ratnas, "Pesanan", stock=None)
        carts.add(sari, many.variants[0].code, MOST_PIECES + 1)
        carts.add(sari, made.variants[0].code)
        carts.add(sari, cast.plaque.variants[0].code, 2)
    assert keep(sari, may=False) is None
    assert count(Hold) == 0
    keep(sari)
    assert (levels(many)[2], levels(cast.plaque)[2]) == (0, 2), "a large order is not held, the rest is"
    with transaction():
        place(sari, request_for(sari))
    assert check_laws() == []


def test_the_seller_cannot_take_away_what_a_buyer_holds_and_the_database_agrees(cast: Cast, last: Product) -> None:
    keep(of(cast.sari))
    with pytest.raises(Conflict), transaction() as session:
        inventory.adjust(session.get_one(Variant, last.variants[0].id), -1, "count")
    with pytest.raises(Exception, match="ck_stocks_held"), transaction() as session:
        session.execute(text(f"UPDATE stocks SET held = 2 WHERE variant_id = {last.variants[0].id}"))


def test_a_hold_changes_no_page_and_no_index(cast: Cast, last: Product, count_queries: Any) -> None:
    from catalog.edition import Edition

    before = db.session.scalar(db.select(Edition.number))
    keep(of(cast.sari))
    with transaction():
        holding.leave(of(cast.sari))
    db.session.expire_all()
    assert db.session.scalar(db.select(Edition.number)) == before


def hold_of(session_id: int) -> Callable[[], str]:
    def press() -> str:
        owner = Owner(session=db.session.get_one(Session, session_id))
        with transaction():
            return "held" if holding.keep(owner, SPAN, CAP, lambda: True) else "not held"

    return press


@both_databases
@pytest.mark.race
def test_sixty_at_the_checkout_hold_and_buy_exactly_one(app: Flask, cast: Cast) -> None:
    with transaction():
        piece = factories.product(cast.ratnas, "Kain terakhir", stock=1)
    sessions = carts_of([[piece.variants[0].id]] * 60)
    held = at_once(app, [hold_of(one) for one in sessions[:30]])
    assert held["held"] == 1, held
    assert levels(piece) == (1, 0, 1)
    results = at_once(app, [checkout_of(one) for one in sessions])
    assert results["placed"] == 1, results
    assert count(Order) == 1
    assert levels(piece) == (1, 1, 0)
    assert check_laws() == []


@both_databases
@pytest.mark.race
def test_holders_and_buyers_of_crossing_carts_never_wait_for_each_other(app: Flask, cast: Cast) -> None:
    with transaction():
        pieces = [factories.product(cast.ratnas, f"Kain {n}", stock=4).variants[0].id for n in range(4)]
    sessions = carts_of([[pieces[n % 4], pieces[(n + 1 + n // 4 % 3) % 4]] for n in range(24)])
    jobs: list[Callable[[], Any]] = []
    for number, one in enumerate(sessions):
        jobs += [hold_of(one), checkout_of(one)] if number % 2 else [checkout_of(one), hold_of(one)]
    results = at_once(app, jobs)
    assert not {"OperationalError", "RuntimeError"} & set(results), results
    assert results["placed"] > 0
    assert check_laws() == []


@both_databases
@pytest.mark.race
def test_control_looking_first_and_holding_afterwards_holds_too_much(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        piece = factories.product(cast.ratnas, "Kain", stock=1).variants[0].id
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE stocks DROP CONSTRAINT ck_stocks_held"))

    meeting = Meeting()

    def naive(number: int) -> Callable[[], str]:
        def press() -> str:
            free = db.session.scalar(
                db.select(Stock.on_hand - Stock.reserved - Stock.held).where(Stock.variant_id == piece)
            )
            db.session.rollback()
            meeting.wait()
            with transaction() as session:
                if session.get_bind().dialect.name == "sqlite":
                    session.execute(text("PRAGMA ignore_check_constraints = ON"))
                if free and free > 0:
                    session.execute(text(f"UPDATE stocks SET held = held + 1 WHERE variant_id = {piece}"))
                    return "held"
            return "not held"

        return press

    assert at_once(app, [naive(n) for n in range(12)], threads=12)["held"] > 1


@pytest.fixture
def ordered(cast: Cast) -> Product:
    """A maker makes two of them a month; one lies in the cart of Sari, one in that of Dewi."""
    with transaction():
        piece = factories.product(cast.ratnas, "Kain pesanan", stock=None)
        promises.set_pace(piece.maker, 2)
        for one in (cast.sari, cast.dewi):
            carts.add(of(one), piece.variants[0].code)
    return piece


def day_of(user: Any) -> date:
    db.session.rollback()
    return read_cart(of(db.session.merge(user))).lines[0].ready_on


@both_databases
def test_a_place_in_the_queue_is_kept_with_the_pieces(cast: Cast, ordered: Product) -> None:
    """Who is at the checkout gets the day that was shown, whoever else comes meanwhile; nobody is kept out for ever."""
    first = day_of(cast.sari)
    assert day_of(cast.dewi) == first
    assert keep(of(cast.sari)) is not None
    assert (day_of(cast.sari), keep(of(cast.dewi)) is not None) == (first, True)
    assert day_of(cast.dewi) > first, "the second of the queue, with a place of its own"
    with transaction():
        holding.leave(of(cast.sari))
    assert day_of(cast.dewi) == first, "what was left is free at once"
    assert keep(of(cast.dewi)) is not None and day_of(cast.sari) > first
    with clock.frozen(clock.now() + SPAN), transaction():
        assert promises.plan([promises.Demand(ordered.maker_id, 20, 1)], holder="nobody") == promises.plan(
            [promises.Demand(ordered.maker_id, 20, 1)]
        ), "what has run out counts no more, swept or not"
        assert held_days.let_go_expired() == 1
        assert held_days.let_go_expired() == 0


def test_a_place_goes_with_its_piece_whatever_else_lies_in_the_cart(cast: Cast, ordered: Product) -> None:
    with transaction():
        other = factories.product(cast.budis, "Ukiran pesanan", stock=None)
        promises.set_pace(other.maker, 2)
        hers = ordered.maker_id
    keep(of(cast.sari))
    with transaction():
        owner = of(db.session.merge(cast.sari))
        carts.add(owner, db.session.merge(other).variants[0].code, 1)
        found = {line.title: line.code for line in read_cart(owner).lines}
        carts.set_aside(owner, found["Kain pesanan"])
    assert hers not in db.session.scalars(db.select(HeldDay.maker_id)).all(), "nobody waits for it any more"
    assert keep(of(cast.sari)) is not None
    with transaction():
        owner = of(db.session.merge(cast.sari))
        carts.put_back(owner, found["Kain pesanan"])
        carts.change(owner, found["Ukiran pesanan"], 2)
    assert db.session.scalars(db.select(HeldDay.quantity)).all() == [1], "a change keeps nothing more than was kept"


@both_databases
def test_a_kept_place_becomes_the_orders_and_goes_with_what_is_taken_out(cast: Cast, ordered: Product) -> None:
    first = day_of(cast.sari)
    keep(of(cast.sari))
    shown = day_of(cast.sari)
    with transaction():
        owner = of(db.session.merge(cast.dewi))
        asked = request_for(owner)
        place(owner, asked)  # buys past the hold: a later day, as was shown
    with transaction():
        owner = of(db.session.merge(cast.sari))
        place(owner, request_for(owner))
    due = [one.due_on for one in db.session.scalars(db.select(Booking).order_by(Booking.due_on))]
    assert due[0] == first == shown and due[1] > first
    assert db.session.scalars(db.select(HeldDay)).all() == []
    with transaction():
        owner = of(db.session.merge(cast.sari))
        carts.add(owner, db.session.merge(ordered).variants[0].code, 2)
    keep(of(db.session.merge(cast.sari)))
    assert sum(db.session.scalars(db.select(HeldDay.quantity))) == 2
    with transaction():
        owner = of(db.session.merge(cast.sari))
        carts.change(owner, read_cart(owner).lines[0].code, 1)
    assert sum(db.session.scalars(db.select(HeldDay.quantity))) == 1
    with transaction():
        owner = of(db.session.merge(cast.sari))
        carts.remove(owner, read_cart(owner).lines[0].code)
    assert db.session.scalars(db.select(HeldDay)).all() == []
    assert check_laws() == []


@both_databases
@pytest.mark.race
@pytest.mark.parametrize("locked", [True, False])
def test_twenty_who_keep_places_at_once_are_promised_days_that_their_maker_has(
    app: Flask, cast: Cast, ordered: Product, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Control: without the maker's row two of them keep the same day (where writers do not wait for each other anyhow)."""
    sessions = carts_of([[ordered.variants[0].id]] * 20)
    if not locked:
        monkeypatch.setattr(promises, "hold", lambda makers: None)
    assert at_once(app, [hold_of(one) for one in sessions])["held"] == 20
    db.session.rollback()
    per_day = Counter(db.session.scalars(db.select(HeldDay.due_on)))
    per_month: Counter[date] = Counter()
    for day in per_day.elements():
        per_month[month_of(day)] += 1
    is_kept = all(keeps(month, 2, per_day) for month in per_month)
    assert is_kept if locked or db.engine.dialect.name == "sqlite" else not is_kept
