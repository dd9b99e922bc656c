"""Letters about an account: confirmation, known already, reset, changed password, changed address."""

from __future__ import annotations

from typing import Any

from catalog.codes import new_code
from marketplace import signals
from marketplace.accounts.models import User
from marketplace.notifications.services import Reader, notify
from marketplace.outbox.services import put

TOPIC = "account-letter"


def write_later(email: str, **wish: Any) -> None:
    """The worker looks the address up, so that the request costs the same whether it has an account or not."""
    put(TOPIC, {"email": email, **wish})


def confirm(user: User, token: str, minutes: int) -> None:
    notify(user, "account-confirm", _now(), {"hours": minutes // 60}, {"token": token})


def say_known(user: User) -> None:
    notify(user, "account-known", _now())


def reset(user: User, token: str, minutes: int) -> None:
    notify(user, "account-reset", _now(), {"minutes": minutes}, {"token": token})


def change_email(user: User, email: str, token: str, minutes: int) -> None:
    """The link to the new address, word to the old one."""
    about = _now()
    notify(Reader.of(user, email), "account-change-email", about, {"hours": minutes // 60}, {"token": token})
    notify(user, "account-change-email-asked", about, {"email": email})


def say_email_changed(user: User, old: str) -> None:
    notify(Reader.of(user, old), "account-email-changed", _now(), {"email": user.email})


def say_password_changed(user: User) -> None:
    notify(user, "account-password-changed", _now())


def _now() -> str:
    """These things happen again and again: each has a name of its own."""
    return new_code(10)


def connect() -> None:
    """Hear what accounts announce."""
    signals.letter_asked.connect(write_later)
    signals.user_registered.connect(confirm)
    signals.email_known_already.connect(say_known)
    signals.reset_asked.connect(reset)
    signals.email_change_asked.connect(change_email)
    signals.email_changed.connect(say_email_changed)
    signals.password_changed.connect(say_password_changed)
