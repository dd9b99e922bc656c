"""Mail by SMTP: what a server says for good is not asked again, everything else is trouble that may pass."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from marketplace.adapters import smtp
from marketplace.adapters.smtp import SmtpMailer
from marketplace.notifications.mail import Mail, Undeliverable
from tests.fakes.smtp_server import Script, mail_server

MAIL = Mail("sari@contoh.example", "Pesanan", "Isi\n", "<p>Isi</p>", "<abc@localhost>", "http://localhost/leave/x")


def send(script: Script) -> None:
    with mail_server(script):
        SmtpMailer(f"smtp://127.0.0.1:{script.port}", "Kriyaloka <halo@kriyaloka.example>").send(MAIL)


def test_a_mail_arrives_with_its_id_and_the_way_to_leave() -> None:
    script = Script()
    send(script)
    (taken,) = script.taken
    assert b"Message-ID: <abc@localhost>" in taken
    assert b"List-Unsubscribe: <http://localhost/leave/x>" in taken
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in taken


@pytest.mark.parametrize(
    "answers", [{"RCPT": "550 5.1.1 no such mailbox"}, {"END": "554 5.7.1 refused"}, {"DATA": "552 too large"}]
)
def test_the_last_word_of_a_server_is_taken(answers: dict[str, str]) -> None:
    with pytest.raises(Undeliverable, match=next(iter(answers.values()))[:3]):
        send(Script(**answers))


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": "450 4.2.0 greylisted"},
        {"RCPT": "452 mailbox full"},
        {"END": "451 try later"},
        {"MAIL": "421 too busy"},
    ],
)
def test_trouble_that_may_pass_is_no_last_word(answers: dict[str, str]) -> None:
    with pytest.raises(Exception) as told:
        send(Script(**answers))
    assert not isinstance(told.value, Undeliverable)


def test_a_silent_server_holds_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(OSError) as told:
        send(Script(silent=True))
    assert not isinstance(told.value, Undeliverable)


def test_nobody_at_home() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        SmtpMailer(f"smtp://127.0.0.1:{port}", "a@b.example").send(MAIL)


@pytest.mark.parametrize("url", ["", "mail.example", "http://mail.example", "smtp://"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError):
        SmtpMailer(url, "a@b.example")


def test_an_ordinary_mail_has_no_way_to_leave(monkeypatch: Any) -> None:
    script = Script()
    with mail_server(script):
        SmtpMailer(f"smtp://127.0.0.1:{script.port}", "a@b.example").send(
            Mail("x@y.example", "s", "t", "<p>h</p>", "<1@x>")
        )
    assert b"List-Unsubscribe" not in script.taken[0]
