"""The delivery log at Tono's desk: what failed and why, trying again, passing on by WhatsApp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.db import db, transaction
from marketplace.notifications import notify
from marketplace.notifications.kinds import Channel
from marketplace.notifications.mail import Mail, Undeliverable
from marketplace.notifications.models import Dispatch, DispatchState
from marketplace.sellers.models import Seller
from tests.cast import Cast
from tests.marketplace.notifications.post_office import PostOffice
from tests.marketplace.notifications.post_office import work as work_with
from tests.marketplace.web.operator.conftest import post


def refuse(cast: Cast) -> None:
    with transaction():
        notify(
            db.session.get_one(Seller, cast.ratnas.id),
            "product-refused",
            "one",
            {
                "piece": {"title": "Kain cual", "title_en": "Cual cloth", "address": "x", "code": "abc"},
                "reason": "Fotonya gelap sekali",
            },
        )


def code_of(channel: Channel) -> str:
    db.session.expire_all()
    return db.session.scalars(select(Dispatch.code).where(Dispatch.channel == channel)).one()


def no_mailbox(mail: Mail) -> None:
    raise Undeliverable("550 5.1.1 no such mailbox")


def test_shows_what_failed_and_tries_it_again(
    app: Flask, cast: Cast, tono: FlaskClient, work: Callable[[], int]
) -> None:
    refuse(cast)
    work_with(app, PostOffice(trouble=no_mailbox))
    page = tono.get("/en/operator/dispatches?state=failed")
    assert "ratna@contoh.example" in page.text and "no such mailbox" in page.text
    code = code_of(Channel.MAIL)
    assert "Try again now" in tono.get(f"/en/operator/dispatches/{code}").text
    assert post(tono, f"/operator/dispatches/{code}/retry").status_code == 303
    work()
    page = tono.get(f"/en/operator/dispatches/{code}")
    assert "Try again now" not in page.text and "Read the mail" in page.text


def test_what_was_sent_is_not_sent_again(cast: Cast, tono: FlaskClient, work: Callable[[], int]) -> None:
    refuse(cast)
    work()
    assert post(tono, f"/operator/dispatches/{code_of(Channel.MAIL)}/retry").status_code == 303
    assert work() == 0


def test_a_message_is_prepared_in_the_readers_language(cast: Cast, tono: FlaskClient) -> None:
    refuse(cast)
    code = code_of(Channel.WHATSAPP)
    page = tono.get(f"/en/operator/dispatches/{code}").text
    assert "https://wa.me/6281100000000?text=Halo%20Ratna%2C%20%E2%80%9CKain%20cual" in page
    assert post(tono, f"/operator/dispatches/{code}/passing").status_code == 303
    assert "I have sent it" not in tono.get(f"/en/operator/dispatches/{code}").text
    assert db.session.scalars(select(Dispatch.state).where(Dispatch.code == code)).one() is DispatchState.SENT


def test_is_searched_by_address_and_code(cast: Cast, tono: FlaskClient) -> None:
    refuse(cast)
    for words, found in (("ratna@", True), ("one", True), ("sari@", False), ("%", False), ("_atna", False)):
        assert ("ratna@contoh.example" in tono.get(f"/operator/dispatches?q={words}").text) is found, words


def test_the_list_keeps_its_query_budget(cast: Cast, tono: FlaskClient, count_queries: Any) -> None:
    for number in range(6):
        with transaction():
            notify(cast.sari, "account-known", f"n{number}")
    with count_queries(at_most=14):
        tono.get("/operator/dispatches")
