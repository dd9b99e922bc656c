"""The embedded mailer: every mail becomes an .eml file in a folder, readable by any mail program."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from pathlib import Path

from catalog import clock
from marketplace.notifications.mail import Mail


def compose(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """The mail as MIME: plain text with an HTML alternative."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.leave:
        message["List-Unsubscribe"] = f"<{mail.leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


class MailFolder:
    """Writes `<instant>-<message id>.eml`; the same message id overwrites its file, so a retry leaves one mail."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, mail: Mail) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = mail.message_id.strip("<>").split("@")[0]
        for old in self.folder.glob(f"*-{name}.eml"):
            old.unlink()
        target = self.folder / f"{clock.now():%Y%m%dT%H%M%S%f}-{name}.eml"
        draft = target.with_suffix(".part")
        draft.write_bytes(compose(mail, self.sender, clock.now()).as_bytes())
        os.replace(draft, target)


@dataclass(frozen=True)
class KeptMail:
    """What the operator's list shows of a mail in the folder."""

    name: str
    to: str
    subject: str
    at: datetime


def list_mails(folder: Path, limit: int = 50) -> list[KeptMail]:
    """The newest mails in the folder, newest first."""
    names = sorted((path.name for path in folder.glob("*.eml")), reverse=True)[:limit] if folder.is_dir() else []
    rows = []
    for name in names:
        message = _parse(folder / name)
        rows.append(
            KeptMail(name.removesuffix(".eml"), str(message["To"]), str(message["Subject"]), message["Date"].datetime)
        )
    return rows


def name_of(folder: Path, code: str) -> str | None:
    """The name of the kept mail whose Message-ID begins with `code`; None when the folder has none."""
    found = next(folder.glob(f"*-{code}.eml"), None) if code.isalnum() and folder.is_dir() else None
    return found.stem if found else None


def find_mail(folder: Path, name: str) -> tuple[KeptMail, str] | None:
    """One mail and its plain text; None when there is none of that name."""
    if not name.replace("-", "").isalnum():
        return None
    path = folder / f"{name}.eml"
    if not path.is_file():
        return None
    message = _parse(path)
    body = message.get_body(("plain",))
    kept = KeptMail(name, str(message["To"]), str(message["Subject"]), message["Date"].datetime)
    return kept, body.get_content() if body else ""


def _parse(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return BytesParser(policy=policy.default).parse(file)  # type: ignore[return-value]
