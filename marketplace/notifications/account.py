"""Letters about an account: confirmation, known already, reset, changed password, changed address."""

from __future__ import annotations

from typing import Any

from marketplace import signals
from marketplace.accounts.models import User
from marketplace.notifications.mail import mail
from marketplace.outbox.services import put

TOPIC = "account-letter"


def write_later(email: str, **wish: Any) -> None:
    """The worker looks the address up, so that the request costs the same whether it has an account or not."""
    put(TOPIC, {"email": email, **wish})


def confirm(user: User, token: str, minutes: int) -> None:
    mail(user.email, "account-confirm", user.locale, name=user.name, token=token, hours=minutes // 60)


def say_known(user: User) -> None:
    mail(user.email, "account-known", user.locale, name=user.name)


def reset(user: User, token: str, minutes: int) -> None:
    mail(user.email, "account-reset", user.locale, name=user.name, token=token, minutes=minutes)


def change_email(user: User, email: str, token: str, minutes: int) -> None:
    """The link to the new address, word to the old one."""
    mail(email, "account-change-email", user.locale, name=user.name, token=token, hours=minutes // 60)
    mail(user.email, "account-change-email-asked", user.locale, name=user.name, email=email)


def say_email_changed(user: User, old: str) -> None:
    mail(old, "account-email-changed", user.locale, name=user.name, email=user.email)


def say_password_changed(user: User) -> None:
    mail(user.email, "account-password-changed", user.locale, name=user.name)


def connect() -> None:
    """Hear what accounts announce."""
    signals.letter_asked.connect(write_later)
    signals.user_registered.connect(confirm)
    signals.email_known_already.connect(say_known)
    signals.reset_asked.connect(reset)
    signals.email_change_asked.connect(change_email)
    signals.email_changed.connect(say_email_changed)
    signals.password_changed.connect(say_password_changed)
