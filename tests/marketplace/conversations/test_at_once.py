"""Two tabs, two thumbs, two workers: one thread, every word once, nothing lost from the counts. On both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from catalog.db import change, db, transaction
from catalog.products.models import Product
from marketplace.accounts.models import User
from marketplace.conversations import services
from marketplace.conversations.models import Conversation, Post, Side
from marketplace.notifications import notify
from marketplace.notifications.models import Dispatch, Notification
from marketplace.outbox.models import Message
from marketplace.sellers.models import Seller
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.test_races import at_once

pytestmark = [both_databases, pytest.mark.race]

MANY = 12


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def letters() -> int:
    """How many letters are on their way; what the cast told the search is none."""
    return db.session.scalar(select(func.count()).where(Message.topic == "mail")) or 0


def test_a_thread_that_is_begun_many_times_at_once_is_one(app: Flask, cast: Cast) -> None:
    sari, shawl, shop = cast.sari.id, cast.shawl.id, cast.ratnas.id

    def press(number: int) -> str:
        with transaction() as session:
            talk = services.begin_about_product(
                session.get_one(User, sari), session.get_one(Product, shawl), session.get_one(Seller, shop)
            )
            services.say(talk, session.get_one(User, sari), Side.BUYER, f"Pertanyaan {number}")
        return "said"

    came = at_once(app, [lambda number=number: press(number) for number in range(MANY)], threads=MANY)
    assert came == {"said": MANY}
    assert (count(Conversation), count(Post)) == (1, MANY)
    assert db.session.scalars(select(Conversation.seller_unread)).one() == MANY
    assert count(Notification) == 1, "she is told once until she reads"


def test_one_form_sent_many_times_at_once_says_it_once(app: Flask, cast: Cast) -> None:
    sari, shawl, shop = cast.sari.id, cast.shawl.id, cast.ratnas.id

    def press() -> str:
        with transaction() as session:
            talk = services.begin_about_product(
                session.get_one(User, sari), session.get_one(Product, shawl), session.get_one(Seller, shop)
            )
            services.say(talk, session.get_one(User, sari), Side.BUYER, "Masih ada?", once="abcdefgh12345678")
        return "said"

    assert at_once(app, [press] * MANY, threads=MANY) == {"said": MANY}
    assert (count(Conversation), count(Post)) == (1, 1)


def test_the_control_a_count_that_is_read_first_loses_some(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        talk = services.begin_about_product(
            session.get_one(User, cast.sari.id),
            session.get_one(Product, cast.shawl.id),
            session.get_one(Seller, cast.ratnas.id),
        ).id
    from threading import Barrier

    seen = Barrier(MANY, timeout=30)

    def naive() -> str:
        unread = db.session.scalars(select(Conversation.seller_unread).where(Conversation.id == talk)).one()
        db.session.rollback()
        seen.wait()
        with transaction():
            change(update(Conversation).where(Conversation.id == talk).values(seller_unread=unread + 1))
        return "said"

    at_once(app, [naive] * MANY, threads=MANY)
    assert db.session.scalars(select(Conversation.seller_unread)).one() < MANY


def test_what_many_tell_at_once_is_told_once(app: Flask, cast: Cast) -> None:
    sari = cast.sari.id

    def tell() -> str:
        with transaction() as session:
            told = notify(session.get_one(User, sari), "account-known", "the same")
        return "told" if told else "known"

    came = at_once(app, [tell] * MANY, threads=MANY)
    assert came == {"told": 1, "known": MANY - 1}
    assert (count(Notification), count(Dispatch), letters()) == (1, 1, 1)
