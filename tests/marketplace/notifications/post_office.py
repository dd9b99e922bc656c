"""A post office for tests: what left the house, and a worker that can be made to fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flask import Flask

from catalog import clock
from marketplace.notifications.mail import Mail
from marketplace.outbox.services import drain
from marketplace.subscribers import messages
from marketplace.web.letters import TemplateLetters


@dataclass
class PostOffice:
    """Takes every mail; `trouble(mail)` may raise after taking it, as a connection that breaks at the end."""

    sent: list[Mail] = field(default_factory=list)
    trouble: Callable[[Mail], None] | None = None

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)
        if self.trouble is not None:
            self.trouble(mail)

    @property
    def subjects(self) -> list[str]:
        return [one.subject for one in self.sent]

    def to(self, address: str) -> list[Mail]:
        return [one for one in self.sent if one.to == address]


def work(app: Flask, office: PostOffice, *minutes: int) -> None:
    """Let the worker drain through this post office, once at each of these minutes from now (0 unless told)."""
    house = app.extensions["house"]
    handlers = messages.build(replace(house.ports, mailer=office), TemplateLetters(app, house.settings))
    for later in minutes or (0,):
        with clock.frozen(clock.now() + timedelta(minutes=later)):
            drain(handlers)
