"""A mail leaves once, twice at most after a crash; the log tells what became of it, in the order in which it happened."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from catalog import clock
from catalog.db import db, transaction
from marketplace.notifications import notify
from marketplace.notifications.mail import Mail, Undeliverable
from marketplace.notifications.models import Dispatch, DispatchState, Notification
from marketplace.notifications.queries import find_dispatch, list_dispatches
from marketplace.notifications.services import send_again
from marketplace.orders import services as orders
from marketplace.orders.models import Actor
from marketplace.outbox.models import Message
from marketplace.outbox.services import LEASE, MAX_ATTEMPTS
from tests.cast import Cast
from tests.conftest import both_databases
from tests.marketplace.checkout.shopping import buy, of, orders_of, pay
from tests.marketplace.notifications.post_office import PostOffice, work

ROOT = Path(__file__).resolve().parents[3]

KILLED = """
import os, signal, sys
from dataclasses import replace
from marketplace import create_app
from marketplace.outbox.services import drain
from marketplace.subscribers import messages
from marketplace.web.letters import TemplateLetters

class Gone:
    def send(self, mail):
        print(mail.message_id, flush=True)  # it has left the house
        os.kill(os.getpid(), signal.SIGKILL)

app = create_app()
with app.app_context():
    house = app.extensions["house"]
    drain(messages.build(replace(house.ports, mailer=Gone()), TemplateLetters(app, house.settings)))
