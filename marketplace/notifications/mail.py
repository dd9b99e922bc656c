"""A mail: asked for inside a transaction, rendered and sent by the worker, once.

`Letter` is what was asked (a message name, the reader's language, plain parameters); `Mail` is what leaves the house.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from marketplace.outbox.services import put


@dataclass(frozen=True)
class Letter:
    to: str
    message: str
    locale: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mail:
    """`message_id` is the same at every try, so that a mailbox shows a doubled mail once."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str


class Mailer(Protocol):
    """Hands a mail to the world; raises when it could not, so that the outbox tries again."""

    def send(self, mail: Mail) -> None: ...


class Letters(Protocol):
    """Turns a letter into a mail in the reader's language."""

    def render(self, letter: Letter, message_id: str) -> Mail: ...


def mail(to: str, message: str, locale: str, key: str | None = None, **params: Any) -> None:
    """Ask for a mail in the present transaction. `params` are plain JSON values; `key` makes it unique for ever."""
    put("mail", {"to": to, "message": message, "locale": locale, "params": params}, key=key)
