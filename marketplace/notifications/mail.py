"""A mail: asked for inside a transaction, rendered and sent by the worker, once.

`Letter` is what was asked (a message name, the reader's language, plain parameters); `Mail` is what leaves the house.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from catalog import clock
from marketplace.outbox.services import Hopeless, put


@dataclass(frozen=True)
class Letter:
    """`leaver` is the code of the person who may leave these mails by a link in them; empty where nobody may."""

    to: str
    message: str
    locale: str
    params: dict[str, Any] = field(default_factory=dict)
    leaver: str = ""


@dataclass(frozen=True)
class Mail:
    """`message_id` is the same at every try, so that a mailbox shows a doubled mail once. `leave` is the address that
    switches such mails off by one POST (List-Unsubscribe)."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    leave: str = ""


class Undeliverable(Hopeless):
    """The receiver's server says no for good: trying again would only annoy it."""


class Mailer(Protocol):
    """Hands a mail to the world; raises when it could not, so that the outbox tries again."""

    def send(self, mail: Mail) -> None: ...


class Letters(Protocol):
    """Turns a letter into a mail in the reader's language."""

    def render(self, letter: Letter, message_id: str) -> Mail: ...


def mail(
    to: str,
    message: str,
    locale: str,
    params: dict[str, Any] | None = None,
    key: str | None = None,
    code: str | None = None,
    after: timedelta = timedelta(),
    leaver: str = "",
) -> None:
    """Ask for a mail in the present transaction; `notify` does, so that it stands in the delivery log.

    `params` are plain JSON values; `key` makes it unique for ever; `code` names it towards the world.
    """
    payload = {"to": to, "message": message, "locale": locale, "params": params or {}, "leaver": leaver}
    put("mail", payload, key=key, due_at=clock.after(after), code=code)
