"""Who carries out which topic of the outbox. A handler runs outside any transaction and may be called twice."""

from __future__ import annotations

from marketplace.notifications.mail import Letter, Letters
from marketplace.outbox.services import Handler, Taken
from marketplace.ports import Ports


def build(ports: Ports, letters: Letters) -> dict[str, Handler]:
    """Topic → handler."""

    def send_mail(message: Taken) -> None:
        ports.mailer.send(letters.render(Letter(**message.payload), message.code))

    return {"mail": send_mail}
