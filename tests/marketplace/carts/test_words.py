"""What a buyer says to each seller: kept with the cart, carried by the order, joined at sign-in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from catalog.db import db, transaction
from catalog.errors import NotFound, Several
from marketplace.accounts.models import Session, User
from marketplace.carts import services, words
from marketplace.carts.models import KEPT_MAX, Cart, CartLine, CartWords, Owner
from marketplace.carts.queries import SellerGroup, read_cart
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, guest, of, orders_of, request_for


def put(owner: Owner, piece: object) -> None:
    services.add(owner, piece.variants[0].code)  # type: ignore[attr-defined]


def group(owner: Owner) -> SellerGroup:
    return read_cart(owner).sellers[0]


def test_each_seller_is_told_their_own(cast: Cast) -> None:
    sari = of(cast.sari)
    with transaction():
        put(sari, cast.shawl)
        put(sari, cast.plaque)
        services.tell_seller(sari, cast.ratnas.code, " Warna muda, ya. ", "Selamat ulang tahun!")
    ratna, budi = read_cart(sari).sellers
    assert (ratna.note, ratna.gift_message) == ("Warna muda, ya.", "Selamat ulang tahun!")
    assert (budi.note, budi.gift_message) == ("", "")
    with transaction():
        services.tell_seller(sari, cast.ratnas.code, "", "")
    assert db.session.scalars(db.select(CartWords)).all() == []


def test_refuses_what_is_too_long_and_names_both_fields(cast: Cast) -> None:
    with pytest.raises(Several) as caught, transaction():
        put(of(cast.sari), cast.shawl)
        services.tell_seller(of(cast.sari), cast.ratnas.code, "x" * 501, "y" * 301)
    assert [one.field for one in caught.value.errors] == ["note", "gift_message"]


def test_a_shop_of_which_nothing_is_in_the_cart_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound), transaction():
        services.tell_seller(of(cast.sari), cast.ratnas.code, "Halo", "")
    with transaction():
        put(of(cast.sari), cast.shawl)
    for stranger, code in ((of(cast.sari), cast.budis.code), (of(cast.sari), "nobody"), (Owner(), cast.ratnas.code)):
        with pytest.raises(NotFound), transaction():
            services.tell_seller(stranger, code, "Halo", "")


def test_the_number_of_a_card_is_hidden_before_it_is_kept(cast: Cast) -> None:
    with transaction():
        put(of(cast.sari), cast.shawl)
        services.tell_seller(of(cast.sari), cast.ratnas.code, "Kartu 4242 4242 4242 4242", "4111111111111111")
    (kept,) = db.session.scalars(db.select(CartWords))
    assert "4242 4242 4242 4242" not in kept.note and "4111111111111111" not in kept.gift_message


@both_databases
def test_the_order_carries_them_and_the_cart_forgets(cast: Cast) -> None:
    with transaction():
        put(of(cast.sari), cast.plaque)
        services.tell_seller(of(cast.sari), cast.budis.code, "Rumah cat hijau", "Untuk Ibu")
    placed = buy(of(cast.sari), (cast.shawl, 1))
    told = {order.seller_id: (order.note, order.gift_message) for order in orders_of(placed.purchase)}
    assert told == {cast.budis.id: ("Rumah cat hijau", "Untuk Ibu"), cast.ratnas.id: ("", "")}
    assert db.session.scalars(db.select(CartWords)).all() == []


def joined(cast: Cast, own: tuple[str, str], guests: tuple[str, str]) -> tuple[SellerGroup, list[str]]:
    with transaction():
        visitor = guest()
        for owner, said in ((of(cast.sari), own), (visitor, guests)):
            put(owner, cast.plaque)
            services.tell_seller(owner, cast.budis.code, *said)
        assert visitor.session is not None
        notices = services.merge(visitor.session, cast.sari)
        assert services.merge(visitor.session, cast.sari) == []
    return group(of(cast.sari)), [str(one) for one in notices]


def test_signing_in_keeps_both_notes_and_says_the_same_once(cast: Cast) -> None:
    part, notices = joined(cast, ("Warna biru", "Untuk Ibu"), ("Kirim sore", "Untuk Ibu"))
    assert (part.note, part.gift_message) == ("Warna biru\n\nKirim sore", "Untuk Ibu")
    assert notices == [] and not part.says_too_much


def test_two_notes_that_are_too_long_together_are_kept_and_have_to_be_shortened(cast: Cast) -> None:
    part, (notice,) = joined(cast, ("a" * 400, ""), ("b" * 400, ""))
    assert part.note == "a" * 400 + "\n\n" + "b" * 400 and part.says_too_much
    assert "Timah Contoh Budi" in notice
    with pytest.raises(Several) as caught:
        buy(of(cast.sari))
    assert caught.value.errors[-1].field == f"notes-{cast.budis.code}"
    with transaction():
        services.tell_seller(of(cast.sari), cast.budis.code, "a" * 400, "")
    assert not buy(of(cast.sari)).replayed


def test_what_is_kept_never_grows_beyond_its_bound(cast: Cast) -> None:
    for letter in "bcde":
        part, _ = joined(cast, ("a" * 400, ""), (letter * 500, "")) if letter == "b" else again(cast, letter * 500)
        assert len(part.note) <= KEPT_MAX
    assert part.note.startswith("a" * 400)


def again(cast: Cast, note: str) -> tuple[SellerGroup, list[str]]:
    with transaction():
        visitor = guest()
        put(visitor, cast.plaque)
        services.tell_seller(visitor, cast.budis.code, note, "")
        assert visitor.session is not None
        notices = services.merge(visitor.session, cast.sari)
    return group(of(cast.sari)), [str(one) for one in notices]


def sign_in_often(app: Flask, merge: Callable[[Session, User, threading.Barrier], None], cast: Cast) -> list[str]:
    """The same guest signs in six times at once; the quantities and what went wrong."""
    with transaction():
        visitor = guest()
        for owner, note in ((of(cast.sari), "Warna biru"), (visitor, "Kirim sore")):
            put(owner, cast.plaque)
            services.tell_seller(owner, cast.budis.code, note, "")
    assert visitor.session is not None
    session_id, user_id = visitor.session.id, cast.sari.id
    gate = threading.Barrier(6, timeout=20)

    def sign_in(_: int) -> str:
        with app.app_context():
            try:
                merge(db.session.get_one(Session, session_id), db.session.get_one(User, user_id), gate)
            except Exception as error:
                db.session.rollback()
                return type(error).__name__
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(sign_in, range(6)))
    db.session.rollback()
    return results


@both_databases
@pytest.mark.race
def test_signing_in_six_times_at_once_says_everything_once(app: Flask, cast: Cast) -> None:
    def merge(session: Session, user: User, gate: threading.Barrier) -> None:
        session_id, user_id = session.id, user.id
        db.session.rollback()
        gate.wait()
        with transaction() as work:
            services.merge(work.get_one(Session, session_id), work.get_one(User, user_id))

    assert sign_in_often(app, merge, cast) == ["done"] * 6
    assert group(of(cast.sari)).note == "Warna biru\n\nKirim sore"
    assert group(of(cast.sari)).lines[0].quantity == 2


@both_databases
@pytest.mark.race
def test_control_looking_before_the_cart_is_held_counts_more_than_once(app: Flask, cast: Cast) -> None:
    def naive(session: Session, user: User, gate: threading.Barrier) -> None:
        carts = db.session.scalars(db.select(Cart).where(Cart.session_id == session.id)).all()
        more = sum(line.quantity for cart in carts for line in cart.lines)
        user_id = user.id
        db.session.rollback()
        gate.wait()
        with transaction() as work:
            cart = work.scalars(db.select(Cart).where(Cart.user_id == user_id).with_for_update()).one()
            line = work.scalars(db.select(CartLine).where(CartLine.cart_id == cart.id)).one()
            line.quantity += more

    sign_in_often(app, naive, cast)
    assert group(of(cast.sari)).lines[0].quantity > 2


def test_words_are_joined_only_for_sellers_who_have_been_told_something(cast: Cast) -> None:
    with transaction():
        put(of(cast.sari), cast.plaque)
        cart = services.hold(of(cast.sari))
        assert cart is not None
        assert words.join(cart, {}) == []
    assert request_for(of(cast.sari)).notes == {}
