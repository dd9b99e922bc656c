"""Mails: written beside the deed, in the reader's language, once; kept as files that every mail program reads."""

from __future__ import annotations

from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from catalog import clock
from catalog.db import db, transaction
from marketplace.notifications.folder import MailFolder, compose, find_mail, list_mails
from marketplace.notifications.mail import Mail, mail
from marketplace.outbox.models import Message
from marketplace.outbox.services import LEASE, drain


def letter(**values: Any) -> Mail:
    return Mail(
        **(
            {
                "to": "sari@contoh.example",
                "subject": "Pesanan",
                "text": "Halo é\n",
                "html": "<p>Halo é</p>",
                "message_id": "<abc123@localhost>",
            }
            | values
        )
    )


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mails", "Kriyaloka <halo@kriyaloka.example>")


def test_a_mail_is_a_file_that_mail_programs_read(folder: MailFolder) -> None:
    folder.send(letter())
    (path,) = folder.folder.glob("*.eml")
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert message["To"] == "sari@contoh.example"
    assert message["Message-ID"] == "<abc123@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Halo é" in message.get_body(("plain",)).get_content()
    assert "<p>Halo é</p>" in message.get_body(("html",)).get_content()


def test_a_second_try_leaves_one_mail(folder: MailFolder) -> None:
    folder.send(letter())
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        folder.send(letter())
    folder.send(letter(message_id="<other@localhost>"))
    assert len(list(folder.folder.glob("*.eml"))) == 2


def test_no_half_written_mail_is_listed(folder: MailFolder) -> None:
    folder.send(letter())
    (folder.folder / "20260101-half.part").write_bytes(b"From:")
    assert len(list_mails(folder.folder)) == 1


def test_mails_are_listed_newest_first_and_found_by_name(folder: MailFolder) -> None:
    assert list_mails(folder.folder) == []
    for number in range(3):
        with clock.frozen(clock.now() + timedelta(minutes=number)):
            folder.send(letter(subject=f"Surat {number}", message_id=f"<m{number}@localhost>"))
    kept = list_mails(folder.folder)
    assert [one.subject for one in kept] == ["Surat 2", "Surat 1", "Surat 0"]
    found = find_mail(folder.folder, kept[0].name)
    assert found is not None and found[0].subject == "Surat 2" and "Halo" in found[1]


@pytest.mark.parametrize("name", ["../secret", "..", "a/b", "", "x.eml", "%2e%2e", "nothing"])
def test_no_name_leads_out_of_the_folder(folder: MailFolder, name: str) -> None:
    folder.send(letter())
    (folder.folder.parent / "secret.eml").write_text("Subject: secret\n\n")
    assert find_mail(folder.folder, name) is None


@pytest.mark.parametrize("hostile", ["Pesanan\r\nBcc: evil@example.com", "Pesanan\nX: y", "a\x0bb"])
def test_no_subject_becomes_a_header(hostile: str) -> None:
    message = compose(letter(subject=hostile), "a@b.example", clock.now())
    assert "Bcc" not in message and "X" not in message


@pytest.mark.parametrize("hostile", ["a@b.example\r\nBcc: evil@example.com", "a@b.example\nX: y"])
def test_no_address_becomes_a_header(hostile: str) -> None:
    with pytest.raises(ValueError):
        compose(letter(to=hostile), "a@b.example", clock.now()).as_bytes()


class Recorder:
    def __init__(self, breaks: int = 0) -> None:
        self.sent: list[Mail] = []
        self.breaks = breaks

    def send(self, one: Mail) -> None:
        self.sent.append(one)
        if len(self.sent) <= self.breaks:
            raise OSError("the connection broke after sending")


def carry_out(app: Flask, mailer: Recorder) -> None:
    """Drain with this mailer behind the door, six minutes apart, as the clock would."""
    from dataclasses import replace

    from marketplace.subscribers import messages
    from marketplace.web.letters import TemplateLetters

    house = app.extensions["house"]
    handlers = messages.build(replace(house.ports, mailer=mailer), TemplateLetters(app, house.settings))
    for minutes in (0, 6, 12):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            drain(handlers)


def ask(locale: str = "id", key: str | None = None) -> None:
    with transaction():
        mail(
            "sari@contoh.example", "account-confirm", locale, {"name": "Sari", "token": "rahasia", "hours": 72}, key=key
        )


def test_a_second_try_carries_the_same_message_id(app: Flask) -> None:
    ask()
    mailer = Recorder(breaks=1)
    carry_out(app, mailer)
    assert len(mailer.sent) == 2
    assert mailer.sent[0].message_id == mailer.sent[1].message_id


def test_two_mails_carry_two(app: Flask) -> None:
    ask()
    ask()
    mailer = Recorder()
    carry_out(app, mailer)
    assert len({one.message_id for one in mailer.sent}) == 2


def test_a_key_sends_one_mail_for_ever(app: Flask) -> None:
    ask(key="confirm:1")
    ask(key="confirm:1")
    mailer = Recorder()
    carry_out(app, mailer)
    assert len(mailer.sent) == 1


def test_a_killed_worker_sends_at_most_twice_with_one_id(app: Flask) -> None:
    """Dead between sending and remembering: after the lease another sends the same id."""
    from marketplace.outbox.services import take

    ask()
    mailer = Recorder()
    (taken,) = take()
    with clock.frozen(clock.now() + LEASE + timedelta(seconds=1)):
        carry_out(app, mailer)
    assert len(mailer.sent) == 1
    assert taken.code in mailer.sent[0].message_id


def test_the_reader_is_addressed_in_their_language(app: Flask) -> None:
    ask("id")
    ask("en")
    mailer = Recorder()
    carry_out(app, mailer)
    indonesian, english = mailer.sent
    assert indonesian.subject != english.subject
    assert "http://localhost/account/confirmation/rahasia" in indonesian.text
    assert "http://localhost/en/account/confirmation/rahasia" in english.text
    assert 'lang="id"' in indonesian.html and 'lang="en"' in english.html


def test_a_hostile_name_stays_text(app: Flask) -> None:
    with transaction():
        mail(
            "sari@contoh.example",
            "account-confirm",
            "id",
            {"name": "<script>alert(1)</script>", "token": "x", "hours": 1},
        )
    mailer = Recorder()
    carry_out(app, mailer)
    assert "<script>" not in mailer.sent[0].html


def test_a_secret_of_a_link_is_gone_from_the_outbox_once_it_is_sent(app: Flask) -> None:
    ask()
    carry_out(app, Recorder())
    db.session.rollback()
    message = db.session.scalars(db.select(Message)).one()
    assert message.done_at is not None
    assert "rahasia" not in str(message.payload), "a database backup must not open accounts"
