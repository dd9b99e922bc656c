"""“Tell me when it is back”: asked, confirmed, told once per stock event, left. On both databases where they matter."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from catalog.errors import Conflict, NotFound
from catalog.inventory import services as inventory
from catalog.products.models import Product, ProductState, Variant
from marketplace.accounts.models import User
from marketplace.notifications.models import Dispatch, DispatchState
from marketplace.notifications.services import prefer
from marketplace.sellers.closures import close
from marketplace.signals import email_changed
from marketplace.subscribers.restocks import tell_all
from marketplace.wishlists import watches
from marketplace.wishlists.links import read_watch_token, watch_token
from marketplace.wishlists.models import Restock, Telling, Watch
from marketplace.wishlists.queries import find_watch
from tests import factories
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.notifications.post_office import PostOffice, work


class Piece(NamedTuple):
    id: int
    variant_id: int
    code: str
    address: str


def sold_out(cast: Cast, title: str = "Kain yang habis") -> Piece:
    made = factories.product(cast.ratnas, title, stock=0)
    return Piece(made.id, made.variants[0].id, made.variants[0].code, f"/products/{made.slug}-{made.code}")


@pytest.fixture
def piece(cast: Cast) -> Piece:
    with transaction():
        return sold_out(cast)


def wait(product: Piece, who: User | str, confirmed: bool = True) -> str:
    """The code of a new watch."""
    user, email = (None, who) if isinstance(who, str) else (who, who.email)
    with transaction():
        found = watches.watch(product.code, email, "id", user)
        if confirmed:
            watches.confirm(found.code)
        return found.code


def restock(product: Piece, quantity: int = 1) -> None:
    with transaction() as session:
        inventory.adjust(session.get_one(Variant, product.variant_id), quantity, "count")


def backs(office: PostOffice) -> list[str]:
    return [one.to for one in office.sent if one.subject.startswith(("It is back", "Sudah ada lagi"))]


def test_a_guest_is_told_only_after_saying_yes(app: Flask, piece: Piece, office: PostOffice) -> None:
    found = wait(piece, "tamu@contoh.example", confirmed=False)
    work(app, office)
    (asked,) = office.sent
    assert asked.to == "tamu@contoh.example"
    assert watch_token(app.extensions["house"].settings.secret_key, found) in asked.text
    restock(piece)
    work(app, office)
    assert len(office.sent) == 1, "nobody is told who has not said yes"
    with transaction():
        watches.confirm(found)
        watches.confirm(found)
    restock(piece, -1)
    restock(piece)
    work(app, office)
    told = office.sent[-1]
    assert (len(office.sent), told.to) == (2, "tamu@contoh.example")
    assert told.leave.startswith("http://localhost/watches/") and told.leave in told.html
    assert piece.address in told.text


def test_a_person_with_a_proved_address_waits_at_once_and_others_do_not(cast: Cast, piece: Piece) -> None:
    at_once = find_watch(wait(piece, cast.sari, confirmed=False))
    assert at_once is not None and at_once.confirmed_at is not None
    with transaction() as session:
        unproved = session.get_one(User, cast.budi.id)
        unproved.confirmed_at = None
        assert watches.watch(piece.code, unproved.email, "id", unproved).confirmed_at is None
        assert watches.watch(piece.code, "other@contoh.example", "id", cast.sari).confirmed_at is None


@both_databases
def test_every_stock_event_is_told_once_and_only_from_nothing_to_something(
    app: Flask, cast: Cast, piece: Piece, office: PostOffice
) -> None:
    wait(piece, cast.sari)
    wait(piece, "tamu@contoh.example")
    office.sent.clear()
    restock(piece, 2)
    restock(piece, 3)  # more of what is there already is no event
    work(app, office)
    assert sorted(backs(office)) == ["sari@contoh.example", "tamu@contoh.example"]
    with transaction():
        inventory.reserve({piece.variant_id: 5}, "order-1", clock.now())
    with transaction():
        inventory.release("order-1")  # a cancelled order
    work(app, office)
    assert len(backs(office)) == 4
    with transaction():
        inventory.reserve({piece.variant_id: 5}, "order-2")
        inventory.consume("order-2")
    with transaction():
        inventory.take_in({piece.variant_id: 1}, "return-1")
    work(app, office)
    assert len(backs(office)) == 6
    assert len({one.message_id for one in office.sent}) == len(office.sent)
    assert db.session.scalar(select(db.func.count()).select_from(Restock)) == 3


def test_nobody_waits_no_event_is_kept(app: Flask, piece: Piece) -> None:
    restock(piece)
    assert db.session.scalar(select(db.func.count()).select_from(Restock)) == 0


@both_databases
def test_workers_at_once_and_again_after_a_crash_tell_once(
    app: Flask, cast: Cast, piece: Piece, office: PostOffice
) -> None:
    people = [one.email for one in (cast.sari, cast.budi, cast.dewi, cast.hasan)]
    for one in (cast.sari, cast.budi, cast.dewi, cast.hasan):
        wait(piece, one)
    restock(piece)
    event = db.session.scalars(select(Restock)).one().code
    with transaction():
        assert watches.tell_some(event, limit=1) == 1  # a worker that dies after its first transaction
    gate = threading.Barrier(4, timeout=20)

    def tell(_: int) -> None:
        gate.wait()
        with app.app_context():
            tell_all(event)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))
    work(app, office)
    assert sorted(backs(office)) == sorted(people)
    assert db.session.scalar(select(db.func.count()).select_from(Telling)) == 4


def test_what_is_gone_again_is_not_written_about(app: Flask, cast: Cast, piece: Piece, office: PostOffice) -> None:
    wait(piece, cast.sari)
    restock(piece)
    restock(piece, -1)
    work(app, office)
    assert backs(office) == [], "gone before the worker came"
    restock(piece)
    event = db.session.scalars(select(Restock).order_by(Restock.id.desc())).first()
    assert event is not None
    with transaction():
        watches.tell_some(event.code)
    with transaction() as session:
        session.get_one(Product, piece.id).state = ProductState.WITHDRAWN
    work(app, office)
    assert backs(office) == [], "gone before the mail left"
    line = db.session.scalars(select(Dispatch).order_by(Dispatch.id.desc())).first()
    assert line is not None
    assert (line.state, line.reason) == (DispatchState.SKIPPED, watches.GONE_AGAIN)


def test_what_is_back_in_a_closed_shop_is_told_when_it_opens(
    app: Flask, cast: Cast, piece: Piece, office: PostOffice
) -> None:
    """Two stock events in ten days away are one letter on the first morning; a shop that opens earlier is found so."""
    wait(piece, cast.sari)
    office.sent.clear()
    with transaction():
        close(cast.ratnas, clock.today(), clock.today() + timedelta(days=9))
    restock(piece, 2)
    with transaction():
        inventory.reserve({piece.variant_id: 2}, "order-1", clock.now())
    with transaction():
        inventory.release("order-1")
    day = 24 * 60
    work(app, office, *(day * n for n in range(8)))
    assert backs(office) == []
    with transaction():
        assert watches.forget_old() == 0
    work(app, office, 9 * day, 10 * day, 11 * day, 12 * day)
    assert backs(office) == ["sari@contoh.example"]


def test_who_left_or_refuses_such_mails_is_not_told(app: Flask, cast: Cast, piece: Piece, office: PostOffice) -> None:
    left, refuses = wait(piece, "tamu@contoh.example"), wait(piece, cast.sari)
    sari, budi = cast.sari.id, cast.budi.id
    restock(piece)
    event = db.session.scalars(select(Restock)).one()
    with transaction():
        watches.tell_some(event.code)
    with transaction():
        assert watches.leave(left)
        assert not watches.leave(left)
        prefer(db.session.get_one(User, sari), "stock-back", False)
    work(app, office)
    assert backs(office) == []
    addresses = db.session.scalars(select(Dispatch.address)).all()
    assert "tamu@contoh.example" not in addresses, "the log forgets a guest who leaves"
    with transaction():
        assert not watches.leave(refuses, db.session.get_one(User, budi)), "nobody leaves for another person"
    assert find_watch(refuses) is not None


@pytest.mark.parametrize("what", ["there", "made", "draft", "unknown"])
def test_refuses_to_wait_for_what_is_there_made_to_order_or_gone(cast: Cast, what: str) -> None:
    with transaction():
        found = {
            "there": lambda: cast.shawl.variants[0].code,
            "made": lambda: factories.product(cast.ratnas, "Pesanan", stock=None).variants[0].code,
            "draft": lambda: factories.product(cast.ratnas, "Rancangan", stock=0, live=False).variants[0].code,
            "unknown": lambda: "0000000000",
        }[what]()
    with pytest.raises((Conflict, NotFound)), transaction():
        watches.watch(found, "tamu@contoh.example", "id")


def test_refuses_one_watch_too_many(cast: Cast, monkeypatch: pytest.MonkeyPatch, piece: Piece) -> None:
    monkeypatch.setattr(watches, "WATCHES_MAX", 1)
    wait(piece, cast.sari)
    with transaction():
        another = sold_out(cast, "Kain lain")
    with pytest.raises(Conflict), transaction():
        watches.watch(another.code, cast.sari.email, "id", cast.sari)
    assert wait(piece, cast.sari), "asking again for the same is not one more"


def test_a_person_is_told_at_their_new_address_once(app: Flask, cast: Cast, piece: Piece, office: PostOffice) -> None:
    with transaction() as session:
        another = sold_out(cast, "Kain lain")
        for one in (piece, another):
            watches.watch(one.code, cast.sari.email, "id", cast.sari)
        watches.confirm(watches.watch(another.code, "baru@contoh.example", "id").code)
        sari = session.get_one(User, cast.sari.id)
        sari.email = "baru@contoh.example"
        email_changed.send(sari, old="sari@contoh.example")
    for one in (piece, another):
        restock(one)
    work(app, office)
    assert backs(office) == ["baru@contoh.example"] * 2


def test_what_runs_out_is_deleted(piece: Piece, cast: Cast) -> None:
    unsaid = wait(piece, "tamu@contoh.example", confirmed=False)
    kept = wait(piece, cast.sari)
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert find_watch(unsaid) is None
        with pytest.raises(NotFound), transaction():
            watches.confirm(unsaid)
        with transaction():
            assert watches.forget_old() == 1
        assert find_watch(kept) is not None
    with clock.frozen(clock.now() + timedelta(days=181)), transaction():
        assert watches.forget_old() == 1
    assert db.session.scalar(select(db.func.count()).select_from(Watch)) == 0


def test_a_token_opens_one_watch_only() -> None:
    token = watch_token("secret", "abcdefgh12345678")
    assert read_watch_token("secret", token) == "abcdefgh12345678"
    wrong: list[Any] = [token[:-1], token.upper(), "abcdefgh12345678", "", ".", "a.b", token + "x"]
    assert [read_watch_token("secret", one) for one in wrong] == [None] * len(wrong)


@both_databases
def test_asking_ten_times_at_once_makes_one_watch(app: Flask, cast: Cast, piece: Piece) -> None:
    wanted, gate = piece.code, threading.Barrier(6, timeout=20)

    def ask(_: int) -> None:
        gate.wait()
        with app.app_context(), transaction():
            watches.watch(wanted, "tamu@contoh.example", "id")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(6)))
    db.session.rollback()
    assert db.session.scalar(select(db.func.count()).select_from(Watch)) == 1