"""


def tell(cast: Cast, subject: str = "one") -> Notification:
    with transaction():
        (told,) = notify(cast.sari, "account-known", subject)
    return told


def line() -> Dispatch:
    db.session.expire_all()
    return db.session.scalars(select(Dispatch)).one()


class Trouble:
    def __init__(self, error: Exception, times: int = 1000) -> None:
        self.error, self.times = error, times

    def __call__(self, mail: Mail) -> None:
        self.times -= 1
        if self.times >= 0:
            raise self.error


@both_databases
class TestACrash:
    def test_between_sending_and_noting_sends_twice_with_one_id(
        self, app: Flask, cast: Cast, office: PostOffice
    ) -> None:
        """A real worker is killed the moment a mail has left; the next one sends it again, and a third does not."""
        tell(cast)
        settings = app.extensions["house"].settings
        environment = {
            **os.environ,
            "DATA_DIR": str(settings.data_dir),
            "DATABASE_URL": settings.database_url,
            "SECRET_KEY": settings.secret_key,
            "PUBLIC_URL": settings.public_url,
            "PYTHONPATH": str(ROOT),
        }
        killed = subprocess.run(
            [sys.executable, "-c", KILLED], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert killed.returncode == -9, killed.stderr[-2000:]
        work(app, office)
        assert office.sent == [], "the dead worker's lease still runs"
        minutes = int(LEASE.total_seconds() // 60) + 1
        work(app, office, minutes, minutes + 1, 2 * minutes)
        assert [one.message_id for one in office.sent] == [killed.stdout.strip()]
        assert (line().state, line().attempts) == (DispatchState.SENT, 2)

    def test_after_noting_sends_nothing_again(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        """Noted as sent, killed before the outbox knew: the log is believed."""
        tell(cast)
        work(app, office)
        with transaction() as session:
            session.execute(
                db.update(Message).values(
                    done_at=None, payload={"to": "sari@contoh.example", "message": "account-known", "locale": "id"}
                )
            )
        work(app, office)
        assert len(office.sent) == 1

    def test_the_control_without_a_log_is_sent_again(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        tell(cast)
        work(app, office)
        with transaction() as session:
            session.execute(db.delete(Dispatch))
            session.execute(
                db.update(Message).values(
                    done_at=None,
                    payload={
                        "to": "sari@contoh.example",
                        "message": "account-known",
                        "locale": "id",
                        "params": {"name": "Sari"},
                    },
                )
            )
        work(app, office)
        assert len(office.sent) == 2


class TestATroubledMailServer:
    def test_it_is_tried_again_under_the_same_id(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        tell(cast)
        office.trouble = Trouble(OSError("the connection broke after sending"), 1)
        work(app, office, 0)
        assert (line().state, line().attempts) == (DispatchState.QUEUED, 1)
        assert "the connection broke" in line().reason
        work(app, office, 6)
        assert len({one.message_id for one in office.sent}) == 1 and len(office.sent) == 2
        assert (line().state, line().attempts, line().reason) == (DispatchState.SENT, 2, "")

    def test_it_is_given_up_after_the_last_attempt(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        tell(cast)
        office.trouble = Trouble(TimeoutError("silent"))
        work(app, office, *(hours * 60 for hours in range(0, 24 * 4, 3)))
        assert (line().state, line().attempts) == (DispatchState.FAILED, MAX_ATTEMPTS)
        assert len(office.sent) == MAX_ATTEMPTS

    def test_a_receiver_who_does_not_exist_is_not_asked_again(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        tell(cast)
        office.trouble = Trouble(Undeliverable("550 no such mailbox"))
        work(app, office, 0, 60, 600)
        assert len(office.sent) == 1
        assert line().state is DispatchState.FAILED and "550 no such mailbox" in line().reason

    def test_one_that_fails_keeps_no_other_from_leaving(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        tell(cast, "one")
        office.trouble = Trouble(OSError("broken"), 1)
        tell(cast, "two")
        work(app, office, 0)
        states = {one.notification.subject: one.state for one in list_dispatches()}
        assert states == {"one": DispatchState.QUEUED, "two": DispatchState.SENT}

    def test_an_operator_lets_it_be_tried_again(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        tell(cast)
        office.trouble = Trouble(Undeliverable("550 mailbox full"), 1)
        work(app, office)
        with transaction():
            found = find_dispatch(line().code)
            assert found is not None and send_again(found)
        work(app, office)
        assert line().state is DispatchState.SENT
        with transaction():
            again = find_dispatch(line().code)
            assert again is not None and not send_again(again), "what was sent is not sent again"

    def test_the_deed_does_not_wait_for_it(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        """Nothing is sent while the deed is being done, so a silent server costs the buyer nothing."""
        office.trouble = Trouble(TimeoutError("silent"))
        purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
        assert office.sent == [] and purchase.code


class TestTheOrderOfEvents:
    def test_a_purchase_is_told_step_by_step(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        sari = cast.sari.id
        purchase = buy(of(cast.sari), (cast.shawl, 1), delivery="pickup").purchase
        pay(purchase, cast.tono)
        code = orders_of(purchase)[0].code
        for step in (orders.confirm, orders.ship):
            with transaction():
                step(orders_of(purchase)[0], Actor.SELLER, user=cast.ratna)
        work(app, office)
        kinds = [
            one.kind
            for one in db.session.scalars(select(Notification).order_by(Notification.id))
            if one.user_id == sari
        ]
        assert kinds == ["order-placed", "order-paid", "order-accepted", "order-shipped"]
        assert len(office.to("sari@contoh.example")) == 4
        sent = [one.message_id for one in office.sent]
        logged = [f"<{one.code}@localhost>" for one in reversed(list_dispatches()) if one.channel == "mail"]
        assert sent == logged, "mails leave in the order in which things happened"
        assert code in str(db.session.scalars(select(Notification.params)).all())

    def test_an_order_that_is_called_off_is_told_to_both_sides(
        self, app: Flask, cast: Cast, office: PostOffice
    ) -> None:
        purchase = buy(of(cast.sari), (cast.shawl, 1)).purchase
        pay(purchase, cast.tono)
        with transaction():
            orders.cancel(orders_of(purchase)[0], Actor.BUYER, "Salah ukuran", cast.sari)
        told = {(one.user_id, one.kind) for one in db.session.scalars(select(Notification))}
        assert {(cast.sari.id, "order-cancelled"), (cast.ratna.id, "order-gone")} <= told
        assert not {one for one in told if one[0] == cast.budi.id}

    def test_a_mail_that_may_be_refused_says_how(self, app: Flask, cast: Cast, office: PostOffice) -> None:
        with clock.frozen(clock.now() - timedelta(minutes=1)), transaction():
            notify(
                cast.ratnas,
                "product-approved",
                "one",
                {"piece": {"title": "Kain", "title_en": "", "address": "kain-abc", "code": "abc"}},
            )
            notify(cast.sari, "account-known", "two")
        work(app, office)
        refusable, essential = office.to("ratna@contoh.example")[0], office.to("sari@contoh.example")[0]
        assert refusable.leave.startswith("http://localhost/account/unsubscription/")
        assert refusable.leave in refusable.html
        assert any(one.endswith(f" {refusable.leave}") for one in refusable.text.splitlines()), "on a line of its own"
        assert "pesanan Anda.Tidak" not in refusable.text
        assert essential.leave == "" and "unsubscription" not in essential.html
